/**
 * Decides whether a new labeling job continues an ended one.
 *
 * SageMaker has no status for an expired job and does not document its failure reason. Ground Control recognises it by
 * its age: it failed after the 30 days that a job may take. A job that failed earlier has a fault in its configuration,
 * and would fail again.
 * Source: developer guide, "Monitor labeling job status"; API reference, LabelingJobStoppingConditions.
 */

import type { LabelingDescription } from '../../schemas/api/labeling-job.ts';
import type { LabelingPolicy } from '../../schemas/configuration/labeling.ts';
import { exact, type MicroUsd, toMicroUsd } from '../cost/money.ts';
import { allowanceOf, sentOf } from './allowance.ts';
import { labeledBefore, linkOf } from './link.ts';
import type { Progress } from './progress.ts';

/**
 * How a labeling job ended. `finished`: every object has a label. `unfinished`: it completed with objects left.
 * `limited`: its own stopping conditions ended it. `early`: it failed before it could expire. `unclear`: it failed with
 * failed objects after the lifetime of its tasks; it may have expired or not.
 */
export type LabelingEnd = 'finished' | 'unfinished' | 'expired' | 'early' | 'unclear' | 'stopped' | 'limited';

/** Why no job is chained, and what follows. `leave`: nothing. `ask`: the alert asks people to decide. */
export const REASONS = {
  finished: 'leave',
  early: 'leave',
  'not-chosen': 'leave',
  limited: 'leave',
  'opted-out': 'leave',
  'carried-on': 'leave',
  unclear: 'ask',
  'long-ago': 'ask',
  streaming: 'ask',
  derived: 'ask',
  'most-links': 'ask',
  'no-manifest': 'ask',
  'no-progress': 'ask',
  'nothing-left': 'leave',
  'name-taken': 'ask',
  'link-over': 'ask',
  costly: 'ask',
  'price-unknown': 'ask',
} as const;
export type Reason = keyof typeof REASONS;

/** The decision on an ended job. `link` is the number of the next job; `price` is what its workers are paid at most. */
export type ChainVerdict =
  | { readonly kind: 'chain'; readonly end: LabelingEnd; readonly link: number; readonly price: MicroUsd }
  | { readonly kind: 'leave' | 'ask'; readonly end: LabelingEnd; readonly why: Reason; readonly price?: MicroUsd };

const DAY = 86_400_000;
/** A job expires after 30 days. The times of the service are not exact, so half a day less is enough. */
const EXPIRES_AFTER = 29.5 * DAY;
/** When Ground Control learns of an end so late, people have dealt with the job or do not need it: they are asked. */
const LONG_AGO = 7 * DAY;

/** When a job expires: 30 days after it was created. */
export const expiryOf = ({ CreationTime }: LabelingDescription): Date => new Date(CreationTime.getTime() + 30 * DAY);

/** How the job ended; absent while it runs. */
export function endOf(job: LabelingDescription): LabelingEnd | undefined {
  switch (job.LabelingJobStatus) {
    case 'Completed':
      return leftOf(job) === 0 ? 'finished' : isLimited(job) ? 'limited' : 'unfinished';
    case 'Failed':
      return failureOf(job);
    case 'Stopped':
      return isLimited(job) ? 'limited' : 'stopped';
    default:
      return undefined;
  }
}

function failureOf({
  CreationTime,
  LastModifiedTime,
  LabelCounters,
  HumanTaskConfig,
}: LabelingDescription): LabelingEnd {
  const age = LastModifiedTime.getTime() - CreationTime.getTime();
  if (age >= EXPIRES_AFTER) return 'expired';
  const { TaskAvailabilityLifetimeInSeconds: lifetime } = HumanTaskConfig;
  const tasksAreOver = lifetime !== undefined && age >= lifetime * 1000 && LabelCounters.FailedNonRetryableError > 0;
  return tasksAreOver ? 'unclear' : 'early';
}

/** The number of objects without a label, by the counters of the job. */
export const leftOf = ({ LabelCounters: { Unlabeled, FailedNonRetryableError } }: LabelingDescription): number =>
  Unlabeled + FailedNonRetryableError;

