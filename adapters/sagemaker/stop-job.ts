/** Stops jobs that are charged by the hour. */

import {
  SageMakerClient,
  StopHyperParameterTuningJobCommand,
  StopProcessingJobCommand,
  StopTrainingJobCommand,
  StopTransformJobCommand,
  UpdateTrainingJobCommand,
} from '@aws-sdk/client-sagemaker';
import type { JobRef } from '../../domain/budget/job.ts';
import type { Budgeted } from '../../schemas/configuration/budgets.ts';
import { plainText } from '../../schemas/text/plain-text.ts';
import { hideSecrets } from '../../schemas/text/secrets.ts';
import { CLIENT_SETTINGS } from '../client-settings.ts';
import type { Grant } from '../grant.ts';
import { everyOf } from './arns.ts';

/** The action that stops jobs of each type, and the word for the type in ARNs. */
const STOPS = {
  'training-job': { action: 'sagemaker:StopTrainingJob', inArn: 'training-job' },
  'tuning-job': { action: 'sagemaker:StopHyperParameterTuningJob', inArn: 'hyper-parameter-tuning-job' },
  'processing-job': { action: 'sagemaker:StopProcessingJob', inArn: 'processing-job' },
  'transform-job': { action: 'sagemaker:StopTransformJob', inArn: 'transform-job' },
} as const satisfies Record<Budgeted, { readonly action: string; readonly inArn: string }>;

/** Stops jobs of `types`, each type with its own action only. Without types, there is no grant. */
export const stopJobs = (types: readonly Budgeted[]): readonly Grant[] =>
  types.length === 0
    ? []
    : [
        {
          name: 'stop-jobs',
          statements: types.map((type) => ({ actions: [STOPS[type].action], on: [everyOf(STOPS[type].inArn)] })),
        },
      ];

/** Ends warm pools (SageMaker developer guide, managed warm pools). */
export const END_POOLS: Grant = {
  name: 'warm-pools',
  statements: [
    {
      actions: ['sagemaker:UpdateTrainingJob'],
      on: [everyOf(STOPS['training-job'].inArn)],
    },
  ],
};

/**
 * Ends the warm pool of an ended training job: `ended`, or why SageMaker refused it. A pool that another job uses, or that
 * ended since the job was described, is refused. Throws any other error.
 */
export type EndPool = (job: JobRef) => Promise<string>;

/** Characters of SageMaker's words in an audit record. */
const LONGEST_REFUSAL = 400;

/** Ends warm pools in the function's own region. Source: SageMaker developer guide, managed warm pools. */
export function endPoolWith(client = new SageMakerClient(CLIENT_SETTINGS)): EndPool {
  return async ({ arn }) => {
    try {
      const ResourceConfig = { KeepAlivePeriodInSeconds: 0 };
      await client.send(new UpdateTrainingJobCommand({ TrainingJobName: nameOf(arn), ResourceConfig }));
      return 'ended';
    } catch (error) {
      if (error instanceof Error && (error.name === 'ValidationException' || error.name === 'ResourceNotFound'))
        return `refused: ${plainText(hideSecrets(error.message), LONGEST_REFUSAL)}`;
      throw error;
    }
  };
}

/** Stops a job. A job that has ended or does not exist counts as `already ended`. Throws any other error. */
export type StopJob = (job: JobRef) => Promise<'stopped' | 'already stopping' | 'already ended'>;

/**
 * SageMaker's messages about a job that can no longer be stopped (ValidationException or ResourceNotFound).
 * Source: the messages that the clients in AWS's own operators match.
 */
const ALREADY_ENDED = /rejected because the .* is in status|not found|could not find|can't find|unable to transition/i;

/** The job stops already: somebody else stopped it, or the answer to an earlier attempt was lost. */
const STOPPING = /is in status Stopp(?:ing|ed)\b/;

/** Whether IAM refused a call, so that SageMaker did nothing. */
export const isDenied = (error: unknown): boolean => error instanceof Error && error.name === 'AccessDeniedException';

/** Stops jobs in the function's own region. */
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

/** The name of a job, from its ARN. */
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
