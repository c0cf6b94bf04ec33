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
import { CLIENT_SETTINGS } from './client-settings.ts';

/** What is reconciled, in the order it is done. The words are resource types, and first words of resource keys. */
export const RECONCILED = [
  'training-job',
  'tuning-job',
  'processing-job',
  'transform-job',
  'labeling-job',
  'endpoint',
  'pipeline-execution',
] as const;
export type Reconciled = (typeof RECONCILED)[number];

/** One line of a list. */
export interface Summary {
  readonly arn: string;
  readonly status: string;
  readonly modifiedAt: Date | undefined;
}

export interface Page {
  readonly summaries: readonly Summary[];
  readonly nextToken: string | undefined;
}

/** An event as SageMaker would have sent it, with `detail` as the API describes the resource. */
export interface DescribedEvent {
  readonly 'detail-type': string;
  readonly source: 'aws.sagemaker';
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface SageMaker {
  /** A page of what was modified after `after`. */
  readonly list: (type: Reconciled, after: Date, nextToken: string | undefined) => Promise<Page>;
  /** The resource as an event; absent where it does not exist any more. */
  readonly describe: (type: Reconciled, arn: string) => Promise<DescribedEvent | undefined>;
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

interface Lister {
  readonly list: (client: SageMakerClient, after: Date, nextToken: string | undefined) => Promise<Page>;
  readonly describe: (client: SageMakerClient, arn: string) => Promise<object>;
  readonly detailType: string;
}

const page = (
  summaries: readonly { arn: string | undefined; status: string | undefined; modifiedAt?: Date | undefined }[],
  nextToken: string | undefined,
): Page => ({
  summaries: summaries.flatMap(({ arn, status, modifiedAt }) =>
    arn === undefined || status === undefined ? [] : [{ arn, status, modifiedAt }],
  ),
  nextToken,
});
const nameIn = (arn: string) => arn.slice(arn.indexOf('/') + 1);

const LISTERS: Readonly<Record<Reconciled, Lister>> = {
  'training-job': {
    detailType: 'SageMaker Training Job State Change',
    async list(client, LastModifiedTimeAfter, NextToken) {
      const out = await client.send(
        new ListTrainingJobsCommand({ LastModifiedTimeAfter, NextToken, MaxResults: PAGE }),
      );
      return page(
        (out.TrainingJobSummaries ?? []).map((job) => ({ arn: job.TrainingJobArn, status: job.TrainingJobStatus })),
        out.NextToken,
      );
    },
    describe: (client, arn) => client.send(new DescribeTrainingJobCommand({ TrainingJobName: nameIn(arn) })),
  },
  'tuning-job': {
    detailType: 'SageMaker HyperParameter Tuning Job State Change',
    async list(client, LastModifiedTimeAfter, NextToken) {
      const out = await client.send(
        new ListHyperParameterTuningJobsCommand({ LastModifiedTimeAfter, NextToken, MaxResults: PAGE }),
      );
      return page(
        (out.HyperParameterTuningJobSummaries ?? []).map((job) => ({
          arn: job.HyperParameterTuningJobArn,
          status: job.HyperParameterTuningJobStatus,
        })),
        out.NextToken,
      );
    },
    describe: (client, arn) =>
      client.send(new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName: nameIn(arn) })),
  },
  'processing-job': {
    detailType: 'SageMaker Processing Job State Change',
    async list(client, LastModifiedTimeAfter, NextToken) {
      const out = await client.send(
        new ListProcessingJobsCommand({ LastModifiedTimeAfter, NextToken, MaxResults: PAGE }),
      );
      return page(
        (out.ProcessingJobSummaries ?? []).map((job) => ({
          arn: job.ProcessingJobArn,
          status: job.ProcessingJobStatus,
        })),
        out.NextToken,
      );
    },
    describe: (client, arn) => client.send(new DescribeProcessingJobCommand({ ProcessingJobName: nameIn(arn) })),
  },
  'transform-job': {
    detailType: 'SageMaker Transform Job State Change',
    async list(client, LastModifiedTimeAfter, NextToken) {
      const out = await client.send(
        new ListTransformJobsCommand({ LastModifiedTimeAfter, NextToken, MaxResults: PAGE }),
      );
      return page(
        (out.TransformJobSummaries ?? []).map((job) => ({ arn: job.TransformJobArn, status: job.TransformJobStatus })),
        out.NextToken,
      );
    },
    describe: (client, arn) => client.send(new DescribeTransformJobCommand({ TransformJobName: nameIn(arn) })),
  },
  'labeling-job': {
    detailType: 'SageMaker Ground Truth Labeling Job State Change',
    async list(client, LastModifiedTimeAfter, NextToken) {
      const out = await client.send(
        new ListLabelingJobsCommand({ LastModifiedTimeAfter, NextToken, MaxResults: PAGE }),
      );
      return page(
        (out.LabelingJobSummaryList ?? []).map((job) => ({ arn: job.LabelingJobArn, status: job.LabelingJobStatus })),
        out.NextToken,
      );
    },
    describe: (client, arn) => client.send(new DescribeLabelingJobCommand({ LabelingJobName: nameIn(arn) })),
  },
  endpoint: {
    detailType: 'SageMaker Endpoint State Change',
    async list(client, LastModifiedTimeAfter, NextToken) {
      const out = await client.send(new ListEndpointsCommand({ LastModifiedTimeAfter, NextToken, MaxResults: PAGE }));
      return page(
        (out.Endpoints ?? []).map((one) => ({
          arn: one.EndpointArn,
          status: one.EndpointStatus,
          modifiedAt: one.LastModifiedTime,
        })),
        out.NextToken,
      );
    },
    describe: (client, arn) => client.send(new DescribeEndpointCommand({ EndpointName: nameIn(arn) })),
  },
  'pipeline-execution': {
    detailType: 'SageMaker Model Building Pipeline Execution Status Change',
    // Executions are listed by pipeline: the page is one of pipelines, each with its newest executions.
    async list(client, after, NextToken) {
      const out = await client.send(new ListPipelinesCommand({ NextToken, MaxResults: PAGE, SortBy: 'CreationTime' }));
      const active = (out.PipelineSummaries ?? []).filter(
        ({ LastExecutionTime: last }) => last !== undefined && last > longBefore(after),
      );
      const executions: PipelineExecutionSummary[] = [];
      for (const { PipelineName } of active) {
        const pages = paginateListPipelineExecutions(
          { client, pageSize: PAGE },
          { PipelineName, CreatedAfter: longBefore(after) },
        );
        for await (const { PipelineExecutionSummaries = [] } of pages) executions.push(...PipelineExecutionSummaries);
      }
      return page(
        executions.map((one) => ({ arn: one.PipelineExecutionArn, status: one.PipelineExecutionStatus })),
        out.NextToken,
      );
    },
    async describe(client, arn) {
      const run = await client.send(new DescribePipelineExecutionCommand({ PipelineExecutionArn: arn }));
      const ended = run.PipelineExecutionStatus !== 'Executing' && run.PipelineExecutionStatus !== 'Stopping';
      return {
        pipelineArn: run.PipelineArn,
        pipelineExecutionArn: run.PipelineExecutionArn,
        pipelineExecutionDisplayName: run.PipelineExecutionDisplayName,
        currentPipelineExecutionStatus: run.PipelineExecutionStatus,
        failureReason: run.FailureReason,
        executionStartTime: run.CreationTime,
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

/** Whose it is, as far as SageMaker tells: an execution has the tags of its pipeline. */
async function tagsOf(client: SageMakerClient, arn: string): Promise<readonly Tag[]> {
  try {
    const ResourceArn = arn.replace(/\/execution\/.*$/, '');
    const { Tags = [] } = await client.send(new ListTagsCommand({ ResourceArn, MaxResults: 50 }));
    return Tags;
  } catch (error) {
    // Without its tags it is told of as nobody's; without being told of it is lost.
    if (error instanceof Error && error.name === 'ValidationException') return [];
    throw error;
  }
}

/** SageMaker of the function's own region. */
export function sageMaker(client = new SageMakerClient(CLIENT_SETTINGS)): SageMaker {
  return {
    list: (type, after, nextToken) => LISTERS[type].list(client, after, nextToken),
    async describe(type, arn) {
      try {
        const described = await LISTERS[type].describe(client, arn);
        const Tags = await tagsOf(client, arn);
        return {
          'detail-type': LISTERS[type].detailType,
          source: 'aws.sagemaker',
          resources: [arn],
          // Dates become ISO text, which schemas read like any other time.
          detail: { ...JSON.parse(JSON.stringify(described)), Tags },
        };
      } catch (error) {
        if (error instanceof Error && NOT_FOUND.test(error.message)) return undefined;
        throw error;
      }
    },
  };
}
