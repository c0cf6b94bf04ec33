/**
 * Decides about one month of a budget, by what was spent and how long the rest lasts.
 *
 * When the rest lasts less than the runway, the fewest newest jobs are stopped after which it lasts that long again, so
 * that older jobs go on. If not even the oldest job alone could go on that long, no job is stopped until nothing is
 * left; then all are.
 */
import type { FunctionConfiguration } from '../../../schemas/configuration/compiled.ts';
import { lookUp } from '../../../schemas/look-up.ts';
import { amountOver, type FineUsd, type MicroUsd, secondsFor, toMicroUsd } from '../../cost/money.ts';
import type { JobRef } from '../job.ts';
import { endOf, nameOfMonth } from './calendar.ts';
import { type LineId, type Sums, spentBy } from './line.ts';

const MINUTE = 60_000;

/** What the table stores about a month: the sums over its jobs. */
export interface MonthLine extends Sums {
  /** Counts the changes of the line. */
  readonly revision: number;
  /** The shares that people were told about, with the budget that they are of: `500000000|80`. */
  readonly told: ReadonlySet<string>;
  /** When the month is to be looked at again. */
  readonly lookAt: Date | undefined;
  /** When its sums were last compared with its running jobs, and with those that have ended too. */
  readonly compared: { readonly running: Date | undefined; readonly ended: Date | undefined };
}

/** How a month stands at one moment. */
export interface MonthStanding extends LineId {
  /** The budget of the whole month. */
  readonly budget: MicroUsd;
  readonly spent: MicroUsd;
  /** What all running jobs cost an hour. */
  readonly perHour: FineUsd;
  /** What those cost an hour that Ground Control may not stop, and those that are about to end. */
  readonly protectedPerHour: FineUsd;
  readonly stoppingPerHour: FineUsd;
  readonly running: number;
  readonly unpriced: number;
  readonly revision: number;
}

/** A job that runs in a month. */
export interface Candidate {
  readonly job: JobRef;
  readonly perHour: FineUsd;
}

/** How the month `id` with `budget` stands at `now`. */
export function standingOf(
  { tag, value, month }: LineId,
  budget: MicroUsd,
  line: Omit<MonthLine, 'told' | 'lookAt' | 'compared'>,
  now: Date,
  timeZone: string,
): MonthStanding {
  const at = new Date(Math.min(now.getTime(), endOf(month, timeZone).getTime()));
  return {
    tag,
    value,
    month,
    budget,
    spent: spentBy(line, at),
    perHour: line.rate,
    protectedPerHour: line.protectedRate,
    stoppingPerHour: line.stoppingRate,
    running: line.running,
    unpriced: line.unpriced,
    revision: line.revision,
  };
}

/** The configured budget of a month; absent when `ground-control.yml` has none. */
export function budgetOf({ tag, value }: LineId, { budgets: { monthly } }: Pick<FunctionConfiguration, 'budgets'>) {
  const usd = lookUp(lookUp(monthly, tag) ?? {}, value);
  return usd === undefined ? undefined : toMicroUsd(usd);
}

/** The name of a monthly budget in alerts: `the November 2026 budget of project churn`. */
export const nameOf = ({ tag, value, month }: LineId): string => `the ${nameOfMonth(month)} budget of ${tag} ${value}`;

/** `percent` of `amount`. */
export const shareOf = (amount: MicroUsd, percent: number): MicroUsd => Math.floor((amount * percent) / 100);

/** Whether nothing of the budget is left. */
export const isSpent = ({ spent, budget }: MonthStanding): boolean => spent >= budget;

/** What the jobs cost an hour that are not about to end. */
const activePerHour = ({ perHour, stoppingPerHour }: MonthStanding): FineUsd => perHour - stoppingPerHour;

/** `spent`: nothing is left. `short`: the rest lasts less than the runway. */
export type Shortage = 'none' | 'short' | 'spent';

