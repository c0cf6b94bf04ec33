/** When people want to be left alone, and when they get what needs nobody: as functions read it. */
import * as z from 'zod/mini';

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Quiet hours. `from` and `to` are minutes after midnight; a window that begins on one of `days` may end on the next. */
export const Quiet = z.object({
  from: z.number(),
  to: z.number(),
  days: z.array(z.enum(WEEKDAYS)),
  zone: z.string(),
  /** Severities, outcomes and families that pass all the same. */
  except: z.array(z.string()),
});
export type Quiet = z.output<typeof Quiet>;

/** When what needs nobody is told: every so many minutes, or at a minute after midnight. */
export const Digest = z.union([
  z.object({ everyMinutes: z.number() }),
  z.object({ dailyAt: z.number(), zone: z.string() }),
]);
export type Digest = z.output<typeof Digest>;
