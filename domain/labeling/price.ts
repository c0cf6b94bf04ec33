/**
 * What a job that continues a labeling job costs at most: what SageMaker charges for each labeled object, and what its
 * workers are paid.
 *
 * SageMaker's price, from public documents read in November 2026: 0.08 USD for each object of the first 50,000 in a
 * month, whether people or a model label it, and less for more. Ground Control does not know how many objects the
 * account had labeled this month, so it uses the highest price. Sources: aws/amazon-sagemaker-examples, "From Unlabeled
 * Data to a Deployed Machine Learning Model" ("each human label costs $0.08 + 5 * $0.036 = $0.26 and each auto-label
 * costs $0.08"); aws.amazon.com/sagemaker/groundtruth/pricing (each labeled object is charged, vendors and Mechanical
 * Turk workers in addition, the company's own workers not).
 */
import type { LabelingDescription } from '../../schemas/api/labeling-job.ts';
import type { LabelingPolicy } from '../../schemas/configuration/labeling.ts';
import { exact, type MicroUsd, toMicroUsd } from '../cost/money.ts';

/** `each` for each unit, `amount` for all of them. */
export interface Charge {
  readonly each: MicroUsd;
  readonly amount: MicroUsd;
}

/** What a link costs at most. */
export interface LinkPrice {
  /** The most objects that it labels. */
  readonly objects: number;
  /** The most objects that it sends to workers. With automated labeling, a model labels others. */
  readonly sent: number;
  /** How many workers label each object. */
  readonly workers: number;
  /** What SageMaker charges, for each object; absent when its price is not known. */
  readonly service: Charge | undefined;
  /** What workers are paid, for each answer; 0 for the company's own team. Absent when it is not known. */
  readonly pay: Charge | undefined;
  /** The sum; absent when a part is not known. */
  readonly total: MicroUsd | undefined;
}

const PUBLISHED: MicroUsd = 80_000;

/** The price of a link made from `job`. It labels `left` objects, and sends at most `sent` of them to workers. */
export function priceOf(job: LabelingDescription, left: number, sent: number, policy: LabelingPolicy): LinkPrice {
  const objects = job.LabelingJobAlgorithmsConfig === undefined ? sent : left;
  const { NumberOfHumanWorkersPerDataObject: workers = 1 } = job.HumanTaskConfig;
  const service = chargeOf(objectPriceOf(job, policy), objects);
  const pay = chargeOf(answerPriceOf(job, policy), sent * workers);
  const total = service === undefined || pay === undefined ? undefined : exact(service.amount + pay.amount);
  return { objects, sent, workers, service, pay, total };
}

function chargeOf(each: MicroUsd | undefined, units: number): Charge | undefined {
  const amount = each === undefined ? undefined : exact(each * units);
  return each === undefined || amount === undefined ? undefined : { each, amount };
}

/** Tasks with another price: 3D point clouds and videos. One line of a video may have many frames. */
const OTHER_PRICE = /:(?:PRE|ACS)-\w*(?:3DPointCloud|Video)|:human-task-ui\/(?:PointCloud|Video)/i;

/** Why SageMaker's price of an object is not known; absent when it is published. */
export function whyNotPublished({ LabelingJobArn, HumanTaskConfig }: LabelingDescription): string | undefined {
  const { PreHumanTaskLambdaArn, AnnotationConsolidationConfig, UiConfig } = HumanTaskConfig;
  const names = [
    PreHumanTaskLambdaArn,
    AnnotationConsolidationConfig?.AnnotationConsolidationLambdaArn,
    UiConfig?.HumanTaskUiArn,
  ];
  if (names.some((name) => OTHER_PRICE.test(name ?? ''))) return 'its objects are 3D point clouds or videos';
  return LabelingJobArn.startsWith('arn:aws:') ? undefined : 'this part of AWS may have other prices';
}

function objectPriceOf(job: LabelingDescription, { objectUsd }: LabelingPolicy): MicroUsd | undefined {
  if (objectUsd !== undefined) return toMicroUsd(objectUsd);
  return whyNotPublished(job) === undefined ? PUBLISHED : undefined;
}

/** Who the workers are: the company's own, Amazon Mechanical Turk, or a vendor. */
export type Workforce = 'private' | 'public' | 'vendor';

/** The workforce of the job; absent when the ARN of its work team does not say. */
export function workforceOf({ HumanTaskConfig: { WorkteamArn } }: LabelingDescription): Workforce | undefined {
  return (['private', 'public', 'vendor'] as const).find((kind) => WorkteamArn.includes(`:workteam/${kind}-crowd/`));
}

/** What a worker is paid for an answer. Absent when unknown: vendors tell their prices only to their customers. */
function answerPriceOf(job: LabelingDescription, { vendorUsd }: LabelingPolicy): MicroUsd | undefined {
  const workforce = workforceOf(job);
  if (workforce === 'private') return 0;
  if (workforce === 'vendor') return vendorUsd === undefined ? undefined : toMicroUsd(vendorUsd);
  const amount = job.HumanTaskConfig.PublicWorkforceTaskPrice?.AmountInUsd;
  if (amount === undefined) return undefined;
  const { Dollars = 0, Cents = 0, TenthFractionsOfACent = 0 } = amount;
  const each = Dollars * 1_000_000 + Cents * 10_000 + TenthFractionsOfACent * 1_000;
  // Public workers are always paid, so a price of 0 is not the real one.
  return each > 0 ? Math.round(each) : undefined;
}
