/** The words for how a labeling job ended, and what was made of what it left. */

import type { LabelingPolicy } from '../../schemas/labeling-policy.ts';
import { hideSecrets } from '../../schemas/secrets.ts';
import type { Detail, StateChange } from '../../schemas/state-change.ts';
import { plainText } from '../../schemas/text.ts';
import type { Severity } from '../../schemas/vocabulary.ts';
import { toStop, toTag } from '../commands.ts';
import { formatUsd } from '../cost/money.ts';
import type { Cause, Command } from '../failure-catalogue.ts';
import { type LabelingEnd, leftOf, type Reason, type Workforce, workforceOf } from './chain.ts';
import type { ChainOutcome, EndedLabeling } from './facts.ts';
import { linkOf, nameOfLink } from './link.ts';
import { attributeOf } from './request.ts';

/** What an alert says besides; absent parts stay as SageMaker's end has them. */
export interface Words {
  readonly label?: string;
  readonly severity?: Severity;
  /** What happened, after the job's name. */
  readonly headline: string;
  readonly cause?: Cause;
}

export interface WordsContext {
  readonly change: StateChange;
  readonly facts: EndedLabeling;
  readonly policy: LabelingPolicy;
  /** What came of it, where it was to be carried on. */
  readonly outcome: ChainOutcome | undefined;
}

/** The words for an end. */
export function wordsForEnd(context: WordsContext): Words {
  const { facts, policy, outcome } = context;
  const { verdict } = facts;
  if (verdict.kind !== 'chain') return notChained(context, verdict.why);
  const next = nameOfLink(facts.job, verdict.link);
  if (outcome === undefined) {
    return {
      label: LABEL[verdict.end],
      severity: verdict.end === 'expired' ? 'error' : 'warning',
      headline: headline(facts),
      cause: {
        code: 'labeling-observed',
        cause: `${next} would have been created to carry it on${paid(verdict.price, 'would be')}. Nothing was: ground-control.yml says labeling.mode: observe.`,
        nextStep: `${byHandThen(facts)} Later ones Ground Control carries on with labeling.mode: enforce.`,
        retry: undefined,
      },
    };
  }
  if (outcome.kind === 'taken') return notChained(context, 'name-taken');
  if (outcome.kind === 'refused') {
    return {
      ...asks(verdict.end),
      headline: headline(facts),
      cause: {
        code: 'labeling-refused',
        cause: `${next} was to carry it on, and SageMaker refused to create it: "${outcome.why}".`,
        nextStep: `Repair what it names; then: ${byHand(facts)}`,
        retry: undefined,
      },
    };
  }
  return {
    label: 'CARRIED ON',
    severity: 'warning',
    headline: `${headline(facts)}: ${next} carries it on`,
    cause: {
      code: 'labeling-chained',
      cause: `${next} sends workers the ${number(countsOf(facts).left)} that have no label${paid(verdict.price, 'are')}. It was created from its output, with the same label attribute "${attribute(facts)}", and is link ${verdict.link} of at most ${policy.mostLinks}.`,
      nextStep: 'Nothing, if that is what you want. Labels come together in the output of the last link.',
      commands: toUndo(next, context),
      retry: undefined,
    },
  };
}

const paid = (price: number, verb: string) =>
  price === 0 ? '' : `; its workers ${verb} paid up to ${formatUsd(price)}`;

function toUndo(name: string, { change, policy: { chain, tags } }: WordsContext): Command[] {
  const stop = toStop(change, 'To undo it (labels that it has by then are kept)', name);
  // What people stop is carried on there: it has to say that it must not be.
  return chain.includes('stopped')
    ? [toTag(change, 'To undo it, first say that it must not go on', tags.optOut[0] ?? '', 'true', name), stop]
    : [stop];
}

const LABEL = {
  finished: 'COMPLETED',
  unfinished: 'OBJECTS LEFT',
  expired: 'EXPIRED',
  early: 'FAILED',
  unclear: 'FAILED',
  stopped: 'STOPPED',
  limited: 'STOPPED',
} as const satisfies Record<LabelingEnd, string>;

const asks = (end: LabelingEnd) => ({
  label: `${LABEL[end]}, NOT CARRIED ON`,
  severity: 'error' as const,
});

const HAPPENED = {
  finished: 'completed',
  unfinished: 'completed',
  expired: 'expired after 30 days',
  early: 'failed',
  unclear: 'failed',
  stopped: 'was stopped',
  limited: 'was ended by its own conditions',
} as const satisfies Record<LabelingEnd, string>;

export const number = (count: number) => count.toLocaleString('en-US');

function headline(facts: EndedLabeling): string {
  const { left, all } = countsOf(facts);
  const happened = HAPPENED[facts.verdict.end];
  return left === 0 ? happened : `${happened} with ${number(left)} of ${number(all)} objects left`;
}

interface Counts {
  readonly labeled: number;
  readonly left: number;
  readonly all: number;
}

/** By its output, or where that is not there, as the job counts them. */
function countsOf({ job, progress }: EndedLabeling): Counts {
  const labeled = progress?.labeled ?? job.LabelCounters.TotalLabeled;
  const left = progress === undefined ? leftOf(job) : progress.untouched + progress.failed;
  return { labeled, left, all: labeled + left };
}

const attribute = ({ job }: EndedLabeling) => plainText(attributeOf(job), 127);

