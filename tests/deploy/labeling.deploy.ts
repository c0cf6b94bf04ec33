import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { SimulatedResource } from '../../local/embedded-aws/resource.ts';
import { type AnyEvent, ROOT, readEvent } from '../support/events.ts';
import { PREFIX } from './deployment.ts';
import { openInbox } from './inbox.ts';
import { useSageMaker } from './sagemaker.ts';
import { countIn, lambda, put, queueOfStage, s3, sqs, until } from './stage.ts';

const BUCKET = 'amzn-s3-demo-bucket';
/** The jobs of this file ended an hour ago, after 30 days. */
const ENDED = new Date(Date.now() - 3_600_000);
const CREATED = new Date(ENDED.getTime() - 30 * 86_400_000);
const outputOf = (name: string) => `output/${name}/manifests/output/output.manifest`;

// Copies of an event arrive while the first one is being handled.
const aws = useSageMaker('labeling', ({ operation }) =>
  operation === 'CreateLabelingJob' ? { kind: 'slow', milliseconds: 1500 } : undefined,
);
const requests = () =>
  aws().calls.flatMap(({ operation, input }) => (operation === 'CreateLabelingJob' ? [input] : []));
let queue: string;

beforeAll(async () => {
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  queue = await queueOfStage('labeling');
  // A copy that is refused while another is handled is received again after 3 seconds, not after 330.
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: queue, Attributes: { VisibilityTimeout: '3' } }));
});

/** Puts an expired job into SageMaker and its output into the bucket. Gives the event of its end. */
async function expire(name: string, ...tags: { Key: string; Value: string }[]): Promise<AnyEvent> {
  const read = (file: string) =>
    readFileSync(join(ROOT, 'tests/fixtures/labeling', file), 'utf8').replaceAll('identify-species', name);
  const described = JSON.parse(read('describe.expired.json'));
  // The counts of output.manifest.
  const LabelCounters = { TotalLabeled: 2, HumanLabeled: 2, Unlabeled: 1, FailedNonRetryableError: 1 };
  const [CreationTime, LastModifiedTime] = [CREATED, ENDED].map((time) => time.getTime() / 1000);
  const job: SimulatedResource = {
    type: 'labeling-job',
    name,
    arn: described.LabelingJobArn,
    status: 'Failed',
    createdAt: CREATED,
    modifiedAt: ENDED,
    detail: { ...described, CreationTime, LastModifiedTime, LabelCounters, Tags: [...described.Tags, ...tags] },
  };
  aws().sageMaker.put(job);
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: outputOf(name), Body: read('output.manifest') }));
  return { ...readEvent('events/labeling-job/failed.json'), resources: [job.arn] };
}

/** Lets the function receive messages from its queue, or not. */
async function setListening(Enabled: boolean): Promise<void> {
  const { EventSourceMappings: [mapping] = [] } = await lambda.send(
    new ListEventSourceMappingsCommand({ FunctionName: `${PREFIX}labeling` }),
  );
  await lambda.send(new UpdateEventSourceMappingCommand({ UUID: mapping?.UUID, Enabled }));
}

/** Waits until the function has looked at the job `name` at least `times` times and its queue is empty. */
const settled = (name: string, times: number) =>
  until(async () => {
    const looks = aws().calls.filter(
      ({ operation, input }) => operation === 'DescribeLabelingJob' && input['LabelingJobName'] === name,
    );
    return looks.length >= times && (await countIn(queue)) === 0;
  });

describe('a labeling job that expired', () => {
  it('is continued once, by one job with its output and its label attribute, even if its event arrives three times', async () => {
    const inbox = await openInbox();
    const ended = await expire('identify-species');
    // All three copies wait in the queue before the first is handled.
    await setListening(false);
    onTestFinished(() => setListening(true));
    for (let copy = 0; copy < 3; copy++) await put(ended);
    await until(async () => (await countIn(queue)) === 3);
    await setListening(true);
    expect(await inbox.next()).toMatchObject({
      resource: { name: 'identify-species' },
      outcome: 'failed',
      owner: { team: 'vision' },
      cause: { code: 'labeling-chained' },
    });
    await settled('identify-species', 3);
    expect(requests()).toEqual([
      expect.objectContaining({
        LabelingJobName: 'identify-species-chain-1',
        LabelAttributeName: 'species',
        InputConfig: expect.objectContaining({
          DataSource: { S3DataSource: { ManifestS3Uri: `s3://${BUCKET}/${outputOf('identify-species')}` } },
        }),
      }),
    ]);
    expect(aws().sageMaker.created).toEqual(['identify-species-chain-1']);
    expect(await inbox.count()).toBe(0);
  });

  it('is not continued if its tags forbid it, and the alert says so', async () => {
    const inbox = await openInbox();
    await put(await expire('left-to-people', { Key: 'ground-control:no-chain', Value: 'true' }));
    expect(await inbox.next()).toMatchObject({
      resource: { name: 'left-to-people' },
      outcome: 'failed',
      cause: { code: 'labeling-opted-out' },
    });
    await settled('left-to-people', 1);
    expect(requests()).toEqual([]);
    expect(aws().sageMaker.created).toEqual([]);
    expect(await inbox.count()).toBe(0);
  });
});
