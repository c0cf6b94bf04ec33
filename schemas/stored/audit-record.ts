/** What is kept of every automatic action: what, why, when, on which event, with what result. */
import * as z from 'zod/mini';
import '../zod-english.ts';

export const AuditRecord = z.object({
  version: z.literal(1),
  /** Identity of the resource, and of the change that was acted on. */
  resource: z.string(),
  key: z.string(),
  action: z.string(),
  /** Why: the outcome and the severity it was judged to have. */
  reason: z.string(),
  /** ISO 8601, UTC: when it was done. */
  at: z.string(),
  /** What it was decided on: amounts, caps, rates. */
  numbers: z.optional(z.record(z.string(), z.string())),
  event: z.object({ id: z.nullable(z.string()), detailType: z.string() }),
  /** What the service answered, such as a message id. */
  result: z.string(),
});
export type AuditRecord = z.output<typeof AuditRecord>;
