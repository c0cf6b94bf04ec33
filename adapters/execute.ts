/** Carries actions out. */
import type { Action } from '../domain/action.ts';
import type { Environment } from './environment.ts';
import { PUBLISH_PERMISSIONS, type Publish, publisherTo } from './publish-notice.ts';
import type { Quarantine } from './quarantine.ts';

/** The IAM actions each kind needs; a test holds serverless.yml's roles against it. */
export const PERMISSIONS = {
  notify: PUBLISH_PERMISSIONS,
  quarantine: ['sqs:SendMessage'],
} as const satisfies Record<Action['kind'], readonly string[]>;

export type Execute = (actions: readonly Action[]) => Promise<void>;

/** An executor against the resources of `environment`; clients are built when first needed. */
export function executorFor(environment: Environment): Execute {
  let publish: Publish | undefined;
  let quarantine: Quarantine | undefined;

  const execute = async (action: Action): Promise<void> => {
    switch (action.kind) {
      case 'notify':
        publish ??= publisherTo(environment.ALERTS_TOPIC_ARN);
        return publish(action.notice);
      case 'quarantine':
        quarantine ??= (await import('./quarantine.ts')).quarantineIn(environment.QUARANTINE_QUEUE_URL);
        return quarantine(action.input, action.reason);
    }
  };

  return (actions) => attemptAll(actions, execute);
}

/** Attempts every action; afterwards throws what failed, all of it, so that Lambda retries. */
async function attemptAll(actions: readonly Action[], execute: (action: Action) => Promise<void>): Promise<void> {
  const results = await Promise.allSettled(actions.map(execute));
  const failures = results.flatMap((result, at) =>
    result.status === 'fulfilled'
      ? []
      : [new Error(`${actions[at]?.kind}: ${describe(result.reason)}`, { cause: result.reason })],
  );
  if (failures.length === 0) return;
  // Lambda keeps only the message of what is thrown: it has to name every cause.
  const causes = failures.map(({ message }) => message).join('; ');
  throw new AggregateError(failures, `${failures.length} of ${actions.length} actions failed: ${causes}`);
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
