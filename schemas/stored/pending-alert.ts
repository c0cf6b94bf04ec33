/** What the table keeps about an alert that waits in a window: what one message about several alerts can say. */
import * as z from 'zod/mini';
import { FAMILY_NAMES, OUTCOMES, SEVERITIES } from '../vocabulary.ts';
import '../zod-english.ts';

const text = z.optional(z.string());

export const PendingAlert = z.object({
  /** Identity of the alert. */
  id: z.string(),
  /** When it was decided, epoch milliseconds. */
  at: z.number(),
  severity: z.enum(SEVERITIES),
  outcome: z.enum(OUTCOMES),
  family: z.enum(FAMILY_NAMES),
  type: z.string(),
  name: z.string(),
  /** The subject of the alert if it were sent alone. */
  subject: z.string(),
  headline: z.string(),
  causeCode: text,
  causeDetail: text,
  cause: text,
  nextStep: text,
  reason: text,
  /** The first type of instances: capacity and quotas depend on it. */
  instance: text,
  owner: z.string(),
  team: z.string(),
  project: z.string(),
  /** What it cost, USD. */
  usd: z.optional(z.number()),
  /** What became of its parts. */
  parts: text,
  console: text,
  logs: text,
});
export type PendingAlert = z.output<typeof PendingAlert>;
