/** The steps of one job in a month that are measured. */
import type { Months } from '../../adapters/dynamodb/months.ts';
import { standingOf } from '../../domain/budget/month/month.ts';
import { budgetCheckOf, monthLookOf } from '../../schemas/message/budget-check.ts';
import { arnOf, lineOf } from './fill.ts';
import type { BudgetFunction } from './function.ts';

export const STEPS = ['start', 'in between', 'end', 'look that stops one'] as const;
export type Step = (typeof STEPS)[number];

const HOUR = 3_600_000;
const MINUTE = 60_000;
const FIRST = Date.parse('2026-11-02T00:00:00Z');
/** What a job costs an hour, and how long a month has to last. */
const RATE = 10;
const RUNWAY_HOURS = 0.5;

/**
 * Measures the steps with `measure`, in the month of project `value`: one job starts and ends, another starts and is
 * stopped. `turn` makes names and times differ. Each turn has an hour of its own, as the limit of stops counts by hours.
 */
export async function stepsOf<T>(
  value: string,
  turn: number,
  target: BudgetFunction,
  months: Months,
  measure: (run: () => Promise<unknown>) => Promise<T>,
): Promise<Record<Step, T>> {
  const begin = FIRST + turn * HOUR;
  const minute = (minutes: number) => new Date(begin + minutes * MINUTE);
  const check = (name: string, minutes: number) => {
    target.now = minute(minutes);
    return target.deliver(budgetCheckOf({ type: 'training-job', arn: arnOf(name) }));
  };
  const [ends, isStopped] = [`${value}-ends-${turn}`, `${value}-stopped-${turn}`];
  target.monthly = undefined;

  target.put(ends, value, minute(1));
  const start = await measure(() => check(ends, 2));
  const between = await measure(() => check(ends, 20));
  target.put(ends, value, minute(1), minute(30));
  const end = await measure(() => check(ends, 31));

  target.put(isStopped, value, minute(32));
  await check(isStopped, 33);
  target.now = minute(40);
  const line = await months.read(lineOf(value));
  const { spent } = standingOf(lineOf(value), 0, line, target.now, 'UTC');
  // The rest lasts long enough only without one of the jobs.
  const left = (Number(line.rate - line.stoppingRate) / 1e10 - RATE / 2) * RUNWAY_HOURS;
  target.monthly = { [value]: Math.floor(spent / 10_000 + left * 100) / 100 };
  const { stopped } = target.aws.sageMaker;
  const before = stopped.length;
  let result: unknown;
  const look = await measure(async () => {
    result = await target.deliver(monthLookOf(lineOf(value)));
  });
  const names = stopped.slice(before);
  if (names.length !== 1 || names[0] !== arnOf(isStopped))
    throw new Error(`${value}: the look stopped ${names.join(', ') || 'nothing'}: ${JSON.stringify(result)}`);
  target.monthly = undefined;
  target.put(isStopped, value, minute(32), minute(41));
  await check(isStopped, 42);
  return { start, 'in between': between, end, 'look that stops one': look };
}
