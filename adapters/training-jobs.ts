/**
 * The training jobs of a tuning job.
 *
 * Its list tells when each began and ended, and its definitions on which instances: none has to be described. Where the
 * definitions leave a choice of instance types, or use spot capacity, that is not enough, and the cost is not known.
 */
import {
  DescribeHyperParameterTuningJobCommand,
  DescribeTrainingJobCommand,
  type HyperParameterTrainingJobDefinition,
  type HyperParameterTrainingJobSummary,
  paginateListTrainingJobsForHyperParameterTuningJob,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import type { StateChange } from '../schemas/state-change.ts';
import { TrainingJobStateChange } from '../schemas/training-job.ts';
import { CLIENT_SETTINGS } from './client-settings.ts';
import type { TrainingJobsOf } from './costs.ts';

export const TRAINING_JOBS_PERMISSIONS = [
  'sagemaker:DescribeHyperParameterTuningJob',
  'sagemaker:DescribeTrainingJob',
  'sagemaker:ListTrainingJobsForHyperParameterTuningJob',
] as const;

/** The training jobs as their events would tell of them, or why that does not tell what they cost. */
export function trainingJobsWith(client = new SageMakerClient(CLIENT_SETTINGS)): TrainingJobsOf {
  return async (HyperParameterTuningJobName) => {
    const tuning = await client.send(new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName }));
    const one = tuning.TrainingJobDefinition;
    const definitions = tuning.TrainingJobDefinitions ?? (one === undefined ? [] : [one]);
    if (definitions.some(({ EnableManagedSpotTraining: spot }) => spot === true)) {
      return { notPriced: 'how much of its time on spot capacity is charged is not known' };
    }
    if (
      definitions.some(({ HyperParameterTuningResourceConfig: choice }) => (choice?.InstanceConfigs ?? []).length > 0)
    ) {
      return { notPriced: 'its training jobs may run on one of several instance types' };
    }
    const jobs = [];
    const pages = paginateListTrainingJobsForHyperParameterTuningJob(
      { client, pageSize: 100 },
      { HyperParameterTuningJobName },
    );
    for await (const { TrainingJobSummaries = [] } of pages) {
      for (const summary of TrainingJobSummaries) jobs.push(changeOf(summary, definitionOf(summary, definitions)));
    }
    return jobs;
  };
}

function definitionOf(
  { TrainingJobDefinitionName: name }: HyperParameterTrainingJobSummary,
  definitions: readonly HyperParameterTrainingJobDefinition[],
): HyperParameterTrainingJobDefinition | undefined {
  return definitions.length === 1 ? definitions[0] : definitions.find(({ DefinitionName }) => DefinitionName === name);
}

function changeOf(
  summary: HyperParameterTrainingJobSummary,
  definition: HyperParameterTrainingJobDefinition | undefined,
): StateChange {
  const ResourceConfig = definition?.HyperParameterTuningResourceConfig ?? definition?.ResourceConfig;
  return TrainingJobStateChange.parse({
    'detail-type': 'SageMaker Training Job State Change',
    resources: [summary.TrainingJobArn],
    // Dates become ISO text, which schemas read like any other time.
    detail: JSON.parse(JSON.stringify({ ...summary, ResourceConfig })),
  });
}

/** A job that has ended; one on spot capacity with the time that it is charged for, which only SageMaker tells. */
export function billedTimeWith(client = new SageMakerClient(CLIENT_SETTINGS)) {
  return async (change: StateChange): Promise<StateChange> => {
    const { billing } = change;
    if (billing?.spot !== true || billing.billableSeconds !== undefined) return change;
    const { BillableTimeInSeconds: billableSeconds, TrainingTimeInSeconds: trainedSeconds } = await client.send(
      new DescribeTrainingJobCommand({ TrainingJobName: change.resource.name }),
    );
    return { ...change, billing: { ...billing, billableSeconds, trainedSeconds } };
  };
}
