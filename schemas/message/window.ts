/** The messages on the queue of the function `digest`: about windows in which alerts wait, and about failed parts. */
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
  window: z.string().check(z.regex(/^[a-z]+-[0-9a-f]+-[A-Za-z0-9-]+$/), z.maxLength(64)),
});
export type OpenWindow = z.output<typeof OpenWindow>;

/** A part of a parent has failed. The function `digest` looks whether to warn people of it. */
export const FailedParts = z.object({
  schema: z.literal('ground-control/failed-parts'),
  version: z.literal('1.0'),
  /** The id of the parent. */
  parent: z.string().check(z.regex(/^[A-Za-z0-9-]+$/), z.maxLength(64)),
});
export type FailedParts = z.output<typeof FailedParts>;

/** The message about failed parts of the parent called `parent`. */
export const failedPartsOf = (parent: string): FailedParts => ({
  schema: 'ground-control/failed-parts',
  version: '1.0',
  parent,
});

/** The message about the window called `id`. */
export const openWindowOf = (id: string): OpenWindow => ({
  schema: 'ground-control/window',
  version: '1.0',
  window: id,
});
