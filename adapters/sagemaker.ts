/**
 * What SageMaker itself says of the resources that reconciliation looks after.
 *
 * A described resource is turned into the event that SageMaker would have sent: the fields are called the same, so that the
 * schemas, decisions and messages of events serve both.
 */
import {
  DescribeEndpointCommand,
  DescribeHyperParameterTuningJobCommand,
  DescribeLabelingJobCommand,
  DescribePipelineExecutionCommand,
  DescribeProcessingJobCommand,
  DescribeTrainingJobCommand,
  DescribeTransformJobCommand,
  ListEndpointsCommand,
  ListHyperParameterTuningJobsCommand,
  ListLabelingJobsCommand,
  ListPipelinesCommand,
  ListProcessingJobsCommand,
  ListTagsCommand,
  ListTrainingJobsCommand,
  ListTransformJobsCommand,
  type PipelineExecutionSummary,
  paginateListPipelineExecutions,
  SageMakerClient,
  type Tag,
} from '@aws-sdk/client-sagemaker';
import * as z from 'zod/mini';
import { CLIENT_SETTINGS } from './client-settings.ts';
import type { Reconciled } from './reconciled.ts';

/** One line of a list. */
export interface Summary {
  readonly name: string;
  readonly arn: string;
  readonly status: string;
  /** Tells a resource from an earlier one of its name. */
  readonly createdAt: Date | undefined;
  /** Of what goes back and forth between statuses. */
  readonly modifiedAt: Date | undefined;
}

export interface Page {
  readonly summaries: readonly Summary[];
  readonly nextToken: string | undefined;
  /** Calls it took. */
  readonly calls: number;
}

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
export type Named = Pick<Summary, 'name' | 'arn'>;

export interface SageMaker {
  /** A page of what was modified after `after`. */
  readonly list: (type: Reconciled, after: Date, nextToken: string | undefined) => Promise<Page>;
  /** The resource as an event; absent where it does not exist any more. */
  readonly describe: (type: Reconciled, resource: Named) => Promise<DescribedEvent | undefined>;
}

export const RECONCILE_PERMISSIONS = [
  'sagemaker:DescribeEndpoint',
  'sagemaker:DescribeHyperParameterTuningJob',
  'sagemaker:DescribeLabelingJob',
  'sagemaker:DescribePipelineExecution',
  'sagemaker:DescribeProcessingJob',
  'sagemaker:DescribeTrainingJob',
  'sagemaker:DescribeTransformJob',
  'sagemaker:ListEndpoints',
  'sagemaker:ListHyperParameterTuningJobs',
  'sagemaker:ListLabelingJobs',
  'sagemaker:ListPipelineExecutions',
  'sagemaker:ListPipelines',
  'sagemaker:ListProcessingJobs',
  'sagemaker:ListTags',
  'sagemaker:ListTrainingJobs',
  'sagemaker:ListTransformJobs',
] as const;

/** The most that a list gives (SageMaker API reference). */
const PAGE = 100;
/** Pipelines whose executions are listed in one step. */
const PIPELINES = 10;

interface Lister {
  readonly list: (client: SageMakerClient, after: Date, nextToken: string | undefined) => Promise<Page>;
  readonly describe: (client: SageMakerClient, resource: Named) => Promise<object>;
  readonly detailType: string;
}

type Listed = { readonly [K in keyof Summary]?: Summary[K] | undefined };

const page = (listed: readonly Listed[], nextToken: string | undefined, calls = 1): Page => ({
  summaries: listed.flatMap(({ name, arn, status, createdAt, modifiedAt }) =>
    name === undefined || arn === undefined || status === undefined
      ? []
      : [{ name, arn, status, createdAt, modifiedAt }],
  ),
  nextToken,
  calls,
});

