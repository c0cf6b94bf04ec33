/**
 * Whether a labeling job is carried on by a new one, and why not.
 *
 * SageMaker has no status for a job that expired, and nobody has published the words of its reason: it failed, after the 30
 * days that a job may take. One that failed before has a fault in its configuration, and would fail again.
 * Source: developer guide, "Monitor labeling job status"; API reference, LabelingJobStoppingConditions.
 */

import type { LabelingDescription } from '../../schemas/api/labeling-job.ts';
import type { LabelingPolicy } from '../../schemas/configuration/labeling.ts';
import { type MicroUsd, toMicroUsd } from '../cost/money.ts';
import { allowanceOf, sentOf } from './allowance.ts';
import { labeledBefore, linkOf } from './link.ts';
import type { Progress } from './progress.ts';

/**
 * How a labeling job ended. `limited`: its own stopping conditions ended it. `early`: it failed, and has not expired.
 * `unclear`: it failed with failed objects after its tasks had to be done, which may be either.
 */
export type LabelingEnd = 'finished' | 'unfinished' | 'expired' | 'early' | 'unclear' | 'stopped' | 'limited';

/** Why nothing is chained. `ask`: people decide. */
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

export type ChainVerdict =
  | { readonly kind: 'chain'; readonly end: LabelingEnd; readonly link: number; readonly price: MicroUsd }
  | { readonly kind: 'leave' | 'ask'; readonly end: LabelingEnd; readonly why: Reason; readonly price?: MicroUsd };

const DAY = 86_400_000;
/** A job may take 30 days; times of the service are not exact. */
const EXPIRES_AFTER = 29.5 * DAY;
/** What ended longer ago, and is heard of only now, people have seen to in the meantime, or have not missed. */
const LONG_AGO = 7 * DAY;

/** When a job expires: 30 days after it was created. */
export const expiryOf = ({ CreationTime }: LabelingDescription): Date => new Date(CreationTime.getTime() + 30 * DAY);

/** How it ended; absent while it runs. */
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

/** Objects without a label, as the job counts them. */
export const leftOf = ({ LabelCounters: { Unlabeled, FailedNonRetryableError } }: LabelingDescription): number =>
  Unlabeled + FailedNonRetryableError;

function isLimited(job: LabelingDescription): boolean {
  const { StoppingConditions, LabelCounters } = job;
  const { MaxHumanLabeledObjectCount: most, MaxPercentageOfInputDatasetLabeled: percent } = StoppingConditions ?? {};
  const { HumanLabeled, TotalLabeled, Unlabeled, FailedNonRetryableError } = LabelCounters;
  // A link's counters may include what was labeled before it: its output says.
  if (most !== undefined && labeledBefore(job) === undefined && HumanLabeled >= most) return true;
  const all = TotalLabeled + Unlabeled + FailedNonRetryableError;
  return percent !== undefined && all > 0 && (100 * TotalLabeled) / all >= percent;
}

/** Adjustment and verification look at labels that are there: what has none is nothing to them, and costs. */
const DERIVED = /:(?:PRE|ACS)-(?:Adjustment|Verification)/i;

function isDerived({ HumanTaskConfig }: LabelingDescription): boolean {
  const { PreHumanTaskLambdaArn: before, AnnotationConsolidationConfig: after } = HumanTaskConfig;
  return [before, after?.AnnotationConsolidationLambdaArn].some((arn) => DERIVED.test(arn ?? ''));
}

/** What keeps any job from carrying it on with sense, whatever anybody wants; absent where nothing does. */
export function obstacleTo(job: LabelingDescription, progress: Progress | undefined): Obstacle | undefined {
  if (job.InputConfig.DataSource.SnsDataSource !== undefined) return 'streaming';
  if (isDerived(job)) return 'derived';
  if (job.LabelingJobOutput?.OutputDatasetS3Uri === undefined) return 'no-manifest';
  // What the job counts and its output has not, nobody knows.
  return progress === undefined || isWhole(job, progress) ? undefined : 'no-manifest';
}

export type Obstacle = 'streaming' | 'derived' | 'no-manifest';

/**
 * Decides on a job that has ended, by its description alone; `undefined` where its output has to be read first.
 * `isOptedOut`: its tags say that it must not be carried on.
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

/** Decides on a job whose output has been read. */
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
  // The next link would wait for the same workers to do what they did not do in this one.
  if (!hasProgressed(job, progress)) return no('no-progress');
  // What cannot be read may be sent, too.
  const most = Math.max(left + progress.broken, leftOf(job));
  const price = priceOf(job, sentOf(job, progress, most), policy);
  if (price === undefined) return no('price-unknown');
  if (price > toMicroUsd(policy.mostUsd)) return no('costly', price);
  return { kind: 'chain', end, link: linkOf(job) + 1, price };
}

/** Whether an output has every object and every label that the job counts, and some objects that are left. */
function isWhole(job: LabelingDescription, { labeled, untouched, failed, broken }: Progress): boolean {
  const { TotalLabeled } = job.LabelCounters;
  const hasAll = labeled + untouched + failed + broken >= TotalLabeled + leftOf(job);
  return untouched + failed > 0 && hasAll && labeled + broken >= TotalLabeled;
}

/** Whether the job labeled anything: more objects have labels than when it was created, or else, some say they are its own. */
function hasProgressed(job: LabelingDescription, { labeled, labeledByThisJob }: Progress): boolean {
  const before = labeledBefore(job);
  return before === undefined ? labeledByThisJob > 0 : labeled > before;
}

export type Workforce = 'private' | 'public' | 'vendor';

/** Who works on it; absent where its team's ARN does not say. */
export function workforceOf({ HumanTaskConfig: { WorkteamArn } }: LabelingDescription): Workforce | undefined {
  return (['private', 'public', 'vendor'] as const).find((kind) => WorkteamArn.includes(`:workteam/${kind}-crowd/`));
}

/**
 * What workers are paid for `left` objects: nothing of a private team (SageMaker's own price an object comes besides, and is
 * the same however the object gets its label). Absent where nobody knows: vendors tell their prices to their customers alone.
 */
export function priceOf(job: LabelingDescription, left: number, policy: LabelingPolicy): MicroUsd | undefined {
  const { PublicWorkforceTaskPrice, NumberOfHumanWorkersPerDataObject: workers = 1 } = job.HumanTaskConfig;
  const workforce = workforceOf(job);
  if (workforce === 'private') return 0;
  if (workforce === 'vendor') {
    return policy.vendorUsd === undefined ? undefined : toMicroUsd(left * workers * policy.vendorUsd);
  }
  const amount = PublicWorkforceTaskPrice?.AmountInUsd;
  if (amount === undefined) return undefined;
  const { Dollars = 0, Cents = 0, TenthFractionsOfACent = 0 } = amount;
  const each = Dollars * 1_000_000 + Cents * 10_000 + TenthFractionsOfACent * 1_000;
  // Nobody works for nothing.
  return each > 0 ? left * workers * each : undefined;
}
