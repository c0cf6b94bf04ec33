/**
 * Everything SageMaker sends that has no function of its own: models, notebooks, images, feature groups, HyperPod,
 * tracking servers, and event types that do not exist yet.
 */
import * as z from 'zod';
import { hyperPodEvents } from './hyperpod.ts';
import { modelPackageEvent } from './model-package.ts';
import { eventOf, type Reading, stateChangeOf } from './state-change.ts';
import { thinEvent, typedOrThin } from './thin.ts';
import * as v from './values.ts';

const common = { FailureReason: v.rawReason, CreationTime: v.instant, Tags: v.tags };

interface Common {
  readonly FailureReason: string | undefined;
  readonly CreationTime: Date | undefined;
  readonly Tags: v.Tags;
}

const reading = (type: string, resource: Common, own: Omit<Reading, 'type'>): Reading => ({
  type,
  reason: resource.FailureReason,
  createdAt: resource.CreationTime,
  tags: resource.Tags,
  ...own,
});

/** Without a status: its creation and its deletion look alike. */
const endpointConfig = z
  .object({ ...common, EndpointConfigName: v.name, EndpointConfigArn: v.arn })
  .transform((it) => reading('endpoint-config', it, { name: it.EndpointConfigName, arn: it.EndpointConfigArn }));

/** Without a status, like the endpoint config. */
const model = z
  .object({ ...common, ModelName: v.name, ModelArn: v.arn })
  .transform((it) => reading('model', it, { name: it.ModelName, arn: it.ModelArn }));

const notebook = z
  .object({
    ...common,
    NotebookInstanceName: v.name,
    NotebookInstanceArn: v.arn,
    NotebookInstanceStatus: v.status,
    InstanceType: v.text,
  })
  .transform((it) =>
    reading('notebook-instance', it, {
      name: it.NotebookInstanceName,
      arn: it.NotebookInstanceArn,
      status: it.NotebookInstanceStatus,
      instances: it.InstanceType === undefined ? [] : [{ type: it.InstanceType, count: 1 }],
    }),
  );

/** Without a status, like the endpoint config. */
const lifecycleConfig = z
  .object({ ...common, NotebookInstanceLifecycleConfigName: v.name, NotebookInstanceLifecycleConfigArn: v.arn })
  .transform((it) =>
    reading('notebook-instance-lifecycle-config', it, {
      name: it.NotebookInstanceLifecycleConfigName,
      arn: it.NotebookInstanceLifecycleConfigArn,
    }),
  );

/** The registry's schema has no status; the API has one. */
const algorithm = z
  .object({ ...common, AlgorithmName: v.name, AlgorithmArn: v.arn, AlgorithmStatus: v.status })
  .transform((it) =>
    reading('algorithm', it, { name: it.AlgorithmName, arn: it.AlgorithmArn, status: it.AlgorithmStatus }),
  );

const featureGroup = z
  .object({ ...common, FeatureGroupName: v.name, FeatureGroupArn: v.arn, FeatureGroupStatus: v.status })
  .transform((it) =>
    reading('feature-group', it, { name: it.FeatureGroupName, arn: it.FeatureGroupArn, status: it.FeatureGroupStatus }),
  );

const image = z
  .object({ ...common, ImageName: v.name, ImageArn: v.arn, ImageStatus: v.status })
  .transform((it) => reading('image', it, { name: it.ImageName, arn: it.ImageArn, status: it.ImageStatus }));

/** Carries no name of its own: the last word of its ARN is shown. */
const imageVersion = z
  .object({ ...common, ImageVersionArn: v.arn, ImageVersionStatus: v.status, Version: v.amount })
  .transform((it) =>
    reading('image-version', it, {
      arn: it.ImageVersionArn,
      status: it.ImageVersionStatus,
      details: { Version: it.Version },
    }),
  );

const modelCard = z
  .object({
    ...common,
    ModelCardName: v.name,
    ModelCardArn: v.arn,
    ModelCardStatus: v.status,
    ModelCardVersion: v.amount,
  })
  .transform((it) =>
    reading('model-card', it, {
      name: it.ModelCardName,
      arn: it.ModelCardArn,
      status: it.ModelCardStatus,
      details: { Version: it.ModelCardVersion },
    }),
  );

const typedEvents = z.discriminatedUnion('detail-type', [
  modelPackageEvent,
  ...hyperPodEvents,
  eventOf('SageMaker Endpoint Config State Change', endpointConfig),
  eventOf('SageMaker Model State Change', model),
  eventOf('SageMaker Notebook Instance State Change', notebook),
  eventOf('SageMaker Notebook Lifecycle Config State Change', lifecycleConfig),
  eventOf('SageMaker Algorithm State Change', algorithm),
  eventOf('SageMaker Feature Group State Change', featureGroup),
  eventOf('SageMaker Image State Change', image),
  eventOf('SageMaker Image Version State Change', imageVersion),
  eventOf('SageMaker Model Card State Change', modelCard),
]);

const typedNames = typedEvents.options.flatMap((option) => [...option.shape['detail-type'].values]);

/** EventBridge cannot say "begins with SageMaker and is none of these" of one field, so the beginning is checked here. */
const anySageMakerEvent = thinEvent(z.string().startsWith('SageMaker'));

export const ResourceStateChange = stateChangeOf('resource', typedOrThin(typedNames, typedEvents, anySageMakerEvent));
