/** The words for how a labeling job ended, and whether a new job continues it. */
import type { StateChange } from '../../../schemas/event/state-change.ts';
import { agree } from '../../../schemas/text/count.ts';
import type { Severity } from '../../../schemas/vocabulary.ts';
import type { Cause, Command } from '../../alert/causes/cause.ts';
import { toStop, toTag } from '../../alert/commands.ts';
import { sentOf } from '../allowance.ts';
import type { Reason } from '../chain.ts';
import { type LabelingEnd, leftOf } from '../end.ts';
import type { ChainOutcome, EndedLabeling } from '../facts.ts';
import { nameOfLink } from '../link.ts';
import { isRoleListed } from '../roles.ts';
import { attribute, byHand, byHandThen } from './by-hand.ts';
import { countsOf, lineFaults, lines, number, objects } from './counts.ts';
import { type Ended, linkPrice, WHY } from './reasons.ts';
import { roleOf } from './role.ts';

/** The words that replace those of the alert about SageMaker's own end. Absent parts stay. */
export interface Words {
  readonly label?: string;
  readonly severity?: Severity;
  /** What happened, after the job's name. */
  readonly headline: string;
  readonly cause?: Cause;
}

export interface WordsContext extends Ended {
  readonly change: StateChange;
  /** The result of creating the next job, if Ground Control was to create one. */
  readonly outcome: ChainOutcome | undefined;
}

/** The words for the end of a labeling job. */
export function wordsForEnd(context: WordsContext): Words {
  const words = wordsForVerdict(context);
  const { cause } = words;
  return cause === undefined ? words : { ...words, cause: { ...cause, cause: errorsIn(context) + cause.cause } };
}

/**
 * What SageMaker's console calls such an end. Its API has no such status: it says `Completed`. Source: an issue of
 * aws/amazon-sagemaker-examples, "Complete with labeling errors".
 */
function errorsIn({ facts: { job } }: WordsContext): string {
  const errors = job.LabelCounters.FailedNonRetryableError ?? 0;
  if (job.LabelingJobStatus !== 'Completed' || errors === 0) return '';
  return (
    `${objects(errors)} failed, expired or ${agree(errors, 'was', 'were')} declined. ` +
    'The console calls this "Complete with labeling errors". '
  );
}

function wordsForVerdict(context: WordsContext): Words {
  const { facts, policy, outcome } = context;
  const { verdict } = facts;
  if (verdict.kind !== 'chain') return notChained(context, verdict.why);
  const next = nameOfLink(facts.job, verdict.link);
  const price = (labels: string) => (verdict.price === undefined ? '' : ` ${linkPrice(facts, labels)}`);
  if (outcome === undefined) {
    return {
      label: LABEL[verdict.end],
      severity: verdict.end === 'expired' ? 'error' : 'warning',
      headline: headline(facts),
      cause: {
        code: 'labeling-observed',
        cause:
          'Ground Control created no new job, because ground-control.yml has labeling.mode: observe. ' +
          `In mode enforce, it would have created ${next} to label the rest.` +
          price('A job that continues it would label'),
        nextStep:
          `${byHandThen(facts)} With labeling.mode: enforce${andItsRole(context)}, ` +
          'Ground Control chains such jobs itself.',
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
        cause: `Ground Control tried to create ${next} to label the rest. SageMaker refused${quoted(outcome.why)}.`,
        nextStep: `Correct what ${outcome.why === undefined ? 'CloudTrail shows for CreateLabelingJob' : 'SageMaker names'}. Then ${byHand(facts)}`,
        retry: undefined,
      },
    };
  }
  return {
    label: 'CHAINED',
    severity: 'warning',
    headline: `${headline(facts)}: the new job ${next} continues it`,
    cause: {
      code: 'labeling-chained',
      cause:
        `${next} sends workers ${sent(facts)}.${maySendMore(facts)} ` +
        `It is link ${verdict.link} of at most ${policy.mostLinks} in this chain.${price('This link labels')} ` +
        `The new job was made from the output of this job, with the same label attribute "${attribute(facts)}": ` +
        'that keeps the labels.',
      nextStep: 'If you want this, do nothing. The output of the last link will have the labels of all links.',
      commands: toUndo(next, context),
      retry: undefined,
    },
  };
}

