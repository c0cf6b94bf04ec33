/** The `relays` section of `ground-control.yml`. */
import * as z from 'zod';

export const Relays = z
  .strictObject({ tags: z.array(z.string()).default([]), to: z.record(z.string(), z.unknown()).default({}) })
  .transform((section) => ({ ...section, on: Object.keys(section.to).length > 0 }));
