/** Jobs that are charged by the hour: described and stopped. */

import {
  SageMakerClient,
  StopHyperParameterTuningJobCommand,
  StopProcessingJobCommand,
  StopTrainingJobCommand,
  StopTransformJobCommand,
} from '@aws-sdk/client-sagemaker';
import type { JobRef } from '../../domain/budget/job.ts';
import type { Budgeted } from '../../schemas/configuration/budgets.ts';
import { CLIENT_SETTINGS } from '../client-settings.ts';
import type { Grant } from '../grant.ts';

/** Describes jobs that are charged by the hour, and stops them. */
export const STOP_JOBS: Grant = {
  name: 'jobs',
  statements: [
    {
      actions: [
        'sagemaker:DescribeHyperParameterTuningJob',
        'sagemaker:DescribeProcessingJob',
        'sagemaker:DescribeTrainingJob',
        'sagemaker:DescribeTransformJob',
        'sagemaker:ListTags',
        'sagemaker:StopHyperParameterTuningJob',
        'sagemaker:StopProcessingJob',
        'sagemaker:StopTrainingJob',
        'sagemaker:StopTransformJob',
      ],
      on: [
        { 'Fn::Sub': 'arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}:hyper-parameter-tuning-job/*' },
        { 'Fn::Sub': 'arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}:processing-job/*' },
        { 'Fn::Sub': 'arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}:training-job/*' },
        { 'Fn::Sub': 'arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}:transform-job/*' },
      ],
    },
  ],
};

/** Stops a job; what it came to. That it has ended already, or is not there, is as good. */
export type StopJob = (job: JobRef) => Promise<'stopped' | 'already stopping' | 'already ended'>;

/**
 * What SageMaker answers of a job that cannot be stopped any more, as ValidationException or ResourceNotFound.
 * Source: answers of the service as client wrappers of AWS's own operators match them.
 */
const ALREADY_ENDED = /rejected because the .* is in status|not found|could not find|can't find|unable to transition/i;

/** Somebody was faster; or we were, and the answer got lost on the way. */
const STOPPING = /is in status Stopp(?:ing|ed)\b/;

/** SageMaker of the function's own region. */
export function stopJobWith(client = new SageMakerClient(CLIENT_SETTINGS)): StopJob {
  return async ({ type, arn }) => {
    try {
      await send(client, type, nameOf(arn));
      return 'stopped';
    } catch (error) {
      if (error instanceof Error && STOPPING.test(error.message)) return 'already stopping';
      if (error instanceof Error && (error.name === 'ResourceNotFound' || ALREADY_ENDED.test(error.message))) {
        return 'already ended';
      }
      throw error;
    }
  };
}

export const nameOf = (arn: string) => arn.slice(arn.indexOf('/') + 1);

function send(client: SageMakerClient, type: Budgeted, name: string): Promise<object> {
  switch (type) {
    case 'training-job':
      return client.send(new StopTrainingJobCommand({ TrainingJobName: name }));
    case 'tuning-job':
      return client.send(new StopHyperParameterTuningJobCommand({ HyperParameterTuningJobName: name }));
    case 'processing-job':
      return client.send(new StopProcessingJobCommand({ ProcessingJobName: name }));
    case 'transform-job':
      return client.send(new StopTransformJobCommand({ TransformJobName: name }));
  }
}
