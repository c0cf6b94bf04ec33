/**
 * One message about several alerts, as SQS, Lambda and HTTP subscribers get it. They got each of these alerts when it
 * was decided, except those about training jobs of tuning jobs. So programs may ignore it: its `schema` differs.
 *
 * A version may gain fields. Removing or changing a field needs a new version.
 */
import * as z from 'zod';
import { OUTCOMES, SEVERITIES } from '../vocabulary.ts';

const isoInstant = z.iso.datetime();

export const DigestMessage = z.object({
  schema: z.literal('ground-control/digest'),
  version: z.literal('1.0'),
  id: z.string().describe('Identity of the window in which the alerts waited.'),
  kind: z
    .enum(['storm', 'digest', 'quiet', 'parent', 'snooze'])
    .describe(
      'Why they waited: many came at once, they need nobody, they came in quiet hours, they are about parts of a pipeline execution or a tuning job, or people snoozed them.',
    ),
  from: isoInstant.describe('When the first of them was decided.'),
  until: isoInstant.describe('When the window ended.'),
  counts: z.object({
    total: z.number().int(),
    bySeverity: z.partialRecord(z.enum(SEVERITIES), z.number().int()),
  }),
  groups: z
    .array(
      z.object({
        count: z.number().int(),
        severity: z.enum(SEVERITIES),
        outcome: z.enum(OUTCOMES),
        type: z.string(),
        causeCode: z.string().nullable(),
        instance: z.string().nullable(),
        owners: z.array(z.string()),
        names: z.array(z.string()),
        usd: z.number().nullable(),
      }),
    )
    .describe('Alerts that say the same, the most severe first; at most 20.'),
  alerts: z.array(z.string()).describe('Ids of the alerts, at most 50, each of at most 200 characters.'),
});
export type DigestMessage = z.output<typeof DigestMessage>;
