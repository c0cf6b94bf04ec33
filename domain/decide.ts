/** What to do about one event. */
import type { FunctionConfiguration } from '../schemas/function-configuration.ts';
import type { Remembered } from '../schemas/remembered.ts';
import type { StateChange } from '../schemas/state-change.ts';
import { plainText } from '../schemas/text.ts';
import type { Severity } from '../schemas/vocabulary.ts';
import type { Action, ChainLabelingJobAction, CheckBudgetAction, HandOverAction, NotifyAction } from './action.ts';
import { type Alert, alertFor } from './alert.ts';
import { budgetChecks } from './budget/hand-over.ts';
import { isPriced } from './cost/meter.ts';
import type { Facts } from './facts.ts';
import { changeKey, resourceKey } from './identity.ts';
import type { EndedLabeling, RunningLabeling } from './labeling/facts.ts';
import { taskCount } from './labeling/tasks.ts';
import { order } from './order.ts';
import { judge, type Verdict } from './outcome.ts';
import { type Owner, ownerOf } from './owner.ts';
import { renderNotice } from './render/notice.ts';

/** The decision on one event, and what it stands on. */
export interface Decision {
  readonly outcome: 'alerted' | 'ignored' | 'quarantined' | 'handed-over';
  readonly eventId: string | undefined;
  readonly detailType: string | undefined;
  readonly resource: StateChange['resource'] | undefined;
  readonly status: string | undefined;
  readonly severity: Severity | undefined;
  /** Why the event was ignored or quarantined. */
  readonly reason: string | undefined;
  /** What is to be remembered before anything is done; absent where it is known already. */
  readonly remember: Remembered | undefined;
  readonly actions: readonly Action[];
}

/** What a change gives cause to do. */
type Owed = (NotifyAction & { readonly settles: string }) | CheckBudgetAction | ChainLabelingJobAction;

/** What the function that asks about labeling jobs does on what it learns; the others never learn it. */
export interface OnLabeling {
  readonly ended: (alert: Alert, settles: string, facts: EndedLabeling, configuration: FunctionConfiguration) => Owed;
  readonly running: (
    change: StateChange,
    verdict: Verdict,
    owner: Owner,
    facts: RunningLabeling,
    configuration: FunctionConfiguration,
  ) => NotifyAction[];
}

export type Decide = (
  change: StateChange,
  before: Remembered | undefined,
  configuration: FunctionConfiguration,
  facts?: Facts,
) => Decision;

/** Decides on a change that could be read; `before` is what is remembered of its resource, `facts` what else is known. */
export const decide: Decide = (...of) => decideAs(undefined, ...of);

/** The same, with what is known of labeling jobs. */
export const decideWith =
  (onLabeling: OnLabeling): Decide =>
  (...of) =>
    decideAs(onLabeling, ...of);

