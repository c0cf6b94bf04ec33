/** Decides what to do about one event. The entry point of the domain. */
import type { FunctionConfiguration } from '../schemas/configuration/compiled.ts';
import type { StateChange } from '../schemas/event/state-change.ts';
import type { Remembered } from '../schemas/stored/resource.ts';
import type { Severity } from '../schemas/vocabulary.ts';
import {
  type Action,
  type ChainLabelingJobAction,
  type CheckBudgetAction,
  type HandOverAction,
  type NotifyAction,
  owedBy,
  type RelayAction,
} from './action.ts';
import { type Alert, alertFor } from './alert/alert.ts';
import { renderNotice } from './alert/render/notice.ts';
import { isLimited } from './budget/limits.ts';
import { budgetChecks, stillOwed } from './budget/when-to-check.ts';
import { MOST_SENDINGS, NEVER } from './change/claim.ts';
import { resourceKey } from './change/identity.ts';
import { type JudgedChange, judgedOf } from './change/judged.ts';
import type { Verdict } from './change/outcome.ts';
import type { Owner } from './change/owner.ts';
import { referenceOf } from './change/reference.ts';
import { repeatsOf } from './delivery/still-broken.ts';
import type { Facts } from './facts.ts';
import type { EndedLabeling, LabelingEndFacts, RunningLabeling } from './labeling/facts.ts';
import { taskCount } from './labeling/tasks.ts';
import { keepingLabels } from './labeling/words/by-event.ts';
import { notesOn, releaseOf, waitsForTuningJob } from './parts/actions.ts';
import { parentIn, parentOf } from './parts/parent.ts';
import { canWait } from './parts/part.ts';
import { relaysOf, withoutRelays } from './relay/owed.ts';

/** The decision on one event, with the fields that are logged. */
export interface Decision {
  readonly outcome: 'alerted' | 'ignored' | 'quarantined' | 'handed-over';
  readonly eventId: string | undefined;
  readonly detailType: string | undefined;
  readonly resource: StateChange['resource'] | undefined;
  readonly status: string | undefined;
  readonly severity: Severity | undefined;
  /** Why the event was ignored or quarantined, or why nobody gets the alert now. */
  readonly reason: string | undefined;
  /**
   * What to store about the resource before any action is carried out; absent when nothing changed and nothing is owed.
   */
  readonly remember: Remembered | undefined;
  readonly actions: readonly Action[];
}

/**
 * An action that must not be lost. The name that it `settles` stays in the resource's `untold` until the action is
 * done, so that a retry can tell what is missing.
 */
type Owed = (NotifyAction & { readonly settles: string }) | CheckBudgetAction | ChainLabelingJobAction;

