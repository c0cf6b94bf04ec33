/**
 * The facts from SageMaker that a job's cost is calculated from.
 * Source: API reference, Describe operations (ResourceConfig, BillableTimeInSeconds, WarmPoolStatus).
 */
import * as z from 'zod/mini';
import type { Pause } from './pauses.ts';
import * as v from './values.ts';

/** What an instance is used for, in the words of the AWS Price List (attribute `component`). */
export const COMPONENTS = ['Training', 'Processing', 'BatchTransform'] as const;
export type Component = (typeof COMPONENTS)[number];

/** Each fact is absent when SageMaker does not report it. */
export interface Billing {
  readonly component: Component;
  /** GB of storage volume per instance. */
  readonly volumeGb?: number | undefined;
  /** The job uses spot capacity: SageMaker reports the billed time only when it has ended. */
  readonly spot?: boolean | undefined;
  /** Seconds that the job trained; known when it has ended. */
  readonly trainedSeconds?: number | undefined;
  /** Seconds of `trainedSeconds` that are charged, per instance. */
  readonly billableSeconds?: number | undefined;
  /** Seconds after the job's end for which SageMaker keeps its instances in a warm pool; 0 for none. */
  readonly keepAliveSeconds?: number | undefined;
  /** `Available`, `InUse`, `Reused` or `Terminated`, as received. */
  readonly poolStatus?: string | undefined;
  /** Seconds per instance that the warm pool was kept after the job. */
  readonly retainedSeconds?: number | undefined;
  /** Times without instances, also before its start: see `pauses.ts`. */
  readonly pauses?: readonly Pause[] | undefined;
  /** Why the job has no price per hour; it completes the sentence `not priced: …`. Absent when it has one. */
  readonly notPriced?: string | undefined;
  /** Seconds after which SageMaker stops the job. */
  readonly limitSeconds?: number | undefined;
  /** The job writes checkpoints, so that stopping it does not lose its work. */
  readonly checkpoints?: boolean | undefined;
}

/** The machines of a job. */
export interface Cluster {
  readonly instances: readonly Instances[];
  /** GB per instance. */
  readonly volumeGb: number | undefined;
  /** The job runs on a training plan, which is paid in advance. */
  readonly trainingPlan: boolean;
  /** See `Billing`. */
  readonly keepAliveSeconds: number | undefined;
}

const group = z.object({ InstanceType: v.text, InstanceCount: v.quantity });

/**
 * Schema of `ResourceConfig`, `ClusterConfig` and `TransformResources`. They name one instance type and count, several
 * `InstanceGroups` (heterogeneous clusters), or `InstancePreferences`, a list from which SageMaker selects one.
 */
export const cluster = v.mapped(
  v.lenient(
    z.extend(group, {
      InstanceGroups: v.list(group),
      InstancePreferences: v.list(z.extend(group, { TrainingPlanArns: v.list(v.text) })),
      SelectedInstanceType: v.text,
      SelectedInstanceCount: v.quantity,
      VolumeSizeInGB: v.quantity,
      TrainingPlanArn: v.text,
      KeepAlivePeriodInSeconds: v.quantity,
    }),
  ),
  (config): Cluster => ({
    instances: config === undefined ? [] : instancesOf(config),
    volumeGb: config?.VolumeSizeInGB,
    trainingPlan: config !== undefined && hasTrainingPlan(config),
    keepAliveSeconds: config?.KeepAlivePeriodInSeconds,
  }),
);

/** A plan belongs to the job, or to the preference that SageMaker selected (API reference, InstancePreference). */
const hasTrainingPlan = (config: {
  readonly TrainingPlanArn: string | undefined;
  readonly SelectedInstanceType: string | undefined;
  readonly InstancePreferences: readonly (Group & { readonly TrainingPlanArns: readonly unknown[] })[];
}): boolean =>
  config.TrainingPlanArn !== undefined ||
  config.InstancePreferences.some(
    ({ InstanceType, TrainingPlanArns }) =>
      InstanceType !== undefined && InstanceType === config.SelectedInstanceType && TrainingPlanArns.length > 0,
  );

interface Group {
  readonly InstanceType: string | undefined;
  readonly InstanceCount: number | undefined;
}

function instancesOf(
  config: Group & {
    readonly InstanceGroups: readonly Group[];
    readonly SelectedInstanceType: string | undefined;
    readonly SelectedInstanceCount: number | undefined;
  },
): Instances[] {
  const { SelectedInstanceType: InstanceType, SelectedInstanceCount: InstanceCount } = config;
  if (InstanceType !== undefined) return toInstances({ InstanceType, InstanceCount });
  if (config.InstanceGroups.length > 0) return config.InstanceGroups.flatMap(toInstances);
  return toInstances(config);
}

function toInstances({ InstanceType, InstanceCount }: Group): Instances[] {
  return InstanceType === undefined ? [] : [{ type: InstanceType, count: InstanceCount }];
}

/** Why a training job has no price per hour; absent when it has one. `serverless` is its `ServerlessJobConfig`. */
export function notPricedBecause(serverless: unknown, hasTrainingPlan: boolean): string | undefined {
  if (serverless !== undefined && serverless !== null) return 'serverless training is not charged by the hour';
  return hasTrainingPlan ? 'its training plan is paid for in advance' : undefined;
}

/** Instances of one type; `count` is absent when the event does not say how many. */
export interface Instances {
  readonly type: string;
  readonly count: number | undefined;
}
