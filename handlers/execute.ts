/** Executes actions. Clients that few events need are loaded when they are needed. */
import type { Context } from 'aws-lambda';
import { taskCounterIn } from '../adapters/dynamodb/labeling-jobs.ts';
import { required } from '../adapters/environment.ts';
import type {
  Action,
  ArmBudgetAction,
  ChainLabelingJobAction,
  CheckBudgetAction,
  DisarmBudgetAction,
  StopJobAction,
} from '../domain/action.ts';
import { type Effects, type Executed, effectsWith, unlessInProgress, type World } from './effects.ts';
import { lazy } from './lazy.ts';

export type Execute = (decision: Executed, context: Context) => Promise<void>;

/** What only one function may do. */
export interface Powers {
  readonly stop: (action: StopJobAction, effects: Effects) => Promise<void>;
  readonly schedule: (action: ArmBudgetAction | DisarmBudgetAction) => Promise<void>;
  readonly chain: (action: ChainLabelingJobAction, effects: Effects) => Promise<void>;
}

const NO_POWERS: Powers = {
  stop: () => Promise.reject(new Error('only the budget function stops jobs')),
  schedule: () => Promise.reject(new Error('only the budget function schedules budget checks')),
  chain: () => Promise.reject(new Error('only the labeling function creates jobs')),
};

type Kind = Action['kind'];
type ActionOf = { readonly [K in Kind]: Extract<Action, { readonly kind: K }> };
type Executors = { readonly [K in Kind]: (action: ActionOf[K], effects: Effects) => Promise<void> };

/** An executor for a function with the powers `granted`. */
export function executorFor(world: World, granted: Partial<Powers> = {}): Execute {
  const effectsOf = effectsWith(world);
  const executors: Executors = executorsIn(world, { ...NO_POWERS, ...granted });
  const execute = <K extends Kind>(kind: K, action: ActionOf[K], effects: Effects) => executors[kind](action, effects);
  return (decision, context) => {
    const effects = effectsOf(decision, context);
    return attemptAll(decision.actions, (action) => execute(action.kind, action, effects));
  };
}

function executorsIn(world: World, powers: Powers) {
  const { environment, daysKept, table, dynamoDb } = world;
  const quarantine = lazy(async () => {
    const { quarantineIn } = await import('../adapters/sqs/quarantine.ts');
    return quarantineIn(environment.QUARANTINE_QUEUE_URL);
  });
  const budgetQueue = lazy(async () => {
    const { budgetQueueAt } = await import('../adapters/sqs/budget-queue.ts');
    return budgetQueueAt(required('BUDGET_QUEUE_URL'));
  });
  const labelingQueue = lazy(async () => {
    const { senderTo } = await import('../adapters/sqs/send.ts');
    return senderTo(required('LABELING_QUEUE_URL'));
  });
  const count = lazy(() => taskCounterIn(environment.STATE_TABLE, daysKept, dynamoDb));

  const checkBudget = async (action: CheckBudgetAction, { once }: Effects): Promise<void> => {
    const { job, delaySeconds, booked, requestedBy } = action;
    const { check } = await budgetQueue();
    if (requestedBy === undefined) return check(job, delaySeconds, booked);
    const { key, resource, settles } = requestedBy;
    await once(key, async () => {
      await check(job, delaySeconds, booked);
      return 'asked';
    });
    await table.markAnnounced(resource, settles);
  };

  return {
    notify: (action, { notify }) => (action.isShared === true ? unlessInProgress(notify(action)) : notify(action)),
    quarantine: async ({ input, reason }) => (await quarantine())(input, reason),
    'check-budget': checkBudget,
    'hand-over': async ({ to, event }) =>
      to === 'budget' ? (await budgetQueue()).handle(event) : (await labelingQueue())(event),
    'stop-job': (action, effects) => powers.stop(action, effects),
    'arm-budget': (action) => powers.schedule(action),
    'disarm-budget': (action) => powers.schedule(action),
    'chain-labeling-job': (action, effects) => unlessInProgress(powers.chain(action, effects)),
    'count-task': (action) => count()(action),
  } satisfies Executors;
}

/** Attempts every action. Afterwards it throws everything that failed, so that Lambda retries. */
async function attemptAll(actions: readonly Action[], execute: (action: Action) => Promise<void>): Promise<void> {
  const results = await Promise.allSettled(actions.map(execute));
  const failures = results.flatMap((result, at) =>
    result.status === 'fulfilled'
      ? []
      : [new Error(`${actions[at]?.kind}: ${describe(result.reason)}`, { cause: result.reason })],
  );
  if (failures.length === 0) return;
  // Lambda keeps only the message of an error: it has to name every cause.
  const causes = failures.map(({ message }) => message).join('; ');
  throw new AggregateError(failures, `${failures.length} of ${actions.length} actions failed: ${causes}`);
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
