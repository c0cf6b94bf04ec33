/**
 * Plays a labeling job that expires and is continued, with the production functions on the embedded AWS.
 *
 * The team labels some objects, then more in the first chained job, then none in the second. Ground Control does not
 * continue the second chained job. The story has its own clock.
 */
import { decide } from '../../domain/decide.ts';
import { labelingFunction } from '../../functions/labeling.ts';
import { handlerOf } from '../../handlers/event.ts';
import { buildHandOverServices } from '../../handlers/labeling/hand-over.ts';
import type { Configuration } from '../../schemas/configuration/file.ts';
import { LabelingJobStateChange } from '../../schemas/event/labeling-job.ts';
import type { SimulatedResource } from '../embedded-aws/resource.ts';
import { type LocalAws, startLocalAws } from '../embedded-aws/start.ts';
import { localContext } from '../play/context.ts';
import { type Moment, withoutBreaker } from './moment.ts';
import { STORY_USD } from './money.ts';

const DAY = 86_400_000;
const NAME = 'street-signs';
const ATTRIBUTE = 'sign';
const OUTPUT = 's3://amzn-s3-demo-bucket/labels';
const OBJECTS = 12;
const ARN = `arn:aws:sagemaker:us-east-1:123456789012:labeling-job/${NAME}`;

const DETAIL = {
  LabelAttributeName: ATTRIBUTE,
  InputConfig: { DataSource: { S3DataSource: { ManifestS3Uri: 's3://amzn-s3-demo-bucket/input.manifest' } } },
  OutputConfig: { S3OutputPath: OUTPUT, KmsKeyId: '' },
  RoleArn: 'arn:aws:iam::123456789012:role/labeling',
  LabelCategoryConfigS3Uri: 's3://amzn-s3-demo-bucket/classes.json',
  HumanTaskConfig: {
    WorkteamArn: 'arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/signs',
    UiConfig: { UiTemplateS3Uri: 's3://amzn-s3-demo-bucket/template.html' },
    PreHumanTaskLambdaArn: 'arn:aws:lambda:us-east-1:432418664414:function:PRE-ImageMultiClass',
    TaskTitle: 'Which sign is it?',
    TaskDescription: 'Choose the sign',
    NumberOfHumanWorkersPerDataObject: 1,
    TaskTimeLimitInSeconds: 300,
    TaskAvailabilityLifetimeInSeconds: 2_592_000,
    AnnotationConsolidationConfig: {
      AnnotationConsolidationLambdaArn: 'arn:aws:lambda:us-east-1:432418664414:function:ACS-ImageMultiClass',
    },
  },
};

/**
 * Plays the story with the labeling policy of `configuration`, enforced, for expired jobs, with at least `STORY_USD` a
 * link and with the role of the story. Calls `show` after each step.
 */
export async function tellLabelingStory(configuration: Configuration, show: (moment: Moment) => void): Promise<void> {
  const mostUsd = Math.max(configuration.labeling.mostUsd, STORY_USD);
  const { roles } = configuration.labeling;
  const aws = await startLocalAws({
    ...withoutBreaker(configuration),
    labeling: {
      ...configuration.labeling,
      mode: 'enforce',
      chain: ['expired'],
      mostUsd,
      roles: [...roles, DETAIL.RoleArn],
    },
  });
  try {
    await tell(aws, show);
  } finally {
    await aws.stop();
  }
}

