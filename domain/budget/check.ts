/**
 * Decides what to do about the cost of one job at one moment.
 *
 * A job is checked when it starts, when its schedule fires, after a stop and by reconciliation. The plan depends only
 * on the facts of that moment: an extra check does no harm, and a late check catches up on what was missed.
 */

import type { Budgets } from '../../schemas/configuration/budgets.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import type { Verdict } from '../change/outcome.ts';
import { type Cost, isPriced, type Metered } from '../cost/meter.ts';
import { type MicroUsd, secondsFor } from '../cost/money.ts';
import type { WarmPool } from '../cost/warm-pool.ts';
import type { Checked } from './checked.ts';
import { type Cap, capKey, type Flaw, type Limits } from './limits.ts';
import { endOf, monthOf } from './month/calendar.ts';
import { type MonthStanding, nameOf, shareOf } from './month/month.ts';
import type { MonthlyBudget } from './month/monthly-budgets.ts';
import { endsWarmPools } from './stoppable.ts';
import { PRECISION_SECONDS, STILL_STOPPING, VERIFY_AFTER } from './times.ts';

/** Everything that a check of one job's budget knows. */
export interface BudgetFacts {
  readonly change: StateChange;
  readonly verdict: Verdict;
  readonly metered: Metered;
  readonly limits: Limits;
  readonly checked: Checked;
  readonly now: Date;
  /** The monthly budgets that count the job. */
  readonly monthly: readonly MonthlyBudget[];
  readonly timeZone: string;
  /** The month for which the job is to be stopped; absent when none asks for that. */
  readonly month?: MonthStanding | undefined;
  /** The months of the job, for the words about an earlier stop. */
  readonly standings?: readonly MonthStanding[];
  readonly budgets: Pick<Budgets, 'mode' | 'warnAt' | 'endWarmPools'>;
}

/** What a check found. People get a notice about each finding. */
export type Finding =
  | { readonly kind: 'flaw'; readonly flaws: readonly Flaw[] }
  /** The cost is not known. Without a `cap` the job is only missing in its monthly budgets. */
  | {
      readonly kind: 'not-priced';
      readonly reason: string;
      readonly cap: Cap | undefined;
      readonly monthly: readonly MonthlyBudget[];
    }
  | {
      readonly kind: 'warning';
      readonly threshold: number;
      readonly cost: Cost;
      readonly cap: Cap;
      /** When the job reaches the cap at its present rate; absent when nobody can tell. */
      readonly exhaustedAt: Date | undefined;
      /** This is the last warning before the cap. */
      readonly last: boolean;
    }
  | {
      readonly kind: 'over';
      /** `uploading`: the job has done its work, and saves the results. */
      readonly why: 'protected' | 'unclear' | 'observed' | 'uploading';
      readonly cost: Cost;
      readonly cap: Cap;
    }
  /** Ground Control stopped the job. People may have the notice already; its key keeps it from being sent twice. */
  | { readonly kind: 'stopped'; readonly cost: Cost; readonly cap: Cap }
  | {
      /** Ground Control stopped the job, and the job has not ended. */
      readonly kind: 'not-stopped';
      readonly cost: Cost;
      readonly cap: Cap;
      readonly stoppedAt: Date;
      readonly status: string;
    };

/** What a check decided. */
export interface BudgetPlan {
  readonly findings: readonly Finding[];
  /** Stop the job, because it reached `cap`. `again` is 0 at the first stop, and counts stops that had no effect. */
  readonly stop: { readonly cost: Cost; readonly cap: Cap; readonly again: number } | undefined;
  /** End the warm pool of the job, which Ground Control stopped. */
  readonly endPool?: { readonly cost: Cost; readonly pool: WarmPool };
  /** When to check again; absent when no further check is needed. */
  readonly nextAt: Date | undefined;
}

const MINUTE = 60_000;
/**
 * Time between checks when something may change without an event: spot capacity returns, a tuning job starts training
 * jobs. Milliseconds.
 */
const UNFORESEEN = 15 * MINUTE;

/** Time between checks when only people can change something: tags, the mode. Milliseconds. */
const CHANGEABLE = 60 * MINUTE;

/** How long a job may save its results before it is stopped over its budget. Milliseconds. */
const LONGEST_UPLOAD = 60 * MINUTE;

/** The cost of an ended job may still become known for this time after its end. Milliseconds. */
const PRICED_WITHIN = 2 * 60 * MINUTE;

const NOTHING: BudgetPlan = { findings: [], stop: undefined, nextAt: undefined };

