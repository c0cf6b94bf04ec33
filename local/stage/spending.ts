/** How the spending of a month grew: what each of its jobs cost, spread over the time in which it ran. */
import { resourcesIn } from '../../adapters/dynamodb/browse/resources.ts';
import { type CountedJob, type Months, monthsIn } from '../../adapters/dynamodb/months.ts';
import { monthOf, startOf } from '../../domain/budget/month/calendar.ts';
import { type LineId, spentBy } from '../../domain/budget/month/line.ts';
import type { MicroUsd } from '../../domain/cost/money.ts';
import type { Stage } from './stage.ts';

/** What was spent by a moment. */
export interface Spent {
  readonly at: Date;
  readonly spent: MicroUsd;
}

/** What a job cost in a time. */
export interface Piece {
  readonly from: Date;
  readonly to: Date;
  readonly cost: MicroUsd;
}

/** Jobs of a month of which each is read. With more, a page would read too much. */
export const MOST_JOBS = 500;
const POINTS = 60;

/** How each present month of a budget came to what is spent at `now`, by `nameOfLine`. */
export async function spendingOfMonths(stage: Stage, now: Date): Promise<ReadonlyMap<string, readonly Spent[]>> {
  const configuration = stage.configuration();
  const all = new Map<string, readonly Spent[]>();
  if ('problem' in configuration) return all;
  const { budgets, timeZone } = configuration.value;
  const month = monthOf(now, timeZone);
  for (const [tag, values] of Object.entries(budgets.monthly)) {
    for (const value of Object.keys(values)) {
      const line = await spendingOf({ tag, value, month }, stage, timeZone, now);
      if (line !== undefined) all.set(nameOfLine({ tag, value, month }), line);
    }
  }
  return all;
}

/** The name of a month of a budget in a map. */
export const nameOfLine = ({ tag, value, month }: LineId): string => JSON.stringify([tag, value, month]);

/** How the month `id` came to what is spent at `now`; undefined when it has more than `MOST_JOBS` jobs. */
export async function spendingOf(
  id: LineId,
  { table, dynamoDb }: Pick<Stage, 'table' | 'dynamoDb'>,
  timeZone: string,
  now: Date,
): Promise<readonly Spent[] | undefined> {
  const jobs = await fewJobsOf(id, monthsIn(table, dynamoDb));
  if (jobs === undefined) return undefined;
  const month = { from: startOf(id.month, timeZone), to: now };
  const found = await resourcesIn(table, dynamoDb).read(jobs.map(({ key }) => resourceOf(key)));
  const states = new Map(found.map(({ key, state }) => [key, state]));
  const pieces = jobs.map(({ key, base, perHour }): Piece => {
    // A job that the table does not have any more is spread over the whole time.
    const { startedAt = 0, endedAt = 0 } = states.get(resourceOf(key)) ?? {};
    const from = startedAt === 0 ? month.from : clipped(new Date(startedAt), month);
    const to = endedAt < from.getTime() ? now : clipped(new Date(endedAt), month);
    return { from, to, cost: spentBy({ base, rate: perHour }, now) };
  });
  return grown(pieces, month, POINTS);
}

/** The resource of a job's incarnation. */
const resourceOf = (incarnation: string): string => incarnation.slice(0, incarnation.lastIndexOf('|'));

interface Range {
  readonly from: Date;
  readonly to: Date;
}

const clipped = (at: Date, { from, to }: Range): Date =>
  new Date(Math.min(Math.max(at.getTime(), from.getTime()), to.getTime()));

async function fewJobsOf(id: LineId, months: Months): Promise<CountedJob[] | undefined> {
  const jobs: CountedJob[] = [];
  for await (const job of months.jobs(id, ['running', 'protected', 'stopping', 'ended'])) {
    if (jobs.length === MOST_JOBS) return undefined;
    jobs.push(job);
  }
  return jobs;
}

/** What the pieces add up to at `points` moments of a time, its begin and end among them. */
export function grown(pieces: readonly Piece[], { from, to }: Range, points: number): Spent[] {
  return Array.from({ length: points }, (_, point) => {
    const at = new Date(from.getTime() + ((to.getTime() - from.getTime()) * point) / (points - 1));
    return { at, spent: Math.round(pieces.reduce((sum, piece) => sum + spentOf(piece, at), 0)) };
  });
}

/** How much of a piece is spent by `at`: it grows evenly. */
function spentOf({ from, to, cost }: Piece, at: Date): number {
  if (at >= to) return cost;
  if (at <= from) return 0;
  return (cost * (at.getTime() - from.getTime())) / (to.getTime() - from.getTime());
}
