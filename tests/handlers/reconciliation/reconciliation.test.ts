import { beforeEach, describe, expect, it } from 'vitest';
import { reconciliationTableIn } from '../../../adapters/dynamodb/reconciliation-table.ts';
import { resourceTableIn } from '../../../adapters/dynamodb/resource-table.ts';
import type { SageMaker } from '../../../adapters/sagemaker/account.ts';
import { decide } from '../../../domain/decide.ts';
import { schemas } from '../../../functions/reconciliation.ts';
import { reconciliationHandler } from '../../../handlers/reconciliation/handler.ts';
import { firstCursor, reconcile } from '../../../handlers/reconciliation/run.ts';
import type { SimulatedResource } from '../../../local/embedded-aws/resource.ts';
import { localContext } from '../../../local/play/context.ts';
import { emptyQueues } from '../../../local/play/queues.ts';
import { trainingEvent } from '../../support/events.ts';
import { useLocalAws } from '../../support/local-aws.ts';
import { IMPATIENT } from '../../support/simulated-clock.ts';

const aws = useLocalAws();
beforeEach(async () => {
  await aws().emptyTable();
  aws().sageMaker.resources.clear();
});

const TABLE = 'ground-control-local-state';
const ARN = 'arn:aws:sagemaker:eu-west-1:123456789012:training-job/churn';

/** The fields that every labeling job has. */
const LABELING = {
  InputConfig: { DataSource: { S3DataSource: { ManifestS3Uri: 's3://bucket/in.manifest' } } },
  OutputConfig: { S3OutputPath: 's3://bucket/out' },
  RoleArn: 'arn:aws:iam::123456789012:role/labeling',
  HumanTaskConfig: { WorkteamArn: 'arn:aws:sagemaker:eu-west-1:123456789012:workteam/private-crowd/signs' },
};

const job = (over: Partial<SimulatedResource> = {}): SimulatedResource => ({
  type: 'training-job',
  name: 'churn',
  arn: ARN,
  status: 'Failed',
  secondaryStatus: 'Failed',
  createdAt: new Date(Date.now() - 3_600_000),
  modifiedAt: new Date(),
  detail: { FailureReason: 'CapacityError: not enough capacity' },
  tags: { team: 'vision' },
  ...over,
});

/** The production handler, except that it does not wait for its turn to call SageMaker. */
const handler = reconciliationHandler(schemas, decide, IMPATIENT);
const run = (seconds = 300) => handler({}, localContext('reconciliation', seconds));
/** A run two hours from now, when running resources have had no event for more than an hour. */
async function laterRun() {
  const { DynamoDBClient, ScanCommand, UpdateItemCommand } = await import('@aws-sdk/client-dynamodb');
  const client = new DynamoDBClient({});
  const { Items = [] } = await client.send(new ScanCommand({ TableName: TABLE, IndexName: 'byRunning' }));
  for (const { pk, sk } of Items) {
    await client.send(
      new UpdateItemCommand({
        TableName: TABLE,
        Key: { pk: pk ?? { S: '' }, sk: sk ?? { S: '' } },
        UpdateExpression: 'SET askAt = :long_ago',
        ExpressionAttributeValues: { ':long_ago': { N: '1' } },
      }),
    );
  }
  return run();
}
const subjects = () => aws().publications.map(({ subject }) => subject);