function decideAs(
  onLabeling: OnLabeling | undefined,
  change: StateChange,
  before: Remembered | undefined,
  configuration: FunctionConfiguration,
  facts: Facts = {},
): Decision {
  const { cost, labeling } = facts;
  const verdict = judge(change);
  const decided = {
    eventId: change.event.id,
    detailType: change.event.detailType,
    resource: change.resource,
    status: verdict.status,
    severity: verdict.severity,
  };
  const owner = ownerOf(change.tags, configuration.tags);
  const ordering = order(before, change, verdict, owner);
  const resource = resourceKey(change);
  const now = cost === undefined || !isPriced(cost) ? ordering.now : { ...ordering.now, cost: cost.amount };
  const key = changeKey(resource, now);
  const isLate = ordering.kind === 'late';
  const checks = isLate ? [] : budgetChecks(change, now, owner, configuration.budgets);
  /** What is to be done is noted with what is to be remembered, until it is done. */
  const decision = (
    outcome: Decision['outcome'],
    reason: string | undefined,
    owed: readonly Owed[],
    others: readonly Action[] = [],
  ): Decision => ({
    ...decided,
    outcome,
    reason,
    remember:
      isLate || !ordering.news
        ? undefined
        : { ...now, untold: noted([...(now.untold ?? []), ...owed.map(({ settles }) => settles)]) },
    actions: [...owed, ...others],
  });
  const counted = configuration.labeling.mode === 'off' ? undefined : taskCount(change);
  // Nothing is remembered of a task: thousands of them come at once.
  if (counted !== undefined)
    return {
      ...decided,
      outcome: 'ignored',
      reason: 'counted, and told of with the end of its job',
      remember: undefined,
      actions: [counted],
    };
  // What was to be told, and could not be at first, is told though more has happened since.
  if (isLate && before?.untold?.has(key) !== true) return decision('ignored', `late: ${ordering.reason}`, []);
  if (facts.handOver !== undefined && before?.announced?.has(key) !== true) return handedOver(decided, facts.handOver);
  if (change.parentArn !== undefined)
    return decision('ignored', 'it belongs to a tuning job, which speaks for it', checks);
  if (before?.announced?.has(key)) return decision('ignored', 'it has been announced already', checks);
  const news =
    labeling?.kind === 'running' ? onLabeling?.running(change, verdict, now.owner, labeling, configuration) : [];
  // What was done, and what people are asked, they hear whatever they chose to hear of ends.
  const isOurs = labeling?.kind === 'ended' && labeling.verdict.kind !== 'leave';
  if (!configuration.alerts[change.family].includes(verdict.outcome) && !isOurs) {
    const reason = `outcome "${verdict.outcome}" is not among alerts.${change.family} in ground-control.yml`;
    return decision('ignored', reason, checks, news);
  }
  const alert = alertFor(key, change, verdict, now.owner, cost, now.stoppedFor);
  if (labeling?.kind === 'ended' && onLabeling !== undefined)
    return decision('alerted', undefined, [onLabeling.ended(alert, key, labeling, configuration)]);
  const notice = renderNotice(alert, configuration);
  const notify: Owed = { kind: 'notify', key: `notify|${key}`, resource, settles: key, notice };
  return decision('alerted', undefined, [notify, ...checks]);
}

const noted = (keys: readonly string[]) => (keys.length === 0 ? undefined : new Set(keys));

/** Leaves an event to a function that can find out more; that one remembers it, and tells people. */
const handedOver = (
  decided: Omit<Decision, 'outcome' | 'reason' | 'remember' | 'actions'>,
  action: HandOverAction,
): Decision => ({
  ...decided,
  outcome: 'handed-over',
  reason: HANDED_OVER[action.to],
  remember: undefined,
  actions: [action],
});

const HANDED_OVER = {
  budget: 'the budget function can ask what it cost, and tells of it',
  labeling: 'the labeling function can ask what became of its objects, and tells of it',
} as const satisfies Record<HandOverAction['to'], string>;

/** What could not be read, and where. */
export interface Flaw {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

const MOST_FLAWS = 5;

/** Decides on input that could not be read: it is kept, with its flaws named. */
export function quarantine(input: unknown, flaws: readonly Flaw[]): Decision {
  const reason = flaws.slice(0, MOST_FLAWS).map(describeFlaw).join('; ') || 'event: cannot be read';
  return {
    outcome: 'quarantined',
    eventId: textAt(input, 'id', 64),
    detailType: textAt(input, 'detail-type', 128),
    resource: undefined,
    status: undefined,
    severity: undefined,
    reason,
    remember: undefined,
    actions: [{ kind: 'quarantine', input, reason }],
  };
}

/** The envelope's text at `key`, where there is one: what cannot be read as a whole may still say which event it is. */
function textAt(input: unknown, key: string, max: number): string | undefined {
  const value: unknown =
    typeof input === 'object' && input !== null ? Object.getOwnPropertyDescriptor(input, key)?.value : undefined;
  return typeof value === 'string' ? plainText(value, max) : undefined;
}

/** Names the place and what is wrong with it, never the value: it may be a secret. */
function describeFlaw({ path, message }: Flaw): string {
  const place = path.slice(0, 12).map((key) =>
    String(key)
      .replace(/[^\w.-]/g, '?')
      .slice(0, 64),
  );
  const more = path.length > 12 ? '…' : '';
  return `${place.join('.') || 'event'}${more}: ${message}`;
}
