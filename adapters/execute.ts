/** Carries actions out. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Context } from 'aws-lambda';
import type { Action, NotifyAction } from '../domain/action.ts';
import type { Decision } from '../domain/decide.ts';
import type { Audit } from './audit.ts';
import type { Environment } from './environment.ts';
import { onceIn } from './once.ts';
import { PUBLISH_PERMISSIONS, type Publish, publisherTo } from './publish-notice.ts';
import type { Quarantine } from './quarantine.ts';
import { TABLE_PERMISSIONS, type Table } from './table.ts';

/** The IAM actions each kind needs; a test holds serverless.yml's roles against it. */
export const PERMISSIONS = {
  notify: [...PUBLISH_PERMISSIONS, ...TABLE_PERMISSIONS],
  quarantine: ['sqs:SendMessage'],
} as const satisfies Record<Action['kind'], readonly string[]>;

export type Execute = (decision: Decision, context: Context) => Promise<void>;

/** An executor against the resources of `environment`; clients are built when first needed. */
export function executorFor(
  environment: Environment,
  daysKept: number,
  table: Table,
  audit: Audit,
  dynamoDb: DynamoDBClient,
): Execute {
  let publish: Publish | undefined;
  let quarantine: Quarantine | undefined;

  const notify = async (action: NotifyAction, decision: Decision, context: Context): Promise<void> => {
    publish ??= publisherTo(environment.ALERTS_TOPIC_ARN);
    const send = publish;
    const once = onceIn(environment.STATE_TABLE, daysKept, dynamoDb, context);
    const { at, result } = await once(action.key, () => send(action.notice));
    // From here on people know: what fails below is repeated without telling them again.
    await audit.keep({
      version: 1,
      resource: action.resource,
      key: action.key,
      action: action.kind,
      reason: `${action.notice.message.outcome}, ${action.notice.message.severity}`,
      at,
      event: { id: decision.eventId ?? null, detailType: decision.detailType ?? '' },
      result,
    });
    // Last: it ends all repetition.
    await table.announced(action.resource, action.notice.id);
  };

  return (decision, context) =>
    attemptAll(decision.actions, async (action) => {
      switch (action.kind) {
        case 'notify':
          return notify(action, decision, context);
        case 'quarantine':
          quarantine ??= (await import('./quarantine.ts')).quarantineIn(environment.QUARANTINE_QUEUE_URL);
          return quarantine(action.input, action.reason);
      }
    });
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
