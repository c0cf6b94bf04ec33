/** To whom alerts go, and when: as functions read it. Packaging makes it from `ground-control.yml`, without addresses. */
import * as z from 'zod/mini';
import { Digest, Quiet } from './quiet.ts';

const values = z.optional(z.array(z.string()));

/** The allowed values of each attribute. An alert passes if all of these attributes have an allowed value. */
export const Filters = z.object({ severity: values, family: values, status: values, team: values, project: values });
export type Filters = z.output<typeof Filters>;

/** Subscribers with the same settings. What is counted and delayed is counted and delayed for all of them together. */
export const Group = z.object({
  /** It follows from the settings: another id means other settings. */
  id: z.string(),
  /** One for each subscriber. A subscription takes what names its key, so that a change of settings changes no key. */
  keys: z.array(z.string()),
  filters: Filters,
  quiet: z.optional(Quiet),
  digest: z.optional(Digest),
});
export type Group = z.output<typeof Group>;

export const DeliveryPolicy = z.object({
  /** Whether a group gets only the first alerts of a storm at once, and the others in one message. */
  breaker: z.boolean(),
  /** Whether alerts about parts of a pipeline execution or a tuning job wait for its end, whose alert tells of them. */
  collapse: z.boolean(),
  /** Hours after which people hear again of what is still broken; absent: never. */
  repeatHours: z.optional(z.number()),
  groups: z.array(Group),
});
export type DeliveryPolicy = z.output<typeof DeliveryPolicy>;