/** Whether the money of a month runs out. It does not when the month ends first. */
export function shortageOf(standing: MonthStanding, runway: number, now: Date, timeZone: string): Shortage {
  const { budget, spent } = standing;
  const active = activePerHour(standing);
  if (isSpent(standing)) return 'spent';
  return lasts(budget - spent, active, runway, now, standing, timeZone) ? 'none' : 'short';
}

/** Whether `left` lasts at `perHour` for `runway` seconds, or until the month ends. */
function lasts(left: MicroUsd, perHour: FineUsd, runway: number, now: Date, { month }: LineId, timeZone: string) {
  const seconds = secondsFor(left, perHour) ?? Infinity;
  return seconds >= runway || now.getTime() + seconds * 1000 >= endOf(month, timeZone).getTime();
}

/** Whether the rest lasts for the `runway` when of all jobs that may be stopped only the `oldest` goes on. */
export function oldestCouldGoOn(
  standing: MonthStanding,
  oldest: Candidate,
  runway: number,
  now: Date,
  timeZone: string,
): boolean {
  const perHour = standing.protectedPerHour + oldest.perHour;
  return lasts(standing.budget - standing.spent, perHour, runway, now, standing, timeZone);
}

/** The fewest of the jobs, which come `newestFirst`, after whose stop the rest lasts for the `runway` again. */
export async function fewestNewest(
  standing: MonthStanding,
  newestFirst: AsyncIterable<Candidate> | Iterable<Candidate>,
  runway: number,
  now: Date,
  timeZone: string,
): Promise<Candidate[]> {
  const left = standing.budget - standing.spent;
  const stopped: Candidate[] = [];
  let active = activePerHour(standing);
  for await (const candidate of newestFirst) {
    if (lasts(left, active, runway, now, standing, timeZone)) break;
    stopped.push(candidate);
    active -= candidate.perHour;
  }
  return stopped;
}

/**
 * When the month is to be looked at again, at the present rate: at the next share of `warnAt`, when the rest lasts less
 * than the `runway`, or when nothing is left. Absent when the month ends before all of that.
 */
export function nextLook(
  standing: MonthStanding,
  warnAt: readonly number[],
  runway: number,
  now: Date,
  timeZone: string,
): Date | undefined {
  const { budget, spent, perHour, month } = standing;
  const left = budget - spent;
  if (left <= 0) return undefined;
  const shares = warnAt.map((percent) => shareOf(budget, percent) - spent).filter((amount) => amount > 0);
  const spentIn = secondsFor(left, activePerHour(standing));
  const seconds = [
    ...shares.flatMap((amount) => secondsUntil(amount, perHour) ?? []),
    ...(spentIn === undefined
      ? []
      : spentIn < runway
        ? [secondsUntil(left, activePerHour(standing)) ?? spentIn]
        : [spentIn - runway + 1]),
  ];
  if (seconds.length === 0) return undefined;
  // Rounded up to whole minutes, as schedules fire: what the look is for has then happened.
  const moment = now.getTime() + Math.min(...seconds) * 1000;
  const at = new Date(Math.max(Math.ceil(moment / MINUTE), Math.floor(now.getTime() / MINUTE) + 1) * MINUTE);
  return at < endOf(month, timeZone) ? at : undefined;
}

/** Whole seconds after which `amount` is spent at `perHour`, when amounts are rounded half up. */
function secondsUntil(amount: MicroUsd, perHour: FineUsd): number | undefined {
  const seconds = secondsFor(amount, perHour);
  return seconds === undefined || amountOver(perHour, seconds) >= amount ? seconds : seconds + 1;
}

/** The share of `warnAt`, or 100, that a month has reached; absent below all of them. */
export function reachedShare({ spent, budget }: MonthStanding, warnAt: readonly number[]): number | undefined {
  return [...warnAt, 100].findLast((percent) => spent >= shareOf(budget, percent));
}
