/** The `relays` section as functions read it. `schemas/configuration/relays-section.ts` documents it. */
import * as z from 'zod/mini';

export const RelayPolicy = z.object({
  /** Whether there is a relay, and so a bus to which events are published. */
  on: z.boolean(),
  /** Keys of the tags that may be passed on. */
  tags: z.array(z.string()),
});
export type RelayPolicy = z.output<typeof RelayPolicy>;
