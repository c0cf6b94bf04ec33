/**
 * What a job's cost is worked out from, as far as SageMaker tells.
 * Source: API reference, Describe operations (ResourceConfig, BillableTimeInSeconds, WarmPoolStatus, SecondaryStatusTransitions).
 */
import * as z from 'zod/mini';
import * as v from './values.ts';

/** The Price List's words for what an instance is used as. */
export const COMPONENTS = ['Training', 'Processing', 'BatchTransform'] as const;
export type Component = (typeof COMPONENTS)[number];

export interface Billing {
  readonly component: Component;
  /** GB of the volume that each instance has. */
  readonly volumeGb?: number | undefined;
  /** Spot capacity: what is charged is known when it has ended. */
  readonly spot?: boolean | undefined;
  /** Seconds that it trained, when it has ended. */
  readonly trainedSeconds?: number | undefined;
  /** Seconds of them that are charged for an instance. */
  readonly billableSeconds?: number | undefined;
  /** Seconds that the warm pool was kept after the job, an instance. */
  readonly retainedSeconds?: number | undefined;
  /** When nothing was charged, since there was no capacity. */
  readonly pauses?: readonly Pause[] | undefined;
  /** Why it has no price an hour: it is paid for otherwise. */
  readonly notPriced?: string | undefined;
  /** Seconds after which SageMaker ends it. */
  readonly limitSeconds?: number | undefined;
  /** What was done is kept when it is stopped. */
  readonly checkpoints?: boolean | undefined;
}

export interface Pause {
  readonly from: Date;
  /** Absent while it lasts. */
  readonly to: Date | undefined;
}

export interface Cluster {
  readonly instances: readonly Instances[];
  readonly volumeGb: number | undefined;
  readonly trainingPlan: boolean;
}

const group = z.object({ InstanceType: v.text, InstanceCount: v.quantity });

/**
 * `ResourceConfig` and its relatives: one instance type and count, `InstanceGroups` of several (heterogeneous clusters), or
 * preferences of which SageMaker selects one.
 */
export const cluster = v.mapped(
  v.lenient(
    z.extend(group, {
      InstanceGroups: v.list(group),
      InstancePreferences: v.list(group),
      SelectedInstanceType: v.text,
      SelectedInstanceCount: v.quantity,
      VolumeSizeInGB: v.quantity,
      TrainingPlanArn: v.text,
    }),
  ),
  (config): Cluster => ({
    instances: config === undefined ? [] : instancesOf(config),
    volumeGb: config?.VolumeSizeInGB,
    trainingPlan: config?.TrainingPlanArn !== undefined,
  }),
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

/** `SecondaryStatusTransitions`: the times in which spot capacity was taken away. */
export const pauses = v.mapped(
  v.list(z.object({ Status: v.text, StartTime: v.instant, EndTime: v.instant })),
  (transitions): Pause[] =>
    transitions.flatMap(({ Status, StartTime: from, EndTime: to }) =>
      Status === 'Interrupted' && from !== undefined ? [{ from, to }] : [],
    ),
);

/** Why a training job has no price an hour, where it has none. */
export function notPricedBecause(serverless: unknown, plan: boolean): string | undefined {
  if (serverless !== undefined && serverless !== null) return 'serverless training is not charged by the hour';
  return plan ? 'its training plan is paid for in advance' : undefined;
}

/** Instances of one type: `count` is absent when the event does not say how many. */
export interface Instances {
  readonly type: string;
  readonly count: number | undefined;
}
