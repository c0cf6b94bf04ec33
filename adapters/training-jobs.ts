/**
 * The training jobs of a tuning job.
 *
 * Its list tells when each began and ended, and its definitions on which instances: none has to be described, unless the
 * tuning job may choose among instance types. What a job has cost that ended is in the table when its event was handled.
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

/** The training jobs as their events would tell of them. */
export function trainingJobsWith(client = new SageMakerClient(CLIENT_SETTINGS)): TrainingJobsOf {
  return async (HyperParameterTuningJobName) => {
    const tuning = await client.send(new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName }));
    const definitions =
      tuning.TrainingJobDefinitions ?? (tuning.TrainingJobDefinition ? [tuning.TrainingJobDefinition] : []);
    const jobs = [];
    const pages = paginateListTrainingJobsForHyperParameterTuningJob(
      { client, pageSize: 100 },
      { HyperParameterTuningJobName },
    );
    for await (const { TrainingJobSummaries = [] } of pages) {
      for (const summary of TrainingJobSummaries) {
        jobs.push(changeOf(summary, await detailOf(client, summary, definitions)));
      }
    }
    return jobs;
  };
}

/** What the job runs on: as its definition says, or, where that leaves a choice, as the job itself does. */
async function detailOf(
  client: SageMakerClient,
  { TrainingJobName, TrainingJobDefinitionName }: HyperParameterTrainingJobSummary,
  definitions: readonly HyperParameterTrainingJobDefinition[],
): Promise<object> {
  const definition =
    definitions.length === 1
      ? definitions[0]
      : definitions.find(({ DefinitionName }) => DefinitionName === TrainingJobDefinitionName);
  const flexible = definition?.HyperParameterTuningResourceConfig;
  const ResourceConfig = flexible?.InstanceConfigs === undefined ? (flexible ?? definition?.ResourceConfig) : undefined;
  if (ResourceConfig?.InstanceType === undefined && definition?.ResourceConfig?.InstanceGroups === undefined) {
    return client.send(new DescribeTrainingJobCommand({ TrainingJobName }));
  }
  return { ResourceConfig, EnableManagedSpotTraining: definition?.EnableManagedSpotTraining };
}

function changeOf(summary: HyperParameterTrainingJobSummary, detail: object) {
  return TrainingJobStateChange.parse({
    'detail-type': 'SageMaker Training Job State Change',
    resources: [summary.TrainingJobArn],
    // Dates become ISO text, which schemas read like any other time.
    detail: JSON.parse(JSON.stringify({ ...summary, ...detail })),
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
