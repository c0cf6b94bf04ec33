/**
 * What to do about one job's cost at one moment.
 *
 * The same question is asked when a job starts, when a deadline fires, after it was stopped and by reconciliation; the
 * answer depends on nothing but what is true then, so that a question too many does no harm and one that is late repairs
 * what was missed.
 */
import type { Budgets } from '../../schemas/budgets.ts';
import type { StateChange } from '../../schemas/state-change.ts';
import { type Cost, isPriced, type Metered } from '../cost/meter.ts';
import { type MicroUsd, secondsFor } from '../cost/money.ts';
import type { Verdict } from '../outcome.ts';
import type { Cap, Limits } from './limits.ts';

/** What is known of earlier checks. */
export interface Checked {
  /** When it was first to be stopped, whether or not that came about. */
  readonly stoppingAt: Date | undefined;
  /** The cap at which people were asked whether to stop it. */
  readonly askedCap: MicroUsd | undefined;
  /** When it was stopped first. */
  readonly stoppedAt: Date | undefined;
  /** When it was to be asked about next. */
  readonly nextAt: Date | undefined;
}

export interface BudgetFacts {
  readonly change: StateChange;
  readonly verdict: Verdict;
  readonly metered: Metered;
  readonly limits: Limits;
  readonly checked: Checked;
  readonly now: Date;
  readonly budgets: Pick<Budgets, 'mode' | 'warnAt'>;
}

/** What people are told. */
export type Finding =
  | { readonly kind: 'flaw'; readonly flaws: readonly string[] }
  | { readonly kind: 'not-priced'; readonly reason: string; readonly cap: Cap }
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
  | { readonly kind: 'over'; readonly why: 'protected' | 'observed'; readonly cost: Cost; readonly cap: Cap }
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

/** A schedule fires within a minute of its time (EventBridge Scheduler user guide): what is nearer is done at once. */
export const PRECISION_SECONDS = 60;
const MINUTE = 60_000;
/** A container gets 120 s to end before it is killed; then results are uploaded (API reference, StopTrainingJob). */
const VERIFY_AFTER = 5 * MINUTE;
const STILL_STOPPING = 30 * MINUTE;
/** How long what cannot be foretold is left alone: capacity that comes back, training jobs that a tuning job starts. */
const UNFORESEEN = 15 * MINUTE;

/** How long what only people can change is left alone: tags, the mode. */
const CHANGEABLE = 60 * MINUTE;

const NOTHING: BudgetPlan = { findings: [], stop: undefined, nextAt: undefined };

/** The plan for the job that `facts` describe. */
export function checkBudget(facts: BudgetFacts): BudgetPlan {
  const { change, verdict, metered, limits, checked, now } = facts;
  if (verdict.outcome !== 'running') return NOTHING;
  const flaws: Finding[] = limits.flaws.length === 0 ? [] : [{ kind: 'flaw', flaws: limits.flaws }];
  const { cap } = limits;
  const changeable = new Date(now.getTime() + CHANGEABLE);
  // What its owner is asked to correct is read again.
  if (cap === undefined) return { ...NOTHING, findings: flaws, nextAt: flaws.length === 0 ? undefined : changeable };
  if (!isPriced(metered)) {
    // The Price List may answer again; training jobs may be listed.
    const nextAt = new Date(now.getTime() + UNFORESEEN);
    return { ...NOTHING, findings: [...flaws, { kind: 'not-priced', reason: metered.notPriced, cap }], nextAt };
  }
  const plan =
    verdict.status === 'InProgress'
      ? checkRunning(facts, metered, cap)
      : checkStopping(checked, metered, cap, verdict.status ?? '', now);
  const nextAt = change.resource.type === 'tuning-job' ? soonest(plan.nextAt, now) : plan.nextAt;
  return { ...plan, findings: [...flaws, ...plan.findings], nextAt };
}

/** What a tuning job costs an hour changes with every training job that it starts. */
function soonest(nextAt: Date | undefined, now: Date): Date | undefined {
  if (nextAt === undefined) return undefined;
  return new Date(Math.min(nextAt.getTime(), now.getTime() + UNFORESEEN));
}

function checkRunning({ limits, checked, now, budgets }: BudgetFacts, cost: Cost, cap: Cap): BudgetPlan {
  const reached = (amount: MicroUsd) => {
    const left = cost.isPaused ? Infinity : (secondsFor(amount - cost.amount, cost.perHour) ?? Infinity);
    return cost.amount >= amount || left < PRECISION_SECONDS;
  };
  const later = (amount: MicroUsd) => {
    const milliseconds = (secondsFor(amount - cost.amount, cost.perHour) ?? Infinity) * 1000;
    // Capacity that comes back sends no event: what is left may be spent from this moment on.
    const unforeseen = cost.isPaused || cost.perHour === 0n ? UNFORESEEN : Infinity;
    return new Date(now.getTime() + Math.min(milliseconds, unforeseen));
  };
  if (reached(cap.amount)) {
    const nextAt = new Date(now.getTime() + CHANGEABLE);
    if (limits.protected) return { ...NOTHING, findings: [{ kind: 'over', why: 'protected', cost, cap }], nextAt };
    if (budgets.mode === 'observe') {
      return { ...NOTHING, findings: [{ kind: 'over', why: 'observed', cost, cap }], nextAt };
    }
    // It is theirs to stop, or to give more.
    if (checked.askedCap === cap.amount) return { ...NOTHING, nextAt };
    return stopIt(checked, cost, cap, now);
  }
  const thresholds = budgets.warnAt.map((percent) => ({ percent, amount: Math.floor((cap.amount * percent) / 100) }));
  const passed = thresholds.findLast(({ amount }) => reached(amount));
  const next = thresholds.find(({ amount }) => !reached(amount))?.amount ?? cap.amount;
  const exhaustedAt = cost.isPaused || cost.perHour === 0n ? undefined : later(cap.amount);
  return {
    findings:
      passed === undefined
        ? []
        : [{ kind: 'warning', threshold: passed.percent, cost, cap, exhaustedAt, last: passed === thresholds.at(-1) }],
    stop: undefined,
    nextAt: later(next),
  };
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
function checkStopping({ stoppingAt }: Checked, cost: Cost, cap: Cap, status: string, now: Date): BudgetPlan {
  if (stoppingAt === undefined) return NOTHING;
  const stopped: Finding = { kind: 'stopped', cost, cap };
  const overdue = new Date(stoppingAt.getTime() + STILL_STOPPING);
  if (now < overdue) return { ...NOTHING, findings: [stopped], nextAt: overdue };
  return { ...NOTHING, findings: [stopped, { kind: 'not-stopped', cost, cap, stoppedAt: stoppingAt, status }] };
}
