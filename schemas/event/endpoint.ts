/**
 * `SageMaker Endpoint State Change` (also as one word) and `SageMaker Endpoint Deployment State Change`.
 * Source: EventBridge schema registry (aws.sagemaker@SageMakerEndpointStateChange), documented samples, captured
 * events.
 */
import * as z from 'zod/mini';
import { eventsOf, type Reading, stateChangeOf, type Variant } from './state-change.ts';
import * as v from './values.ts';

const variant = z.object({
  VariantName: v.text,
  CurrentInstanceCount: v.amount,
  DesiredInstanceCount: v.amount,
  CurrentWeight: v.amount,
  DesiredWeight: v.amount,
  VariantStatus: v.list(z.object({ Status: v.text, StatusMessage: v.text })),
});

const detail = v.mapped(
  z.object({
    EndpointName: v.name,
    EndpointArn: v.arn,
    EndpointStatus: v.status,
    EndpointConfigName: v.text,
    FailureReason: v.rawReason,
    CreationTime: v.instant,
    LastModifiedTime: v.instant,
    ProductionVariants: v.list(variant),
    PendingDeploymentSummary: v.lenient(z.object({ EndpointConfigName: v.text, ProductionVariants: v.list(variant) })),
    Tags: v.tags,
  }),

  (endpoint): Reading => ({
    type: 'endpoint',
    name: endpoint.EndpointName,
    arn: endpoint.EndpointArn,
    status: endpoint.EndpointStatus,
    reason: endpoint.FailureReason,
    tags: endpoint.Tags,
    createdAt: endpoint.CreationTime,
    modifiedAt: endpoint.LastModifiedTime,
    serving: {
      config: endpoint.EndpointConfigName,
      deploying: endpoint.PendingDeploymentSummary?.EndpointConfigName,
      variants: endpoint.ProductionVariants.flatMap(onInstances),
    },
    details: {
      'Endpoint config': endpoint.EndpointConfigName,
      Variants: variants(endpoint.ProductionVariants),
      'Deploying config': endpoint.PendingDeploymentSummary?.EndpointConfigName,
      'Deploying variants': variants(endpoint.PendingDeploymentSummary?.ProductionVariants ?? []),
    },
    // They have the status messages of the variants.
    quotes: ['Variants', 'Deploying variants'],
  }),
);

/** A serverless variant has no instances, and its event no counts. */
const onInstances = (one: z.output<typeof variant>): Variant[] =>
  one.CurrentInstanceCount === undefined && one.DesiredInstanceCount === undefined
    ? []
    : [{ name: one.VariantName ?? 'variant', current: one.CurrentInstanceCount, desired: one.DesiredInstanceCount }];

function variants(all: z.output<typeof variant>[]): string | undefined {
  return all.map(describeVariant).join('; ') || undefined;
}

function describeVariant(one: z.output<typeof variant>): string {
  const { CurrentInstanceCount: current, DesiredInstanceCount: desired } = one;
  const share = one.CurrentWeight ?? one.DesiredWeight;
  const facts = [
    current === undefined && desired === undefined ? undefined : `${current ?? '?'} of ${desired ?? '?'} instances`,
    share === undefined ? undefined : `weight ${share}`,
    ...one.VariantStatus.map(({ Status, StatusMessage }) => StatusMessage ?? Status),
  ].filter((fact) => fact !== undefined);
  return [one.VariantName ?? 'variant', facts.join(', ')].filter(Boolean).join(': ');
}

export const EndpointStateChange = stateChangeOf(
  'endpoint',
  eventsOf({
    'SageMaker Endpoint State Change': detail,
    // The developer guide printed this name from August 2020 to February 2021.
    SageMakerEndpointStateChange: detail,
    'SageMaker Endpoint Deployment State Change': detail,
  }),
);
