/**
 * Decides what to do about the cost of one job at one moment.
 *
 * A job is checked when it starts, when its schedule fires, after a stop and by reconciliation. The plan depends only
 * on the facts of that moment: an extra check does no harm, and a late check catches up on what was missed.
 */

import type { Budgets } from '../../schemas/configuration/budgets.ts';
import { type Cost, isPriced } from '../cost/meter.ts';
import { type MicroUsd, secondsFor } from '../cost/money.ts';
import { type Allowance, type BookingFacts, mayYetBePriced, shareOf, tightest } from './booking.ts';
import type { Checked } from './checked.ts';
import { isAsGoodAsSpent } from './ledger.ts';
import { type Cap, capKey, type Flaw, type Limits } from './limits.ts';
import type { MonthlyBudget } from './monthly-budgets.ts';
import { VERIFY_AFTER } from './times.ts';

/** Everything that a check of one job's budget knows. */
export interface BudgetFacts extends BookingFacts {
  /** How much the job may cost under its monthly budgets. */
  readonly allowance: Allowance;
  readonly budgets: Pick<Budgets, 'mode' | 'warnAt'>;
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
      readonly why: 'protected' | 'unclear' | 'observed';
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
  /** When to check again; absent when no further check is needed. */
  readonly nextAt: Date | undefined;
}

const MINUTE = 60_000;
/** How long a stop may take before people are told that the job has not ended. Milliseconds. */
const STILL_STOPPING = 30 * MINUTE;
/**
 * Time between checks when something may change without an event: spot capacity returns, a tuning job starts training
 * jobs. Milliseconds.
 */
const UNFORESEEN = 15 * MINUTE;

/** Time between checks when only people can change something: tags, the mode. Milliseconds. */
const CHANGEABLE = 60 * MINUTE;

const NOTHING: BudgetPlan = { findings: [], stop: undefined, nextAt: undefined };

/** Plans what to do about the job that `facts` describe. */
export function checkBudget(facts: BudgetFacts): BudgetPlan {
  const { change, verdict, metered, limits, monthly, now } = facts;
  if (verdict.outcome !== 'running') {
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
  const nextAt = change.resource.type === 'tuning-job' ? checkedSoon(plan.nextAt, now) : plan.nextAt;
  return { ...plan, findings: [...flaws, ...plan.findings], nextAt };
}

/** A tuning job is checked often: its cost per hour changes with every training job that it starts. */
function checkedSoon(nextAt: Date | undefined, now: Date): Date | undefined {
  if (nextAt === undefined) return undefined;
  return new Date(Math.min(nextAt.getTime(), now.getTime() + UNFORESEEN));
}

function checkRunning({ limits, allowance, checked, now, budgets }: BudgetFacts, cost: Cost): BudgetPlan {
  const reached = (amount: MicroUsd) => {
    if (cost.isPaused) return cost.amount >= amount;
    return isAsGoodAsSpent(amount - cost.amount, cost.perHour);
  };
  const later = (amount: MicroUsd) => {
    const seconds = secondsFor(amount - cost.amount, cost.perHour);
    // Returning capacity sends no event, so the money may be spent from now on.
    const pollAfter = cost.isPaused || seconds === undefined ? UNFORESEEN : Infinity;
    return new Date(now.getTime() + Math.min((seconds ?? Infinity) * 1000, pollAfter));
  };
  const { cap } = limits;
  const month = tightest(allowance);
  const spent = [cap, month].find((one) => one !== undefined && reached(one.amount));
  if (spent !== undefined) {
    const plan = checkSpent(checked, cost, spent, limits, budgets.mode, now);
    // The next month has a new budget.
    return { ...plan, nextAt: earliest([plan.nextAt, allowance.monthEndsAt], now) };
  }
  const moments = [month && later(month.amount), allowance.renewAt];
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
  checked: Checked,
  cost: Cost,
  cap: Cap,
  limits: Limits,
  mode: Budgets['mode'],
  now: Date,
): BudgetPlan {
  const nextAt = new Date(now.getTime() + CHANGEABLE);
  const why = limits.protected
    ? 'protected'
    : mode === 'observe'
      ? 'observed'
      : limits.isProtectionUnclear
        ? 'unclear'
        : undefined;
  if (why !== undefined) return { ...NOTHING, findings: [{ kind: 'over', why, cost, cap }], nextAt };
  // People were asked to stop the job or to raise its cap. A monthly budget is tried again every hour.
  if (checked.asked.has(capKey(cap)) && cap.month === undefined) return { ...NOTHING, nextAt };
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
function checkStopping({ limits, monthly, allowance, checked, verdict, now }: BudgetFacts, cost: Cost): BudgetPlan {
  const { stoppingAt, stoppingFor } = checked;
  // Monthly budgets need the final cost of the job, so it is checked until it ends.
  const nextAt = monthly.length === 0 ? undefined : new Date(now.getTime() + UNFORESEEN);
  if (stoppingAt === undefined || stoppingFor === undefined) return { ...NOTHING, nextAt };
  const caps = [limits.cap, ...allowance.left.map((one) => one.cap)];
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
