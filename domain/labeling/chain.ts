/** Decides whether a new labeling job continues an ended one. */

import type { LabelingDescription } from '../../schemas/api/labeling-job.ts';
import type { LabelingPolicy } from '../../schemas/configuration/labeling.ts';
import { toMicroUsd } from '../cost/money.ts';
import { allowanceOf, sentOf } from './allowance.ts';
import { allOf, type LabelingEnd, leftOf, missingCounters } from './end.ts';
import { labeledBefore, linkOf } from './link.ts';
import { type LinkPrice, priceOf } from './price.ts';
import type { Progress } from './progress.ts';
import { isRoleListed } from './roles.ts';

/** Why no job is chained, and what follows. `leave`: nothing. `ask`: the alert asks people to decide. */
export const REASONS = {
  finished: 'leave',
  early: 'leave',
  'not-chosen': 'leave',
  limited: 'leave',
  'opted-out': 'leave',
  'carried-on': 'leave',
  configuration: 'ask',
  unclear: 'ask',
  'long-ago': 'ask',
  streaming: 'ask',
  derived: 'ask',
  'most-links': 'ask',
  'no-counters': 'ask',
  'no-manifest': 'ask',
  'no-progress': 'ask',
  'nothing-left': 'leave',
  'name-taken': 'ask',
  'link-over': 'ask',
  costly: 'ask',
  'price-unknown': 'ask',
  'role-not-listed': 'ask',
} as const;
export type Reason = keyof typeof REASONS;

/**
 * The decision on an ended job. `link` is the number of the next job. `price` is what that job costs at most; absent
 * when nobody counted its objects.
 */
export type ChainVerdict =
  | { readonly kind: 'chain'; readonly end: LabelingEnd; readonly link: number; readonly price: LinkPrice | undefined }
  | { readonly kind: 'leave' | 'ask'; readonly end: LabelingEnd; readonly why: Reason; readonly price?: LinkPrice };

const DAY = 86_400_000;
/** When Ground Control learns of an end so late, people have dealt with the job or do not need it: they are asked. */
const LONG_AGO = 7 * DAY;

/** AWS functions of adjustment and verification jobs. These check existing labels; unlabeled objects only cost. */
const DERIVED = /:(?:PRE|ACS)-(?:Adjustment|Verification)/i;

function isDerived({ HumanTaskConfig }: LabelingDescription): boolean {
  const { PreHumanTaskLambdaArn: before, AnnotationConsolidationConfig: after } = HumanTaskConfig;
  return [before, after?.AnnotationConsolidationLambdaArn].some((arn) => DERIVED.test(arn ?? ''));
}

/** Why no job can usefully continue this one, whatever the policy; absent when one can. */
export function obstacleTo(job: LabelingDescription, progress: Progress | undefined): Obstacle | undefined {
  if (job.InputConfig.DataSource.SnsDataSource !== undefined) return 'streaming';
  if (isDerived(job)) return 'derived';
  if (job.LabelingJobOutput?.OutputDatasetS3Uri === undefined) return 'no-manifest';
  // Objects that the job counts but the output manifest lacks would be lost.
  return progress === undefined || isWhole(job, progress) ? undefined : 'no-manifest';
}

/** A reason why no job can usefully continue another one. */
export type Obstacle = 'streaming' | 'derived' | 'no-manifest';

/**
 * Decides on an ended job by its description alone; `undefined` when the output manifest has to be read first.
 * `isOptedOut`: the tags of the job forbid continuing it.
 */
export function decideByDescription(
  job: LabelingDescription,
  end: LabelingEnd,
  policy: LabelingPolicy,
  isOptedOut: boolean,
  now: Date,
): ChainVerdict | undefined {
  const no = (why: Reason): ChainVerdict => ({ kind: REASONS[why], end, why });
  if (end === 'finished' || end === 'early' || end === 'limited') return no(end);
  if (isOptedOut) return no('opted-out');
  if (leftOf(job) === 0 && (job.LabelCounters.TotalLabeled ?? 0) > 0) return no('nothing-left');
  if (end === 'misconfigured') return no('configuration');
  if (end === 'unclear') return no('unclear');
  if (end === 'uncounted') return no('no-counters');
  if (!policy.chain.includes(end)) return no('not-chosen');
  if (now.getTime() - job.LastModifiedTime.getTime() > LONG_AGO) return no('long-ago');
  const obstacle = obstacleTo(job, undefined);
  if (obstacle !== undefined) return no(obstacle);
  if (missingCounters(job).length > 0) return no('no-counters');
  return linkOf(job) >= policy.mostLinks ? no('most-links') : undefined;
}

/** Decides on an ended job by its output manifest. */
export function decideByOutput(
  job: LabelingDescription,
  end: LabelingEnd,
  policy: LabelingPolicy,
  progress: Progress,
): ChainVerdict {
  const no = (why: Reason, price?: LinkPrice): ChainVerdict => ({
    kind: REASONS[why],
    end,
    why,
    ...(price !== undefined && { price }),
  });
  const obstacle = obstacleTo(job, progress);
  if (obstacle !== undefined) return no(obstacle);
  if (allowanceOf(job, progress) === 0) return no('limited');
  // The workers labeled nothing in this job. The next job would wait for the same workers.
  if (!hasProgressed(job, progress)) return no('no-progress');
  const price = linkPriceOf(job, progress, policy);
  if (price.total === undefined) return no('price-unknown', price);
  if (price.total > toMicroUsd(policy.mostUsd)) return no('costly', price);
  // In mode observe nothing is created, and the alert says which role to list.
  if (policy.mode === 'enforce' && !isRoleListed(job, policy)) return no('role-not-listed', price);
  return { kind: 'chain', end, link: linkOf(job) + 1, price };
}

/** What a job that continues this one costs. SageMaker may send the objects of lines that cannot be read as well. */
export function linkPriceOf(job: LabelingDescription, progress: Progress, policy: LabelingPolicy): LinkPrice {
  const left = progress.untouched + progress.failed + progress.broken;
  const most = Math.max(left, leftOf(job) ?? 0);
  return priceOf(job, most, sentOf(job, progress, most), policy);
}

/** Whether the manifest has every object and label that the job is known to count, and objects without a label. */
function isWhole(job: LabelingDescription, { labeled, untouched, failed, broken }: Progress): boolean {
  const hasAll = labeled + untouched + failed + broken >= (allOf(job) ?? 0);
  return untouched + failed > 0 && hasAll && labeled + broken >= (job.LabelCounters.TotalLabeled ?? 0);
}

/** Whether the job labeled anything: more objects have labels than at its creation, or some labels name this job. */
function hasProgressed(job: LabelingDescription, { labeled, labeledByThisJob }: Progress): boolean {
  const before = labeledBefore(job);
  return before === undefined ? labeledByThisJob > 0 : labeled > before;
}
