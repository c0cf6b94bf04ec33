/** Why Ground Control did not chain a labeling job, and what people can do about it, in words. */
import type { LabelingPolicy } from '../../schemas/configuration/labeling.ts';
import { agree, counted } from '../../schemas/text/count.ts';
import { plainText } from '../../schemas/text/plain-text.ts';
import type { Cause } from '../alert/causes/cause.ts';
import { formatUsd, toMicroUsd } from '../cost/money.ts';
import { leftOf, type Obstacle, obstacleTo, type Reason, type Workforce, workforceOf } from './chain.ts';
import { number, objects } from './counts.ts';
import type { EndedLabeling } from './facts.ts';
import { linkOf, nameOfLink } from './link.ts';
import { attributeOf } from './request.ts';

/** A job that has ended, and the policy that decided on it. */
export interface Ended {
  readonly facts: EndedLabeling;
  readonly policy: LabelingPolicy;
}

type Why = Pick<Cause, 'cause' | 'nextStep'>;

/** Why Ground Control did not chain the job. Absent if SageMaker's own end says everything. */
export const WHY: Readonly<Record<Reason, ((ended: Ended) => Why) | undefined>> = {
  finished: undefined,
  early: () => ({
    cause: 'It failed before it could expire. Most likely, something in its set-up is wrong.',
    nextStep: 'Correct what the reason names, and create the job again. A job chained from it would fail the same way.',
  }),
  unclear: ({ facts }) => ({
    cause:
      'It failed with failed objects, after the lifetime of its tasks. ' +
      'The objects may have expired, or its set-up may be wrong.',
    nextStep: `Read the reason. If the objects only expired, ${byHand(facts)}`,
  }),
  'not-chosen': ({ facts: { verdict }, facts }) => ({
    cause:
      (verdict.end === 'unfinished' ? 'The objects that are left failed, expired or were declined. ' : '') +
      'Ground Control did not chain the job, ' +
      `because ground-control.yml does not have "${verdict.end}" under labeling.chain.`,
    nextStep: byHandThen(facts),
  }),
  limited: () => ({
    cause: 'Its own stopping conditions are met: they ask for no more labels.',
    nextStep: 'If you want no more labels, do nothing.',
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
  'no-manifest': ({ facts }) => ({
    cause:
      `Ground Control cannot rely on its output manifest: ${unreadable(facts)}. ` +
      'Ground Control does not chain a job whose labels it has not seen.',
    nextStep: capitalised(INSTEAD['no-manifest']),
  }),
  'no-progress': () => ({
    cause: 'No object was labeled in this job. Another job would wait for the same workers.',
    nextStep:
      'Check that workers of its team can sign in and open a task. Then chain the job by hand, with a team that works.',
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
      `Workers would be paid up to ${formatUsd(facts.verdict.price ?? 0)} to label the rest, ` +
      `but labeling.mostUsd in ground-control.yml allows ${formatUsd(toMicroUsd(policy.mostUsd))}.`,
    nextStep: `If the labels are worth it, ${byHand(facts)}`,
  }),
  'price-unknown': ({ facts }) => ({
    cause:
      'Ground Control does not know what its workers would be paid: ' +
      `${UNKNOWN_PRICE[workforceOf(facts.job) ?? 'other']}.`,
    nextStep: `If the labels are worth it, ${byHand(facts)}`,
  }),
};

const UNKNOWN_PRICE = {
  private: 'its team is private',
  vendor: 'ground-control.yml has no labeling.vendorUsd',
  public: 'the job does not say what it pays',
  other: 'its team is of a kind that Ground Control does not know',
} as const satisfies Record<Workforce | 'other', string>;

/** The label attribute, safe to print. */
export const attribute = ({ job }: EndedLabeling) => plainText(attributeOf(job), 127);

/** What people can do themselves, as the end of a sentence: chain the job, unless that is of no use. */
export function byHand(facts: EndedLabeling): string {
  const obstacle = obstacleTo(facts.job, facts.progress);
  return obstacle === undefined
    ? 'chain the job in the console (Ground Truth, Labeling jobs, Actions, Chain). ' +
        `Keep the label attribute "${attribute(facts)}": with another one, every object is labeled and paid for again.`
    : INSTEAD[obstacle];
}

/** What helps if a job made from its output does not. */
const INSTEAD = {
  streaming:
    'create a streaming job whose input topic is the output topic of this one. ' +
    'Objects that have labels are not sent again.',
  derived:
    'first chain the job that creates the labels. Then adjust or verify its output, with another label attribute.',
  'no-manifest':
    'check that the output of the job exists and is complete. ' +
    'Check that no bucket policy or KMS key denies the function "labeling" access to the output.',
} as const satisfies Record<Obstacle, string>;

/** The same as a sentence of its own. */
export const byHandThen = (facts: EndedLabeling) => capitalised(byHand(facts));
const capitalised = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

function unreadable({ unreadable, progress, job }: EndedLabeling): string {
  if (unreadable !== undefined) return unreadable;
  if (progress === undefined) return 'SageMaker names none';
  const { labeled, untouched, failed, broken } = progress;
  const unreadableLines =
    broken === 0 ? '' : ` and ${counted(broken, 'line')} that ${agree(broken, 'is', 'are')} not JSON`;
  const { TotalLabeled } = job.LabelCounters;
  const has = `${objects(labeled + untouched + failed)} (${number(labeled)} with a label)${unreadableLines}`;
  return (
    `it has ${has}, but the job counts ${objects(TotalLabeled + leftOf(job))} ` +
    `(${number(TotalLabeled)} with a label)`
  );
}
