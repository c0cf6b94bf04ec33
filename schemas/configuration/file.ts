/**
 * The schema of `ground-control.yml`.
 *
 * Every field has a default. Unknown keys are refused: a misspelled key must not silently drop somebody's alerts.
 */
import * as z from 'zod';
import { COMPONENTS } from '../event/billing.ts';
import { LONGEST_TAG, tagText } from '../text/tag-text.ts';
import { CHANGE_OUTCOMES, type ChangeOutcome, FAMILIES } from '../vocabulary.ts';
import { BUDGETED } from './budgets.ts';
import { REASONS } from './compiled.ts';
import { groupsOf, MOST_GROUPS } from './delivery/groups.ts';
import { hoursIn, repeat } from './delivery/repeat.ts';
import { email, groupedIn, Subscriber, timeZone } from './delivery/subscriber-section.ts';
import { Labeling } from './labeling-section.ts';
import { onOff } from './on-off.ts';
import { Relays } from './relays-section.ts';
import { Review } from './review-section.ts';
import { Teams } from './teams-section.ts';
import { oneOf, tagged, tagKey, tagKeys } from './words.ts';

/** Each subscriber is a resource of the stack, and a stack may have 500 (CloudFormation quotas). */
const MOST_SUBSCRIBERS = 200;

/**
 * `unknown` is the owner of resources without a tag. A limit for it would apply to every resource whose tag was
 * forgotten.
 */
const ownerValue = tagged(LONGEST_TAG, tagText).refine(
  (value) => value !== 'unknown',
  'expected the value of a tag; "unknown" means that the tag is missing',
);

const outcomes = (preset: readonly ChangeOutcome[]) =>
  z
    .array(oneOf(CHANGE_OUTCOMES))
    .default([...preset])
    .describe('Outcomes that become alerts.');

const Alerts = z.strictObject(mapValues(FAMILIES, outcomes));

