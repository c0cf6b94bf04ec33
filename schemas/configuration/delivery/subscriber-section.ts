/** `subscribers` in `ground-control.yml`. */
import * as z from 'zod';
import { attributeText, LONGEST_TAG } from '../../text/tag-text.ts';
import { timeZoneNamed } from '../../text/time-zone.ts';
import { FAMILY_NAMES, SEVERITIES } from '../../vocabulary.ts';
import { STATUSES } from '../statuses.ts';
import { oneOf, tagged } from '../words.ts';
import type { Grouped } from './groups.ts';
import { compiledDigest, compiledQuiet, digest, quiet } from './quiet-section.ts';

/** The value of a tag in a filter, which SNS compares with attributes. */
const filterValue = tagged(LONGEST_TAG, attributeText);
/** A status as alerts publish it. `unknown` is published when an event has none. */
const status = oneOf([...STATUSES, 'unknown'], 'expected a status that docs/routing.md lists');

const filters = {
  severities: z.array(oneOf(SEVERITIES)).min(1).optional().describe('Only alerts with these severities.'),
  families: z.array(oneOf(FAMILY_NAMES)).min(1).optional().describe('Only alerts of these families.'),
  statuses: z.array(status).min(1).optional().describe('Only alerts with these statuses of SageMaker.'),
  teams: z.array(filterValue).min(1).optional().describe('Only alerts about resources of these teams.'),
  projects: z.array(filterValue).min(1).optional().describe('Only alerts about resources of these projects.'),
};

export const email = z.email({ error: 'expected an e-mail address like name@example.com' }).max(254);
/** E.164: at most 15 digits, the first not 0 (ITU-T E.164). */
const phone = z
  .string({ error: 'expected a phone number in quotes, like "+15555550100"' })
  .regex(/^\+[1-9]\d{6,14}$/, 'expected an E.164 phone number in quotes, like "+15555550100"');

/** A time zone by its name; its spelling is that of the database. */
export const timeZone = z
  .string()
  .refine((name) => !/^[+-]/.test(name), {
    error: 'expected the name of a time zone, like "Europe/Berlin": an offset does not follow summer time',
    abort: true,
  })
  .refine(
    (name) => timeZoneNamed(name) !== undefined,
    'expected a time zone of the IANA database, like "UTC" or "Europe/Berlin"',
  )
  .transform((name) => timeZoneNamed(name) ?? name);

export const Subscriber = z
  .strictObject({
    email: email.optional().describe('Address that gets the e-mail. AWS sends a confirmation link first.'),
    phone: phone.optional().describe('Number that gets the SMS, in E.164 form and in quotes.'),
    ...filters,
    digest: digest
      .optional()
      .describe(
        'When to tell what needs nobody, such as completed jobs: every 5m to 24h, "daily 08:00", or off (at once).',
      ),
    quiet: quiet.optional().describe('Hours in which nothing is sent. What came meanwhile is told at their end.'),
    timeZone: timeZone.optional().describe('Time zone of digest and quiet; otherwise the one of the file.'),
  })
  .refine(
    (one) => (one.email === undefined) !== (one.phone === undefined),
    'expected either email or phone, and not both',
  );

/** An address or phone number, and the alerts it gets: all without filters, else those that pass every filter. */
export type Subscriber = z.output<typeof Subscriber>;

/** A subscriber as a member of its group. */
export const groupedIn =
  (zoneOfFile: string) =>
  ({ email, phone, digest, quiet, timeZone = zoneOfFile, ...subscriber }: Subscriber): Grouped => ({
    address: email ?? phone ?? '',
    filters: filtersOf(subscriber),
    digest: digest === undefined ? undefined : compiledDigest(digest, timeZone),
    quiet: quiet === undefined ? undefined : compiledQuiet(quiet, timeZone),
  });

/** The filters of a subscriber, by the attributes that alerts have. */
const filtersOf = ({ severities, families, statuses, teams, projects }: Pick<Subscriber, keyof typeof filters>) => ({
  ...(severities && { severity: severities }),
  ...(families && { family: families }),
  ...(statuses && { status: statuses }),
  ...(teams && { team: teams }),
  ...(projects && { project: projects }),
});
