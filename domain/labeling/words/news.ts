/** The words for news about a running labeling job. */

import type { LabelingPolicy } from '../../../schemas/configuration/labeling.ts';
import type { StateChange } from '../../../schemas/event/state-change.ts';
import { agree } from '../../../schemas/text/count.ts';
import { formatDuration } from '../../../schemas/text/duration.ts';
import { toTag } from '../../alert/commands.ts';
import { formatTime } from '../../alert/render/time.ts';
import { formatUsd, toMicroUsd } from '../../cost/money.ts';
import { missingCounters } from '../end.ts';
import type { RunningLabeling } from '../facts.ts';
import type { LabelingNews } from '../pace.ts';
import type { LinkPrice } from '../price.ts';
import { isRoleListed } from '../roles.ts';
import { listed, number, objects } from './counts.ts';
import type { Words } from './end.ts';
import { priceWords } from './price.ts';
import { roleOf } from './role.ts';

export interface NewsContext {
  readonly change: StateChange;
  readonly facts: RunningLabeling;
  readonly policy: LabelingPolicy;
  /** What the job that continues it would cost; absent when nobody counted its objects. */
  readonly price: LinkPrice | undefined;
  /** As far as is known now, and whatever it costs, Ground Control may chain the job when it expires. */
  readonly mayGoOn: boolean;
  readonly timeZone: string;
}

/** The words for `news`. */
export function wordsForNews(news: LabelingNews, context: NewsContext): Words & { readonly label: string } {
  return news.kind === 'late' ? late(news, context) : stalled(news, context);
}

function late(
  { expiresAt, doneAt }: Extract<LabelingNews, { kind: 'late' }>,
  { change, facts, policy, price, mayGoOn, timeZone }: NewsContext,
): Words & { label: string } {
  const isAllowed = price?.total !== undefined && price.total <= toMicroUsd(policy.mostUsd);
  const asked = isAllowed ? '' : whyAsked(price, policy);
  const unlisted = isRoleListed(facts.job, policy) ? '' : roleWords(facts);
  const isChained = policy.mode === 'enforce' && mayGoOn;
  const goesOn = isChained && asked === '' && unlisted === '';
  const cost = price === undefined ? '' : ` ${priceWords(price, facts.job, 'A job that continues it would label')}`;
  const asks = isChained ? [asked, unlisted].map((why) => why && ` ${why}`).join('') : '';
  const when =
    missingCounters(facts.job).length > 0
      ? 'So nobody knows whether it will be done in time.'
      : doneAt === undefined
        ? 'Nothing was done in the last days.'
        : `At its present pace, the job will be done at ${formatTime(doneAt, timeZone)}.`;
  return {
    label: 'WILL EXPIRE',
    severity: 'warning',
    headline: `will probably not be done before it expires at ${formatTime(expiresAt, timeZone)}`,
    cause: {
      code: 'labeling-will-expire',
      cause: `${doneWords(facts)} ${when} A labeling job expires after 30 days, and nobody can extend it.${cost}`,
      nextStep: goesOn
        ? 'Add workers, or let the job expire. Ground Control then creates a new job for the rest, ' +
          'unless it finds a reason not to.'
        : `Add workers, or let the job expire and chain it then: a new job labels the rest (docs/labeling.md).${asks}`,
      ...(goesOn && {
        commands: [toTag(change, 'To tell Ground Control not to chain it', policy.tags.optOut[0] ?? '', 'true')],
      }),
      retry: undefined,
    },
  };
}

const whyAsked = (price: LinkPrice | undefined, { mostUsd }: LabelingPolicy): string =>
  price?.total === undefined
    ? 'Ground Control will ask you, because it does not know the price.'
    : 'Ground Control will ask you, ' +
      `because labeling.mostUsd in ground-control.yml allows ${formatUsd(toMicroUsd(mostUsd))}.`;

const roleWords = ({ job }: RunningLabeling): string =>
  `Ground Control will not create that job, because labeling.roles in ground-control.yml does not list its role ${roleOf(job)}.`;

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
      cause: `${doneWords(facts)} No object has been done since ${formatTime(since, timeZone)}.`,
      nextStep:
        'Check that workers of its team can sign in and see tasks. ' +
        'Check whether its Lambda functions fail: the log group /aws/sagemaker/LabelingJobs has a stream with ' +
        'the name of the job.',
      retry: undefined,
    },
  };
}

function doneWords({ job }: RunningLabeling): string {
  const { TotalLabeled, FailedNonRetryableError, Unlabeled } = job.LabelCounters;
  if (TotalLabeled === undefined || FailedNonRetryableError === undefined || Unlabeled === undefined)
    return `SageMaker does not report ${listed(missingCounters(job))} of the job.`;
  const failed =
    FailedNonRetryableError === 0
      ? ''
      : ` ${objects(FailedNonRetryableError)} ${agree(FailedNonRetryableError, 'has', 'have')} failed.`;
  const all = objects(TotalLabeled + FailedNonRetryableError + Unlabeled);
  return `${number(TotalLabeled)} of ${all} ${agree(TotalLabeled, 'has a label', 'have labels')}.${failed}`;
}
