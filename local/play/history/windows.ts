/** What waits while a history is played: windows end when their schedules fire, by the clock of the history. */
import * as z from 'zod';
import { OpenWindow } from '../../../schemas/message/window.ts';
import type { Schedule } from '../../embedded-aws/scheduler.ts';
import type { LocalAws } from '../../embedded-aws/start.ts';
import type { Moment } from '../../stories/moment.ts';
import { emptyQueues } from '../queues.ts';
import type { PlayedClock } from './clock.ts';

const Timed = z.object({ time: z.iso.datetime({ offset: true }) });

/** When an event happened, epoch milliseconds; undefined when it does not say. */
export function timeOf(event: unknown): number | undefined {
  const { data } = Timed.safeParse(event);
  return data && Date.parse(data.time);
}

/** Ends the windows that are over by `instant`, the earliest first, and returns what people then get. */
export async function endWindows(aws: LocalAws, clock: PlayedClock, instant: number): Promise<Moment[]> {
  const moments: Moment[] = [];
  const due = aws.scheduler.take(new Date(instant));
  for (const schedule of due) {
    if (!isWindow(schedule)) {
      aws.scheduler.schedules.set(schedule.name, schedule);
      continue;
    }
    clock.moveTo(schedule.at.getTime());
    aws.clear();
    aws.send('digest', schedule.input);
    await emptyQueues(aws);
    const { publications, calls } = aws;
    if (publications.length > 0)
      moments.push({
        at: schedule.at,
        what: 'alerts waited until now',
        publications: [...publications],
        calls: [...calls],
      });
  }
  aws.clear();
  return moments;
}

/** When the last window ends that is open now; undefined when none is. */
export const lastEnd = ({ scheduler }: LocalAws): number | undefined =>
  [...scheduler.schedules.values()]
    .filter(isWindow)
    .map(({ at }) => at.getTime())
    .sort((one, other) => one - other)
    .at(-1);

/** Whether a schedule ends a window. */
export const isWindow = ({ input }: Schedule): boolean => OpenWindow.safeParse(JSON.parse(input)).success;
