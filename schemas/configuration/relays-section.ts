/** The schema of the `relays` section of `ground-control.yml`. */
import * as z from 'zod';
import { LONGEST_TAG, tagText } from '../text/tag-text.ts';
import { FAMILY_NAMES, OUTCOMES, SEVERITIES } from '../vocabulary.ts';
import { ENCRYPTED_KINDS, KINDS, type Kind, key, targets } from './relay-targets.ts';
import { oneOf, tagged, tagKey } from './words.ts';

/**
 * A stack may have 500 resources (CloudFormation quotas), and a relay takes up to seven. A bus may have 300 rules, in
 * two regions 100 (EventBridge quotas).
 */
const MOST_RELAYS = 20;

/** What is published: accepted changes of resources, and what Ground Control did by itself. */
export const WHAT = ['changes', 'actions'] as const;

const Retry = z.strictObject({
  hours: z
    .number()
    .refine((hours) => hours * 3600 >= 60 && hours <= 24, 'expected hours from 0.017, which is a minute, to 24')
    .default(24)
    .describe('For how many hours EventBridge tries again, from 0.017 (a minute) to 24.'),
  attempts: z.int().min(0).max(185).default(185).describe('How many times EventBridge tries again.'),
});

const value = tagged(LONGEST_TAG, tagText);

const Relay = z
  .strictObject({
    ...targets,
    key,
    what: z
      .array(oneOf(WHAT))
      .min(1)
      .default([...WHAT])
      .describe('changes, actions or both.'),
    families: z.array(oneOf(FAMILY_NAMES)).min(1).optional().describe('Only events of these families.'),
    outcomes: z.array(oneOf(OUTCOMES)).min(1).optional().describe('Only events with these outcomes.'),
    severities: z.array(oneOf(SEVERITIES)).min(1).optional().describe('Only events with these severities.'),
    teams: z.array(value).min(1).optional().describe('Only events about resources of these teams.'),
    projects: z.array(value).min(1).optional().describe('Only events about resources of these projects.'),
    retry: Retry.prefault({}).describe('How long, and how often, EventBridge tries again.'),
  })
  .superRefine((relay, context) => {
    const [kind, ...others] = kindsOf(relay);
    if (kind === undefined || others.length > 0)
      return context.addIssue({ code: 'custom', message: `expected exactly one of: ${KINDS.join(', ')}` });
    if (relay.key !== undefined && !ENCRYPTED_KINDS.includes(kind))
      context.addIssue({
        code: 'custom',
        path: ['key'],
        message: `expected a key only with one of: ${ENCRYPTED_KINDS.join(', ')}`,
      });
  });
/** A target of events, and the events that it gets: all without filters, else those that pass every filter. */
export type Relay = z.output<typeof Relay>;

/** The kinds of target that `relay` has. A valid one has exactly one. */
export const kindsOf = (relay: Readonly<Partial<Record<Kind, unknown>>>): readonly Kind[] =>
  KINDS.filter((kind) => relay[kind] !== undefined);

export const Relays = z
  .strictObject({
    tags: z
      .array(tagKey)
      .max(20)
      .default([])
      .describe('Keys of the tags that may be passed on. By default, no tag is, except owner, team and project.'),
    to: z
      .record(
        z
          .string()
          .regex(
            /^[a-z][a-z0-9-]{0,29}$/,
            'expected a name of lower-case letters, digits and "-" that begins with a letter and has at most 30 characters',
          ),
        Relay,
      )
      .default({})
      .refine((relays) => Object.keys(relays).length <= MOST_RELAYS, `expected at most ${MOST_RELAYS} relays`)
      .describe('Targets by name. Each gets the events that pass its filters.'),
  })
  .transform((relays) => ({ ...relays, on: Object.keys(relays.to).length > 0 }));
export type Relays = z.output<typeof Relays>;
