/** The words for what is told of a labeling job that runs. */

import type { LabelingPolicy } from '../../schemas/configuration/labeling.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import { formatDuration } from '../../schemas/text/duration.ts';
import { toTag } from '../alert/commands.ts';
import { formatTime } from '../alert/render/time.ts';
import { number } from './counts.ts';
import type { RunningLabeling } from './facts.ts';
import type { LabelingNews } from './pace.ts';
import type { Words } from './words.ts';

export interface NewsContext {
  readonly change: StateChange;
  readonly facts: RunningLabeling;
  readonly policy: LabelingPolicy;
  /** Nothing that is known now keeps it from being carried on when it expires. */
  readonly mayGoOn: boolean;
  readonly timeZone: string;
}

/** The words for `news`. */
export function wordsForNews(news: LabelingNews, context: NewsContext): Words & { readonly label: string } {
  return news.kind === 'late' ? late(news, context) : stalled(news, context);
}

function late(
  { expiresAt, doneAt }: Extract<LabelingNews, { kind: 'late' }>,
  { change, facts, policy, mayGoOn, timeZone }: NewsContext,
): Words & { label: string } {
  const goesOn = policy.mode === 'enforce' && mayGoOn;
  const when =
    doneAt === undefined
      ? 'Nothing was done in the last days.'
      : `At its present pace it is done ${formatTime(doneAt, timeZone)}.`;
  return {
    label: 'WILL EXPIRE',
    severity: 'warning',
    headline: `will not be done when it expires, ${formatTime(expiresAt, timeZone)}`,
    cause: {
      code: 'labeling-will-expire',
      cause: `${doneWords(facts)} ${when} A labeling job may take 30 days, and cannot be given more.`,
      nextStep: goesOn
        ? 'Add workers, or let it expire: Ground Control then has the rest labeled by a new job, if nothing speaks against it.'
        : 'Add workers, or let it expire and chain it then: a new job labels the rest (docs/labeling.md).',
      ...(goesOn && {
        commands: [toTag(change, 'To keep it from being carried on', policy.tags.optOut[0] ?? '', 'true')],
      }),
      retry: undefined,
    },
  };
}

function stalled(
  { since }: Extract<LabelingNews, { kind: 'stalled' }>,
  { facts, timeZone }: NewsContext,
): Words & { label: string } {
  const idle = formatDuration(Math.floor((facts.now.getTime() - since.getTime()) / 1000));
  return {
    label: 'NO PROGRESS',
    severity: 'warning',
    headline: `has made no progress for ${idle}`,
    cause: {
      code: 'labeling-stalled',
      cause: `${doneWords(facts)} No object was done since ${formatTime(since, timeZone)}.`,
      nextStep:
        'See whether its team has workers who can sign in and see tasks, and whether its Lambda functions fail: the log group /aws/sagemaker/LabelingJobs has a stream with the name of the job.',
      retry: undefined,
    },
  };
}

function doneWords({ job: { LabelCounters } }: RunningLabeling): string {
  const { TotalLabeled, FailedNonRetryableError, Unlabeled } = LabelCounters;
  const failed = FailedNonRetryableError === 0 ? '' : `, ${number(FailedNonRetryableError)} have failed`;
  return `${number(TotalLabeled)} of ${number(TotalLabeled + FailedNonRetryableError + Unlabeled)} objects have labels${failed}.`;
}
