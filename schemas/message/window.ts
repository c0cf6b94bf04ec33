/** The message about a window in which alerts wait: on the queue of the function `digest`. */
import * as z from 'zod/mini';
import '../zod-english.ts';

/**
 * A window is open. The function that lets the first alert wait sends it, and so does the window's schedule: before the
 * window ends, its end is scheduled; after that, what waits is sent.
 */
export const OpenWindow = z.object({
  schema: z.literal('ground-control/window'),
  version: z.literal('1.0'),
  /** The id of the window. */
  window: z.string().check(z.regex(/^[a-z]+-[0-9a-f]+-\d+$/), z.maxLength(64)),
});
export type OpenWindow = z.output<typeof OpenWindow>;

/** The message about the window called `id`. */
export const openWindowOf = (id: string): OpenWindow => ({
  schema: 'ground-control/window',
  version: '1.0',
  window: id,
});
