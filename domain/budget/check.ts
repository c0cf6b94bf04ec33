/**
 * What to do about one job's cost at one moment.
 *
 * The same question is asked when a job starts, when a deadline fires, after it was stopped and by reconciliation; the
 * answer depends on nothing but what is true then, so that a question too many does no harm and one that is late repairs
 * what was missed.
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

export interface BudgetFacts extends BookingFacts {
  readonly allowance: Allowance;
  readonly budgets: Pick<Budgets, 'mode' | 'warnAt'>;
}

/** What people are told. */
export type Finding =
  | { readonly kind: 'flaw'; readonly flaws: readonly Flaw[] }
  /** Absent `cap`: it is not counted in the monthly budgets that it belongs to. */
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
      /** When the cap is reached at the present rate. */
      readonly exhaustedAt: Date | undefined;
      /** It is the last warning before that. */
      readonly last: boolean;
    }
  | {
      readonly kind: 'over';
      readonly why: 'protected' | 'unclear' | 'observed';
      readonly cost: Cost;
      readonly cap: Cap;
    }
  /** It was stopped; this may have been said. */
  | { readonly kind: 'stopped'; readonly cost: Cost; readonly cap: Cap }
  | {
      readonly kind: 'not-stopped';
      readonly cost: Cost;
      readonly cap: Cap;
      readonly stoppedAt: Date;
      readonly status: string;
    };

export interface BudgetPlan {
  readonly findings: readonly Finding[];
  /** Stop it: it is over its cap. `again`: how often it was stopped before, and runs on. */
  readonly stop: { readonly cost: Cost; readonly cap: Cap; readonly again: number } | undefined;
  /** When to ask again; absent when nothing is left to ask. */
  readonly nextAt: Date | undefined;
}

const MINUTE = 60_000;
const STILL_STOPPING = 30 * MINUTE;
/** How long what cannot be foretold is left alone: capacity that comes back, training jobs that a tuning job starts. */
const UNFORESEEN = 15 * MINUTE;

/** How long what only people can change is left alone: tags, the mode. */
const CHANGEABLE = 60 * MINUTE;

const NOTHING: BudgetPlan = { findings: [], stop: undefined, nextAt: undefined };

/** The plan for the job that `facts` describe. */
export function checkBudget(facts: BudgetFacts): BudgetPlan {
  const { change, verdict, metered, limits, monthly, now } = facts;
  if (verdict.outcome !== 'running') {
    const isOpen = monthly.length > 0 && !isPriced(metered) && mayYetBePriced(change, now);
    return isOpen ? { ...NOTHING, nextAt: new Date(now.getTime() + UNFORESEEN) } : NOTHING;
  }
  const flaws: Finding[] = limits.flaws.length === 0 ? [] : [{ kind: 'flaw', flaws: limits.flaws }];
  const { cap } = limits;
  const changeable = new Date(now.getTime() + CHANGEABLE);
  // What its owner is asked to correct is read again.
  if (cap === undefined && monthly.length === 0) {
    return { ...NOTHING, findings: flaws, nextAt: flaws.length === 0 ? undefined : changeable };
  }
  if (!isPriced(metered)) {
    // The Price List may answer again; training jobs may be listed.
    const nextAt = new Date(now.getTime() + UNFORESEEN);
    return {
      ...NOTHING,
      findings: [...flaws, { kind: 'not-priced', reason: metered.notPriced, cap, monthly }],
      nextAt,
    };
  }
  const plan = verdict.status === 'InProgress' ? checkRunning(facts, metered) : checkStopping(facts, metered);
  const nextAt = change.resource.type === 'tuning-job' ? soonest(plan.nextAt, now) : plan.nextAt;
  return { ...plan, findings: [...flaws, ...plan.findings], nextAt };
}

/** What a tuning job costs an hour changes with every training job that it starts. */
function soonest(nextAt: Date | undefined, now: Date): Date | undefined {
  if (nextAt === undefined) return undefined;
  return new Date(Math.min(nextAt.getTime(), now.getTime() + UNFORESEEN));
}

function checkRunning({ limits, allowance, checked, now, budgets }: BudgetFacts, cost: Cost): BudgetPlan {
  const reached = (amount: MicroUsd) => {
    if (cost.isPaused) return cost.amount >= amount;
    return isAsGoodAsSpent(amount - cost.amount, cost.perHour);
  };
  const later = (amount: MicroUsd) => {
    const milliseconds = (secondsFor(amount - cost.amount, cost.perHour) ?? Infinity) * 1000;
    // Capacity that comes back sends no event: what is left may be spent from this moment on.
    const unforeseen = cost.isPaused || cost.perHour === 0n ? UNFORESEEN : Infinity;
    return new Date(now.getTime() + Math.min(milliseconds, unforeseen));
  };
  const { cap } = limits;
  const month = tightest(allowance);
  const spent = [cap, month].find((one) => one !== undefined && reached(one.amount));
  if (spent !== undefined) {
    const plan = checkSpent(checked, cost, spent, limits, budgets.mode, now);
    // The next month has money of its own.
    return { ...plan, nextAt: earliest([plan.nextAt, allowance.monthEndsAt], now) };
  }
  const moments = [month && later(month.amount), allowance.renewAt];
  if (cap === undefined) return { ...NOTHING, nextAt: earliest(moments, now) };
  const thresholds = budgets.warnAt.map((percent) => ({ percent, amount: shareOf(cap.amount, percent) }));
  const passed = thresholds.findLast(({ amount }) => reached(amount));
  const next = thresholds.find(({ amount }) => !reached(amount))?.amount ?? cap.amount;
  const exhaustedAt = cost.isPaused || cost.perHour === 0n ? undefined : later(cap.amount);
  return {
    findings:
      passed === undefined
        ? []
        : [{ kind: 'warning', threshold: passed.percent, cost, cap, exhaustedAt, last: passed === thresholds.at(-1) }],
    stop: undefined,
    nextAt: earliest([later(next), ...moments], now),
  };
}

/** The first of `moments`; where there is none, it is asked again in a while. */
function earliest(moments: readonly (Date | undefined)[], now: Date): Date {
  const known = moments.flatMap((moment) => moment?.getTime() ?? []);
  return new Date(known.length === 0 ? now.getTime() + UNFORESEEN : Math.min(...known));
}

/** Its money is spent. */
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
  // It is theirs to stop, or to give more; a month is tried again in the next hour.
  if (checked.asked.has(capKey(cap)) && cap.month === undefined) return { ...NOTHING, nextAt };
  return stopIt(checked, cost, cap, now);
}

function stopIt({ stoppedAt }: Checked, cost: Cost, cap: Cap, now: Date): BudgetPlan {
  const verifyAt = new Date(now.getTime() + VERIFY_AFTER);
  if (stoppedAt === undefined) return { findings: [], stop: { cost, cap, again: 0 }, nextAt: verifyAt };
  const since = now.getTime() - stoppedAt.getTime();
  // A copy of the question, before the stop can have shown.
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

/** It is on its way to its end. Where we began it, people know or get to know, and it has to get there. */
function checkStopping({ limits, monthly, allowance, checked, verdict, now }: BudgetFacts, cost: Cost): BudgetPlan {
  const { stoppingAt, stoppingFor } = checked;
  // A month waits for its end, to know what it came to.
  const nextAt = monthly.length === 0 ? undefined : new Date(now.getTime() + UNFORESEEN);
  if (stoppingAt === undefined || stoppingFor === undefined) return { ...NOTHING, nextAt };
  const caps = [limits.cap, ...allowance.left.map((one) => one.cap)];
  // The cap may have changed since, or the month have ended.
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
