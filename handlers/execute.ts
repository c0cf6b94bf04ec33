/**
 * Executes actions. A client that few events need is loaded on first use, so that it does not slow down every cold
 * start.
 */
import type { Context } from 'aws-lambda';
import { taskCounterIn } from '../adapters/dynamodb/labeling-jobs.ts';
import type { Once } from '../adapters/dynamodb/once.ts';
import { required } from '../adapters/environment.ts';
import type {
  Action,
  ArmBudgetAction,
  ChainLabelingJobAction,
  CheckBudgetAction,
  DisarmBudgetAction,
  EndPoolAction,
  HandOverAction,
  LinkJobAction,
  NotePartAction,
  RelayAction,
  StopJobAction,
} from '../domain/action.ts';
import { hasParts } from '../domain/diagnosis/diagnosis.ts';
import type { Release, ReleaseMeans } from './delivery/release.ts';
import { type Effects, type Executed, effectsWith, type World } from './effects.ts';
import { lazy } from './lazy.ts';

/**
 * Executes the actions of a decision. Attempts each of them, then throws when any failed. Returns whether all is done:
 * `false` when another invocation was about to send a shared notice, so that nobody knows yet whether people get it.
 */
export type Execute = (decision: Executed, context: Context) => Promise<boolean>;

/** What only some functions may do, or have the code for. */
export interface Powers {
  /** Runs an effect that no change owes (budget and labeling function). */
  readonly once: (context: Context) => Once;
  /** Ends the windows in which alerts wait for the end of a parent (function `diagnosis`). */
  readonly release: (means: ReleaseMeans) => Release;
  /** Stops a job and tells people (budget function). */
  readonly stop: (action: StopJobAction, effects: Effects) => Promise<void>;
  /** Ends the warm pool of a stopped job and tells people (budget function). */
  readonly endPool: (action: EndPoolAction, effects: Effects) => Promise<void>;
  /** Schedules a job's next budget check, or cancels it (budget function). */
  readonly schedule: (action: ArmBudgetAction | DisarmBudgetAction) => Promise<void>;
  /** Creates the labeling job that continues an expired one, and tells people (labeling function). */
  readonly chain: (action: ChainLabelingJobAction, effects: Effects) => Promise<void>;
}

const NO_POWERS: Powers = {
  once: () => () => Promise.reject(new Error('this function has no records of effects that no change owes')),
  release: () => () =>
    Promise.reject(new Error('this function does not tell of parts; only the function diagnosis does that')),
  stop: () =>
    Promise.reject(new Error('this function has no permission to stop jobs; only the budget function does that')),
  endPool: () =>
    Promise.reject(new Error('this function has no permission to end warm pools; only the budget function does that')),
  schedule: () =>
    Promise.reject(
      new Error('this function has no permission to schedule budget checks; only the budget function does that'),
    ),
  chain: () =>
    Promise.reject(new Error('this function has no permission to create jobs; only the labeling function does that')),
};

type Kind = Exclude<Action, RelayAction>['kind'];
type ActionOf = { readonly [K in Kind]: Extract<Action, { readonly kind: K }> };
/** An executor returns `false` when it left the action to another invocation. */
type Executors = { readonly [K in Kind]: (action: ActionOf[K], effects: Effects) => Promise<unknown> };

/** An executor for a function that has the powers `granted`. Actions that need another power fail. */
export function executorFor(world: World, granted: Partial<Powers> = {}): Execute {
  const powers = { ...NO_POWERS, ...granted };
  const effectsOf = effectsWith(world, powers.once, powers.release);
  const executors: Executors = executorsIn(world, powers);
  const execute = <K extends Kind>(kind: K, action: ActionOf[K], effects: Effects) => executors[kind](action, effects);
  return async ({ actions, ...decision }, context) => {
    const effects = effectsOf({ actions, ...decision }, context);
    const attempt = async <T>(action: Action, work: Promise<T>): Promise<T> => {
      try {
        return await work;
      } catch (error) {
        await releaseAfter(error, effects.giveBack(action));
        throw error;
      }
    };
    // First, so that no alert waits for a parent whose own alert does not know of the part.
    const notes = actions.filter(isNote);
    const others = actions.filter((action) => action.kind !== 'relay' && !isNote(action));
    const relays = actions.filter((action) => action.kind === 'relay');
    const noted = await Promise.allSettled(notes.map((action) => execute(action.kind, action, effects)));
    const isNoted = noted.every(({ status }) => status === 'fulfilled');
    const done = await Promise.allSettled(
      others.map((action) =>
        attempt(action, isNoted ? execute(action.kind, action, effects) : Promise.reject(new Error(NOT_NOTED))),
      ),
    );
    // People first. Other systems get all at once, in the order in which it happened.
    const results = await effects.relay(relays);
    const relayed = await Promise.allSettled(relays.map((action, at) => attempt(action, resultOf(results[at]))));
    return allDone([...notes, ...others, ...relays], [...noted, ...done, ...relayed]);
  };
}

const NOT_NOTED = 'its part could not be noted first';

/** Whether the action notes something about a part, for the alert about the end of its parent. */
const isNote = (action: Action): action is NotePartAction | LinkJobAction =>
  action.kind === 'note-part' || action.kind === 'link-job';