/** Plans what to do about the job that `facts` describe. */
export function checkBudget(facts: BudgetFacts): BudgetPlan {
  const { change, verdict, metered, limits, monthly, now } = facts;
  if (verdict.outcome !== 'running') {
    const pool = isPriced(metered) ? metered.warmPool : undefined;
    if (isPriced(metered) && pool?.isOver === false) return checkPool(facts, metered, pool);
    const isOpen = monthly.length > 0 && !isPriced(metered) && mayYetBePriced(change, now);
    return isOpen ? { ...NOTHING, nextAt: new Date(now.getTime() + UNFORESEEN) } : NOTHING;
  }
  const flaws: Finding[] = limits.flaws.length === 0 ? [] : [{ kind: 'flaw', flaws: limits.flaws }];
  const { cap } = limits;
  const changeable = new Date(now.getTime() + CHANGEABLE);
  // The owner is asked to correct the tag, so the tags are read again.
  if (cap === undefined && monthly.length === 0) {
    return { ...NOTHING, findings: flaws, nextAt: flaws.length === 0 ? undefined : changeable };
  }
  if (!isPriced(metered)) {
    // The Price List may answer next time, or SageMaker may list the training jobs.
    const nextAt = new Date(now.getTime() + UNFORESEEN);
    return {
      ...NOTHING,
      findings: [...flaws, { kind: 'not-priced', reason: metered.notPriced, cap, monthly }],
      nextAt,
    };
  }
  const plan = verdict.status === 'InProgress' ? checkRunning(facts, metered) : checkStopping(facts, metered);
  // The cost an hour of a tuning job changes with every training job that it starts.
  const soon = change.resource.type === 'tuning-job' ? new Date(now.getTime() + UNFORESEEN) : undefined;
  const nextAt = plan.nextAt && earliest([plan.nextAt, soon], now);
  return { ...plan, findings: [...flaws, ...plan.findings], nextAt };
}

/**
 * The plan for an ended job whose instances are kept for the next job. Nothing tells of the end of a pool, so the job is
 * checked once more when it is over.
 */
function checkPool({ monthly, limits, checked, budgets, now }: BudgetFacts, cost: Cost, pool: WarmPool): BudgetPlan {
  const isOurs = checked.stoppedAt !== undefined && !limits.protected && !limits.isProtectionUnclear;
  if (isOurs && endsWarmPools(budgets))
    return { ...NOTHING, endPool: { cost, pool }, nextAt: new Date(now.getTime() + VERIFY_AFTER) };
  return monthly.length === 0 ? NOTHING : { ...NOTHING, nextAt: new Date(pool.until.getTime() + MINUTE) };
}

/** Whether the cost of an ended job may still become known. */
function mayYetBePriced({ endedAt }: StateChange, now: Date): boolean {
  return endedAt !== undefined && Math.abs(now.getTime() - endedAt.getTime()) < PRICED_WITHIN;
}

/**
 * When a job needs a line in one more month: within 12 hours after the next month has begun, and not all jobs at the
 * same time.
 */
function nextMonthAt({ change, monthly, now, timeZone }: BudgetFacts): Date | undefined {
  if (monthly.length === 0) return undefined;
  const apart = (change.startedAt?.getTime() ?? 0) % (12 * 60 * MINUTE);
  return new Date(endOf(monthOf(now, timeZone), timeZone).getTime() + apart);
}

function checkRunning(facts: BudgetFacts, cost: Cost): BudgetPlan {
  const { limits, month, now, budgets } = facts;
  const reached = (amount: MicroUsd) => {
    if (cost.isPaused) return cost.amount >= amount;
    // A schedule could not fire before it is spent.
    return cost.amount >= amount || (secondsFor(amount - cost.amount, cost.perHour) ?? Infinity) < PRECISION_SECONDS;
  };
  const later = (amount: MicroUsd) => {
    const seconds = secondsFor(amount - cost.amount, cost.perHour);
    // Returning capacity sends no event, so the money may be spent from now on.
    const pollAfter = cost.isPaused || seconds === undefined ? UNFORESEEN : Infinity;
    return new Date(now.getTime() + Math.min((seconds ?? Infinity) * 1000, pollAfter));
  };
  const { cap } = limits;
  const isReached = cap !== undefined && reached(cap.amount);
  const spent = isReached ? cap : month && { amount: cost.amount, from: nameOf(month), month };
  // A job may begin, or get capacity back, without an event.
  const isIdle = cost.isPaused || cost.perHour === 0n;
  const moments = [nextMonthAt(facts), isIdle ? new Date(now.getTime() + UNFORESEEN) : undefined];
  if (spent !== undefined) {
    const plan = checkSpent(facts, cost, spent);
    return { ...plan, nextAt: earliest([plan.nextAt, ...moments], now) };
  }
  if (cap === undefined) return { ...NOTHING, nextAt: earliest(moments, now) };
  const thresholds = budgets.warnAt.map((percent) => ({ percent, amount: shareOf(cap.amount, percent) }));
  const passed = thresholds.findLast(({ amount }) => reached(amount));
  const next = thresholds.find(({ amount }) => !reached(amount))?.amount ?? cap.amount;
  const lasts = secondsFor(cap.amount - cost.amount, cost.perHour);
  const exhaustedAt = cost.isPaused || lasts === undefined ? undefined : later(cap.amount);
  return {
    findings:
      passed === undefined
        ? []
        : [{ kind: 'warning', threshold: passed.percent, cost, cap, exhaustedAt, last: passed === thresholds.at(-1) }],
    stop: undefined,
    nextAt: earliest([later(next), ...moments], now),
  };
}

