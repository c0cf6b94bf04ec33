/**
 * What Ground Control publishes to its own event bus, for other systems: each accepted change of a resource, and what it
 * did by itself. These are the `detail` of the events; their detail-types are `ground-control.change.v1` and
 * `ground-control.action.v1`.
 *
 * A version may gain fields. Removing or changing a field needs a new detail-type. Neither contains what others wrote,
 * except names, statuses and tags.
 */
import * as z from 'zod';
import { FAMILY_NAMES, OUTCOMES, SEVERITIES } from '../vocabulary.ts';

/** Consumers accept each version 1. */
const version = z.string().regex(/^1\.\d+$/);
const instant = z.iso.datetime().nullable();
const id = z.string().regex(/^[0-9a-f]{32}$/);
const owners = {
  owner: z.string().describe('"unknown" where no tag names one; so for team and project.'),
  team: z.string(),
  project: z.string(),
};
const cost = z
  .object({ usd: z.number().nonnegative() })
  .nullable()
  .describe('An estimate at on-demand prices, not the bill. Null when nobody has calculated it.');
const cause = z
  .object({ code: z.string(), detail: z.string().nullable() })
  .nullable()
  .describe('Stable identifiers; docs/alerts.md lists all.');
const source = {
  id: z.string().nullable().describe('Id of the event of SageMaker, as EventBridge gave it.'),
  detailType: z.string(),
  at: instant,
};
const Resource = z.object({
  id: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('The same for all changes of one resource: for partition keys and message groups.'),
  type: z.string(),
  name: z.string(),
  arn: z.string().nullable(),
  part: z.string().nullable().describe('The part of the resource that changed: a node, a step, a task.'),
  parent: z.string().nullable().describe('ARN of the tuning job, or name of the pipeline or flow, that it belongs to.'),
});

export const RelayedChange = z.object({
  schema: z.literal('ground-control/change'),
  version,
  id: id.describe('Identity of the change. An event that is published again has the same id and the same content.'),
  order: z
    .int()
    .positive()
    .describe(
      'Rises with each accepted change of one resource. Only the comparison means something, not the difference.',
    ),
  account: z.string().nullable(),
  region: z.string().nullable(),
  family: z.enum(FAMILY_NAMES),
  resource: Resource,
  status: z.string().nullable().describe('Spelled as in the API. A status that the API does not list is as received.'),
  secondaryStatus: z.string().nullable(),
  previousStatus: z
    .string()
    .nullable()
    .describe('The last status that Ground Control knew before. Null for the first one.'),
  outcome: z.enum(OUTCOMES),
  severity: z.enum(SEVERITIES),
  headline: z.string().describe('What happened, in one sentence.'),
  ended: z.boolean().describe('The resource has ended, or no longer exists.'),
  times: z.object({
    changed: instant.describe('When the resource entered this status.'),
    created: instant,
    started: instant,
    ended: instant,
  }),
  ...owners,
  tags: z.record(z.string(), z.string()).describe('The tags that relays.tags allows, by their key in that list.'),
  cost,
  cause,
  event: z.object({
    ...source,
    foundByReconciliation: z.boolean().describe('No event of SageMaker told the change; its id is then of our own.'),
  }),
});
export type RelayedChange = z.output<typeof RelayedChange>;

/** What Ground Control did: it stopped, continued or ended something, asked people to decide, or warned them. */
export const DEEDS = ['stopped', 'pool-ended', 'chained', 'asked', 'warned'] as const;
export type Deed = (typeof DEEDS)[number];

export const RelayedAction = z.object({
  schema: z.literal('ground-control/action'),
  version,
  id: id.describe('Identity of the action. An event that is published again has the same id.'),
  action: z
    .enum(DEEDS)
    .describe(
      'stopped: a job at its budget. pool-ended: the warm pool of such a job. chained: a labeling job was continued. asked: people have to decide. warned: people were warned.',
    ),
  account: z.string().nullable(),
  region: z.string().nullable(),
  family: z.enum(FAMILY_NAMES),
  resource: Resource,
  status: z.string().nullable(),
  outcome: z.enum(OUTCOMES),
  severity: z.enum(SEVERITIES),
  at: z.iso.datetime().describe('When it was done.'),
  ...owners,
  cost,
  cause,
  headline: z.string().describe('What happened, in one sentence.'),
  event: z.object(source),
});
export type RelayedAction = z.output<typeof RelayedAction>;
