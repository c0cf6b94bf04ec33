/** Plans jobs that run and end by themselves: training, processing, transform and tuning jobs. */
import { type Change, changeAt, envelope, type Life, type Planning } from './life.ts';

type JobType = 'training-job' | 'processing-job' | 'transform-job' | 'tuning-job';

/** How the API and the events of one type spell things. */
interface Spelling {
  /** The type in ARNs. */
  readonly inArn: string;
  readonly functionName: string;
  readonly detailType: string;
  /** Prefix of the fields: `TrainingJob` in `TrainingJobName`. */
  readonly prefix: string;
  /** The fields of its start and its end. */
  readonly start: string;
  readonly end: string;
  /** Its machines: two of one kind, without a volume. */
  readonly machines: Readonly<Record<string, unknown>>;
  /** What they cost together in an hour, in USD; absent for tuning jobs, which cost what their training jobs cost. */
  readonly usdPerHour: number | undefined;
}

const TWO = (InstanceType: string) => ({ InstanceType, InstanceCount: 2, VolumeSizeInGB: 0 });

/** Prices: AWS Price List, on demand. 1.515 USD for an ml.g5.2xlarge and 0.23 USD for an ml.m5.xlarge. */
const SPELLINGS: Readonly<Record<JobType, Spelling>> = {
  'training-job': {
    inArn: 'training-job',
    functionName: 'trainingJob',
    detailType: 'SageMaker Training Job State Change',
    prefix: 'TrainingJob',
    start: 'TrainingStartTime',
    end: 'TrainingEndTime',
    machines: { ResourceConfig: TWO('ml.g5.2xlarge') },
    usdPerHour: 3.03,
  },
  'processing-job': {
    inArn: 'processing-job',
    functionName: 'processingJob',
    detailType: 'SageMaker Processing Job State Change',
    prefix: 'ProcessingJob',
    start: 'ProcessingStartTime',
    end: 'ProcessingEndTime',
    machines: { ProcessingResources: { ClusterConfig: TWO('ml.m5.xlarge') } },
    usdPerHour: 0.46,
  },
  'transform-job': {
    inArn: 'transform-job',
    functionName: 'transformJob',
    detailType: 'SageMaker Transform Job State Change',
    prefix: 'TransformJob',
    start: 'TransformStartTime',
    end: 'TransformEndTime',
    machines: { TransformResources: { InstanceType: 'ml.m5.xlarge', InstanceCount: 2 } },
    usdPerHour: 0.46,
  },
  'tuning-job': {
    inArn: 'hyper-parameter-tuning-job',
    functionName: 'tuningJob',
    detailType: 'SageMaker HyperParameter Tuning Job State Change',
    prefix: 'HyperParameterTuningJob',
    start: 'CreationTime',
    end: 'HyperParameterTuningEndTime',
    machines: {},
    usdPerHour: undefined,
  },
};
const TYPES = ['training-job', 'processing-job', 'transform-job', 'tuning-job'] as const;

const ENDS = [
  ['Completed', 'Completed'],
  ['Failed', 'Failed'],
  ['Stopped', 'Stopped'],
  ['Stopped', 'MaxRuntimeExceeded'],
] as const;

/** Every fourth job's events do not say when it worked: then nobody can know its duration or its cost. */
const SILENT_ABOUT_WORK = 0.25;
const REASON = 'AlgorithmError: the data of this story is broken, exit code: 1';

/** A job that ends in one of the ways in which jobs end. */
export function planJob(planning: Planning, isHeldBack: boolean): Life {
  const { random, number, span, start } = planning;
  const type = random.pick(TYPES);
  const [status, secondaryStatus] = random.pick(ENDS);
  const begin = random.between(0, span);
  const end = begin + random.between(5, 300);
  const worked = random.between(60, 5 * 3600) * 1000;
  const isTraining = type === 'training-job';
  const { inArn, usdPerHour } = SPELLINGS[type];
  const name = `job-${number}`;
  const createdAt = start + begin - (type === 'tuning-job' ? worked : 0);
  const ends = start + end;
  const isTold = type === 'tuning-job' || !random.chance(SILENT_ABOUT_WORK);
  return jobOf(type, start, {
    type,
    name,
    arn: `arn:aws:sagemaker:eu-west-1:123456789012:${inArn}/${name}`,
    createdAt,
    // Some resources have no tags.
    team: name.endsWith('0') ? undefined : 'vision',
    ...(isTold && { work: { from: type === 'tuning-job' ? createdAt : ends - worked, to: ends, usdPerHour } }),
    reasons: { Failed: REASON },
    isListed: true,
    isHeldBack,
    changes: [
      changeAt(planning, begin, 'InProgress', isTraining ? 'Training' : undefined),
      changeAt(planning, end, status, isTraining ? secondaryStatus : undefined),
    ],
  });
}

/** What a kind of life says about a job. */
export type JobFacts = Omit<Life, 'functionName' | 'event' | 'resource'>;

/** Adds to a planned job how events and SageMaker show it. `start` is the beginning of the story. */
export function jobOf(
  type: JobType,
  start: number,
  facts: JobFacts,
  tagsAt: (change: Change) => Readonly<Record<string, string>> = () =>
    facts.team === undefined ? {} : { team: facts.team },
): Life {
  const { functionName, detailType, prefix, machines } = SPELLINGS[type];
  const { name, arn, createdAt } = facts;
  const reasonOf = ({ status }: Change) => {
    const reason = facts.reasons?.[status];
    return reason === undefined ? {} : { FailureReason: reason };
  };
  const isEnd = (change: Change) => change.status !== 'InProgress';
  return {
    ...facts,
    functionName,
    event: (change, copy) =>
      envelope(facts, detailType, start + change.at, `${change.status}-${copy}`, {
        [`${prefix}Name`]: name,
        [`${prefix}Arn`]: arn,
        [`${prefix}Status`]: change.status,
        ...(change.secondaryStatus !== undefined && { SecondaryStatus: change.secondaryStatus }),
        CreationTime: createdAt,
        LastModifiedTime: start + change.at,
        ...reasonOf(change),
        ...(Object.keys(tagsAt(change)).length > 0 && { Tags: tagsAt(change) }),
        ...workOf(type, facts, isEnd(change), 1),
        ...machines,
      }),
    resource: (change) => ({
      type,
      name,
      arn,
      status: change.status,
      ...(change.secondaryStatus !== undefined && { secondaryStatus: change.secondaryStatus }),
      createdAt: new Date(createdAt),
      modifiedAt: new Date(start + change.at),
      tags: tagsAt(change),
      detail: {
        ...reasonOf(change),
        ...workOf(type, facts, isEnd(change), 1000),
        ...machines,
      },
    }),
  };
}

/** Start and end in milliseconds, as events have them (`unit` 1), or in seconds, as the API does (`unit` 1000). */
function workOf(type: JobType, { work }: JobFacts, hasEnded: boolean, unit: number): Record<string, number> {
  if (work === undefined) return {};
  const { start, end } = SPELLINGS[type];
  return {
    ...(type !== 'tuning-job' && { [start]: work.from / unit }),
    ...(hasEnded && work.to !== undefined && { [end]: work.to / unit }),
  };
}