const LISTERS: Readonly<Record<Reconciled, Lister>> = {
  'training-job': {
    detailType: 'SageMaker Training Job State Change',
    async list(client, LastModifiedTimeAfter, NextToken) {
      const out = await client.send(
        new ListTrainingJobsCommand({ LastModifiedTimeAfter, NextToken, MaxResults: PAGE }),
      );
      return page(
        (out.TrainingJobSummaries ?? []).map((job) => ({
          name: job.TrainingJobName,
          arn: job.TrainingJobArn,
          status: job.TrainingJobStatus,
          createdAt: job.CreationTime,
        })),
        out.NextToken,
      );
    },
    describe: (client, { name }) => client.send(new DescribeTrainingJobCommand({ TrainingJobName: name })),
  },
  'tuning-job': {
    detailType: 'SageMaker HyperParameter Tuning Job State Change',
    async list(client, LastModifiedTimeAfter, NextToken) {
      const out = await client.send(
        new ListHyperParameterTuningJobsCommand({ LastModifiedTimeAfter, NextToken, MaxResults: PAGE }),
      );
      return page(
        (out.HyperParameterTuningJobSummaries ?? []).map((job) => ({
          name: job.HyperParameterTuningJobName,
          arn: job.HyperParameterTuningJobArn,
          status: job.HyperParameterTuningJobStatus,
          createdAt: job.CreationTime,
        })),
        out.NextToken,
      );
    },
    describe: (client, { name }) =>
      client.send(new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName: name })),
  },
  'processing-job': {
    detailType: 'SageMaker Processing Job State Change',
    async list(client, LastModifiedTimeAfter, NextToken) {
      const out = await client.send(
        new ListProcessingJobsCommand({ LastModifiedTimeAfter, NextToken, MaxResults: PAGE }),
      );
      return page(
        (out.ProcessingJobSummaries ?? []).map((job) => ({
          name: job.ProcessingJobName,
          arn: job.ProcessingJobArn,
          status: job.ProcessingJobStatus,
          createdAt: job.CreationTime,
        })),
        out.NextToken,
      );
    },
    describe: (client, { name }) => client.send(new DescribeProcessingJobCommand({ ProcessingJobName: name })),
  },
  'transform-job': {
    detailType: 'SageMaker Transform Job State Change',
    async list(client, LastModifiedTimeAfter, NextToken) {
      const out = await client.send(
        new ListTransformJobsCommand({ LastModifiedTimeAfter, NextToken, MaxResults: PAGE }),
      );
      return page(
        (out.TransformJobSummaries ?? []).map((job) => ({
          name: job.TransformJobName,
          arn: job.TransformJobArn,
          status: job.TransformJobStatus,
          createdAt: job.CreationTime,
        })),
        out.NextToken,
      );
    },
    describe: (client, { name }) => client.send(new DescribeTransformJobCommand({ TransformJobName: name })),
  },
  'labeling-job': {
    detailType: 'SageMaker Ground Truth Labeling Job State Change',
    async list(client, LastModifiedTimeAfter, NextToken) {
      const out = await client.send(
        new ListLabelingJobsCommand({ LastModifiedTimeAfter, NextToken, MaxResults: PAGE }),
      );
      return page(
        (out.LabelingJobSummaryList ?? []).map((job) => ({
          name: job.LabelingJobName,
          arn: job.LabelingJobArn,
          status: job.LabelingJobStatus,
          createdAt: job.CreationTime,
        })),
        out.NextToken,
      );
    },
    describe: (client, { name }) => client.send(new DescribeLabelingJobCommand({ LabelingJobName: name })),
  },
  endpoint: {
    detailType: 'SageMaker Endpoint State Change',
    async list(client, LastModifiedTimeAfter, NextToken) {
      const out = await client.send(new ListEndpointsCommand({ LastModifiedTimeAfter, NextToken, MaxResults: PAGE }));
      return page(
        (out.Endpoints ?? []).map((one) => ({
          name: one.EndpointName,
          arn: one.EndpointArn,
          status: one.EndpointStatus,
          createdAt: one.CreationTime,
          modifiedAt: one.LastModifiedTime,
        })),
        out.NextToken,
      );
    },
    describe: (client, { name }) => client.send(new DescribeEndpointCommand({ EndpointName: name })),
  },
  'pipeline-execution': {
    detailType: 'SageMaker Model Building Pipeline Execution Status Change',
    // Executions are listed by pipeline: the page is one of pipelines, each with its newest executions.
    async list(client, after, NextToken) {
      const out = await client.send(
        new ListPipelinesCommand({ NextToken, MaxResults: PIPELINES, SortBy: 'CreationTime' }),
      );
      let calls = 1;
      const active = (out.PipelineSummaries ?? []).filter(
        ({ LastExecutionTime: last }) => last !== undefined && last > longBefore(after),
      );
      const executions: PipelineExecutionSummary[] = [];
      for (const { PipelineName } of active) {
        const pages = paginateListPipelineExecutions(
          { client, pageSize: PAGE },
          { PipelineName, CreatedAfter: longBefore(after) },
        );
        for await (const { PipelineExecutionSummaries = [] } of pages) {
          calls++;
          executions.push(...PipelineExecutionSummaries);
        }
      }
      return page(
        executions.map((one) => ({
          // Executions are called by their ARN.
          name: one.PipelineExecutionArn,
          arn: one.PipelineExecutionArn,
          status: one.PipelineExecutionStatus,
        })),
        out.NextToken,
        calls,
      );
    },
    async describe(client, { arn }) {
      const run = await client.send(new DescribePipelineExecutionCommand({ PipelineExecutionArn: arn }));
      const ended = run.PipelineExecutionStatus !== 'Executing' && run.PipelineExecutionStatus !== 'Stopping';
      return {
        pipelineArn: run.PipelineArn,
        pipelineExecutionArn: run.PipelineExecutionArn,
        pipelineExecutionDisplayName: run.PipelineExecutionDisplayName,
        currentPipelineExecutionStatus: run.PipelineExecutionStatus,
        failureReason: run.FailureReason,
        executionStartTime: run.CreationTime,
        LastModifiedTime: run.LastModifiedTime,
        executionEndTime: ended ? run.LastModifiedTime : undefined,
      };
    },
  },
};

/** Executions are listed by creation, and run for hours: those of three days before may still end. */
const LONGEST_EXECUTION = 3 * 24 * 3600 * 1000;
const longBefore = (after: Date) => new Date(after.getTime() - LONGEST_EXECUTION);

/** What the service says of a resource that is not there; the code differs by operation. */
const NOT_FOUND = /not found|could not find|can't find|does not exist/i;

const isNotFound = (error: unknown): boolean =>
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

/** SageMaker of the function's own region. */
export function sageMaker(client = new SageMakerClient(CLIENT_SETTINGS)): SageMaker {
  return {
    list: (type, after, nextToken) => LISTERS[type].list(client, after, nextToken),
    async describe(type, resource) {
      const asked = new Date();
      let described: object;
      try {
        described = await LISTERS[type].describe(client, resource);
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
      // Dates become ISO text, which schemas read like any other time.
      const detail: Record<string, unknown> = { ...JSON.parse(JSON.stringify(described)) };
      const Tags = await tagsOf(client, arnIn(detail) ?? resource.arn);
      const modifiedAt = Modified.safeParse(described).data?.LastModifiedTime;
      return {
        'detail-type': LISTERS[type].detailType,
        source: 'aws.sagemaker',
        resources: [resource.arn],
        time: (modifiedAt ?? asked).toISOString(),
        detail: { ...detail, Tags: Tags ?? [] },
        hasTags: Tags !== undefined,
      };
    },
  };
}