describe('reconciliation', () => {
  it('announces an end whose event was lost, once, and says that reconciliation found it', async () => {
    aws().sageMaker.put(job());
    expect(await run()).toMatchObject({ complete: true, listed: 1, found: 1 });
    expect(subjects()).toEqual(['FAILED: training job churn [vision]']);
    expect(aws().publications[0]?.bodies.get('email')).toContain(
      'Found by: reconciliation, before any event about it was handled',
    );
    await run();
    expect(subjects()).toHaveLength(1);
  });

  it('does not announce again what an event has announced', async () => {
    const { createdAt, modifiedAt } = job();
    const { handler } = await import('../../../functions/training-job.ts');
    const event = trainingEvent(
      { CreationTime: createdAt.getTime(), LastModifiedTime: modifiedAt.getTime() },
      { time: modifiedAt.toISOString() },
    );
    await handler(event, localContext('trainingJob'));
    aws().sageMaker.put(job({ createdAt, modifiedAt }));
    expect(await run()).toMatchObject({ listed: 1, found: 0 });
    expect(subjects()).toHaveLength(1);
  });

  it('announces an endpoint once, and its next status, although SageMaker says that it changes years from now', async () => {
    const arn = 'arn:aws:sagemaker:eu-west-1:123456789012:endpoint/churn';
    const modifiedAt = new Date(Date.now() + 9 * 365 * 86_400_000);
    const createdAt = new Date(Date.now() - 3_600_000);
    aws().sageMaker.put(job({ type: 'endpoint', arn, createdAt, modifiedAt }));
    await run();
    await run();
    expect(subjects()).toEqual(['FAILED: endpoint churn [vision]']);
    aws().sageMaker.put(job({ type: 'endpoint', arn, createdAt, status: 'InService' }));
    await run();
    expect(subjects().slice(1)).toEqual(['IN SERVICE: endpoint churn [vision]']);
  });

  it.each(['tuning-job', 'processing-job', 'transform-job', 'labeling-job', 'endpoint'] as const)(
    'finds the lost end of a resource of type %s',
    async (type) => {
      const arn = `arn:aws:sagemaker:eu-west-1:123456789012:${type === 'tuning-job' ? 'hyper-parameter-tuning-job' : type}/it`;
      const detail = type === 'labeling-job' ? LABELING : {};
      aws().sageMaker.put(job({ type, name: 'it', arn, detail }));
      await run();
      // A labeling job goes to the labeling function, which counts its objects. A failed tuning job goes to the function
      // that looks for the training job that failed first.
      const others = { 'labeling-job': ['labeling'], 'tuning-job': ['diagnosis'] };
      expect((await emptyQueues(aws())).map(({ by }) => by)).toEqual(new Map(Object.entries(others)).get(type) ?? []);
      expect(subjects()).toEqual([`FAILED: ${type.replace('-', ' ')} it [vision]`]);
    },
  );

  it('watches labeling jobs that run at its first run, and ignores those that have ended before', async () => {
    const arn = 'arn:aws:sagemaker:eu-west-1:123456789012:labeling-job/it';
    const DAY = 86_400_000;
    const old = { createdAt: new Date(Date.now() - 27.5 * DAY), modifiedAt: new Date(Date.now() - 20 * DAY) };
    const LabelCounters = { TotalLabeled: 1000, FailedNonRetryableError: 0, Unlabeled: 600 };
    const labelingJob = { type: 'labeling-job', ...old, detail: { ...LABELING, LabelCounters } } as const;
    aws().sageMaker.put(job({ ...labelingJob, name: 'it', arn, status: 'InProgress' }));
    aws().sageMaker.put(job({ ...labelingJob, name: 'over', arn: arn.replace('/it', '/over') }));
    await run();
    expect([await emptyQueues(aws()), subjects()]).toEqual([[], []]);
    await laterRun();
    expect(await emptyQueues(aws())).toMatchObject([{ by: 'labeling', resource: { name: 'it' } }]);
    expect(subjects()).toEqual(['WILL EXPIRE: labeling job it [vision]']);
  });

  it('finds the lost ends of pipeline executions', async () => {
    const arn = 'arn:aws:sagemaker:eu-west-1:123456789012:pipeline/weekly/execution/p1';
    const execution = job({
      type: 'pipeline-execution',
      name: 'run 47',
      arn,
      detail: { FailureReason: 'Step failure' },
    });
    aws().sageMaker.put({ ...execution, status: 'Executing' });
    await run();
    expect(subjects()).toEqual([]);
    aws().sageMaker.put({ ...execution, status: 'Failed' });
    await run();
    expect(await emptyQueues(aws())).toMatchObject([{ by: 'diagnosis', outcome: 'alerted' }]);
    expect(subjects()).toEqual(['FAILED: pipeline weekly [vision]']);
    expect(await run()).toMatchObject({ found: 0 });
  });

  it('finds the lost end of every execution of a busy pipeline', async () => {
    const many = 150;
    for (let at = 0; at < many; at++) {
      const arn = `arn:aws:sagemaker:eu-west-1:123456789012:pipeline/busy/execution/p${at}`;
      aws().sageMaker.put(job({ type: 'pipeline-execution', name: `run ${at}`, arn, status: 'Executing' }));
    }
    expect(await run()).toMatchObject({ listed: many, found: many });
    expect(await run()).toMatchObject({ listed: many, found: 0 });
  });

  it('stores a running job whose events were all lost, and finds its end', async () => {
    aws().sageMaker.put(job({ status: 'InProgress', secondaryStatus: 'Training' }));
    await run();
    expect([subjects(), (await resourceTableIn(TABLE, 400).recall(`training-job|${ARN}`))?.status]).toEqual([
      [],
      'InProgress',
    ]);
    aws().sageMaker.put(job({ status: 'Completed', secondaryStatus: 'Completed' }));
    await run();
    expect(subjects()).toEqual(['COMPLETED: training job churn [vision]']);
  });

  it('ignores ends from long before its first run', async () => {
    aws().sageMaker.put(job({ modifiedAt: new Date(Date.now() - 86_400_000) }));
    await run();
    expect(subjects()).toEqual([]);
  });

  it('misses nothing since its first run, even when that run failed and the next came late', async () => {
    const table = {
      ...resourceTableIn(TABLE, 400),
      ...reconciliationTableIn(TABLE),
      relays: { publishOwed: async () => {}, publishKept: async () => {} },
    };
    const asked: Date[] = [];
    let down = true;
    const client: SageMaker = {
      async list(_type, after) {
        if (down) throw new Error('SageMaker is not there');
        asked.push(after);
        return { summaries: [], nextToken: undefined };
      },
      describe: async () => undefined,
    };
    const runAt = async (time: string) => {
      await table.begin(firstCursor(new Date(time)));
      return reconcile(table, client, async () => true, { clock: () => new Date(time), hasTime: () => true });
    };
    await expect(runAt('2026-11-20T10:00:00Z')).rejects.toThrow('not there');
    down = false;
    await runAt('2026-11-20T11:00:00Z');
    expect(asked[0]).toEqual(new Date('2026-11-20T09:50:00Z'));
  });

  it('continues in the next run when the time is up', async () => {
    for (let at = 0; at < 250; at++)
      aws().sageMaker.put(job({ name: `j${at}`, arn: `${ARN}-${at}`, status: 'InProgress' }));
    const table = {
      ...resourceTableIn(TABLE, 400),
      ...reconciliationTableIn(TABLE),
      relays: { publishOwed: async () => {}, publishKept: async () => {} },
    };
    await table.setCursor({ since: 0, started: Date.now(), list: 0, nextToken: '200', pending: [] });
    expect(await run()).toMatchObject({ complete: true, listed: 50 });
    expect(await table.cursor()).toMatchObject({ list: 0 });
    expect(await run(80)).toMatchObject({ complete: false, listed: 0 });
  });

  it('sends an event that it cannot handle to the failure queue, and continues', async () => {
    const { DynamoDBClient, PutItemCommand } = await import('@aws-sdk/client-dynamodb');
    const { marshall } = await import('@aws-sdk/util-dynamodb');
    await new DynamoDBClient({}).send(
      new PutItemCommand({
        TableName: TABLE,
        Item: marshall({ pk: `resource#training-job|${ARN}`, sk: 'state', version: 9 }),
      }),
    );
    aws().sageMaker.put(job());
    aws().sageMaker.put(job({ name: 'other', arn: ARN.replace('/churn', '/other') }));
    await run();
    expect(subjects()).toEqual(['FAILED: training job other [vision]']);
    expect(aws().messages.map(({ body }) => JSON.parse(body))).toMatchObject([
      {
        requestPayload: { 'detail-type': 'SageMaker Training Job State Change', detail: { TrainingJobName: 'churn' } },
        responsePayload: { errorMessage: expect.stringContaining('cannot be read') },
      },
    ]);
  });

  it('announces the deletion of an endpoint whose event was lost', async () => {
    const arn = 'arn:aws:sagemaker:eu-west-1:123456789012:endpoint/e';
    aws().sageMaker.put(job({ type: 'endpoint', name: 'e', arn, status: 'InService', detail: {} }));
    await run();
    aws().sageMaker.resources.clear();
    await laterRun();
    expect(subjects()).toEqual(['IN SERVICE: endpoint e [vision]', 'DELETED: endpoint e [vision]']);
  });

  it('announces an end that was stored by a function that died before it sent the alert', async () => {
    const table = {
      ...resourceTableIn(TABLE, 400),
      ...reconciliationTableIn(TABLE),
      relays: { publishOwed: async () => {}, publishKept: async () => {} },
    };
    aws().sageMaker.put(job({ status: 'InProgress', secondaryStatus: 'Training' }));
    await run();
    const running = await table.recall(`training-job|${ARN}`);
    if (running === undefined) throw new Error('the job was not remembered');
    const ended = { ...running, status: 'Failed', secondaryStatus: 'Failed', outcome: 'failed', ended: true } as const;
    const generation = running.generation;
    const untold = new Map([[`training-job|${ARN}|${generation}|Failed|Failed|`, { attempts: 0 }]]);
    await table.remember(`training-job|${ARN}`, { ...ended, untold, revision: running.revision + 1 });
    aws().sageMaker.put(job());
    await run();
    expect(subjects()).toEqual([]);
    await laterRun();
    await laterRun();
    expect(subjects()).toEqual(['FAILED: training job churn [vision]']);
  });

  it('inspects every due resource, however many there are', async () => {
    const jobs = Array.from({ length: 120 }, (_, at) => ({ name: `churn-${at}`, arn: `${ARN}-${at}` }));
    for (const one of jobs) aws().sageMaker.put(job({ ...one, status: 'InProgress', secondaryStatus: 'Training' }));
    await run();
    const before = new Date(Date.now() - 1_800_000);
    for (const one of jobs) aws().sageMaker.put(job({ ...one, modifiedAt: before }));
    await laterRun();
    expect(subjects()).toHaveLength(jobs.length);
  });

  it('no longer checks a job that SageMaker has deleted', async () => {
    aws().sageMaker.put(job({ status: 'InProgress' }));
    await run();
    const table = {
      ...resourceTableIn(TABLE, 400),
      ...reconciliationTableIn(TABLE),
      relays: { publishOwed: async () => {}, publishKept: async () => {} },
    };
    aws().sageMaker.resources.clear();
    await laterRun();
    expect(await table.due('training-job', Date.now() + 7_200_000, 10)).toEqual([]);
    // A late event can still report how the job ended.
    await (await import('../../../functions/training-job.ts')).handler(trainingEvent(), localContext('trainingJob'));
    expect(subjects()).toHaveLength(1);
  });
});
