/**
 * The `relays` section as functions read it: they publish, and the rules of EventBridge know the targets.
 * `schemas/configuration/relays-section.ts` documents the whole section.
 */
import * as z from 'zod/mini';

export const RelayPolicy = z.object({
  /** Whether there is a relay. Without one, nothing is published. */
  on: z.boolean(),
  /** Keys of the tags that may be passed on. */
  tags: z.array(z.string()),
});
export type RelayPolicy = z.output<typeof RelayPolicy>;
