/** Many jobs of one month that start at the same time. */
import type { Months } from '../../adapters/dynamodb/months.ts';
import { budgetCheckOf } from '../../schemas/message/budget-check.ts';
import { arnOf, lineOf } from './fill.ts';
import type { BudgetFunction } from './function.ts';

const AT = new Date('2026-11-05T00:00:00Z');
/** A message that failed this often goes to the queue for failed messages (`infrastructure/budgets.yml`). */
const MOST_ROUNDS = 10;

export interface Started {
  readonly counted: number;
  /** Deliveries of messages: one, and one more for each time that some of them failed. */
  readonly rounds: number;
  /** Messages that failed in each round. */
  readonly failed: readonly number[];
  readonly seconds: number;
}

/** Lets `count` jobs of project `value` start; the function runs `workers` times at once. Throws if a job counts twice. */
export async function startAtOnce(
  value: string,
  count: number,
  workers: number,
  target: BudgetFunction,
  months: Months,
): Promise<Started> {
  const began = performance.now();
  const names = Array.from({ length: count }, (_, at) => `${value}-${at}`);
  target.now = AT;
  for (const name of names) target.put(name, value, AT);
  const failed: number[] = [];
  let waiting = names;
  while (waiting.length > 0 && failed.length < MOST_ROUNDS) {
    const queue = [...waiting];
    const again: string[] = [];
    const work = async () => {
      for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
        try {
          await target.deliver(budgetCheckOf({ type: 'training-job', arn: arnOf(name) }));
        } catch {
          again.push(name);
        }
      }
    };
    await Promise.all(Array.from({ length: workers }, work));
    failed.push(again.length);
    waiting = again;
  }
  const seconds = (performance.now() - began) / 1000;
  const { running, rate } = await months.read(lineOf(value));
  if (running > count || rate !== BigInt(running) * 10n ** 11n) throw new Error(`${running} jobs cost ${rate}`);
  return { counted: running, rounds: failed.length, failed, seconds };
}
