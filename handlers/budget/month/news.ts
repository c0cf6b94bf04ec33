/** What people are told about a month: each once, whichever look finds it. */
import type { JobRef } from '../../../domain/budget/job.ts';
import { type LineId, ROLES } from '../../../domain/budget/month/line.ts';
import type { MonthLine } from '../../../domain/budget/month/month.ts';
import { type MonthEvent, type MonthNews, monthNotice } from '../../../domain/budget/month/month-alert.ts';
import type { LookMeans } from './means.ts';
import { take } from './take.ts';

/** The most jobs that are read for their names. */
export const MOST_NAMED = 100;

/** Tells people about the month `id`. `asker` is the job whose check leads to this look. */
export function newsAbout(id: LineId, means: LookMeans, asker: JobRef | undefined) {
  const { months, clock, configuration } = means;
  /** Notices that failed. */
  const faults: unknown[] = [];

  /** Tells people once. A notice that fails keeps no job from being stopped. */
  const tell = async (line: MonthLine, what: MonthEvent, news: Omit<MonthNews, 'what' | 'job'>): Promise<void> => {
    const name = `${news.standing.budget}|${what}`;
    if (what !== 'held-back' && line.told.has(name)) return;
    const job = asker ?? (await months.oldest(id))?.job ?? (await take(months.jobs(id, ROLES), 1))[0]?.job;
    if (job === undefined) return;
    try {
      const notPriced = news.standing.unpriced === 0 ? [] : await take(months.jobs(id, ['unpriced']), MOST_NAMED);
      const notice = monthNotice(
        { ...news, what, job, notPriced: notPriced.map((one) => one.job) },
        clock(),
        configuration,
      );
      const isTold = await means.tell(notice);
      if (isTold) await months.told(id, name);
    } catch (error) {
      faults.push(error);
    }
  };

  return { tell, faults };
}
