/**
 * SageMaker HyperPod: cluster states, node health and cluster events.
 * Source: documented samples (developer guide, automating-sagemaker-with-eventbridge) and captured events.
 */
import * as z from 'zod/mini';
import type { Reading } from '../state-change.ts';
import * as v from '../values.ts';

const instanceGroup = z.object({
  InstanceGroupName: v.text,
  InstanceType: v.text,
  Status: v.text,
  CurrentCount: v.amount,
  TargetCount: v.amount,
});

const cluster = v.mapped(
  z.object({
    ClusterName: v.name,
    ClusterArn: v.arn,
    ClusterStatus: v.status,
    FailureMessage: v.rawReason,
    CreationTime: v.instant,
    InstanceGroups: v.list(instanceGroup),
    Tags: v.tags,
  }),

  (detail): Reading => ({
    type: 'cluster',
    name: detail.ClusterName,
    arn: detail.ClusterArn,
    status: detail.ClusterStatus,
    reason: detail.FailureMessage,
    tags: detail.Tags,
    createdAt: detail.CreationTime,
    instances: detail.InstanceGroups.flatMap((group) =>
      group.InstanceType === undefined ? [] : [{ type: group.InstanceType, count: group.CurrentCount }],
    ),
    // A cluster that stays in service while its groups fail is a change of its own: the secondary status makes it one.
    secondaryStatus: troubled(detail.InstanceGroups) === undefined ? undefined : 'Degraded',
    qualifier: troubled(detail.InstanceGroups),
    details: { 'Instance groups': detail.InstanceGroups.map(describeGroup).join('; ') || undefined },
  }),
);

/** How many instance groups failed or degraded; absent when none did. A cluster may stay in service meanwhile. */
function troubled(groups: z.output<typeof instanceGroup>[]): string | undefined {
  const failed = groups.filter(({ Status }) => Status === 'Failed' || Status === 'Degraded');
  if (failed.length === 0) return undefined;
  return `${failed.length} of ${groups.length} instance groups failed or degraded`;
}

function describeGroup(group: z.output<typeof instanceGroup>): string {
  return `${group.InstanceGroupName ?? 'group'} ${group.Status ?? 'in unknown state'}, ${group.CurrentCount ?? '?'} of ${group.TargetCount ?? '?'} nodes`;
}

const nodeHealth = v.mapped(
  z.object({
    ClusterName: v.name,
    ClusterArn: v.arn,
    InstanceId: v.text,
    HealthSummary: v.lenient(
      z.object({
        HealthStatus: v.status,
        HealthStatusReason: v.rawReason,
        RepairAction: v.text,
        Recommendation: v.text,
      }),
    ),
    Tags: v.tags,
  }),

  (detail): Reading => ({
    type: 'cluster-node',
    name: detail.ClusterName,
    arn: detail.ClusterArn,
    status: detail.HealthSummary?.HealthStatus,
    part: detail.InstanceId,
    node: detail.InstanceId,
    repair: repairOf(detail.HealthSummary?.RepairAction),
    reason: detail.HealthSummary?.HealthStatusReason,
    qualifier: detail.InstanceId,
    tags: detail.Tags,
    details: {
      Node: detail.InstanceId,
      'Repair action': detail.HealthSummary?.RepairAction,
      Recommendation: detail.HealthSummary?.Recommendation,
    },
    quotes: ['Repair action', 'Recommendation'],
  }),
);

/** Whether HyperPod repairs the node itself: it reboots or replaces it, or does nothing. */
function repairOf(action: string | undefined): Reading['repair'] {
  const word = action?.toLowerCase() ?? '';
  return (['none', 'reboot', 'replace'] as const).find((known) => word === known);
}

const metadata = z.record(z.string(), z.unknown());

const clusterEvent = v.mapped(
  z.object({
    /** Some events have it here; the documented ones have it inside `EventDetails`. */
    ClusterName: v.name,
    EventDetails: z.nullish(
      z.object({
        EventId: v.text,
        ClusterName: v.name,
        ClusterArn: v.arn,
        InstanceGroupName: v.text,
        InstanceId: v.text,
        ResourceType: v.text,
        EventLevel: v.status,
        Description: v.text,
        EventDetails: v.lenient(
          z.object({
            EventMetadata: v.lenient(
              z.object({
                Cluster: v.lenient(metadata),
                InstanceGroup: v.lenient(metadata),
                Instance: v.lenient(metadata),
              }),
            ),
          }),
        ),
      }),
    ),
    Tags: v.tags,
  }),
  ({ ClusterName, EventDetails, Tags }): Reading => {
    const known = EventDetails?.EventDetails?.EventMetadata;
    const subject = known?.Instance ?? known?.InstanceGroup ?? known?.Cluster ?? {};
    const failure = v.rawReason.parse(subject['FailureMessage']);
    return {
      type: 'cluster-event',
      name: EventDetails?.ClusterName ?? ClusterName,
      arn: EventDetails?.ClusterArn,
      part: EventDetails?.EventId,
      node: EventDetails?.InstanceId,
      qualifier: EventDetails?.Description,
      status: EventDetails?.EventLevel ?? (failure === undefined ? stateIn(subject) : 'Error'),
      reason: failure,
      tags: Tags,
      details: {
        'What happened': EventDetails?.Description,
        'Instance group': EventDetails?.InstanceGroupName,
        Node: EventDetails?.InstanceId,
        State: stateIn(subject),
      },
      quotes: ['qualifier', 'What happened'],
    };
  },
);

/** The first text at a key that ends in `State` or `Status`: `Started` in `{LcsExecutionState: 'Started'}`. */
function stateIn(subject: Readonly<Record<string, unknown>>): string | undefined {
  const [, state] =
    Object.entries(subject).find(([key, value]) => /(state|status)$/i.test(key) && typeof value === 'string') ?? [];
  return v.text.parse(state);
}

/** The schema of `detail`, by detail-type. */
export const hyperPodDetails = {
  'SageMaker HyperPod Cluster State Change': cluster,
  'SageMaker HyperPod Cluster Node Health Event': nodeHealth,
  'SageMaker HyperPod Cluster Event': clusterEvent,
} as const;