async function tell(aws: LocalAws, show: (moment: Moment) => void): Promise<void> {
  let now = new Date();
  const labeling = labelingFunction(() => now);
  const labelingJob = handlerOf(LabelingJobStateChange, decide, buildHandOverServices);
  aws.sageMaker.clock = () => now;
  aws.sageMaker.put({
    type: 'labeling-job',
    name: NAME,
    arn: ARN,
    status: 'InProgress',
    createdAt: now,
    modifiedAt: now,
    tags: { owner: 'maria', team: 'vision', project: 'signs' },
    detail: {
      ...DETAIL,
      LabelingJobOutput: { OutputDatasetS3Uri: `${OUTPUT}/${NAME}/manifests/output/output.manifest` },
    },
  });

  const moment = async (what: string, act: () => Promise<unknown>) => {
    aws.clear();
    await act();
    for (const body of aws.take('labeling')) await labeling({ Records: [{ body }] }, localContext('labeling', 600));
    show({ at: now, what, publications: [...aws.publications], calls: [...aws.calls] });
  };
  const event = (
    job: SimulatedResource,
    detail: object,
    detailType = 'SageMaker Ground Truth Labeling Job State Change',
  ) => ({
    'detail-type': detailType,
    source: 'aws.sagemaker',
    id: crypto.randomUUID(),
    time: now.toISOString(),
    region: 'us-east-1',
    resources: [job.arn],
    detail,
  });
  const deliver = (sent: object) => labelingJob(sent, localContext('labelingJob'));
  /** Gives the labeling function the event that reconciliation would build for the running job. */
  const reconcile = (job: SimulatedResource) =>
    labeling(event(job, { LabelingJobStatus: 'InProgress' }), localContext('labeling', 600));

  /** For each object, the name of the job that labeled it; `undefined` when none did. */
  const labels: (string | undefined)[] = Array.from({ length: OBJECTS }, () => undefined);
  const label = (job: SimulatedResource, more: number) => {
    for (let at = 0; at < more; at++) labels[labels.indexOf(undefined)] = job.name;
    const own = labels.filter((name) => name === job.name).length;
    const left = labels.filter((name) => name === undefined).length;
    const LabelCounters = {
      TotalLabeled: own,
      HumanLabeled: own,
      MachineLabeled: 0,
      FailedNonRetryableError: 0,
      Unlabeled: left,
    };
    aws.sageMaker.put({ ...job, detail: { ...job.detail, LabelCounters } });
  };
  const expire = (job: SimulatedResource) => {
    now = new Date(job.createdAt.getTime() + 30 * DAY + 5000);
    const running = aws.sageMaker.resources.get(job.arn) ?? job;
    const FailureReason = 'ClientError: the labeling job was not completed in time.';
    aws.sageMaker.put({ ...running, status: 'Failed', modifiedAt: now, detail: { ...running.detail, FailureReason } });
    aws.s3.objects.set(`${OUTPUT}/${job.name}/manifests/output/output.manifest`, manifestOf(labels));
    return deliver(event(job, { LabelingJobStatus: 'Failed' }));
  };
  const jobCalled = (name: string) => {
    const job = [...aws.sageMaker.resources.values()].find((one) => one.name === name);
    if (job === undefined) throw new Error(`${name} was not created`);
    return job;
  };

  const first = jobCalled(NAME);
  label(first, 7);
  for (let task = 0; task < 2; task++) {
    await deliver(
      event(
        first,
        { State: 'Declined', 'labeling-job-arn': ARN },
        'SageMaker Ground Truth Labeling Job Task Status Change',
      ),
    );
  }
  now = new Date(first.createdAt.getTime() + 27 * DAY);
  await moment('Reconciliation checks a labeling job that will not be done in time', () => reconcile(jobCalled(NAME)));
  await moment('The job expires', () => expire(first));
  const second = jobCalled(`${NAME}-chain-1`);
  label(second, 3);
  await moment('The second job expires, too', () => expire(second));
  await moment('The third job expires. No object was labeled in it', () => {
    const third = jobCalled(`${NAME}-chain-2`);
    label(third, 0);
    return expire(third);
  });
}

/** The output manifest: one line per object. An object without a label has the line of the input manifest. */
function manifestOf(labels: readonly (string | undefined)[]): string {
  const lines = labels.map((job, at) => ({
    'source-ref': `s3://amzn-s3-demo-bucket/images/${at}.jpg`,
    ...(job !== undefined && {
      [ATTRIBUTE]: at % 3,
      [`${ATTRIBUTE}-metadata`]: { 'job-name': `labeling-job/${job}`, 'class-name': 'stop', confidence: 0 },
    }),
  }));
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}
