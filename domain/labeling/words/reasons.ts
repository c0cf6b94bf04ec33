/** Why Ground Control did not chain a labeling job, and what people can do about it, in words. */
import type { LabelingPolicy } from '../../../schemas/configuration/labeling.ts';
import { formatDuration } from '../../../schemas/text/duration.ts';
import { plainText } from '../../../schemas/text/plain-text.ts';
import type { Cause } from '../../alert/causes/cause.ts';
import { formatUsd, toMicroUsd } from '../../cost/money.ts';
import type { Reason } from '../chain.ts';
import { ageOf, allOf, mayHaveExpired, missingCounters } from '../end.ts';
import type { EndedLabeling } from '../facts.ts';
import { type Fault, faultIn } from '../failure.ts';
import { linkOf, nameOfLink } from '../link.ts';
import { isRoleListed } from '../roles.ts';
import { byHand, byHandThen, checkOutput, toGoOn } from './by-hand.ts';
import { lineFaults, lines, listed, number, objects } from './counts.ts';
import { priceWords, unknownWords } from './price.ts';
import { roleOf } from './role.ts';

/** A job that has ended, and the policy that decided on it. */
export interface Ended {
  readonly facts: EndedLabeling;
  readonly policy: LabelingPolicy;
}

type Why = Pick<Cause, 'cause' | 'nextStep'>;

/** Why Ground Control did not chain the job. Absent if SageMaker's own end says everything. */
export const WHY: Readonly<Record<Reason, ((ended: Ended) => Why) | undefined>> = {
  finished: undefined,
  early: ({ facts }) => ({
    cause:
      'It failed before it could expire. Most likely, something in its set-up is wrong. ' +
      'Without a repair, a new job would fail the same way.',
    nextStep: `Correct what the reason names. ${toGoOn(facts)}`,
  }),
  configuration: ({ facts }) => {
    const { names, repair } = FAULTS[faultIn(facts.job.FailureReason) ?? 'invalid'];
    return {
      cause:
        `It failed about when it would have expired, but its reason names ${names}. ` +
        'A job chained from it would most likely fail the same way.',
      nextStep: `${repair} Then ${byHand(facts)}`,
    };
  },
  unclear: ({ facts }) => ({
    cause: mayHaveExpired(facts.job)
      ? `It failed ${formatDuration(Math.floor(ageOf(facts.job) / 1000))} after it was created. ` +
        'Jobs expire after 30 days, and its reason does not say whether it expired or its set-up is wrong.'
      : 'It failed with failed objects, after the lifetime of its tasks. ' +
        'The objects may have expired, or its set-up may be wrong.',
    nextStep: `Read the reason, and correct what it names. Then ${byHand(facts)}`,
  }),
  'not-chosen': ({ facts: { verdict }, facts }) => ({
    cause:
      'Ground Control did not chain the job, ' +
      `because ground-control.yml does not have "${verdict.end}" under labeling.chain.`,
    nextStep: byHandThen(facts),
  }),
  limited: ({ facts }) => ({
    cause: 'Its own stopping conditions are met: they ask for no more labels.',
    nextStep:
      `If you want no more labels, do nothing. If you want more, ${byHand(facts)} ` +
      'Raise the stopping conditions of the chained job.',
  }),
  'opted-out': ({ facts }) => ({
    cause: 'Ground Control did not chain the job, because its tag forbids that.',
    nextStep: byHandThen(facts),
  }),
  'carried-on': ({ facts }) => ({
    cause:
      `${plainText(facts.successor?.name ?? 'Another job', 63)} already continues this job, ` +
      'and was made from its output.',
    nextStep: 'Nothing to do.',
  }),
  'long-ago': ({ facts }) => ({
    cause:
      'It ended more than a week ago, and Ground Control learned of the end only now. ' +
      'Ground Control does not chain a job that ended so long ago.',
    nextStep: byHandThen(facts),
  }),
  streaming: ({ facts }) => ({
    cause:
      'It is a streaming job: its objects come through a topic. ' +
      'A job made from its output would not get the next objects.',
    nextStep: byHandThen(facts),
  }),
  derived: ({ facts }) => ({
    cause:
      'It adjusts or verifies labels. A new job would send workers objects without labels, ' +
      'which costs money and has no use.',
    nextStep: byHandThen(facts),
  }),
  'most-links': ({ facts, policy }) => ({
    cause:
      `It is link ${linkOf(facts.job)} of its chain, ` +
      `and labeling.mostLinks in ground-control.yml allows ${policy.mostLinks}.`,
    nextStep: `Find out why its team does not finish. To continue anyway, ${byHand(facts)}`,
  }),
  'no-counters': ({ facts }) => ({
    cause:
      `SageMaker does not report ${listed(missingCounters(facts.job))} of the job. ` +
      'Ground Control does not chain a job whose objects it cannot count.',
    nextStep: `Look at the job in the console. If objects have no label, ${byHand(facts)}`,
  }),
  'no-manifest': ({ facts }) => ({
    cause:
      `Ground Control cannot rely on its output manifest: ${unreadable(facts)}. ` +
      'Ground Control does not chain a job whose labels it has not seen.',
    nextStep: checkOutput(),
  }),
  'no-progress': ({ facts }) => ({
    cause: 'No object was labeled in this job. Another job would wait for the same workers.',
    nextStep: `Check that workers of its team can sign in and open a task, or choose another team. Then ${byHand(facts)}`,
  }),
  'nothing-left': () => ({
    cause: 'Every object has a label. Nothing is left to label.',
    nextStep: 'Nothing to do. Its output is complete.',
  }),
  'name-taken': ({ facts }) => ({
    cause:
      `The new job would be called ${nameOfLink(facts.job, linkOf(facts.job) + 1)}, ` +
      'but another job has that name.',
    nextStep: byHandThen(facts),
  }),
  'link-over': ({ facts }) => ({
    cause:
      `${nameOfLink(facts.job, linkOf(facts.job) + 1)} was made from the output of this job, ` +
      'but has failed or was stopped.',
    nextStep: `Find out why. To continue anyway, ${byHand(facts)}`,
  }),
  costly: ({ facts, policy }) => ({
    cause:
      `${linkPrice(facts, 'A job that continues it would label')} ${unreadableToo(facts)}` +
      `labeling.mostUsd in ground-control.yml allows ${formatUsd(toMicroUsd(policy.mostUsd))}.`,
    nextStep:
      `If the labels are worth it, ${byHand(facts)} ` +
      `To let Ground Control create such jobs itself, raise labeling.mostUsd${listRoleToo(facts, policy)}.`,
  }),
  'price-unknown': ({ facts }) => ({
    cause:
      `${linkPrice(facts, 'A job that continues it would label')} ${unreadableToo(facts)}` +
      (facts.verdict.price === undefined ? '' : unknownWords(facts.verdict.price, facts.job)),
    nextStep: `If the labels are worth it, ${byHand(facts)}`,
  }),
  'role-not-listed': ({ facts }) => ({
    cause:
      `Its role is ${roleOf(facts.job)}, and labeling.roles in ground-control.yml does not list that role. ` +
      'A job that continues it needs the same role, and Ground Control passes only roles that you list.',
    nextStep:
      `${byHandThen(facts)} ` +
      'To let Ground Control create such jobs itself, add the role to labeling.roles, and deploy. ' +
      'That continues only jobs that end later, not this one.',
  }),
};