/** The policies about labeling jobs. Only the labeling function has them in its package. */
export interface OnLabeling {
  /** Decides whether a new job continues the ended one. */
  readonly judge: (facts: LabelingEndFacts, change: StateChange, configuration: FunctionConfiguration) => EndedLabeling;
  /** The action for an ended labeling job: an alert, or the creation of the job that continues it. */
  readonly ended: (alert: Alert, settles: string, facts: EndedLabeling, configuration: FunctionConfiguration) => Owed;
  /** Warnings about a running labeling job. */
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

/** Decides on a change. `before` is the stored state of its resource; `facts` says what the event does not. */
export const decide: Decide = (...input) => decideUnder(undefined, ...input);

/** Like `decide`, with policies about labeling jobs. */
export const decideWith =
  (onLabeling: OnLabeling): Decide =>
  (...input) =>
    decideUnder(onLabeling, ...input);

function decideUnder(
  onLabeling: OnLabeling | undefined,
  change: StateChange,
  before: Remembered | undefined,
  configuration: FunctionConfiguration,
  facts: Facts = {},
): Decision {
  const cost = facts.cost === 'elsewhere' ? undefined : facts.cost;
  const labeling = facts.labeling === 'elsewhere' ? undefined : facts.labeling;
  const diagnosis = facts.diagnosis === 'elsewhere' ? undefined : facts.diagnosis;
  const parts = facts.parts === 'elsewhere' ? undefined : facts.parts;
  const parent = configuration.delivery.collapse ? (facts.parent ?? parentOf(change)) : undefined;
  const unrelayed = judgedOf(change, before, configuration, cost);
  const { key, now, late } = unrelayed;
  const known = { cost, diagnosis, stoppedFor: now.stoppedFor, parts, parent };
  const alertWith = (settings: FunctionConfiguration) =>
    alertFor(key, change, unrelayed.verdict, now.owner, known, settings);
  const alert = () => alertWith(configuration);
  const judged = {
    ...unrelayed,
    // Other systems get no text of others.
    relays: configuration.relays.on
      ? relaysOf(unrelayed, before, () => alertWith({ ...configuration, reasons: 'cause-only' }), configuration.relays)
      : undefined,
  };
  const counted = configuration.labeling.mode === 'off' ? undefined : taskCount(change);
  // One alert per task would be thousands at once, so tasks are only counted.
  if (counted !== undefined)
    return unstored(
      judged,
      'ignored',
      'tasks are counted; the alert about the end of the labeling job has the counts',
      counted,
    );
  const isGivenUp = before?.givenUp?.has(key) === true;
  const isOwed = before?.untold?.has(key) === true || (isGivenUp && facts.redrive !== undefined);
  // An alert that could not be sent earlier is still sent, although the resource has changed since.
  if (late !== undefined && !isOwed && !judged.isStillNews) return decision(judged, 'ignored', `late: ${late}`);
  const isAnnounced = before?.announced?.has(key) === true;
  const checks = late === undefined ? checksOf(judged, before, configuration, facts) : [];
  const ended = labeling?.kind === 'ended' ? onLabeling?.judge(labeling, change, configuration) : undefined;
  // Nobody waits for an alert that was not due when its event came: the outcome may have been switched on since.
  const isOld = facts.isInspection === true && !judged.isNews && !isOwed;
  const whyNoAlert =
    whyKnown(isAnnounced, isGivenUp && !isOwed) ??
    (isOld ? 'its event was handled before, and owed no alert' : undefined) ??
    reasonForNoAlert(judged, ended, configuration);
  const handOver = handOverOf(change, facts, whyNoAlert === undefined, configuration);
  if (handOver !== undefined && !isAnnounced) {
    const why = HANDED_OVER[handOver.to];
    // A diagnosis waits for logs. Its alert is owed from now on, even if the resource changes meanwhile.
    return handOver.to === 'diagnosis' && whyNoAlert === undefined
      ? decision(judged, 'handed-over', why, [], [handOver], key)
      : unstored(judged, 'handed-over', why, handOver);
  }
  const notes = parent === undefined || late !== undefined ? [] : notesOn(alert(), parent, configuration);
  if (whyNoAlert !== undefined) {
    const warnings = [
      ...(labeling?.kind === 'running' ? warningsOn(judged, labeling, onLabeling, configuration) : []),
      ...(isAnnounced && facts.now !== undefined ? repeatsOf(alert(), now.since, facts.now, configuration) : []),
    ];
    const released = parts === undefined ? [] : releaseOf(change);
    return warnings.length === 0
      ? decision(judged, 'ignored', whyNoAlert, checks, [...notes, ...released])
      : decision(judged, 'alerted', undefined, checks, warnings);
  }
  const owed =
    ended !== undefined && onLabeling !== undefined
      ? onLabeling.ended(alert(), key, ended, configuration)
      : alertAction(keepingLabels(alert()), judged, configuration);
  const isPartOnly = owed.kind === 'notify' && owed.isPartOnly === true;
  return decision(judged, 'alerted', isPartOnly ? TOLD_BY_PARENT : undefined, [owed, ...checks], notes);
}

/** Why nobody gets an alert alone. */
const TOLD_BY_PARENT = 'it belongs to a tuning job; subscribers hear of it in the alert about the end of that';

/** Why an alert is not sent (again). */
function whyKnown(isAnnounced: boolean, isGivenUp: boolean): string | undefined {
  if (isAnnounced) return 'it has been announced already';
  return isGivenUp
    ? `SNS confirmed none of ${MOST_SENDINGS} attempts to send its alert; npm run redrive sends it again`
    : undefined;
}

/** The budget checks to request. A check that was requested already is requested again only by an inspection. */
function checksOf(
  { change, now, owner }: Judged,
  before: Remembered | undefined,
  { budgets }: FunctionConfiguration,
  { isInspection = false }: Facts,
): CheckBudgetAction[] {
  const checks = budgetChecks(change, now, owner, budgets);
  if (isInspection && isLimited(change.resource.type, change.tags, owner, budgets)) return checks;
  return checks.filter(({ requestedBy: { settles } }) => before?.announced?.has(settles) !== true);
}

/** With what is to be published for other systems; undefined when there are none. */
interface Judged extends JudgedChange {
  readonly relays: readonly RelayAction[] | undefined;
}

/**
 * Passes the event to the function that can look up what this function cannot. A diagnosis is only for an alert; parts of
 * what has ended are told in any case.
 */
function handOverOf(
  change: StateChange,
  { cost, labeling, diagnosis, parts, review, redrive }: Facts,
  isAlertDue: boolean,
  configuration: FunctionConfiguration,
): HandOverAction | undefined {
  // Hundreds of trials may fail. The tuning job itself is diagnosed.
  const isDiagnosed = diagnosis === 'elsewhere' && isAlertDue && change.parentArn === undefined;
  const toDiagnose = isDiagnosed || parts === 'elsewhere' ? 'diagnosis' : undefined;
  const to =
    (labeling === 'elsewhere' ? 'labeling' : undefined) ??
    (review === 'elsewhere' ? 'review' : undefined) ??
    toDiagnose ??
    (cost === 'elsewhere' ? 'budget' : undefined);
  return to && { kind: 'hand-over', to, reference: referenceOf(change, configuration, redrive, to) };
}

const HANDED_OVER = {
  budget: 'the budget function looks up the cost and sends the alert',
  labeling: 'the labeling function looks up how many objects are labeled and sends the alert',
  diagnosis: 'the function diagnosis looks up why it failed, or what became of its parts, and sends the alert',
  review: 'the function review compares what people answered with the model and sends the alert',
} as const satisfies Record<HandOverAction['to'], string>;

/** Why people get no alert about the change; absent when they get one. */
function reasonForNoAlert(
  { change, verdict }: Judged,
  ended: EndedLabeling | undefined,
  configuration: FunctionConfiguration,
): string | undefined {
  if (change.parentArn !== undefined && !waitsForTuningJob(change, verdict, configuration))
    return 'it belongs to a tuning job, whose alert covers it';
  // People are always told what Ground Control did and what it asks them, whichever outcomes they chose.
  if (ended !== undefined && ended.verdict.kind !== 'leave') return undefined;
  return configuration.alerts[change.family].includes(verdict.outcome)
    ? undefined
    : `outcome "${verdict.outcome}" is not among alerts.${change.family} in ground-control.yml`;
}

/** Warnings about a running labeling job. */
const warningsOn = (
  { change, verdict, now }: Judged,
  facts: RunningLabeling,
  onLabeling: OnLabeling | undefined,
  configuration: FunctionConfiguration,
): NotifyAction[] => onLabeling?.running(change, verdict, now.owner, facts, configuration) ?? [];

function alertAction(alert: Alert, { change, key, late }: Judged, configuration: FunctionConfiguration): Owed {
  const notice = renderNotice(alert, configuration);
  return {
    ...{ kind: 'notify', key: `notify|${key}`, resource: resourceKey(change), settles: key, notice },
    // The part of a late change is not noted, so that no other alert could tell of it.
    ...(alert.parent !== undefined && late === undefined && canWait(alert) && { waitsFor: alert.parent }),
    ...(change.parentArn !== undefined && { isPartOnly: true }),
    ...(alert.parts !== undefined && { tellsPartsOf: parentIn(change) }),
  };
}

const summaryOf = ({ change, verdict }: Judged) => ({
  eventId: change.event.id,
  detailType: change.event.detailType,
  resource: change.resource,
  status: verdict.status,
  severity: verdict.severity,
});

/**
 * Adds the names of owed actions to `untold`. They are stored before any action is carried out. An alert that was owed
 * and that people no longer want is owed no more. Another function claims and does what is `owedElsewhere`. A decision
 * that changes nothing about a known change stores nothing.
 */
function decision(
  judged: Judged,
  outcome: Decision['outcome'],
  reason: string | undefined,
  owed: readonly Owed[] = [],
  others: readonly Action[] = [],
  owedElsewhere?: string,
): Decision {
  const { stored, isNews, relays = [] } = judged;
  const owedAlready = stillOwed(stored.untold, stored.ended);
  // All that other systems still have to get is in `relays`.
  const untold = withoutRelays(owedAlready);
  const isRelayDropped = owedAlready.size - untold.size > relays.length;
  const isPassedOn = owedElsewhere !== undefined && !untold.has(owedElsewhere);
  if (isPassedOn) untold.set(owedElsewhere, NEVER);
  for (const action of owed) {
    const name = owedBy(action)?.settles;
    if (name !== undefined && !untold.has(name)) untold.set(name, NEVER);
  }
  const isOwed = owedElsewhere === judged.key || owed.some((action) => owedBy(action)?.settles === judged.key);
  const isDropped = (!isOwed && untold.delete(judged.key)) || isRelayDropped;
  // The function that gets the event knows more about the change, and publishes it.
  const isLeft = owedElsewhere !== undefined;
  for (const { settles, content: relay } of relays)
    untold.set(settles, {
      ...(owedAlready.get(settles) ?? (isLeft ? { ...NEVER, isIncomplete: true } : NEVER)),
      relay,
    });
  const sent = isLeft ? [] : relays;
  return {
    ...summaryOf(judged),
    outcome,
    reason,
    remember:
      isNews || isDropped || isPassedOn || owed.length + sent.length > 0
        ? { ...stored, untold: untold.size === 0 ? undefined : untold }
        : undefined,
    actions: [...owed, ...others, ...sent],
  };
}

/** A decision that stores nothing: the function that gets the action stores the change, or only counts it. */
const unstored = (judged: Judged, outcome: Decision['outcome'], reason: string, action: Action): Decision => ({
  ...summaryOf(judged),
  outcome,
  reason,
  remember: undefined,
  actions: [action],
});
