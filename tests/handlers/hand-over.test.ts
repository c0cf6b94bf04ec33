import { beforeEach, describe, expect, it } from 'vitest';
import type { Call } from '../../local/embedded-aws/protocol.ts';
import type { Fault } from '../../local/embedded-aws/server.ts';
import { localContext } from '../../local/play/context.ts';
import { describedJob } from '../../local/play/described-job.ts';
import { playerOf } from '../../local/play/play.ts';
import { EventReference } from '../../schemas/message/event-reference.ts';
import { type AnyEvent, eventFiles, readEvent, trainingEvent } from '../support/events.ts';
import { useLocalAws } from '../support/local-aws.ts';

/** The fault of each call; set by a test. */
let fault: (call: Call) => Fault | undefined = () => undefined;
const aws = useLocalAws(undefined, (call) => fault(call));
beforeEach(async () => {
  fault = () => undefined;
  await aws().emptyTable();
  aws().sageMaker.resources.clear();
});

/** A training job that ended. Its event does not say what AWS bills for its spot capacity, so it is handed over. */
const ENDED = {
  CreationTime: '2026-11-20T00:59:00Z',
  TrainingStartTime: '2026-11-20T01:00:00Z',
  TrainingEndTime: '2026-11-20T03:00:00Z',
  LastModifiedTime: '2026-11-20T03:00:00Z',
  FailureReason: 'AlgorithmError: out of memory',
  Tags: { team: 'vision' },
  ResourceConfig: { InstanceType: 'ml.g5.2xlarge', InstanceCount: 1 },
  EnableManagedSpotTraining: true,
};
const BILLED = { TrainingTimeInSeconds: 7200, BillableTimeInSeconds: 3600 };
const ended = (over: object = {}, envelope: object = {}) => trainingEvent({ ...ENDED, ...over }, envelope);
const put = (event: AnyEvent) => {
  const job = describedJob(event);
  if (job !== undefined) aws().sageMaker.put(job);
};

/** The function of training jobs gets the event. */
async function receive(event: AnyEvent) {
  const { handler } = await import('../../functions/training-job.ts');
  return handler(event, localContext('trainingJob'));
}

/** The budget function gets the message. */
async function deliver(body: string) {
  const { handler } = await import('../../functions/budget.ts');
  return handler({ Records: [{ body }] }, localContext('budget'));
}

async function deliverAll() {
  for (const body of aws().take('budget')) await deliver(body);
}

const alerts = () =>
  aws().publications.map(({ subject, bodies }) => ({ subject, ...JSON.parse(bodies.get('default') ?? '') }));

describe('secrets in events', () => {
  const SECRET = 'CANARY-secret-7f3a91';
  const inputs = {
    HyperParameters: { api_key: SECRET },
    StaticHyperParameters: { api_key: SECRET },
    Environment: { HF_TOKEN: SECRET },
    AppSpecification: { ContainerArguments: ['--token', SECRET], ContainerEntrypoint: ['run', SECRET] },
    TrainingJobDefinition: {
      StaticHyperParameters: { api_key: SECRET },
      Environment: { HF_TOKEN: SECRET },
      ResourceConfig: ENDED.ResourceConfig,
    },
    InputDataConfig: [{ DataSource: { S3DataSource: { S3Uri: `s3://${SECRET}/train/` } } }],
    FailureReason: `AlgorithmError: cannot log in with ${SECRET}, command "python train.py --api_key ${SECRET}"`,
    Tags: { team: 'vision', note: SECRET },
  };
  const withSecrets = (event: AnyEvent) => ({ ...event, detail: { ...event.detail, ...inputs } });
  /** What functions sent and wrote, except to the queues of what could not be handled. */
  const written = () =>
    aws().calls.filter(({ input }) => !/-(?:quarantine|failed)$/.test(String(input['QueueUrl'] ?? '')));

  it('reach neither a queue nor a schedule nor the table, whichever function handles the event', async () => {
    const play = playerOf(aws(), 'fresh');
    const messages: unknown[] = [];
    for (const file of eventFiles('events/{training,tuning,processing,transform,labeling}-job/*.json')) {
      await play(withSecrets(readEvent(file)));
      expect(JSON.stringify(written())).not.toContain('CANARY');
      messages.push(
        ...written().flatMap(({ operation, input }) =>
          operation === 'SendMessage' ? [JSON.parse(String(input['MessageBody']))] : [],
        ),
      );
    }
    const families = messages.flatMap((message) => EventReference.safeParse(message).data?.family ?? []);
    expect([...new Set(families)].sort()).toEqual([
      'labeling-job',
      'processing-job',
      'training-job',
      'transform-job',
      'tuning-job',
    ]);
  });
});