/** The end of a sentence about what else to change. */
const listRoleToo = ({ job }: EndedLabeling, policy: LabelingPolicy): string =>
  isRoleListed(job, policy) ? '' : `, and add ${roleOf(job)} to labeling.roles`;

/** What the reason names, and how to repair it. */
const FAULTS = {
  lambda: {
    names: 'a Lambda function',
    repair: 'Read the log of that function. Check that it exists, and that the role of the job may invoke it.',
  },
  permission: {
    names: 'a missing permission',
    repair: 'Give the role of the job the permission that the reason names. Check bucket and KMS key policies, too.',
  },
  template: { names: 'the template of its tasks', repair: 'Correct the template.' },
  manifest: { names: 'a manifest', repair: 'Correct the manifest that the reason names.' },
  categories: { names: 'its label categories', repair: 'Correct the label category file.' },
  missing: { names: 'something that does not exist', repair: 'Restore what the reason says is missing.' },
  invalid: { names: 'something that SageMaker does not accept', repair: 'Correct what the reason names.' },
} as const satisfies Record<Fault, { readonly names: string; readonly repair: string }>;

/** Says that the price includes lines of the output that cannot be read: SageMaker may send their objects, too. */
const unreadableToo = ({ progress }: EndedLabeling): string =>
  progress === undefined || progress.broken === 0
    ? ''
    : `This includes ${lines(progress.broken)} of its output that cannot be read (${lineFaults(progress)}). `;

/** What the next link costs, if it is known how many objects it labels. `labels` begins the sentence. */
export const linkPrice = ({ job, verdict: { price } }: EndedLabeling, labels: string): string =>
  price === undefined ? '' : priceWords(price, job, labels);

function unreadable({ unreadable, progress, job }: EndedLabeling): string {
  if (unreadable !== undefined) return unreadable;
  if (progress === undefined) return 'SageMaker names none';
  const { labeled, untouched, failed, broken } = progress;
  const unreadableLines = broken === 0 ? '' : ` and ${lines(broken)} that cannot be read (${lineFaults(progress)})`;
  const all = allOf(job);
  const { TotalLabeled } = job.LabelCounters;
  const has = `${objects(labeled + untouched + failed)} (${number(labeled)} with a label)${unreadableLines}`;
  return all === undefined || TotalLabeled === undefined
    ? `it has ${has}, and SageMaker does not report ${listed(missingCounters(job))}`
    : `it has ${has}, but the job counts ${objects(all)} (${number(TotalLabeled)} with a label)`;
}