/** `record` with each value changed by `change`. */
function mapValues<K extends string, V, R>(record: Readonly<Record<K, V>>, change: (value: V) => R): Record<K, R>;
function mapValues(record: object, change: (value: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

const Tags = z.strictObject({ owner: tagKeys('owner'), team: tagKeys('team'), project: tagKeys('project') });

const usd = z
  .number({ error: 'expected an amount of US dollars without a sign, like 25 or 12.50' })
  .min(0.01, 'expected at least 0.01 USD')
  .max(1_000_000, 'expected at most 1,000,000 USD');
const caps = z.partialRecord(z.enum(BUDGETED), usd);
const usdAMonth = z
  .number({ error: 'expected an amount of US dollars without a sign, like 2000' })
  .min(0.01, 'expected at least 0.01 USD')
  .max(100_000_000, 'expected at most 100,000,000 USD');

const Budgets = z.strictObject({
  mode: z
    .enum(['observe', 'enforce'])
    .default('observe')
    .describe('observe: say which jobs would be stopped. enforce: stop them.'),
  caps: caps.default({}).describe('The most one job may cost, in USD, by job type.'),
  teams: z
    .record(ownerValue, caps)
    .default({})
    .describe('Caps for the jobs of one team, by the value of its tag; they win over caps.'),
  projects: z
    .record(ownerValue, caps)
    .default({})
    .describe('Caps for the jobs of one project, by the value of its tag; they win over those of a team.'),
  monthly: z
    .record(tagKey, z.record(ownerValue, usdAMonth))
    .default({})
    .refine(
      (monthly) => new Set(Object.keys(monthly).map((key) => key.toLowerCase())).size === Object.keys(monthly).length,
      'expected each tag key once; upper and lower case do not matter',
    )
    .describe(
      'The most that all jobs with one tag value may cost in a calendar month (of timeZone), in USD, by tag key and tag value. owner, team and project mean the keys listed under tags.',
    ),
  warnAt: z
    .array(z.number().gt(0).lt(100))
    .max(5)
    .default([50, 80])
    .transform((thresholds) => [...new Set(thresholds)].sort((a, b) => a - b))
    .describe('Percentages of a cap or a monthly budget at which people are warned.'),
  runwayMinutes: z
    .int()
    .min(1)
    .max(1440)
    .default(30)
    .describe(
      'When the rest of a monthly budget lasts less than these minutes, the newest jobs are stopped, so that it lasts that long again.',
    ),
  mostStopsPerHour: z
    .int()
    .min(0)
    .max(1000)
    .default(10)
    .describe(
      'The most jobs that Ground Control stops per hour for caps of this file and for monthly budgets. The others wait for the next hour. 0: it asks people each time.',
    ),
  mostStopsPerHourByTag: z
    .int()
    .min(0)
    .max(1000)
    .default(100)
    .describe('The same for caps that the tag of a job sets: the word of its owner.'),
  endWarmPools: z
    .boolean()
    .default(true)
    .describe('Whether Ground Control also ends the warm pool of a training job that it stopped.'),
  tags: z
    .strictObject({ maxCost: tagKeys('ground-control:max-cost-usd'), protected: tagKeys('ground-control:protected') })
    .prefault({})
    .describe('Tags on a job: maxCost sets its cap in USD, protected forbids stopping it.'),
  prices: z
    .record(
      z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'expected a region, like us-east-1'),
      z.partialRecord(
        z.enum(COMPONENTS),
        z.record(z.string().regex(/^ml\.[a-z0-9-]+\.[a-z0-9-]+$/, 'expected an instance type, like ml.m5.large'), usd),
      ),
    )
    .default({})
    .describe('USD per instance-hour, for instance types that you get at another price or whose price is not known.'),
});

/** The whole file. Defaults are filled in; every mistake is an issue with its path. */
export const Configuration = z
  .strictObject({
    subscribers: z
      .array(Subscriber)
      .max(MOST_SUBSCRIBERS)
      .default([])
      .describe('Who gets e-mail and SMS, and which alerts.'),
    chat: onOff
      .default(false)
      .describe('Send alerts in the form Amazon Q Developer shows in Slack and Teams channels.'),
    logs: z
      .enum(['tail', 'off'], { error: 'expected tail or off' })
      .default('off')
      .describe(
        'tail: alerts about failed jobs and pipeline steps show the last lines of their logs that matter, except in SMS. off: no function may read logs.',
      ),
    reasons: oneOf(REASONS)
      .default('quoted')
      .describe(
        'quoted: alerts quote failure reasons, with [hidden] in place of what looks like a secret. cause-only: alerts quote no text of others, only the cause and the next step.',
      ),
    alerts: Alerts.prefault({}).describe('Which outcomes become alerts, per family.'),
    tags: Tags.prefault({}).describe("Tags that name a resource's owner, team and project."),
    timeZone: timeZone.default('UTC').describe('Time zone of the times in e-mails, and of the months of budgets.'),
    operators: z
      .array(email)
      .default([])
      .describe(
        'Addresses that get the alarms about Ground Control itself: a queue fills, a function fails, reconciliation stops.',
      ),
    reconciliation: z
      .strictObject({
        everyMinutes: z
          .union([z.literal('off'), z.literal(false), z.int().min(5).max(1440)], {
            error: 'expected minutes from 5 to 1440, or off',
          })
          .default(15)
          .describe(
            'Minutes between two runs of reconciliation, which finds changes whose events never arrived; or off.',
          ),
      })
      .prefault({})
      .describe('The search for changes whose events never arrived.'),
    budgets: Budgets.prefault({}).describe('The most that jobs may cost.'),
    labeling: Labeling.prefault({}).describe('Which labeling jobs Ground Control continues with a new job.'),
    review: Review.prefault({}).describe('How answers of people are compared with the model.'),
    teams: Teams.prefault({}).describe('Reports on how labeling teams work.'),
    delivery: z
      .strictObject({
        breaker: onOff
          .default(true)
          .describe(
            'on: of many alerts within five minutes, subscribers get the first five and one message about the others.',
          ),
        collapse: onOff
          .default(true)
          .describe(
            'on: subscribers hear of the steps and jobs of a pipeline execution or a tuning job in the alert about its end.',
          ),
        repeat: repeat
          .default('off')
          .describe(
            'Hours after which people hear again of an endpoint or labeling job that stays broken, like 4h, or off.',
          ),
      })
      .prefault({})
      .describe('How many alerts people get.'),
    relays: Relays.prefault({}).describe('Other systems that get changes and actions as events.'),
    dashboard: onOff
      .default(false)
      .describe('on: a dashboard in CloudWatch, with up to 25 metrics about alerts, which AWS charges for.'),
    keepDays: z
      .int()
      .min(30)
      .max(3650)
      .default(400)
      .describe('Days to keep an audit record, and to keep what is stored about a resource after its last change.'),
  })
  .superRefine(({ subscribers }, context) => {
    const seen = new Set<string>();
    for (const [at, { email, phone }] of subscribers.entries()) {
      const address = (email ?? phone)?.toLowerCase();
      // Another message says that it has none.
      if (address === undefined) continue;
      const key = email === undefined ? 'phone' : 'email';
      if (seen.has(address))
        context.addIssue({
          code: 'custom',
          path: ['subscribers', at, key],
          message: 'expected each address once (a topic takes one subscription per address)',
        });
      seen.add(address);
    }
  })
  .transform((file) => ({
    ...file,
    delivery: {
      breaker: file.delivery.breaker,
      collapse: file.delivery.collapse,
      repeatHours: hoursIn(file.delivery.repeat),
      groups: groupsOf(file.subscribers.map(groupedIn(file.timeZone))),
    },
  }))
  .superRefine(({ delivery: { groups } }, context) => {
    if (groups.length <= MOST_GROUPS) return;
    const message = `expected at most ${MOST_GROUPS} different combinations of filters, digest and quiet hours; there are ${groups.length}`;
    context.addIssue({ code: 'custom', path: ['subscribers'], message });
  });
export type Configuration = z.output<typeof Configuration>;
