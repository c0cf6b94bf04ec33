/** Snoozes: people said that they want to hear of some resources later. One item of the table has all. */
import * as z from 'zod/mini';
import '../zod-english.ts';

export const Snooze = z.object({
  /** An ARN or a name of resources, in lower case; `*` stands for any characters. */
  pattern: z.string(),
  /** When people set it, epoch milliseconds. */
  at: z.number(),
  /** When it ends, epoch milliseconds. */
  until: z.number(),
});
export type Snooze = z.output<typeof Snooze>;

export const Snoozes = z.object({ all: z.array(Snooze), revision: z.number() });
export type Snoozes = z.output<typeof Snoozes>;
