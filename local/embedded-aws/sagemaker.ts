/** Simulates the part of SageMaker that we use: lists, describes, stops and creates resources in memory. */

import { createdLabelingJob } from './labeling-jobs.ts';
import { AwsError } from './protocol.ts';
import type { SimulatedResource } from './resource.ts';

/** The API of one resource type. */
interface Api {
  /** Prefix of the fields: `TrainingJob` in `TrainingJobName`. */
  readonly prefix: string;
  readonly list: string;
  readonly describe: string;
  /** The field of the list operation's answer that contains the resources. */
  readonly summaries: string;
}

const API = {
  'training-job': api('TrainingJob', 'ListTrainingJobs', 'TrainingJobSummaries'),
  'tuning-job': api('HyperParameterTuningJob', 'ListHyperParameterTuningJobs', 'HyperParameterTuningJobSummaries'),
  'processing-job': api('ProcessingJob', 'ListProcessingJobs', 'ProcessingJobSummaries'),
  'transform-job': api('TransformJob', 'ListTransformJobs', 'TransformJobSummaries'),
  'labeling-job': api('LabelingJob', 'ListLabelingJobs', 'LabelingJobSummaryList'),
  endpoint: api('Endpoint', 'ListEndpoints', 'Endpoints'),
} as const satisfies Record<string, Api>;

const PIPELINES: ReadonlySet<string> = new Set([
  'ListPipelines',
  'ListPipelineExecutions',
  'DescribePipelineExecution',
  'ListPipelineExecutionSteps',
]);

function api(prefix: string, list: string, summaries: string): Api {
  return { prefix, list, describe: `Describe${prefix}`, summaries };
}

/** One account. Tests and stories change its resources in place. */
export class SimulatedSageMaker {
  readonly resources = new Map<string, SimulatedResource>();
  /** ARNs of the jobs that accepted a stop request. */
  readonly stopped: string[] = [];
  /** Names of the labeling jobs that a call has created. */
  readonly created: string[] = [];
  /** ARNs of roles that no longer exist. */
  readonly deletedRoles = new Set<string>();
  /** The time at which jobs are created. Stories set their own clock. */
  clock = () => new Date();

  /** Adds or replaces a resource. */
  put(resource: SimulatedResource): void {
    this.resources.set(resource.arn, resource);
  }

  /** Answers one operation. Throws an `AwsError` for a call that SageMaker would refuse. */
  perform(operation: string, input: Readonly<Record<string, unknown>>): Record<string, unknown> {
    if (operation === 'ListTags') {
      const arn = String(input['ResourceArn']);
      // A pipeline has the tags of its first execution: pipelines are not stored.
      const found =
        this.resources.get(arn) ?? [...this.resources.values()].find((one) => one.arn.startsWith(`${arn}/`));
      return { Tags: listed(found?.tags) };
    }
    if (PIPELINES.has(operation)) return this.#pipelines(operation, input);
    if (operation === 'ListTrainingJobsForHyperParameterTuningJob') return this.#trainingJobs(input);
    if (operation === 'CreateLabelingJob') return this.#createLabelingJob(input);
    if (operation === 'UpdateTrainingJob') return this.#endPool(input);
    for (const [type, one] of Object.entries(API)) {
      if (operation === one.list) return this.#list(type, one, input);
      if (operation === one.describe) return this.#describe(type, one, input);
      if (operation === `Stop${one.prefix}`) return this.#stop(type, one, input);
    }
    throw new AwsError('UnknownOperationException', `The embedded AWS does not know sagemaker:${operation}.`);
  }

