/** Which jobs of a month are stopped, and which would be. */
import type { CountedJob } from '../../../adapters/dynamodb/months.ts';
import type { JobRef } from '../../../domain/budget/job.ts';
import type { LineId } from '../../../domain/budget/month/line.ts';
import {
  fewestNewest,
  type MonthStanding,
  oldestCouldGoOn,
  type Shortage,
} from '../../../domain/budget/month/month.ts';
import type { LookMeans } from './means.ts';
import { MOST_NAMED } from './news.ts';
import { take } from './take.ts';

/** Finds the jobs of the month `id` that a shortage is about. */
export function candidatesOf(id: LineId, { months, configuration: { budgets, timeZone } }: LookMeans) {
  const runway = budgets.runwayMinutes * 60;

  /** The jobs that would be stopped. */
  async function wouldStop(shortage: Shortage, standing: MonthStanding, now: Date): Promise<JobRef[]> {
    if (shortage === 'none') return [];
    if (shortage === 'spent') return (await take(months.newestFirst(id), MOST_NAMED)).map(({ job }) => job);
    const oldest = await months.oldest(id);
    if (oldest === undefined || !oldestCouldGoOn(standing, oldest, runway, now, timeZone)) return [];
    const fewest = await fewestNewest(standing, months.newestFirst(id), runway, now, timeZone);
    return fewest.map(({ job }) => job);
  }

  /** The newest of the jobs that have to be stopped. */
  async function nextToStop(shortage: Shortage, standing: MonthStanding, now: Date): Promise<CountedJob | undefined> {
    if (shortage === 'short') {
      const oldest = await months.oldest(id);
      if (oldest === undefined || !oldestCouldGoOn(standing, oldest, runway, now, timeZone)) return undefined;
    }
    const [newest] = await take(months.newestFirst(id), 1);
    return newest;
  }

  return { wouldStop, nextToStop };
}
