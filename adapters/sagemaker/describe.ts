/**
 * What SageMaker itself says of one resource.
 *
 * A described resource is turned into the event that SageMaker would have sent: the fields are called the same, so that the
 * schemas, decisions and messages of events serve both.
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

/** An event as SageMaker would have sent it, with `detail` as the API describes the resource. */
export interface DescribedEvent {
  readonly 'detail-type': string;
  readonly source: 'aws.sagemaker';
  readonly resources: readonly string[];
  /** ISO 8601: when the resource was modified last, or else when it was described. */
  readonly time: string;
  readonly detail: Readonly<Record<string, unknown>>;
  /** Its tags could be read; otherwise `detail` has none. */
  readonly hasTags: boolean;
}

/** What SageMaker calls a resource: lists spell some ARNs in lower case, names never. */
export interface Named {
  readonly name: string;
  readonly arn: string;
}

/** How resources of one type are asked about. */
export interface Describer {
  readonly detailType: string;
  readonly describe: (client: SageMakerClient, resource: Named) => Promise<object>;
}

/** The resource as an event; absent where it does not exist any more. */
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
    const asked = new Date();
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
      time: (modifiedAt ?? asked).toISOString(),
      detail: { ...detail, Tags: Tags ?? [] },
      hasTags: Tags !== undefined,
    };
  };
}

/** What the service says of a resource that is not there; the code differs by operation. */
const NOT_FOUND = /not found|could not find|can't find|does not exist/i;

export const isNotFound = (error: unknown): boolean =>
  error instanceof Error && (error.name.startsWith('ResourceNotFound') || NOT_FOUND.test(error.message));

/** Whose it is, as far as SageMaker tells: an execution has the tags of its pipeline. Absent where they cannot be read. */
async function tagsOf(client: SageMakerClient, arn: string): Promise<readonly Tag[] | undefined> {
  try {
    const ResourceArn = arn.replace(/\/execution\/.*$/, '');
    const { Tags = [] } = await client.send(new ListTagsCommand({ ResourceArn, MaxResults: 50 }));
    return Tags;
  } catch (error) {
    // Without its tags it is told of as nobody's; without being told of it is lost.
    if (isNotFound(error) || (error instanceof Error && error.name === 'ValidationException')) return undefined;
    throw error;
  }
}

const Modified = z.object({ LastModifiedTime: z.date() });

/** The resource's ARN as SageMaker spells it when asked: lists spell some in lower case, and those have no tags. */
function arnIn(detail: Readonly<Record<string, unknown>>): string | undefined {
  const own = Object.keys(detail).find((key) =>
    /^(?:TrainingJob|HyperParameterTuningJob|ProcessingJob|TransformJob|LabelingJob|Endpoint)Arn$/.test(key),
  );
  const arn = own === undefined ? undefined : detail[own];
  return typeof arn === 'string' ? arn : undefined;
}