/** What a job whose role is not listed needs besides the mode. */
const andItsRole = ({ facts: { job }, policy }: Ended): string =>
  isRoleListed(job, policy) ? '' : `, and with its role ${roleOf(job)} under labeling.roles`;

const quoted = (why: string | undefined) => (why === undefined ? '' : `: "${why}"`);

/** What the next link sends: all objects that have no label, or as many as the stopping conditions allow. */
function sent({ job, progress }: EndedLabeling): string {
  const left = progress === undefined ? leftOf(job) : progress.untouched + progress.failed;
  if (left === undefined) return 'the objects that have no label';
  const count = progress === undefined ? left : sentOf(job, progress, left);
  const unlabeled = `${objects(left)} that ${agree(left, 'has', 'have')} no label`;
  return count === left
    ? `the ${unlabeled}`
    : `${number(count)} of the ${unlabeled}, because its stopping conditions allow no more`;
}

/** SageMaker does not document what it does with such lines. */
const maySendMore = ({ progress }: EndedLabeling): string =>
  progress === undefined || progress.broken === 0
    ? ''
    : ` ${lines(progress.broken)} of the output cannot be read (${lineFaults(progress)}). ` +
      `SageMaker may send ${agree(progress.broken, 'its object', 'their objects')} to workers again.`;

function toUndo(name: string, { change, policy: { chain, tags } }: WordsContext): Command[] {
  const stop = (does: string) => toStop(change, `${does} (its labels so far are kept)`, name);
  // With `stopped`, Ground Control would chain a job that people stop, so a tag has to forbid that first.
  return chain.includes('stopped')
    ? [
        toTag(
          change,
          'To undo this, first tell Ground Control not to chain the new job',
          tags.optOut[0] ?? '',
          'true',
          name,
        ),
        stop('Then stop the new job'),
      ]
    : [stop('To undo this, stop the new job')];
}

const LABEL = {
  finished: 'COMPLETED',
  unfinished: 'OBJECTS LEFT',
  uncounted: 'COMPLETED',
  expired: 'EXPIRED',
  early: 'FAILED',
  misconfigured: 'FAILED',
  unclear: 'FAILED',
  stopped: 'STOPPED',
  limited: 'STOPPED',
} as const satisfies Record<LabelingEnd, string>;

const asks = (end: LabelingEnd) => ({
  label: `${LABEL[end]}, NOT CHAINED`,
  severity: 'error' as const,
});

const HAPPENED = {
  finished: 'completed',
  unfinished: 'completed',
  uncounted: 'completed',
  expired: 'expired after 30 days',
  early: 'failed',
  misconfigured: 'failed',
  unclear: 'failed',
  stopped: 'was stopped',
  limited: 'was ended by its own stopping conditions',
} as const satisfies Record<LabelingEnd, string>;

function headline(facts: EndedLabeling): string {
  const { left, all } = countsOf(facts);
  const happened = HAPPENED[facts.verdict.end];
  if (left === 0) return happened;
  if (left === undefined) return `${happened} with an unknown number of objects left`;
  const total = all === undefined ? 'an unknown number of objects' : objects(all);
  return `${happened} with ${number(left)} of ${total} left`;
}

function notChained(context: WordsContext, why: Reason): Words {
  const { facts } = context;
  const { end } = facts.verdict;
  const words = WHY[why];
  // People know that they stopped it.
  if (words === undefined || (why === 'not-chosen' && end === 'stopped')) return { headline: headline(facts) };
  const { cause, nextStep } = words(context);
  return {
    ...(facts.verdict.kind === 'leave' ? left(end, why) : asks(end)),
    headline: headline(facts),
    cause: { code: `labeling-${why}`, cause, nextStep, retry: undefined },
  };
}

/** An end that needs no action is not an error, even if SageMaker calls it a failure. */
function left(end: LabelingEnd, why: Reason): Pick<Words, 'label' | 'severity'> {
  const severity = why === 'nothing-left' || why === 'carried-on' ? 'info' : 'warning';
  if (end === 'expired') return { label: LABEL[end], ...(why !== 'not-chosen' && { severity }) };
  return end === 'unfinished' ? { label: LABEL[end], severity } : {};
}
