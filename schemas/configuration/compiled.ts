/**
 * The configuration as functions read it. Packaging compiles it from `ground-control.yml`, with every default filled in
 * and without addresses. `schemas/configuration/file.ts` documents the fields.
 */
import * as z from 'zod/mini';
import { Budgets } from './budgets.ts';
import { DeliveryPolicy } from './delivery/policy.ts';
import { LabelingPolicy } from './labeling.ts';
import { RelayPolicy } from './relays.ts';
import { ReviewPolicy } from './review.ts';
import { TeamsPolicy } from './teams.ts';
import '../zod-english.ts';
import { FAMILY_NAMES, OUTCOMES } from '../vocabulary.ts';

const tagKeys = z.array(z.string());

/** What alerts show of texts that others wrote: quotations without secrets, or only the cause that they point to. */
export const REASONS = ['quoted', 'cause-only'] as const;

export const FunctionConfiguration = z.object({
  chat: z.boolean(),
  reasons: z.enum(REASONS),
  alerts: z.record(z.enum(FAMILY_NAMES), z.array(z.enum(OUTCOMES))),
  tags: z.object({ owner: tagKeys, team: tagKeys, project: tagKeys }),
  timeZone: z.string(),
  keepDays: z.number(),
  logs: z.enum(['tail', 'off']),
  budgets: Budgets,
  labeling: LabelingPolicy,
  review: ReviewPolicy,
  teams: TeamsPolicy,
  relays: RelayPolicy,
  delivery: DeliveryPolicy,
  /** Whether metrics about alerts are written. */
  dashboard: z.boolean(),
});
export type FunctionConfiguration = z.output<typeof FunctionConfiguration>;
