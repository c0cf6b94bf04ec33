/** Plays many events, one after the other, on one embedded AWS. */
import type { Configuration } from '../../schemas/configuration/file.ts';
import { type LocalAws, startLocalAws } from '../embedded-aws/start.ts';
import type { Moment } from '../stories/moment.ts';
import { startClock } from './history/clock.ts';
import { endWindows, lastEnd, timeOf } from './history/windows.ts';
import type { Source } from './input.ts';
import { type Memory, type Played, playerOf } from './play.ts';

/** When the first of the events happened, epoch milliseconds; undefined when none says. */
const earliestOf = (sources: readonly Source[]): number | undefined =>
  sources.reduce<number | undefined>((first, { event }) => {
    const time = timeOf(event);
    return time !== undefined && (first === undefined || time < first) ? time : first;
  }, undefined);

/**
 * Plays `sources`, calls `show` after each one and returns all results. In a history, the clock shows the times of the
 * events, and `told` is called with what people get when a window ends in which alerts waited. When functions threw,
 * throws an `AggregateError` after the last source.
 */
export async function playAll(
  sources: readonly Source[],
  configuration: Configuration,
  show: (file: string, played: Played, aws: LocalAws) => void,
  memory: Memory = 'fresh',
  told: (moment: Moment) => void = () => undefined,
): Promise<Played[]> {
  // `show` prints the decisions; the functions' logs and metrics would only repeat them.
  Object.assign(process.env, { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' });
  const first = memory === 'history' ? earliestOf(sources) : undefined;
  const clock = first === undefined ? undefined : startClock(first);
  const aws = await startLocalAws(configuration);
  const tellUntil = async (instant: number | undefined) => {
    if (clock === undefined || instant === undefined) return;
    for (const moment of await endWindows(aws, clock, instant)) told(moment);
    clock.moveTo(instant);
  };
  try {
    const play = playerOf(aws, memory);
    const all: Played[] = [];
    const failures: Error[] = [];
    for (const { file, event, beside } of sources) {
      try {
        await tellUntil(timeOf(event));
        const played = await play(event, beside);
        all.push(played);
        show(file, played, aws);
      } catch (error) {
        // After an event that a function cannot handle, the others are still played.
        failures.push(new Error(`${file}: ${error instanceof Error ? error.message : error}`, { cause: error }));
      }
    }
    // A message that comes in quiet hours waits for their end.
    for (let end = lastEnd(aws); end !== undefined && clock !== undefined; end = lastEnd(aws)) await tellUntil(end);
    if (failures.length > 0) {
      throw new AggregateError(failures, failures.map(({ message }) => message).join('\n'));
    }
    return all;
  } finally {
    await aws.stop();
    clock?.stop();
  }
}
