/**
 * All SageMaker events without a function of their own: models, notebooks, images, feature groups, HyperPod, tracking
 * servers, and event types that do not exist yet.
 */
import * as z from 'zod/mini';
import type { ResourceType } from '../vocabulary.ts';
import { thinEvent } from './guessed.ts';
import { hyperPodDetails } from './resource/hyperpod.ts';
import { modelPackage } from './resource/model-package.ts';
import { validationFailures } from './resource/validation.ts';
import { eventsOf, type Reading, stateChangeOf } from './state-change.ts';
import * as v from './values.ts';

const common = { FailureReason: v.rawReason, CreationTime: v.instant, LastModifiedTime: v.instant, Tags: v.tags };

interface Common {
  readonly FailureReason: string | undefined;
  readonly CreationTime: Date | undefined;
  readonly LastModifiedTime: Date | undefined;
  readonly Tags: v.Tags;
}

const reading = (type: ResourceType, resource: Common, own: Omit<Reading, 'type'>): Reading => ({
  type,
  reason: resource.FailureReason,
  createdAt: resource.CreationTime,
  modifiedAt: resource.LastModifiedTime,
  tags: resource.Tags,
  ...own,
});

/** Has no status, so that its creation and its deletion cannot be distinguished. */
const endpointConfig = v.mapped(z.object({ ...common, EndpointConfigName: v.name, EndpointConfigArn: v.arn }), (it) =>
  reading('endpoint-config', it, { name: it.EndpointConfigName, arn: it.EndpointConfigArn }),
);

/** Has no status, like the endpoint config. */
const model = v.mapped(z.object({ ...common, ModelName: v.name, ModelArn: v.arn }), (it) =>
  reading('model', it, { name: it.ModelName, arn: it.ModelArn }),
);

const notebook = v.mapped(
  z.object({
    ...common,
    NotebookInstanceName: v.name,
    NotebookInstanceArn: v.arn,
    NotebookInstanceStatus: v.status,
    InstanceType: v.text,
  }),
  (it) =>
    reading('notebook-instance', it, {
      name: it.NotebookInstanceName,
      arn: it.NotebookInstanceArn,
      status: it.NotebookInstanceStatus,
      instances: it.InstanceType === undefined ? [] : [{ type: it.InstanceType, count: 1 }],
    }),
);

/** Has no status, like the endpoint config. */
const lifecycleConfig = v.mapped(
  z.object({ ...common, NotebookInstanceLifecycleConfigName: v.name, NotebookInstanceLifecycleConfigArn: v.arn }),
  (it) =>
    reading('notebook-instance-lifecycle-config', it, {
      name: it.NotebookInstanceLifecycleConfigName,
      arn: it.NotebookInstanceLifecycleConfigArn,
    }),
);

/** The registry's schema has no status, but the API has one: it is read if an event contains it. */
const algorithm = v.mapped(
  z.object({
    ...common,
    AlgorithmName: v.name,
    AlgorithmArn: v.arn,
    AlgorithmStatus: v.status,
    AlgorithmStatusDetails: validationFailures,
  }),
  (it) =>
    reading('algorithm', it, {
      name: it.AlgorithmName,
      arn: it.AlgorithmArn,
      status: it.AlgorithmStatus,
      reason: it.FailureReason ?? it.AlgorithmStatusDetails,
    }),
);

const featureGroup = v.mapped(
  z.object({ ...common, FeatureGroupName: v.name, FeatureGroupArn: v.arn, FeatureGroupStatus: v.status }),
  (it) =>
    reading('feature-group', it, { name: it.FeatureGroupName, arn: it.FeatureGroupArn, status: it.FeatureGroupStatus }),
);

const image = v.mapped(z.object({ ...common, ImageName: v.name, ImageArn: v.arn, ImageStatus: v.status }), (it) =>
  reading('image', it, { name: it.ImageName, arn: it.ImageArn, status: it.ImageStatus }),
);

/** Has no name: alerts show the last part of its ARN. */
const imageVersion = v.mapped(
  z.object({ ...common, ImageVersionArn: v.arn, ImageVersionStatus: v.status, Version: v.amount }),
  (it) =>
    reading('image-version', it, {
      arn: it.ImageVersionArn,
      status: it.ImageVersionStatus,
      details: { Version: it.Version },
    }),
);

const modelCard = v.mapped(
  z.object({
    ...common,
    ModelCardName: v.name,
    ModelCardArn: v.arn,
    ModelCardStatus: v.status,
    ModelCardVersion: v.amount,
  }),
  (it) =>
    reading('model-card', it, {
      name: it.ModelCardName,
      arn: it.ModelCardArn,
      status: it.ModelCardStatus,
      details: { Version: it.ModelCardVersion },
    }),
);

const details = {
  ...hyperPodDetails,
  'SageMaker Model Package State Change': modelPackage,
  'SageMaker Endpoint Config State Change': endpointConfig,
  'SageMaker Model State Change': model,
  'SageMaker Notebook Instance State Change': notebook,
  'SageMaker Notebook Lifecycle Config State Change': lifecycleConfig,
  'SageMaker Algorithm State Change': algorithm,
  'SageMaker Feature Group State Change': featureGroup,
  'SageMaker Image State Change': image,
  'SageMaker Image Version State Change': imageVersion,
  'SageMaker Model Card State Change': modelCard,
};

/** An EventBridge pattern cannot combine a prefix with an exclusion list on one field. The prefix is checked here. */
const anySageMakerEvent = thinEvent(z.string().check(z.startsWith('SageMaker')));

export const ResourceStateChange = stateChangeOf('resource', eventsOf(details, anySageMakerEvent));
