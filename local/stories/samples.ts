/** Stories that play sample events of the folder `events/`, one after the other. */
import { join } from 'node:path';
import type { Configuration } from '../../schemas/configuration/file.ts';
import { timeOf } from '../play/history/windows.ts';
import { readEvents } from '../play/input.ts';
import { type Played, SERVICE } from '../play/play.ts';
import { playAll } from '../play/play-all.ts';
import { type Moment, withoutBreaker } from './moment.ts';

/** One event of a story. */
export interface Step {
  /** The file below `events/`. */
  readonly file: string;
  readonly what: string;
  /** The event that comes instead of the one in the file: a copy, or an earlier one of the same job. */
  readonly change?: (event: Record<string, unknown>) => Record<string, unknown>;
}

/** The path of a sample. */
export const samplePath = (file: string): string => join(SERVICE, 'events', file);

/** A story of `steps`, which the functions remember from one to the next. */
export const tellSamples =
  (steps: readonly Step[]) =>
  async (configuration: Configuration, show: (moment: Moment) => void): Promise<void> => {
    const sources = steps.map(({ file, change }, at) => {
      const [source] = readEvents([samplePath(file)]).sources;
      const event = change === undefined ? source?.event : change(Object(source?.event));
      return { ...source, file: String(at), event };
    });
    await playAll(
      sources,
      withoutBreaker(configuration),
      (at, played) => {
        const { event } = sources[Number(at)] ?? {};
        const instant = timeOf(event) ?? Date.now();
        show(momentOf(new Date(instant), steps[Number(at)]?.what ?? '', event, played));
      },
      steps.length === 1 ? 'fresh' : 'history',
    );
  };

/** What became of one event. */
export function momentOf(at: Date, what: string, event: unknown, played: Played): Moment {
  const { publications, calls, outcome, reason } = played;
  const isTold = publications.length > 0;
  return { at, what, publications, calls, event, nobody: isTold ? undefined : (reason ?? outcome) };
}
