/**
 * The training jobs of a tuning job.
 *
 * The list of a tuning job says when each training job began and ended, and its definitions say on which instances. Two
 * facts are only in the description of a training job: which of several instance types it got, and its billed seconds
 * on spot capacity. Such a job is described once.
 */

import {
  DescribeHyperParameterTuningJobCommand,
  DescribeTrainingJobCommand,
  type HyperParameterTrainingJobDefinition,
  type HyperParameterTrainingJobSummary,
  paginateListTrainingJobsForHyperParameterTuningJob,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import type { NotPriced } from '../../domain/cost/meter.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import { TrainingJobStateChange } from '../../schemas/event/training-job.ts';
import { CLIENT_SETTINGS } from '../client-settings.ts';
import { KnownTrainingJob, type TunedJobCache } from '../dynamodb/tuned-jobs.ts';
import type { Grant } from '../grant.ts';
import { everyOf } from './arns.ts';

/**
 * Lists the training jobs of tuning jobs, and reads those that the table has. `DESCRIBE_JOBS` and `COMPARE_SAGEMAKER` let
 * a function describe them.
 */
export const READ_TUNED_JOBS: Grant = {
  name: 'tuned-jobs',
  statements: [
    {
      actions: ['sagemaker:ListTrainingJobsForHyperParameterTuningJob'],
      on: [everyOf('hyper-parameter-tuning-job')],
    },
    { actions: ['dynamodb:Query'], on: [{ 'Fn::GetAtt': ['StateTable', 'Arn'] }] },
  ],
};

/**
 * Descriptions in one calculation, which must not exceed the function's time. The next budget check reads the others.
 */
const MOST_DESCRIPTIONS = 200;
/** Milliseconds after the end of a training job within which SageMaker may add its billed seconds. */
const BILLED_WITHIN = 3_600_000;

/** The training jobs of the tuning job called `name`, each as a state change, or why their cost is not known. */
export type TrainingJobsOf = (name: string) => Promise<readonly StateChange[] | NotPriced>;

/** Reads training jobs, and keeps their descriptions in `cache`. */
export function trainingJobsWith(cache: TunedJobCache, client = new SageMakerClient(CLIENT_SETTINGS)): TrainingJobsOf {
  const describe = async (TrainingJobName: string): Promise<KnownTrainingJob> => {
    const described = await client.send(new DescribeTrainingJobCommand({ TrainingJobName }));
    const { TrainingEndTime: ended, BillableTimeInSeconds: billable } = described;
    const isFinal = billable !== undefined || (ended !== undefined && Date.now() - ended.getTime() > BILLED_WITHIN);
    return { ...KnownTrainingJob.parse(described), isFinal };
  };

  return async (HyperParameterTuningJobName) => {
    const tuning = await client.send(new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName }));
    const one = tuning.TrainingJobDefinition;
    const definitions = tuning.TrainingJobDefinitions ?? (one === undefined ? [] : [one]);
    const key = tuning.HyperParameterTuningJobArn ?? HyperParameterTuningJobName;
    const known = definitions.some((definition) => mayNeedDescriptions(definition))
      ? await cache.recall(key)
      : new Map();
    let descriptions = 0;
    const jobs = [];
    const pages = paginateListTrainingJobsForHyperParameterTuningJob(
      { client, pageSize: 100 },
      { HyperParameterTuningJobName },
    );
    for await (const { TrainingJobSummaries = [] } of pages) {
      for (const summary of TrainingJobSummaries) {
        const definition = definitionOf(summary, definitions);
        const name = summary.TrainingJobName ?? '';
        let found: KnownTrainingJob | undefined = known.get(name);
        if (needsDescription(summary, definition, found)) {
          if (descriptions++ >= MOST_DESCRIPTIONS)
            return { notPriced: 'not all of its training jobs have been described yet' };
          found = await describe(name);
          await cache.keep(key, name, found);
        }
        jobs.push(changeOf(summary, definition, found));
      }
    }
    return jobs;
  };
}

const isSpot = (definition: Definition | undefined) => definition?.EnableManagedSpotTraining === true;

const hasChoice = (definition: Definition | undefined) =>
  (definition?.HyperParameterTuningResourceConfig?.InstanceConfigs ?? []).length > 0;

/** Whether training jobs of this definition may need a description: spot capacity, or a choice of instance types. */
const mayNeedDescriptions = (definition: Definition) => isSpot(definition) || hasChoice(definition);

/** Whether a training job that has begun must be described to know its cost. */
function needsDescription(
  { TrainingStartTime: began, TrainingEndTime: ended }: HyperParameterTrainingJobSummary,
  definition: Definition | undefined,
  found: KnownTrainingJob | undefined,
): boolean {
  if (began === undefined) return false;
  if (hasChoice(definition) && found === undefined) return true;
  return isSpot(definition) && ended !== undefined && found?.isFinal !== true;
}

type Definition = HyperParameterTrainingJobDefinition;

function definitionOf(
  { TrainingJobDefinitionName: name }: HyperParameterTrainingJobSummary,
  definitions: readonly Definition[],
): Definition | undefined {
  return definitions.length === 1 ? definitions[0] : definitions.find(({ DefinitionName }) => DefinitionName === name);
}

function changeOf(
  summary: HyperParameterTrainingJobSummary,
  definition: Definition | undefined,
  known: KnownTrainingJob | undefined,
): StateChange {
  const ResourceConfig = definition?.HyperParameterTuningResourceConfig ?? definition?.ResourceConfig;
  const EnableManagedSpotTraining = isSpot(definition);
  return TrainingJobStateChange.parse({
    'detail-type': 'SageMaker Training Job State Change',
    resources: [summary.TrainingJobArn],
    // Dates become ISO text, which schemas read like any other time.
    detail: JSON.parse(JSON.stringify({ ...summary, ResourceConfig, EnableManagedSpotTraining, ...known })),
  });
}
