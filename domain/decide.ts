/** What to do about one event. */
import type { FunctionConfiguration } from '../schemas/configuration/compiled.ts';
import type { StateChange } from '../schemas/event/state-change.ts';
import type { Remembered } from '../schemas/stored/resource.ts';
import type { Severity } from '../schemas/vocabulary.ts';
import type { Action, ChainLabelingJobAction, CheckBudgetAction, HandOverAction, NotifyAction } from './action.ts';
import { type Alert, alertFor } from './alert/alert.ts';
import { renderNotice } from './alert/render/notice.ts';
import { budgetChecks } from './budget/when-to-check.ts';
import { changeKey, resourceKey } from './change/identity.ts';
import { order } from './change/order.ts';
import { judge, type Verdict } from './change/outcome.ts';
import { type Owner, ownerOf } from './change/owner.ts';
import { isPriced, type Metered } from './cost/meter.ts';
import type { Facts } from './facts.ts';
import type { EndedLabeling, RunningLabeling } from './labeling/facts.ts';
import { taskCount } from './labeling/tasks.ts';

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
  const { cost, labeling, handOver } = facts;
  const judged = judgedOf(change, before, configuration, cost);
  const { key, now, verdict, isLate } = judged;
  const counted = configuration.labeling.mode === 'off' ? undefined : taskCount(change);
  // Nothing is remembered of a task: thousands of them come at once.
  if (counted !== undefined)
    return unremembered(judged, 'ignored', 'counted, and told of with the end of its job', counted);
  const isTold = before?.announced?.has(key) === true;
  // What was to be told, and could not be at first, is told though more has happened since.
  if (isLate && before?.untold?.has(key) !== true) return decision(judged, 'ignored', `late: ${judged.late}`);
  if (handOver !== undefined && !isTold) return unremembered(judged, 'handed-over', HANDED_OVER[handOver.to], handOver);
  const checks = isLate ? [] : budgetChecks(change, now, judged.owner, configuration.budgets);
  const quiet = isTold ? 'it has been announced already' : whyQuiet(judged, labeling, configuration);
  if (quiet !== undefined) {
    const isWatched = labeling?.kind === 'running' && onLabeling !== undefined;
    const news = isWatched ? onLabeling.running(change, verdict, now.owner, labeling, configuration) : [];
    const isNews = news.length > 0;
    return decision(judged, isNews ? 'alerted' : 'ignored', isNews ? undefined : quiet, checks, news);
  }
  const alert = alertFor(key, change, verdict, now.owner, cost, now.stoppedFor);
  const owed =
    labeling?.kind === 'ended' && onLabeling !== undefined
      ? onLabeling.ended(alert, key, labeling, configuration)
      : tell(alert, judged, configuration);
  return decision(judged, 'alerted', undefined, [owed, ...checks]);
}

/** A change, judged, and what is known of its resource after it. */
interface Judged {
  readonly change: StateChange;
  readonly verdict: Verdict;
  readonly owner: Owner;
  readonly now: Remembered;
  /** Identity of the change. */
  readonly key: string;
  readonly isLate: boolean;
  /** Why it comes too late. */
  readonly late: string | undefined;
  readonly isNews: boolean;
}

function judgedOf(
  change: StateChange,
  before: Remembered | undefined,
  configuration: FunctionConfiguration,
  cost: Metered | undefined,
): Judged {
  const verdict = judge(change);
  const owner = ownerOf(change.tags, configuration.tags);
  const ordering = order(before, change, verdict, owner);
  const now = cost === undefined || !isPriced(cost) ? ordering.now : { ...ordering.now, cost: cost.amount };
  const isLate = ordering.kind === 'late';
  return {
    change,
    verdict,
    owner,
    now,
    key: changeKey(resourceKey(change), now),
    isLate,
    late: isLate ? ordering.reason : undefined,
    isNews: !isLate && ordering.news,
  };
}

/** Why people are not told; absent where they are. */
function whyQuiet(
  { change, verdict }: Judged,
  labeling: Facts['labeling'],
  configuration: FunctionConfiguration,
): string | undefined {
  if (change.parentArn !== undefined) return 'it belongs to a tuning job, which speaks for it';
  // What was done, and what people are asked, they hear whatever they chose to hear of ends.
  if (labeling?.kind === 'ended' && labeling.verdict.kind !== 'leave') return undefined;
  return configuration.alerts[change.family].includes(verdict.outcome)
    ? undefined
    : `outcome "${verdict.outcome}" is not among alerts.${change.family} in ground-control.yml`;
}

function tell(alert: Alert, { change, key }: Judged, configuration: FunctionConfiguration): Owed {
  const notice = renderNotice(alert, configuration);
  return { kind: 'notify', key: `notify|${key}`, resource: resourceKey(change), settles: key, notice };
}

const summaryOf = ({ change, verdict }: Judged) => ({
  eventId: change.event.id,
  detailType: change.event.detailType,
  resource: change.resource,
  status: verdict.status,
  severity: verdict.severity,
});

/** What is to be done is noted with what is to be remembered, until it is done. */
function decision(
  judged: Judged,
  outcome: Decision['outcome'],
  reason: string | undefined,
  owed: readonly Owed[] = [],
  others: readonly Action[] = [],
): Decision {
  const { now, isNews } = judged;
  const untold = [...(now.untold ?? []), ...owed.map(({ settles }) => settles)];
  return {
    ...summaryOf(judged),
    outcome,
    reason,
    remember: isNews ? { ...now, untold: noted(untold) } : undefined,
    actions: [...owed, ...others],
  };
}

/** What another function remembers, and tells people of. */
const unremembered = (judged: Judged, outcome: Decision['outcome'], reason: string, action: Action): Decision => ({
  ...summaryOf(judged),
  outcome,
  reason,
  remember: undefined,
  actions: [action],
});

const HANDED_OVER = {
  budget: 'the budget function can ask what it cost, and tells of it',
  labeling: 'the labeling function can ask what became of its objects, and tells of it',
} as const satisfies Record<HandOverAction['to'], string>;

const noted = (keys: readonly string[]) => (keys.length === 0 ? undefined : new Set(keys));
