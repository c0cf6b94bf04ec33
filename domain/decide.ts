/** What to do about one event. */
import type { FunctionConfiguration } from '../schemas/configuration/compiled.ts';
import type { StateChange } from '../schemas/event/state-change.ts';
import type { Remembered } from '../schemas/stored/resource.ts';
import type { Severity } from '../schemas/vocabulary.ts';
import type { Action, ChainLabelingJobAction, HandOverAction, NotifyAction } from './action.ts';
import { type Alert, alertFor } from './alert/alert.ts';
import { renderNotice } from './alert/render/notice.ts';
import { budgetChecks, type RequestedCheck } from './budget/when-to-check.ts';
import { changeKey, resourceKey } from './change/identity.ts';
import { order } from './change/order.ts';
import { judge, type Verdict } from './change/outcome.ts';
import { type Owner, ownerOf } from './change/owner.ts';
import { isPriced, type Metered } from './cost/meter.ts';
import type { Facts } from './facts.ts';
import type { EndedLabeling, LabelingEndFacts, RunningLabeling } from './labeling/facts.ts';
import { taskCount } from './labeling/tasks.ts';

/** The decision on one event, with what the log says about it. */
export interface Decision {
  readonly outcome: 'alerted' | 'ignored' | 'quarantined' | 'handed-over';
  readonly eventId: string | undefined;
  readonly detailType: string | undefined;
  readonly resource: StateChange['resource'] | undefined;
  readonly status: string | undefined;
  readonly severity: Severity | undefined;
  /** Why the event was ignored or quarantined. */
  readonly reason: string | undefined;
  /** What to store before any action is done; absent where nothing changed. */
  readonly remember: Remembered | undefined;
  readonly actions: readonly Action[];
}

/** An action that a change gives cause to. The change keeps its name in `untold` until the action is done. */
type Owed = (NotifyAction & { readonly settles: string }) | RequestedCheck | ChainLabelingJobAction;

/** The policies about labeling jobs. Only the function that asks SageMaker about these jobs has them in its package. */
export interface OnLabeling {
  readonly judge: (facts: LabelingEndFacts, change: StateChange, configuration: FunctionConfiguration) => EndedLabeling;
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

/** Decides on a change. `before` is what is remembered of its resource, `facts` what is known beyond the event. */
export const decide: Decide = (...of) => decideAs(undefined, ...of);

/** The same, with policies about labeling jobs. */
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
  const cost = facts.cost === 'elsewhere' ? undefined : facts.cost;
  const labeling = facts.labeling === 'elsewhere' ? undefined : facts.labeling;
  const judged = judgedOf(change, before, configuration, cost);
  const { key, now, late } = judged;
  const counted = configuration.labeling.mode === 'off' ? undefined : taskCount(change);
  // Tasks are only counted: thousands of them come at once.
  if (counted !== undefined)
    return unremembered(judged, 'ignored', 'counted; the alert about the end of its job has the numbers', counted);
  // An alert that could not be sent at first is still sent, though more has happened since.
  if (late !== undefined && before?.untold?.has(key) !== true) return decision(judged, 'ignored', `late: ${late}`);
  const isTold = before?.announced?.has(key) === true;
  const handOver = handOverOf(facts);
  if (handOver !== undefined && !isTold) return unremembered(judged, 'handed-over', HANDED_OVER[handOver.to], handOver);
  const checks = late === undefined ? budgetChecks(change, now, judged.owner, configuration.budgets) : [];
  const ended = labeling?.kind === 'ended' ? onLabeling?.judge(labeling, change, configuration) : undefined;
  const quiet = isTold ? 'it has been announced already' : whyQuiet(judged, ended, configuration);
  if (quiet !== undefined) {
    const news = labeling?.kind === 'running' ? newsOf(judged, labeling, onLabeling, configuration) : [];
    return news.length === 0
      ? decision(judged, 'ignored', quiet, checks)
      : decision(judged, 'alerted', undefined, checks, news);
  }
  const alert = alertFor(key, change, judged.verdict, now.owner, cost, now.stoppedFor);
  const owed =
    ended !== undefined && onLabeling !== undefined
      ? onLabeling.ended(alert, key, ended, configuration)
      : tell(alert, judged, configuration);
  return decision(judged, 'alerted', undefined, [owed, ...checks]);
}

/** A change with its verdict, and what is known of its resource after it. */
interface Judged {
  readonly change: StateChange;
  readonly verdict: Verdict;
  readonly owner: Owner;
  readonly now: Remembered;
  /** Identity of the change. */
  readonly key: string;
  /** Why the change comes too late; absent where it does not. */
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
  return {
    change,
    verdict,
    owner,
    now,
    key: changeKey(resourceKey(change), now),
    late: ordering.kind === 'late' ? ordering.reason : undefined,
    isNews: ordering.kind !== 'late' && ordering.news,
  };
}

/** The function that can find out what this one cannot. */
function handOverOf({ event, cost, labeling }: Facts): HandOverAction | undefined {
  if (labeling === 'elsewhere') return { kind: 'hand-over', to: 'labeling', event };
  return cost === 'elsewhere' ? { kind: 'hand-over', to: 'budget', event } : undefined;
}

const HANDED_OVER = {
  budget: 'the budget function finds out the cost, and alerts',
  labeling: 'the labeling function finds out what became of the objects, and alerts',
} as const satisfies Record<HandOverAction['to'], string>;

/** Why people get no alert; absent where they get one. */
function whyQuiet(
  { change, verdict }: Judged,
  ended: EndedLabeling | undefined,
  configuration: FunctionConfiguration,
): string | undefined {
  if (change.parentArn !== undefined) return 'it belongs to a tuning job, whose alert covers it';
  // People always hear what Ground Control did, and what it asks them, whichever outcomes they chose.
  if (ended !== undefined && ended.verdict.kind !== 'leave') return undefined;
  return configuration.alerts[change.family].includes(verdict.outcome)
    ? undefined
    : `outcome "${verdict.outcome}" is not among alerts.${change.family} in ground-control.yml`;
}

/** Warnings about a labeling job that runs. */
const newsOf = (
  { change, verdict, now }: Judged,
  facts: RunningLabeling,
  onLabeling: OnLabeling | undefined,
  configuration: FunctionConfiguration,
): NotifyAction[] => onLabeling?.running(change, verdict, now.owner, facts, configuration) ?? [];

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

/** The names of owed actions are remembered with the change, before any action is done. */
function decision(
  judged: Judged,
  outcome: Decision['outcome'],
  reason: string | undefined,
  owed: readonly Owed[] = [],
  others: readonly Action[] = [],
): Decision {
  const { now, isNews } = judged;
  const untold = new Set([...(now.untold ?? []), ...owed.map(settledBy)]);
  return {
    ...summaryOf(judged),
    outcome,
    reason,
    remember: isNews ? { ...now, untold: untold.size === 0 ? undefined : untold } : undefined,
    actions: [...owed, ...others],
  };
}

const settledBy = (action: Owed): string =>
  action.kind === 'check-budget' ? action.requestedBy.settles : action.settles;

/** For a change that another function remembers, and alerts about. */
const unremembered = (judged: Judged, outcome: Decision['outcome'], reason: string, action: Action): Decision => ({
  ...summaryOf(judged),
  outcome,
  reason,
  remember: undefined,
  actions: [action],
});
