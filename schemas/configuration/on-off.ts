/** A setting that is on or off. */
import * as z from 'zod';

/** YAML 1.2 parses `on` and `off` as strings. */
export const onOff = z
  .union([z.boolean(), z.enum(['on', 'off'])], { error: 'expected on or off' })
  .transform((value) => value === true || value === 'on');
