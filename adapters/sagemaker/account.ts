/** SageMaker as reconciliation reads it: lists of resources, and the description of each. */
import {
  DescribeEndpointCommand,
  DescribeLabelingJobCommand,
  DescribePipelineExecutionCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import type { Reconciled } from '../../domain/kinds.ts';
import { CLIENT_SETTINGS } from '../client-settings.ts';
import type { Grant } from '../grant.ts';
import { type Describe, type Describer, describeWith, JOBS } from './describe.ts';
import { listOf, type Page } from './lists.ts';

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

/** SageMaker of the function's own region. */
export function sageMaker(client = new SageMakerClient(CLIENT_SETTINGS)): SageMaker {
  return {
    list: (type, after, nextToken) => listOf(type)(client, after, nextToken),
    describe: describeWith(DESCRIBERS, client),
  };
}
