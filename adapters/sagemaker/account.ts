/** What reconciliation reads from SageMaker: lists of resources, and descriptions. */
import {
  DescribeEndpointCommand,
  DescribeLabelingJobCommand,
  DescribePipelineExecutionCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import type { Reconciled } from '../../domain/kinds.ts';
import { CLIENT_SETTINGS } from '../client-settings.ts';
import type { Grant } from '../grant.ts';
import { everyOf } from './arns.ts';
import { DESCRIBE_JOBS, type Describe, type Describer, describeWith, JOBS } from './describe.ts';
import { listOf, type Page } from './lists.ts';

export interface SageMaker {
  /** A page of the resources of `type` that were modified after `after`. */
  readonly list: (type: Reconciled, after: Date, nextToken: string | undefined) => Promise<Page>;
  /** The description of a resource as an event; absent when SageMaker no longer has the resource. */
  readonly describe: Describe<Reconciled>;
}

/** Read-only calls. IAM cannot limit calls that list everything. */
export const COMPARE_SAGEMAKER: Grant = {
  name: 'sagemaker',
  statements: [
    {
      actions: [
        'sagemaker:ListEndpoints',
        'sagemaker:ListHyperParameterTuningJobs',
        'sagemaker:ListLabelingJobs',
        'sagemaker:ListPipelines',
        'sagemaker:ListProcessingJobs',
        'sagemaker:ListTrainingJobs',
        'sagemaker:ListTransformJobs',
      ],
      on: ['*'],
    },
    ...DESCRIBE_JOBS.statements,
    { actions: ['sagemaker:DescribeEndpoint', 'sagemaker:ListTags'], on: [everyOf('endpoint')] },
    { actions: ['sagemaker:DescribeLabelingJob', 'sagemaker:ListTags'], on: [everyOf('labeling-job')] },
    {
      actions: ['sagemaker:DescribePipelineExecution', 'sagemaker:ListPipelineExecutions', 'sagemaker:ListTags'],
      on: [everyOf('pipeline')],
    },
  ],
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

/** SageMaker in the function's own region. */
export function sageMaker(client = new SageMakerClient(CLIENT_SETTINGS)): SageMaker {
  return {
    list: (type, after, nextToken) => listOf(type)(client, after, nextToken),
    describe: describeWith(DESCRIBERS, client),
  };
}
