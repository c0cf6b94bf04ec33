/** What a job that continues a labeling job costs at most. */
import type { LabelingDescription } from '../../schemas/api/labeling-job.ts';
import type { LabelingPolicy } from '../../schemas/configuration/labeling.ts';
import { exact, type MicroUsd, toMicroUsd } from '../cost/money.ts';

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
