/**
 * Plans labeling jobs: when they were created, how they end, what they leave in S3, and how SageMaker describes them.
 */
import type { SimulatedResource } from '../../../local/embedded-aws/resource.ts';
import type { LocalAws } from '../../../local/embedded-aws/start.ts';
import { changeAt, envelope, type Life, lastOf, NOT_CONTINUED, type PlannedLabeling, type Planning } from './life.ts';

const HOUR = 3_600_000;
const MONTH = 30 * 24 * HOUR;
export const OBJECTS = 8;
const ATTRIBUTE = 'sign';
const BUCKET = 's3://amzn-s3-demo-bucket';
/** The role that the configuration lists. */
export const ROLE = 'arn:aws:iam::123456789012:role/labeling';
const DETAIL_TYPE = 'SageMaker Ground Truth Labeling Job State Change';
const arnOf = (name: string) => `arn:aws:sagemaker:us-east-1:123456789012:labeling-job/${name}`;

/** The name of the job that continues a job. */
export const nextOf = ({ name }: Pick<Life, 'name'>): string => `${name}-chain-1`;

/** The URI of a job's output manifest. */
export const outputOf = ({ name }: Pick<Life, 'name'>): string =>
  `${BUCKET}/labels/${name}/manifests/output/output.manifest`;

/** How SageMaker says that each kind of job has ended. */
const ENDS: Readonly<Record<PlannedLabeling, 'Completed' | 'Failed' | 'Stopped'>> = {
  expired: 'Failed',
  finished: 'Completed',
  early: 'Failed',
  stopped: 'Stopped',
  'opted-out': 'Failed',
  stalled: 'Failed',
  'made-on': 'Failed',
  taken: 'Failed',
  refused: 'Failed',
  unlisted: 'Failed',
};
const REASON = 'ClientError: the labeling job did not get done.';

/** Every other labeling job expired; the kinds of the others go round, so that also a short story has most of them. */
const kindOf = (number: number): PlannedLabeling =>
  number % 16 === 6 ? 'expired' : (NOT_CONTINUED[Math.floor(number / 16) % NOT_CONTINUED.length] ?? 'expired');

/**
 * A labeling job that ends. SageMaker sends no event while the job runs: the first event is the one that reconciliation
 * builds, which may be handled after the end. The event of the end may arrive before SageMaker's description changes.
 */
export function planLabeling(planning: Planning): Life {
  const { random, number, span, start, faults } = planning;
  const labeling = kindOf(number);
  const begin = random.between(0, span);
  const end = begin + random.between(5, 300);
  const ahead = faults.has('reorder') && random.chance(0.1) ? 50 : 0;
  const name = `job-${number}`;
  const arn = arnOf(name);
  const createdAt = start + begin - (labeling === 'early' ? HOUR : MONTH);
  const status = ENDS[labeling];
  const life = {
    type: 'labeling-job',
    name,
    arn,
    functionName: 'labelingJob',
    createdAt,
    team: 'vision',
    work: { from: createdAt, to: start + end, usdPerHour: undefined },
    reasons: { Failed: REASON },
    labeling,
    isListed: true,
  };
  return {
    ...life,
    changes: [changeAt(planning, begin, 'InProgress'), changeAt(planning, end, status, undefined, ahead)],
    event: (change, copy) =>
      envelope(life, DETAIL_TYPE, start + change.at, `${change.status}-${copy}`, { LabelingJobStatus: change.status }),
    resource: (change) => ({
      type: 'labeling-job',
      name,
      arn,
      status: change.status,
      createdAt: new Date(createdAt),
      modifiedAt: new Date(start + change.at),
      ...labelingResource(life, labeling, change.status),
    }),
  };
}

/** How many objects have labels; in a running job, a quarter. */
function labeledIn(kind: PlannedLabeling, status: string): number {
  if (kind === 'stalled') return 0;
  if (kind === 'finished' && status === 'Completed') return OBJECTS;
  return status === 'InProgress' ? 2 : 5;
}

/** Tags and description of a labeling job in `status`. */
function labelingResource(
  { name }: Pick<Life, 'name'>,
  kind: PlannedLabeling,
  status: string,
): Pick<SimulatedResource, 'tags' | 'detail'> {
  const labeled = labeledIn(kind, status);
  return {
    tags: { team: 'vision', ...(kind === 'opted-out' && { 'ground-control:no-chain': 'true' }) },
    detail: {
      ...descriptionOf(name, `${BUCKET}/input.manifest`),
      ...(status === 'Failed' && { FailureReason: REASON }),
      ...(kind === 'refused' && { HumanTaskConfig: { ...TASK, TaskTimeLimitInSeconds: 10 } }),
      ...(kind === 'unlisted' && { RoleArn: `${ROLE}-of-others` }),
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

const TASK = {
  WorkteamArn: 'arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/signs',
  UiConfig: { UiTemplateS3Uri: `${BUCKET}/template.html` },
  PreHumanTaskLambdaArn: 'arn:aws:lambda:us-east-1:432418664414:function:PRE-ImageMultiClass',
  TaskTitle: 'Which sign is it?',
  TaskDescription: 'Choose the sign',
  NumberOfHumanWorkersPerDataObject: 1,
  TaskTimeLimitInSeconds: 300,
};

const descriptionOf = (name: string, ManifestS3Uri: string): Record<string, unknown> => ({
  LabelAttributeName: ATTRIBUTE,
  InputConfig: { DataSource: { S3DataSource: { ManifestS3Uri } } },
  OutputConfig: { S3OutputPath: `${BUCKET}/labels`, KmsKeyId: '' },
  RoleArn: ROLE,
  HumanTaskConfig: TASK,
  LabelingJobOutput: { OutputDatasetS3Uri: outputOf({ name }) },
});

/** Adds what exists when a labeling job ends: its output manifest, and jobs that other people created. */
export function leaveBehind({ s3, sageMaker }: LocalAws, job: Life, kind: PlannedLabeling): void {
  const labeled = labeledIn(kind, lastOf(job).status);
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