describe('an end that was handed over', () => {
  it('is announced with what SageMaker says about the job', async () => {
    put(ended(BILLED));
    expect(await receive(ended())).toMatchObject({ outcome: 'handed-over' });
    await deliverAll();
    expect(alerts()).toMatchObject([
      { subject: 'FAILED: training job churn [vision]', reason: ENDED.FailureReason, cost: { usd: 1.515 } },
    ]);
  });

  it.each([
    ['has deleted the job', () => undefined],
    ['has another job of its name', () => put(ended({ CreationTime: '2026-11-20T05:00:00Z', FailureReason: 'x' }))],
    [
      'has a job of its name in another region',
      () => put(ended({ TrainingJobArn: 'arn:aws:sagemaker:us-east-1:123456789012:training-job/churn' })),
    ],
  ])('is announced without its cost when SageMaker %s', async (_, arrange) => {
    arrange();
    await receive(ended());
    await deliverAll();
    expect(alerts()).toMatchObject([
      {
        subject: 'FAILED: training job churn [vision]',
        reason: ENDED.FailureReason,
        cost: { usd: null, reason: 'SageMaker no longer describes the job' },
      },
    ]);
  });

  it('is announced as its event says while the description lags behind', async () => {
    put(ended({ TrainingJobStatus: 'InProgress', TrainingEndTime: undefined, FailureReason: undefined }));
    await receive(ended());
    await deliverAll();
    expect(alerts()).toMatchObject([{ subject: 'FAILED: training job churn [vision]', cost: { usd: 3.03 } }]);
  });

  it('is announced once, however many copies of its event arrive, and in whichever order', async () => {
    put(ended(BILLED));
    await receive(ended());
    await receive(ended({}, { id: 'e2' }));
    const [first = '', second = ''] = aws().take('budget');
    await deliver(second);
    await deliver(first);
    await deliver(second);
    expect(await receive(ended({}, { id: 'e3' }))).toMatchObject({ outcome: 'ignored' });
    expect(alerts()).toHaveLength(1);
  });

  it('is retried when SageMaker does not answer', async () => {
    await receive(ended());
    const [body = ''] = aws().take('budget');
    fault = ({ operation }) => (operation === 'DescribeTrainingJob' ? { kind: 'error' } : undefined);
    await expect(deliver(body)).rejects.toThrow();
    expect(alerts()).toEqual([]);
  });

  it('is announced when its whole event rests in the queue since before an update', async () => {
    const old = { schema: 'ground-control/handed-over-event', version: '1.0', event: ended() };
    await deliver(JSON.stringify(old));
    expect(alerts()).toMatchObject([{ subject: 'FAILED: training job churn [vision]', cost: { usd: 3.03 } }]);
  });

  it('goes into the quarantine when its type is not one that is charged by the hour', async () => {
    await receive(ended());
    const [body = ''] = aws().take('budget');
    const message = JSON.parse(body);
    const wrong = { ...message, resource: { ...message.resource, type: 'endpoint' } };
    expect(await deliver(JSON.stringify(wrong))).toMatchObject({ outcome: 'quarantined' });
  });
});
