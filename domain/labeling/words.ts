/** The words for how a labeling job ended, and what was made of what it left. */
import type { StateChange } from '../../schemas/event/state-change.ts';
import type { Severity } from '../../schemas/vocabulary.ts';
import { toStop, toTag } from '../alert/commands.ts';
import type { Cause, Command } from '../alert/failure-causes.ts';
import { formatUsd } from '../cost/money.ts';
import { sentOf } from './allowance.ts';
import { type LabelingEnd, leftOf, type Reason } from './chain.ts';
import { countsOf, number } from './counts.ts';
import type { ChainOutcome, EndedLabeling } from './facts.ts';
import { nameOfLink } from './link.ts';
import { attribute, byHand, byHandThen, type Ended, WHY } from './reasons.ts';

/** What an alert says besides; absent parts stay as SageMaker's end has them. */
export interface Words {
  readonly label?: string;
  readonly severity?: Severity;
  /** What happened, after the job's name. */
  readonly headline: string;
  readonly cause?: Cause;
}

export interface WordsContext extends Ended {
  readonly change: StateChange;
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
  if (outcome.kind === 'over') return notChained(context, 'link-over');
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
      cause: `${next} sends workers ${sent(facts)}${paid(verdict.price, 'are')}. It was created from its output, with the same label attribute "${attribute(facts)}", and is link ${verdict.link} of at most ${policy.mostLinks}.`,
      nextStep: 'Nothing, if that is what you want. Labels come together in the output of the last link.',
      commands: toUndo(next, context),
      retry: undefined,
    },
  };
}

/** What the next link has to do: all that have no label, or as many as people allowed. */
function sent({ job, progress }: EndedLabeling): string {
  const left = progress === undefined ? leftOf(job) : progress.untouched + progress.failed;
  const count = progress === undefined ? left : sentOf(job, progress, left);
  return count === left
    ? `the ${number(left)} that have no label`
    : `as many of the ${number(left)} that have no label as its stopping conditions leave (${number(count)})`;
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

function headline(facts: EndedLabeling): string {
  const { left, all } = countsOf(facts);
  const happened = HAPPENED[facts.verdict.end];
  return left === 0 ? happened : `${happened} with ${number(left)} of ${number(all)} objects left`;
}

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
