/** Carries actions out. Clients that are seldom needed are loaded when they are. */
import { IdempotencyAlreadyInProgressError } from '@aws-lambda-powertools/idempotency';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Context } from 'aws-lambda';
import type { Audit } from '../adapters/dynamodb/audit.ts';
import { taskCounterIn } from '../adapters/dynamodb/labeling-jobs.ts';
import { type Once, onceIn } from '../adapters/dynamodb/once.ts';
import type { Table } from '../adapters/dynamodb/resource-table.ts';
import { type Environment, required } from '../adapters/environment.ts';
import { type Publish, publisherTo } from '../adapters/sns/publish.ts';
import type { BudgetQueue } from '../adapters/sqs/budget-queue.ts';
import type { Quarantine } from '../adapters/sqs/quarantine.ts';
import type { Send } from '../adapters/sqs/send.ts';
import type {
  Action,
  ArmBudgetAction,
  ChainLabelingJobAction,
  CheckBudgetAction,
  DisarmBudgetAction,
  HandOverAction,
  NotifyAction,
  StopJobAction,
} from '../domain/action.ts';
import type { Decision } from '../domain/decide.ts';
import type { AuditRecord } from '../schemas/stored/audit-record.ts';

/** What is carried out, and what the audit says it was decided on. */
export type Executed = Pick<Decision, 'actions' | 'eventId' | 'detailType'>;
export type Execute = (decision: Executed, context: Context) => Promise<void>;

/** What effects are done with: once, told, and on record. */
export interface Effects {
  readonly once: Once;
  /** Tells people, once, and keeps a record of it. */
  readonly notify: (action: NotifyAction) => Promise<void>;
  readonly record: (record: Omit<AuditRecord, 'version' | 'event'>) => Promise<void>;
}

/** What only one function may do. */
export interface Powers {
  readonly stop: (action: StopJobAction, effects: Effects) => Promise<void>;
  readonly schedule: (action: ArmBudgetAction | DisarmBudgetAction) => Promise<void>;
  readonly chain: (action: ChainLabelingJobAction, effects: Effects) => Promise<void>;
}

const NO_POWERS: Powers = {
  stop: () => Promise.reject(new Error('only the budget function stops jobs')),
  schedule: () => Promise.reject(new Error('only the budget function arranges when to look at a job')),
  chain: () => Promise.reject(new Error('only the labeling function creates jobs')),
};

/** An executor against the resources of `environment`; clients are built when first needed. */
export function executorFor(
  environment: Environment,
  daysKept: number,
  table: Table,
  audit: Audit,
  dynamoDb: DynamoDBClient,
  granted: Partial<Powers> = {},
): Execute {
  const powers = { ...NO_POWERS, ...granted };
  let publish: Publish | undefined;
  let quarantine: Quarantine | undefined;
  let queue: BudgetQueue | undefined;
  let labelingQueue: Send | undefined;
  let count: ReturnType<typeof taskCounterIn> | undefined;

  const effectsOf = ({ eventId, detailType }: Executed, context: Context): Effects => {
    const once = onceIn(environment.STATE_TABLE, daysKept, dynamoDb, context);
    const event = { id: eventId ?? null, detailType: detailType ?? '' };
    const record: Effects['record'] = (recorded) => audit.keep({ version: 1, event, ...recorded });
    const notify = async ({ key, resource, notice, numbers, settles }: NotifyAction): Promise<void> => {
      publish ??= publisherTo(environment.ALERTS_TOPIC_ARN);
      const send = publish;
      const { at, result } = await once(key, () => send(notice));
      // From here on people know: what fails below is repeated without telling them again.
      const reason = `${notice.message.outcome}, ${notice.message.severity}`;
      await record({ resource, key, action: 'notify', reason, at, result, numbers });
      // Last: it ends all repetition.
      if (settles !== undefined) await table.announced(resource, settles);
    };
    return { once, notify, record };
  };

  const budgetQueue = async (): Promise<BudgetQueue> => {
    queue ??= (await import('../adapters/sqs/budget-queue.ts')).budgetQueueAt(required('BUDGET_QUEUE_URL'));
    return queue;
  };

  const handOver: Readonly<Record<HandOverAction['to'], (event: unknown) => Promise<void>>> = {
    budget: async (event) => (await budgetQueue()).handle(event),
    async labeling(event) {
      labelingQueue ??= (await import('../adapters/sqs/send.ts')).senderTo(required('LABELING_QUEUE_URL'));
      return labelingQueue(event);
    },
  };

  const checkBudget = async (
    { key, job, soon, resource, settles }: CheckBudgetAction,
    { once }: Effects,
  ): Promise<void> => {
    const { check } = await budgetQueue();
    await once(key, async () => {
      await check(job, soon ? 60 : 0);
      return 'asked';
    });
    await table.announced(resource, settles);
  };

  return (decision, context) => {
    const effects = effectsOf(decision, context);
    return attemptAll(decision.actions, async (action) => {
      switch (action.kind) {
        case 'notify':
          return action.isShared === true ? unlessInProgress(effects.notify(action)) : effects.notify(action);
        case 'quarantine':
          quarantine ??= (await import('../adapters/sqs/quarantine.ts')).quarantineIn(environment.QUARANTINE_QUEUE_URL);
          return quarantine(action.input, action.reason);
        case 'check-budget':
          return checkBudget(action, effects);
        case 'hand-over':
          return handOver[action.to](action.event);
        case 'ask-budget':
          return (await budgetQueue()).check(action.job, 0, action.booked);
        case 'stop-job':
          return powers.stop(action, effects);
        case 'arm-budget':
        case 'disarm-budget':
          return powers.schedule(action);
        case 'chain-labeling-job':
          return unlessInProgress(powers.chain(action, effects));
        case 'count-task':
          count ??= taskCounterIn(environment.STATE_TABLE, daysKept, dynamoDb);
          return count(action);
      }
    });
  };
}

/**
 * Should the others not live to do it, their own message comes again: longer after than the effect is locked. Where it was a copy
 * of this one, and gone with it, reconciliation asks: what is to be told is noted before anything is done.
 */
async function unlessInProgress(effect: Promise<void>): Promise<void> {
  try {
    await effect;
  } catch (error) {
    if (!(error instanceof IdempotencyAlreadyInProgressError)) throw error;
  }
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
