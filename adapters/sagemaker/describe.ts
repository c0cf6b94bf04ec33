/**
 * Descriptions of single resources.
 *
 * A description becomes the event that SageMaker would have sent. The fields have the same names in both, so the
 * schemas, decisions and alerts of events work for descriptions too.
 */
import {
  DescribeHyperParameterTuningJobCommand,
  DescribeProcessingJobCommand,
  DescribeTrainingJobCommand,
  DescribeTransformJobCommand,
  ListTagsCommand,
  SageMakerClient,
  type Tag,
} from '@aws-sdk/client-sagemaker';
import * as z from 'zod/mini';
import type { Budgeted } from '../../schemas/configuration/budgets.ts';
import { CLIENT_SETTINGS } from '../client-settings.ts';
import type { Grant } from '../grant.ts';
import { everyOf } from './arns.ts';

/** Describes jobs that are charged by the hour, and reads their tags. Each action on its own type only. */
export const DESCRIBE_JOBS: Grant = {
  name: 'jobs',
  statements: [
    ['sagemaker:DescribeHyperParameterTuningJob', 'hyper-parameter-tuning-job'] as const,
    ['sagemaker:DescribeProcessingJob', 'processing-job'] as const,
    ['sagemaker:DescribeTrainingJob', 'training-job'] as const,
    ['sagemaker:DescribeTransformJob', 'transform-job'] as const,
  ].map(([action, inArn]) => ({ actions: [action, 'sagemaker:ListTags'], on: [everyOf(inArn)] })),
};

/** An event as SageMaker would have sent it, with `detail` as the API describes the resource. */
export interface DescribedEvent {
  readonly 'detail-type': string;
  readonly source: 'aws.sagemaker';
  readonly resources: readonly string[];
  /** ISO 8601: when the resource was last modified, or, if unknown, when it was described. */
  readonly time: string;
  readonly detail: Readonly<Record<string, unknown>>;
  /** Whether SageMaker gave the tags; otherwise `detail.Tags` is empty. */
  readonly hasTags: boolean;
}

/** The name and ARN of a resource. Lists spell some ARNs in lower case, but never names. */
export interface Named {
  readonly name: string;
  readonly arn: string;
}

/** How resources of one type are described, and the detail-type of their events. */
export interface Describer {
  readonly detailType: string;
  readonly describe: (client: SageMakerClient, resource: Named) => Promise<object>;
}

/** Describes a resource as an event; absent when SageMaker no longer has the resource. Throws any other error. */
export type Describe<T extends string> = (type: T, resource: Named) => Promise<DescribedEvent | undefined>;

/** Jobs that are charged by the hour. */
export const JOBS: Readonly<Record<Budgeted, Describer>> = {
  'training-job': {
    detailType: 'SageMaker Training Job State Change',
    describe: (client, { name }) => client.send(new DescribeTrainingJobCommand({ TrainingJobName: name })),
  },
  'tuning-job': {
    detailType: 'SageMaker HyperParameter Tuning Job State Change',
    describe: (client, { name }) =>
      client.send(new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName: name })),
  },
  'processing-job': {
    detailType: 'SageMaker Processing Job State Change',
    describe: (client, { name }) => client.send(new DescribeProcessingJobCommand({ ProcessingJobName: name })),
  },
  'transform-job': {
    detailType: 'SageMaker Transform Job State Change',
    describe: (client, { name }) => client.send(new DescribeTransformJobCommand({ TransformJobName: name })),
  },
};

/** Describes resources of the types that `describers` knows, in the function's own region. */
export function describeWith<T extends string>(
  describers: Readonly<Record<T, Describer>>,
  client = new SageMakerClient(CLIENT_SETTINGS),
): Describe<T> {
  return async (type, resource) => {
    const describedAt = new Date();
    const { describe, detailType } = describers[type];
    let described: object;
    try {
      described = await describe(client, resource);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
    // Dates become ISO text, which schemas read like any other time.
    const detail: Record<string, unknown> = { ...JSON.parse(JSON.stringify(described)) };
    const Tags = await tagsOf(client, arnIn(detail) ?? resource.arn);
    const modifiedAt = Modified.safeParse(described).data?.LastModifiedTime;
    return {
      'detail-type': detailType,
      source: 'aws.sagemaker',
      resources: [resource.arn],
      // A modification in the future is a mistake. As the time of the event, it would hide that.
      time: (modifiedAt === undefined || modifiedAt > describedAt ? describedAt : modifiedAt).toISOString(),
      detail: { ...detail, Tags: Tags ?? [] },
      hasTags: Tags !== undefined,
    };
  };
}

/**
 * SageMaker's messages about a resource that does not exist. The error code differs by operation, so messages count.
 */
const NOT_FOUND = /not found|could not find|can't find|does not exist/i;

/** Whether SageMaker refused a call because the resource does not exist. */
export const isNotFound = (error: unknown): boolean =>
  error instanceof Error && (error.name.startsWith('ResourceNotFound') || NOT_FOUND.test(error.message));

/**
 * The tags of a resource, which name its owner; absent when SageMaker does not give them. An execution has its
 * pipeline's.
 */
async function tagsOf(client: SageMakerClient, arn: string): Promise<readonly Tag[] | undefined> {
  try {
    const ResourceArn = arn.replace(/\/execution\/.*$/, '');
    const { Tags = [] } = await client.send(new ListTagsCommand({ ResourceArn, MaxResults: 50 }));
    return Tags;
  } catch (error) {
    // An alert without an owner is better than no alert.
    if (isNotFound(error) || (error instanceof Error && error.name === 'ValidationException')) return undefined;
    throw error;
  }
}

const Modified = z.object({ LastModifiedTime: z.date() });

/** The ARN as the description spells it. Lists spell some ARNs in lower case, for which ListTags finds no tags. */
function arnIn(detail: Readonly<Record<string, unknown>>): string | undefined {
  const own = Object.keys(detail).find((key) =>
    /^(?:TrainingJob|HyperParameterTuningJob|ProcessingJob|TransformJob|LabelingJob|Endpoint)Arn$/.test(key),
  );
  const arn = own === undefined ? undefined : detail[own];
  return typeof arn === 'string' ? arn : undefined;
}