  /** Derives pipelines from executions: an execution's ARN contains the pipeline's name. */
  #pipelines(operation: string, input: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const executions = [...this.resources.values()].filter(({ type }) => type === 'pipeline-execution');
    const pipelineOf = (arn: string) => arn.split('/')[1] ?? '';
    if (operation === 'ListPipelines') {
      const names = [...new Set(executions.map(({ arn }) => pipelineOf(arn)))];
      return paged('PipelineSummaries', input, names, (PipelineName) => ({
        PipelineName,
        LastExecutionTime: Date.now() / 1000,
      }));
    }
    if (operation === 'ListPipelineExecutions') {
      const own = executions.filter(({ arn }) => pipelineOf(arn) === input['PipelineName']);
      return paged('PipelineExecutionSummaries', input, own, ({ arn, status }) => ({
        PipelineExecutionArn: arn,
        PipelineExecutionStatus: status,
      }));
    }
    const found = this.resources.get(String(input['PipelineExecutionArn']));
    if (found === undefined) throw new AwsError('ResourceNotFound', 'Pipeline execution does not exist.');
    if (operation === 'ListPipelineExecutionSteps') return { PipelineExecutionSteps: found.steps ?? [] };
    return {
      PipelineArn: found.arn.replace(/\/execution\/.*/, ''),
      PipelineExecutionArn: found.arn,
      PipelineExecutionDisplayName: found.name,
      PipelineExecutionStatus: found.status,
      CreationTime: found.createdAt.getTime() / 1000,
      LastModifiedTime: found.modifiedAt.getTime() / 1000,
      ...found.detail,
    };
  }

  #list(type: string, { prefix, summaries }: Api, input: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const after = Number(input['LastModifiedTimeAfter'] ?? 0) * 1000;
    const createdAfter = Number(input['CreationTimeAfter'] ?? 0) * 1000;
    const all = [...this.resources.values()].filter(
      (one) => one.type === type && one.modifiedAt.getTime() > after && one.createdAt.getTime() > createdAfter,
    );
    return paged(summaries, input, all, (one) => ({
      ...fields(prefix, one),
      ...(type === 'labeling-job' && { InputConfig: one.detail?.['InputConfig'] }),
    }));
  }

  /**
   * Answers `ListTrainingJobsForHyperParameterTuningJob` with the training jobs whose `detail` names the tuning job.
   */
  #trainingJobs(input: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const name = String(input['HyperParameterTuningJobName']);
    const wanted = input['StatusEquals'];
    const own = [...this.resources.values()].filter(
      ({ type, status, detail }) =>
        type === 'training-job' &&
        (wanted === undefined || status === wanted) &&
        String(detail?.['TuningJobArn'] ?? '').endsWith(`hyper-parameter-tuning-job/${name}`),
    );
    return paged('TrainingJobSummaries', input, own, (one) => ({
      ...fields('TrainingJob', one),
      FailureReason: one.detail?.['FailureReason'],
      TrainingStartTime: one.detail?.['TrainingStartTime'],
      TrainingEndTime: one.detail?.['TrainingEndTime'],
      TunedHyperParameters: {},
    }));
  }

  #createLabelingJob(input: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const name = String(input['LabelingJobName']).toLowerCase();
    const isThere = [...this.resources.values()].some(
      (one) => one.type === 'labeling-job' && one.name.toLowerCase() === name,
    );
    if (isThere) throw new AwsError('ResourceInUse', 'Labeling job name already exists.');
    const role = String(input['RoleArn']);
    if (this.deletedRoles.has(role))
      throw new AwsError(
        'ValidationException',
        `Could not assume role ${role}. Please ensure that the role exists and allows principal ` +
          "'sagemaker.amazonaws.com' to assume the role.",
      );
    const job = createdLabelingJob(input, this.clock());
    this.put(job);
    this.created.push(job.name);
    return { LabelingJobArn: job.arn };
  }

  /** Ends the warm pool of a training job. */
  #endPool(input: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const found = [...this.resources.values()].find(
      ({ type, name }) => type === 'training-job' && name === input['TrainingJobName'],
    );
    const pool = found?.detail?.['WarmPoolStatus'];
    if (found === undefined) throw new AwsError('ResourceNotFound', 'Requested resource not found.');
    if (pool === undefined || !JSON.stringify(pool).includes('"Available"'))
      throw new AwsError('ValidationException', 'The training job has no warm pool that is available.');
    found.detail = { ...found.detail, WarmPoolStatus: { ...Object(pool), Status: 'Terminated' } };
    return { TrainingJobArn: found.arn };
  }

  /** Sets a running job to `Stopping`. The test or story later replaces it with a stopped one. */
  #stop(type: string, { prefix }: Api, input: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const name = String(input[`${prefix}Name`]);
    const found = [...this.resources.values()].find((one) => one.type === type && one.name === name);
    if (found === undefined) throw new AwsError('ValidationException', 'Requested resource not found.');
    if (found.status !== 'InProgress') {
      const words = type.replace('-', ' ');
      throw new AwsError(
        'ValidationException',
        `The request was rejected because the ${words} is in status ${found.status}`,
      );
    }
    this.stopped.push(found.arn);
    found.status = 'Stopping';
    if (found.secondaryStatus !== undefined) found.secondaryStatus = 'Stopping';
    found.modifiedAt = new Date();
    return {};
  }

  #describe(type: string, { prefix }: Api, input: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const name = String(input[`${prefix}Name`]);
    const found = [...this.resources.values()].find(
      (one) => one.type === type && one.name.toLowerCase() === name.toLowerCase(),
    );
    if (found === undefined) throw new AwsError('ValidationException', `Could not find ${type} "${name}".`);
    // Only labeling jobs have their tags in the `Describe` answer.
    const tags = type === 'labeling-job' && { Tags: listed(found.tags) };
    return { ...fields(prefix, found), ...tags, ...found.detail };
  }
}

const listed = (tags: SimulatedResource['tags'] = {}) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** One page of a list, as all list operations of SageMaker return it. */
function paged<T>(
  name: string,
  input: Readonly<Record<string, unknown>>,
  all: readonly T[],
  show: (one: T) => object,
): Record<string, unknown> {
  const start = Number(input['NextToken'] ?? 0);
  const most = Number(input['MaxResults'] ?? 10);
  return {
    [name]: all.slice(start, start + most).map(show),
    ...(start + most < all.length ? { NextToken: String(start + most) } : {}),
  };
}

function fields(prefix: string, { name, arn, status, secondaryStatus, createdAt, modifiedAt }: SimulatedResource) {
  return {
    [`${prefix}Name`]: name,
    [`${prefix}Arn`]: arn,
    [`${prefix}Status`]: status,
    ...(secondaryStatus === undefined ? {} : { SecondaryStatus: secondaryStatus }),
    CreationTime: createdAt.getTime() / 1000,
    LastModifiedTime: modifiedAt.getTime() / 1000,
  };
}