function isLimited(job: LabelingDescription): boolean {
  const { StoppingConditions, LabelCounters } = job;
  const { MaxHumanLabeledObjectCount: most, MaxPercentageOfInputDatasetLabeled: percent } = StoppingConditions ?? {};
  const { HumanLabeled, TotalLabeled, Unlabeled, FailedNonRetryableError } = LabelCounters;
  // The counters of a link may include earlier labels, so only the output manifest can tell.
  if (most !== undefined && labeledBefore(job) === undefined && HumanLabeled >= most) return true;
  const all = TotalLabeled + Unlabeled + FailedNonRetryableError;
  return percent !== undefined && all > 0 && (100 * TotalLabeled) / all >= percent;
}

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
  if (leftOf(job) === 0 && job.LabelCounters.TotalLabeled > 0) return no('nothing-left');
  if (end === 'unclear') return no('unclear');
  if (!policy.chain.includes(end)) return no('not-chosen');
  if (now.getTime() - job.LastModifiedTime.getTime() > LONG_AGO) return no('long-ago');
  const obstacle = obstacleTo(job, undefined);
  if (obstacle !== undefined) return no(obstacle);
  return linkOf(job) >= policy.mostLinks ? no('most-links') : undefined;
}

/** Decides on an ended job by its output manifest. */
export function decideByOutput(
  job: LabelingDescription,
  end: LabelingEnd,
  policy: LabelingPolicy,
  progress: Progress,
): ChainVerdict {
  const left = progress.untouched + progress.failed;
  const no = (why: Reason, price?: MicroUsd): ChainVerdict => ({
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
  // SageMaker may send the objects of unreadable lines as well.
  const most = Math.max(left + progress.broken, leftOf(job));
  const price = priceOf(job, sentOf(job, progress, most), policy);
  if (price === undefined) return no('price-unknown');
  if (price > toMicroUsd(policy.mostUsd)) return no('costly', price);
  return { kind: 'chain', end, link: linkOf(job) + 1, price };
}

/** Whether the manifest has every object and every label that the job counts, and objects without a label. */
function isWhole(job: LabelingDescription, { labeled, untouched, failed, broken }: Progress): boolean {
  const { TotalLabeled } = job.LabelCounters;
  const hasAll = labeled + untouched + failed + broken >= TotalLabeled + leftOf(job);
  return untouched + failed > 0 && hasAll && labeled + broken >= TotalLabeled;
}

/** Whether the job labeled anything: more objects have labels than at its creation, or some labels name this job. */
function hasProgressed(job: LabelingDescription, { labeled, labeledByThisJob }: Progress): boolean {
  const before = labeledBefore(job);
  return before === undefined ? labeledByThisJob > 0 : labeled > before;
}

/** Who the workers are: the company's own, Amazon Mechanical Turk, or a vendor. */
export type Workforce = 'private' | 'public' | 'vendor';

/** The workforce of the job; absent when the ARN of its work team does not say. */
export function workforceOf({ HumanTaskConfig: { WorkteamArn } }: LabelingDescription): Workforce | undefined {
  return (['private', 'public', 'vendor'] as const).find((kind) => WorkteamArn.includes(`:workteam/${kind}-crowd/`));
}

/**
 * What the workers are paid for `left` objects; 0 for a private team. Absent when it is not known: vendors tell their
 * prices only to their customers. SageMaker's own price per object is not included: it is the same in every job.
 */
export function priceOf(job: LabelingDescription, left: number, policy: LabelingPolicy): MicroUsd | undefined {
  const { PublicWorkforceTaskPrice, NumberOfHumanWorkersPerDataObject: workers = 1 } = job.HumanTaskConfig;
  const workforce = workforceOf(job);
  if (workforce === 'private') return 0;
  if (workforce === 'vendor') {
    return policy.vendorUsd === undefined ? undefined : exact(toMicroUsd(left * workers * policy.vendorUsd));
  }
  const amount = PublicWorkforceTaskPrice?.AmountInUsd;
  if (amount === undefined) return undefined;
  const { Dollars = 0, Cents = 0, TenthFractionsOfACent = 0 } = amount;
  const each = Dollars * 1_000_000 + Cents * 10_000 + TenthFractionsOfACent * 1_000;
  // Public workers are always paid, so a price of 0 is not the real one.
  return each > 0 ? exact(Math.round(left * workers * each)) : undefined;
}
