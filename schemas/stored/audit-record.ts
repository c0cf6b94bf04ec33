/** The audit record of one automatic action: what was done, why, when, after which event and with what result. */
import * as z from 'zod/mini';
import { FAMILY_NAMES, OUTCOMES, SEVERITIES } from '../vocabulary.ts';
import '../zod-english.ts';

const text = z.optional(z.string());

export const AuditRecord = z.object({
  version: z.literal(1),
  /** Identity of the resource. */
  resource: z.string(),
  /** Identity of the action: the same action on the same change has the same key. */
  key: z.string(),
  action: z.string(),
  /** Why, in words. For an alert: the outcome and severity of the change. */
  reason: z.string(),
  /** When the action was done; ISO 8601, UTC. */
  at: z.string(),
  /** The numbers behind the decision: amounts, caps, rates. */
  numbers: z.optional(z.record(z.string(), z.string())),
  event: z.object({ id: z.nullable(z.string()), detailType: z.string() }),
  /** What the alert says, so that people find it again. Absent for other actions; earlier versions wrote none. */
  about: z.optional(
    z.object({
      subject: z.string(),
      severity: z.optional(z.enum(SEVERITIES)),
      outcome: z.optional(z.enum(OUTCOMES)),
      family: z.optional(z.enum(FAMILY_NAMES)),
      team: text,
      owner: text,
      project: text,
    }),
  ),
  /** The answer of the AWS service, such as a message id. */
  result: z.string(),
});
export type AuditRecord = z.output<typeof AuditRecord>;
