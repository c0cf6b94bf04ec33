/** What SageMaker itself says of the resources that reconciliation looks after: lists of them, and each by itself. */

import {
  DescribeEndpointCommand,
  DescribeLabelingJobCommand,
  DescribePipelineExecutionCommand,
  ListEndpointsCommand,
  ListHyperParameterTuningJobsCommand,
  ListLabelingJobsCommand,
  ListPipelinesCommand,
  ListProcessingJobsCommand,
  ListTrainingJobsCommand,
  ListTransformJobsCommand,
  type PipelineExecutionSummary,
  paginateListPipelineExecutions,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import type { Reconciled } from '../../domain/kinds.ts';
import { CLIENT_SETTINGS } from '../client-settings.ts';
import type { Grant } from '../grant.ts';
import { type Describe, type Describer, describeWith, JOBS } from './describe.ts';

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

export interface SageMaker {
  /** A page of what was modified after `after`. */
  readonly list: (type: Reconciled, after: Date, nextToken: string | undefined) => Promise<Page>;
  /** The resource as an event; absent where it does not exist any more. */
  readonly describe: Describe<Reconciled>;
}

/** Lists have no resource to be limited to; none of these calls changes anything. */
export const COMPARE_SAGEMAKER: Grant = {
  name: 'sagemaker',
  statements: [
    {
      actions: [
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
      ],
      on: ['*'],
    },
  ],
};

/** The most that a list gives (SageMaker API reference). */
const PAGE = 100;
/** Pipelines whose executions are listed in one step. */
const PIPELINES = 10;

type List = (client: SageMakerClient, after: Date, nextToken: string | undefined) => Promise<Page>;

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

/** Pages of lists, by type. */
const LISTS: Readonly<Record<Reconciled, List>> = {
  async 'training-job'(client, LastModifiedTimeAfter, NextToken) {
    const out = await client.send(new ListTrainingJobsCommand({ LastModifiedTimeAfter, NextToken, MaxResults: PAGE }));
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
  async 'tuning-job'(client, LastModifiedTimeAfter, NextToken) {
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
  async 'processing-job'(client, LastModifiedTimeAfter, NextToken) {
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
  async 'transform-job'(client, LastModifiedTimeAfter, NextToken) {
    const out = await client.send(new ListTransformJobsCommand({ LastModifiedTimeAfter, NextToken, MaxResults: PAGE }));
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
  // No event tells that one begins, and it may not be modified for long: all that can still run are listed.
  async 'labeling-job'(client, after, NextToken) {
    const CreationTimeAfter = new Date(after.getTime() - LONGEST_LABELING);
    const out = await client.send(new ListLabelingJobsCommand({ CreationTimeAfter, NextToken, MaxResults: PAGE }));
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
  async endpoint(client, LastModifiedTimeAfter, NextToken) {
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
  // Executions are listed by pipeline: the page is one of pipelines, each with its newest executions.
  async 'pipeline-execution'(client, after, NextToken) {
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
};

const DESCRIBERS: Readonly<Record<Reconciled, Describer>> = {
  ...JOBS,
  'labeling-job': {
    detailType: 'SageMaker Ground Truth Labeling Job State Change',
    describe: (client, { name }) => client.send(new DescribeLabelingJobCommand({ LabelingJobName: name })),
  },
  endpoint: {
    detailType: 'SageMaker Endpoint State Change',
    describe: (client, { name }) => client.send(new DescribeEndpointCommand({ EndpointName: name })),
  },
  'pipeline-execution': {
    detailType: 'SageMaker Model Building Pipeline Execution Status Change',
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

/** A labeling job expires after 30 days. */
const LONGEST_LABELING = 31 * 24 * 3600 * 1000;
/** Executions are listed by creation, and run for hours: those of three days before may still end. */
const LONGEST_EXECUTION = 3 * 24 * 3600 * 1000;
const longBefore = (after: Date) => new Date(after.getTime() - LONGEST_EXECUTION);

/** SageMaker of the function's own region. */
export function sageMaker(client = new SageMakerClient(CLIENT_SETTINGS)): SageMaker {
  return {
    list: (type, after, nextToken) => LISTS[type](client, after, nextToken),
    describe: describeWith(DESCRIBERS, client),
  };
}
