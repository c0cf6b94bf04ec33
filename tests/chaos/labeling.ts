/**
 * Plans labeling jobs: when they were created, how they end, what they leave in S3, and how SageMaker describes them.
 */
import type { SimulatedResource } from '../../local/embedded-aws/resource.ts';
import type { LocalAws } from '../../local/embedded-aws/start.ts';
import {
  deliveries,
  type FaultKind,
  NOT_CARRIED_ON,
  type PlannedChange,
  type PlannedJob,
  type PlannedLabeling,
} from './lifecycle.ts';
import type { Random } from './random.ts';

interface Kind {
  readonly status: 'Completed' | 'Failed' | 'Stopped';
  /** The cause in the alert; absent when SageMaker's own status says everything. */
  readonly cause: string | undefined;
}

/** How each kind of job ends. */
export const KINDS: Readonly<Record<PlannedLabeling, Kind>> = {
  expired: { status: 'Failed', cause: 'labeling-chained' },
  finished: { status: 'Completed', cause: undefined },
  early: { status: 'Failed', cause: 'labeling-early' },
  stopped: { status: 'Stopped', cause: 'stopped' },
  'opted-out': { status: 'Failed', cause: 'labeling-opted-out' },
  stalled: { status: 'Failed', cause: 'labeling-no-progress' },
  'made-on': { status: 'Failed', cause: 'labeling-carried-on' },
  taken: { status: 'Failed', cause: 'labeling-name-taken' },
  refused: { status: 'Failed', cause: 'labeling-refused' },
};

const HOUR = 3_600_000;
const MONTH = 30 * 24 * HOUR;
const OBJECTS = 8;
const ATTRIBUTE = 'sign';
const BUCKET = 's3://amzn-s3-demo-bucket';
const DETAIL_TYPE = 'SageMaker Ground Truth Labeling Job State Change';
const arnOf = (name: string) => `arn:aws:sagemaker:us-east-1:123456789012:labeling-job/${name}`;

/** The name of the job that continues a job. */
export const nextOf = ({ name }: Pick<PlannedJob, 'name'>): string => `${name}-chain-1`;

/** The URI of a job's output manifest. */
export const outputOf = ({ name }: Pick<PlannedJob, 'name'>): string =>
  `${BUCKET}/labels/${name}/manifests/output/output.manifest`;

/**
 * A labeling job that ends. SageMaker sends no event while the job runs: the first event is the one that reconciliation
 * builds, which may be handled after the end. The event of the end may arrive before SageMaker's description changes.
 */
export function planLabeling(
  random: Random,
  at: number,
  span: number,
  start: number,
  faults: ReadonlySet<FaultKind>,
): PlannedJob {
  const labeling = random.chance(0.5) ? 'expired' : random.pick(NOT_CARRIED_ON);
  const { status } = KINDS[labeling];
  const begin = random.between(0, span);
  const end = begin + random.between(5, 300);
  const isAhead = faults.has('reorder') && random.chance(0.1);
  const name = `job-${at}`;
  return {
    type: 'labeling-job',
    name,
    arn: arnOf(name),
    functionName: 'labelingJob',
    detailType: DETAIL_TYPE,
    prefix: 'LabelingJob',
    createdAt: start + begin - (labeling === 'early' ? HOUR : MONTH),
    labeling,
    changes: [
      {
        status: 'InProgress',
        secondaryStatus: 'InProgress',
        at: begin,
        deliveries: deliveries(random, begin, faults),
      },
      {
        status,
        secondaryStatus: status,
        at: end,
        deliveries: deliveries(random, isAhead ? end - 50 : end, faults),
      },
    ],
  };
}

/** How many objects have labels; in a running job, a quarter. */
function labeledIn(kind: PlannedLabeling, status: string): number {
  if (kind === 'stalled') return 0;
  if (kind === 'finished' && status === 'Completed') return OBJECTS;
  return status === 'InProgress' ? 2 : 5;
}

/** Tags and description of a labeling job after `change`. */
export function labelingResource(
  job: PlannedJob,
  kind: PlannedLabeling,
  { status }: PlannedChange,
): Pick<SimulatedResource, 'tags' | 'detail'> {
  const labeled = labeledIn(kind, status);
  return {
    tags: { team: 'vision', ...(kind === 'opted-out' && { 'ground-control:no-chain': 'true' }) },
    detail: {
      ...descriptionOf(job.name, `${BUCKET}/input.manifest`),
      ...(status === 'Failed' && { FailureReason: 'ClientError: the labeling job did not get done.' }),
      ...(kind === 'refused' && { RoleArn: 'the role that was' }),
      LabelCounters: {
        TotalLabeled: labeled,
        HumanLabeled: labeled,
        MachineLabeled: 0,
        FailedNonRetryableError: 0,
        Unlabeled: OBJECTS - labeled,
      },
    },
  };
}

const descriptionOf = (name: string, ManifestS3Uri: string): Record<string, unknown> => ({
  LabelAttributeName: ATTRIBUTE,
  InputConfig: { DataSource: { S3DataSource: { ManifestS3Uri } } },
  OutputConfig: { S3OutputPath: `${BUCKET}/labels`, KmsKeyId: '' },
  RoleArn: 'arn:aws:iam::123456789012:role/labeling',
  HumanTaskConfig: {
    WorkteamArn: 'arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/signs',
    UiConfig: { UiTemplateS3Uri: `${BUCKET}/template.html` },
    PreHumanTaskLambdaArn: 'arn:aws:lambda:us-east-1:432418664414:function:PRE-ImageMultiClass',
    TaskTitle: 'Which sign is it?',
    TaskDescription: 'Choose the sign',
    NumberOfHumanWorkersPerDataObject: 1,
    TaskTimeLimitInSeconds: 300,
  },
  LabelingJobOutput: { OutputDatasetS3Uri: outputOf({ name }) },
});

/** Adds what exists when a labeling job ends: its output manifest, and jobs that other people created. */
export function leaveBehind({ s3, sageMaker }: LocalAws, job: PlannedJob, kind: PlannedLabeling): void {
  const labeled = labeledIn(kind, KINDS[kind].status);
  const lines = Array.from({ length: OBJECTS }, (_, at) => ({
    'source-ref': `${BUCKET}/images/${at}.jpg`,
    ...(at < labeled && {
      [ATTRIBUTE]: at,
      [`${ATTRIBUTE}-metadata`]: { 'job-name': `labeling-job/${job.name}`, 'class-name': 'stop', confidence: 0 },
    }),
  }));
  s3.objects.set(outputOf(job), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const others = (name: string, manifest: string) =>
    sageMaker.put({
      type: 'labeling-job',
      name,
      arn: arnOf(name),
      status: 'InProgress',
      createdAt: new Date(),
      modifiedAt: new Date(),
      tags: {},
      detail: descriptionOf(name, manifest),
    });
  if (kind === 'made-on') others(`${job.name}-by-hand`, outputOf(job));
  if (kind === 'taken') others(nextOf(job), `${BUCKET}/other.manifest`);
}

/** The event of a change, which contains only the status. */
export const labelingEvent = (job: PlannedJob, change: PlannedChange, start: number, copy: number) => ({
  version: '0',
  id: `${job.name}-${change.status}-${copy}`,
  'detail-type': DETAIL_TYPE,
  source: 'aws.sagemaker',
  account: '123456789012',
  time: new Date(start + change.at).toISOString(),
  region: 'us-east-1',
  resources: [job.arn],
  detail: { LabelingJobStatus: change.status },
});