const byHand = (facts: EndedLabeling) =>
  `chain it in the console (Ground Truth, Labeling jobs, Actions, Chain) with the same label attribute "${attribute(facts)}"; with another one every object is labeled, and paid for, again.`;

const byHandThen = (facts: EndedLabeling) => capitalised(byHand(facts));
const capitalised = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

function unreadable({ unreadable, progress, job }: EndedLabeling): string {
  if (unreadable !== undefined) return unreadable;
  if (progress === undefined) return 'SageMaker names none';
  const { labeled, untouched, failed, broken } = progress;
  const broke = broken === 0 ? '' : `, ${number(broken)} more are no JSON`;
  const { TotalLabeled } = job.LabelCounters;
  return `it has ${number(labeled + untouched + failed)} objects, ${number(labeled)} with a label${broke}; the job counts ${number(TotalLabeled + leftOf(job))}, and ${number(TotalLabeled)}`;
}

type Why = Pick<Cause, 'cause' | 'nextStep'>;

function notChained(context: WordsContext, why: Reason): Words {
  const { facts } = context;
  const { end } = facts.verdict;
  const words = WHY[why];
  // That people stopped it is no news to them.
  if (words === undefined || (why === 'not-chosen' && end === 'stopped')) return { headline: headline(facts) };
  const { cause, nextStep } = words(context);
  return {
    ...(facts.verdict.kind === 'leave' ? left(end, why) : asks(end)),
    headline: headline(facts),
    cause: { code: `labeling-${why}`, cause, nextStep, retry: undefined },
  };
}

/** An end that nobody has to do anything about is no failure, whatever SageMaker calls it. */
function left(end: LabelingEnd, why: Reason): Pick<Words, 'label' | 'severity'> {
  const severity = why === 'nothing-left' || why === 'carried-on' ? 'info' : 'warning';
  if (end === 'expired') return { label: LABEL[end], ...(why !== 'not-chosen' && { severity }) };
  return end === 'unfinished' ? { label: LABEL[end], severity } : {};
}

/** Why nothing was carried on; absent where SageMaker's own end says all there is. */
const WHY: Readonly<Record<Reason, ((context: WordsContext) => Why) | undefined>> = {
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
  streaming: () => ({
    cause:
      'It is a streaming job: its objects come through a topic, and a job made from its output would not get the next ones.',
    nextStep:
      'Create a streaming job whose input topic is the output topic of this one; what was labeled is not sent again.',
  }),
  derived: () => ({
    cause: 'It adjusts or verifies labels: an object that has none is nothing to it, and would cost without use.',
    nextStep:
      'Carry on the job that gives the labels first. Then adjust or verify its output, under a label attribute of its own.',
  }),
  'most-links': ({ facts, policy }) => ({
    cause: `It is link ${linkOf(facts.job)} of its chain, and labeling.mostLinks in ground-control.yml allows ${policy.mostLinks}.`,
    nextStep: `See why its team does not get done. To go on all the same: ${byHand(facts)}`,
  }),
  'no-manifest': ({ facts }) => ({
    cause: `Its output manifest cannot be relied on: ${unreadable(facts)}. Ground Control carries on nothing whose labels it has not seen.`,
    nextStep: 'Look whether it is there, and whether a bucket policy or key refuses it to the function "labeling".',
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
  costly: ({ facts, policy }) => ({
    cause: `For what is left its workers would be paid up to ${formatUsd(facts.verdict.price ?? 0)}; labeling.mostUsd in ground-control.yml allows ${formatUsd(Math.round(policy.mostUsd * 1_000_000))}.`,
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

const MOST_REASONS = 3;
const LONGEST_REASON = 80;

/** What people may want to count. */
export function numbersOf(facts: EndedLabeling, policy: LabelingPolicy): Detail[] {
  const { job, progress, tasks, verdict } = facts;
  const { labeled, left, all } = countsOf(facts);
  const parts = [
    progress !== undefined && progress.untouched > 0 ? `${number(progress.untouched)} that nobody got to` : '',
    progress !== undefined && progress.failed > 0 ? `${number(progress.failed)} failed, expired or declined` : '',
  ].filter((part) => part !== '');
  const reasons = [...(progress?.reasons ?? [])]
    .slice(0, MOST_REASONS)
    .map(([reason, times]) => `${plainText(hideSecrets(reason), LONGEST_REASON)} (${number(times)})`);
  const told = Object.entries(tasks)
    .filter(([, times]) => times > 0)
    .map(([state, times]) => `${number(times)} ${state.toLowerCase()}`);
  const link = linkOf(job);
  const rows: readonly (readonly [string, string])[] = [
    ['Labeled', `${number(labeled)} of ${number(all)}`],
    ['Left', left === 0 ? '' : parts.join(', ') || number(left)],
    ['Reasons', reasons.join('; ')],
    [
      'Unreadable',
      progress === undefined || progress.broken === 0 ? '' : `${number(progress.broken)} lines of its output`,
    ],
    ['Tasks', told.join(', ')],
    ['Link', link === 0 ? '' : `${link} of at most ${policy.mostLinks}`],
    [
      'Output',
      verdict.kind === 'leave' && verdict.why === 'finished' ? '' : (job.LabelingJobOutput?.OutputDatasetS3Uri ?? ''),
    ],
  ];
  return rows.flatMap(([label, value]) => (value === '' ? [] : [{ label, value: plainText(value, 500) }]));
}