/** Waits for the release of a claim on a failed action. When that fails too, its error names both. */
async function releaseAfter(error: unknown, release: Promise<void>): Promise<void> {
  try {
    await release;
  } catch (second) {
    const why = `${describe(error)}; its claim could not be taken back: ${describe(second)}`;
    throw new AggregateError([error, second], why);
  }
}

type HandOver = { readonly [To in HandOverAction['to']]: (reference: HandOverAction['reference']) => Promise<void> };

/** Seconds. The last lines of a log arrive in CloudWatch a few seconds after the job has failed. */
const LOGS_ARRIVE_WITHIN = 8;
/** Seconds. The events of the last parts may come after the event of the parent. */
const PARTS_ARRIVE_WITHIN = 60;

function executorsIn(world: World, powers: Powers) {
  const { environment, daysKept, dynamoDb } = world;
  const quarantine = lazy(async () => {
    const { quarantineIn } = await import('../adapters/sqs/quarantine.ts');
    return quarantineIn(environment.QUARANTINE_QUEUE_URL);
  });
  const budgetQueue = lazy(async () => {
    const { budgetQueueAt } = await import('../adapters/sqs/budget-queue.ts');
    return budgetQueueAt(required('BUDGET_QUEUE_URL'));
  });
  const queueIn = (variable: string) =>
    lazy(async () => {
      const { senderTo } = await import('../adapters/sqs/send.ts');
      return senderTo(required(variable));
    });
  const labelingQueue = queueIn('LABELING_QUEUE_URL');
  const diagnosisQueue = queueIn('DIAGNOSIS_QUEUE_URL');
  const reviewQueue = queueIn('REVIEW_QUEUE_URL');
  const handOver: HandOver = {
    budget: async (reference) => (await budgetQueue()).handOver(reference),
    labeling: async (reference) => (await labelingQueue())(reference),
    diagnosis: async (reference) => {
      const waitsForParts = world.delivery.collapse && hasParts(reference.resource.type);
      await (await diagnosisQueue())(reference, waitsForParts ? PARTS_ARRIVE_WITHIN : LOGS_ARRIVE_WITHIN);
    },
    review: async (reference) => (await reviewQueue())(reference),
  };
  const count = lazy(() => taskCounterIn(environment.STATE_TABLE, daysKept, dynamoDb));

  const checkBudget = async (action: CheckBudgetAction, { settle }: Effects): Promise<void> => {
    await (await budgetQueue()).check(action);
    await settle(action.requestedBy.resource, action.requestedBy.settles);
  };

  return {
    notify: (action, { notify }) => (action.isShared === true ? unlessInProgress(notify(action)) : notify(action)),
    quarantine: async ({ input, reason }) => (await quarantine())(input, reason),
    'check-budget': checkBudget,
    'hand-over': ({ to, reference }) => handOver[to](reference),
    'stop-job': (action, effects) => powers.stop(action, effects),
    'end-pool': (action, effects) => powers.endPool(action, effects),
    'arm-budget': (action) => powers.schedule(action),
    'disarm-budget': (action) => powers.schedule(action),
    'chain-labeling-job': (action, effects) => powers.chain(action, effects),
    record: ({ kind: _, ...recorded }, { record }) => record({ ...recorded, at: new Date().toISOString() }),
    'count-task': (action) => count()(action),
    'note-part': ({ part }, { notePart }) => notePart(part),
    'link-job': ({ arn, parent }, { linkJob }) => linkJob(arn, parent),
    'release-parts': ({ parent }, { releaseParts }) => releaseParts(parent, []),
  } satisfies Executors;
}

/** Settles as `result` did. */
async function resultOf(result: PromiseSettledResult<void> | undefined): Promise<void> {
  if (result?.status === 'rejected') throw result.reason;
}

/**
 * Throws one error with every failure among `results`, so that Lambda retries the event. Otherwise returns whether all
 * `actions` are done.
 */
function allDone(actions: readonly Action[], results: readonly PromiseSettledResult<unknown>[]): boolean {
  const failures = results.flatMap((result, at) =>
    result.status === 'fulfilled'
      ? []
      : [new Error(`${actions[at]?.kind}: ${describe(result.reason)}`, { cause: result.reason })],
  );
  if (failures.length === 0) return results.every((result) => result.status === 'fulfilled' && result.value !== false);
  // Lambda's record of a failed event has only this message, so it names every cause.
  const causes = failures.map(({ message }) => message).join('; ');
  throw new AggregateError(failures, `${failures.length} of ${actions.length} actions failed: ${causes}`);
}

/**
 * Leaves the effect to another invocation that holds its lock, and then returns `false`. If that invocation dies, its own
 * message is retried after the lock expires.
 */
async function unlessInProgress(effect: Promise<void>): Promise<boolean> {
  try {
    await effect;
    return true;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== IN_PROGRESS) throw error;
    return false;
  }
}

/** The error of Powertools Idempotency. Its class would have to be loaded at every cold start. */
const IN_PROGRESS = 'IdempotencyAlreadyInProgressError';

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
