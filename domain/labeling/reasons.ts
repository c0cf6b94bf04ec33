/** Why a labeling job is not carried on, and what people can do about it, in words. */
import type { LabelingPolicy } from '../../schemas/configuration/labeling.ts';
import { plainText } from '../../schemas/text/plain-text.ts';
import type { Cause } from '../alert/failure-causes.ts';
import { formatUsd, toMicroUsd } from '../cost/money.ts';
import { leftOf, type Obstacle, obstacleTo, type Reason, type Workforce, workforceOf } from './chain.ts';
import { number } from './counts.ts';
import type { EndedLabeling } from './facts.ts';
import { linkOf, nameOfLink } from './link.ts';
import { attributeOf } from './request.ts';

/** A job that has ended, and the policy that it was judged by. */
export interface Ended {
  readonly facts: EndedLabeling;
  readonly policy: LabelingPolicy;
}

type Why = Pick<Cause, 'cause' | 'nextStep'>;

/** Why nothing was carried on; absent where SageMaker's own end says all there is. */
export const WHY: Readonly<Record<Reason, ((ended: Ended) => Why) | undefined>> = {
  finished: undefined,
  early: () => ({
    cause: 'It failed before it could expire: most likely something in its set-up is wrong.',
    nextStep: 'Correct what the reason names and create it again. A job made from it would fail the same way.',
  }),
  unclear: ({ facts }) => ({
    cause:
      'It failed after its tasks had to be done, with failed objects: they may have expired, or its set-up is wrong.',
    nextStep: `Read the reason. If its objects only expired: ${byHand(facts)}`,
  }),
  'not-chosen': ({ facts: { verdict }, facts }) => ({
    cause: `${verdict.end === 'unfinished' ? 'They failed, expired or were declined. ' : ''}Nothing was carried on: ground-control.yml does not have "${verdict.end}" under labeling.chain.`,
    nextStep: byHandThen(facts),
  }),
  limited: () => ({
    cause: 'Its own stopping conditions ended it: as many objects have labels as it was to label.',
    nextStep: 'Nothing, if that is what you want.',
  }),
  'opted-out': ({ facts }) => ({
    cause: 'Nothing was carried on: its tag says that it must not be.',
    nextStep: byHandThen(facts),
  }),
  'carried-on': ({ facts }) => ({
    cause: `${plainText(facts.successor?.name ?? 'Another job', 63)} carries it on already: it was made from the same output.`,
    nextStep: 'Nothing.',
  }),
  'long-ago': ({ facts }) => ({
    cause:
      'It ended more than a week ago, and Ground Control hears of it only now. It carries on nothing that old by itself.',
    nextStep: byHandThen(facts),
  }),
  streaming: ({ facts }) => ({
    cause:
      'It is a streaming job: its objects come through a topic, and a job made from its output would not get the next ones.',
    nextStep: byHandThen(facts),
  }),
  derived: ({ facts }) => ({
    cause: 'It adjusts or verifies labels: an object that has none is nothing to it, and would cost without use.',
    nextStep: byHandThen(facts),
  }),
  'most-links': ({ facts, policy }) => ({
    cause: `It is link ${linkOf(facts.job)} of its chain, and labeling.mostLinks in ground-control.yml allows ${policy.mostLinks}.`,
    nextStep: `See why its team does not get done. To go on all the same: ${byHand(facts)}`,
  }),
  'no-manifest': ({ facts }) => ({
    cause: `Its output manifest cannot be relied on: ${unreadable(facts)}. Ground Control carries on nothing whose labels it has not seen.`,
    nextStep: byHandThen(facts),
  }),
  'no-progress': () => ({
    cause: 'Nothing was labeled in it: another job would wait for the same workers to do what they did not do.',
    nextStep:
      'See whether its team has workers who can sign in and open a task. Then chain it by hand, with a team that works.',
  }),
  'nothing-left': () => ({
    cause: 'Every object has a label: there is nothing left to carry on.',
    nextStep: 'Nothing. Its output is complete.',
  }),
  'name-taken': ({ facts }) => ({
    cause: `${nameOfLink(facts.job, linkOf(facts.job) + 1)}, as the job that carries it on would be called, is the name of another job.`,
    nextStep: byHandThen(facts),
  }),
  'link-over': ({ facts }) => ({
    cause: `${nameOfLink(facts.job, linkOf(facts.job) + 1)} was made from its output, and has failed or was stopped since.`,
    nextStep: `See why. To go on all the same: ${byHand(facts)}`,
  }),
  costly: ({ facts, policy }) => ({
    cause: `For what is left its workers would be paid up to ${formatUsd(facts.verdict.price ?? 0)}; labeling.mostUsd in ground-control.yml allows ${formatUsd(toMicroUsd(policy.mostUsd))}.`,
    nextStep: `If it is worth it: ${byHand(facts)}`,
  }),
  'price-unknown': ({ facts }) => ({
    cause: `What its workers would be paid is not known: ${UNKNOWN_PRICE[workforceOf(facts.job) ?? 'other']}.`,
    nextStep: `If it is worth it: ${byHand(facts)}`,
  }),
};

const UNKNOWN_PRICE = {
  private: 'its team is private',
  vendor: 'ground-control.yml has no labeling.vendorUsd',
  public: 'the job does not say what it pays',
  other: 'its team is of a kind that Ground Control does not know',
} as const satisfies Record<Workforce | 'other', string>;

/** The label attribute, as people may read it. */
export const attribute = ({ job }: EndedLabeling) => plainText(attributeOf(job), 127);

/** What people can do themselves: chain it, unless that is of no use. */
export function byHand(facts: EndedLabeling): string {
  const obstacle = obstacleTo(facts.job, facts.progress);
  return obstacle === undefined
    ? `chain it in the console (Ground Truth, Labeling jobs, Actions, Chain) with the same label attribute "${attribute(facts)}"; with another one every object is labeled, and paid for, again.`
    : INSTEAD[obstacle];
}

/** What helps where a job made from its output does not. */
const INSTEAD = {
  streaming:
    'create a streaming job whose input topic is the output topic of this one; what was labeled is not sent again.',
  derived:
    'carry on the job that gives the labels first. Then adjust or verify its output, under a label attribute of its own.',
  'no-manifest':
    'look whether its output is there and whole, and whether a bucket policy or key refuses it to the function "labeling".',
} as const satisfies Record<Obstacle, string>;

/** The same, to begin a sentence with. */
export const byHandThen = (facts: EndedLabeling) => capitalised(byHand(facts));
const capitalised = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

function unreadable({ unreadable, progress, job }: EndedLabeling): string {
  if (unreadable !== undefined) return unreadable;
  if (progress === undefined) return 'SageMaker names none';
  const { labeled, untouched, failed, broken } = progress;
  const broke = broken === 0 ? '' : `, ${number(broken)} more are no JSON`;
  const { TotalLabeled } = job.LabelCounters;
  return `it has ${number(labeled + untouched + failed)} objects, ${number(labeled)} with a label${broke}; the job counts ${number(TotalLabeled + leftOf(job))}, and ${number(TotalLabeled)}`;
}