/** The earliest of `moments`; without any, 15 minutes from `now`. */
function earliest(moments: readonly (Date | undefined)[], now: Date): Date {
  const known = moments.flatMap((moment) => moment?.getTime() ?? []);
  return new Date(known.length === 0 ? now.getTime() + UNFORESEEN : Math.min(...known));
}

/** The plan for a job that reached `cap`. */
function checkSpent(
  { change, checked, limits, budgets: { mode }, now }: BudgetFacts,
  cost: Cost,
  cap: Cap,
): BudgetPlan {
  const nextAt = new Date(now.getTime() + CHANGEABLE);
  const uploadsUntil = new Date((checked.uploadingSince ?? now).getTime() + LONGEST_UPLOAD);
  const why = limits.protected
    ? 'protected'
    : mode === 'observe'
      ? 'observed'
      : limits.isProtectionUnclear
        ? 'unclear'
        : change.secondaryStatus === 'Uploading' && now < uploadsUntil
          ? 'uploading'
          : undefined;
  const findings: Finding[] = why === undefined ? [] : [{ kind: 'over', why, cost, cap }];
  if (why === 'uploading') return { ...NOTHING, findings, nextAt: uploadsUntil };
  if (why !== undefined) return { ...NOTHING, findings, nextAt };
  const { heldUntil } = checked;
  if (heldUntil !== undefined && now < heldUntil && cap.month === undefined) return { ...NOTHING, nextAt: heldUntil };
  return stopIt(checked, cost, cap, now);
}

function stopIt({ stoppedAt }: Checked, cost: Cost, cap: Cap, now: Date): BudgetPlan {
  const verifyAt = new Date(now.getTime() + VERIFY_AFTER);
  if (stoppedAt === undefined) return { findings: [], stop: { cost, cap, again: 0 }, nextAt: verifyAt };
  const since = now.getTime() - stoppedAt.getTime();
  // The check comes before the stop can have had an effect.
  if (since < VERIFY_AFTER - MINUTE) {
    return { findings: [], stop: undefined, nextAt: new Date(stoppedAt.getTime() + VERIFY_AFTER) };
  }
  const again = 1 + Math.floor(since / STILL_STOPPING);
  return {
    findings: [{ kind: 'not-stopped', cost, cap, stoppedAt, status: 'InProgress' }],
    stop: { cost, cap, again },
    nextAt: new Date(stoppedAt.getTime() + again * STILL_STOPPING),
  };
}

/** The plan for a job that is stopping. If Ground Control stopped it, people are told, also when it does not end. */
function checkStopping(facts: BudgetFacts, cost: Cost): BudgetPlan {
  const { limits, monthly, standings = [], checked, verdict, now } = facts;
  const { stoppingAt, stoppingFor } = checked;
  // Monthly budgets need the final cost of the job, so it is checked until it ends.
  const nextAt = monthly.length === 0 ? undefined : new Date(now.getTime() + UNFORESEEN);
  if (stoppingAt === undefined || stoppingFor === undefined) return { ...NOTHING, nextAt };
  const ofMonths = standings.map((month) => ({ amount: cost.amount, from: nameOf(month), month }));
  const caps = [limits.cap, ...ofMonths];
  // The cap may have changed since the stop, or the month may be over.
  const cap = caps.find((one) => one !== undefined && capKey(one) === stoppingFor) ?? {
    amount: cost.amount,
    from: 'the limit that held when it was stopped',
    key: stoppingFor,
  };
  const stopped: Finding = { kind: 'stopped', cost, cap };
  const overdue = new Date(stoppingAt.getTime() + STILL_STOPPING);
  if (now < overdue) return { ...NOTHING, findings: [stopped], nextAt: overdue };
  const status = verdict.status ?? '';
  return { ...NOTHING, findings: [stopped, { kind: 'not-stopped', cost, cap, stoppedAt: stoppingAt, status }], nextAt };
}
