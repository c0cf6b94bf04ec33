import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { auditIn } from '../../../adapters/dynamodb/audit.ts';
import { onceIn } from '../../../adapters/dynamodb/once.ts';
import { resourceTableIn } from '../../../adapters/dynamodb/resource-table.ts';
import type { Handler } from '../../../handlers/event.ts';
import { localContext } from '../../../local/play/context.ts';
import { trainingEvent } from '../../support/events.ts';
import { useLocalAws } from '../../support/local-aws.ts';

/** How many of the next locks are taken without an answer to the client. */
let lost = 0;
const aws = useLocalAws(undefined, ({ operation, input }) => {
  const isLock = operation === 'PutItem' && JSON.stringify(input).includes('INPROGRESS');
  return isLock && lost-- > 0 ? { kind: 'lost' } : undefined;
});
beforeEach(() => {
  lost = 0;
  return aws().emptyTable();
});

const TABLE = 'ground-control-local-state';
const ARN = 'arn:aws:sagemaker:eu-west-1:123456789012:training-job/churn';
const RESOURCE = `training-job|${ARN}`;
/** The production handler, imported when the environment is that of the embedded AWS. */
const production = async (): Promise<Handler> => (await import('../../../functions/training-job.ts')).handler;
const invoke = async (event: unknown, seconds?: number) =>
  (await production())(event, localContext('trainingJob', seconds));

describe('one change', () => {
  it('is announced once, however often its event arrives', async () => {
    const outcomes = [];
    for (let copy = 0; copy < 5; copy++)
      outcomes.push((await invoke(trainingEvent({}, { id: `copy-${copy}` }))).reason);
    expect(aws().publications).toHaveLength(1);
    expect(outcomes.slice(1)).toEqual(Array.from({ length: 4 }, () => 'it has been announced already'));
  });

  it('is announced once when copies of its event arrive at the same time; the refused copies are retried', async () => {
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => invoke(trainingEvent())));
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason.message)] : []));
    expect(aws().publications).toHaveLength(1);
    for (const message of refused) expect(message).toMatch(/^another invocation works on training-job/);
    await invoke(trainingEvent());
    expect(aws().publications).toHaveLength(1);
  });

  it('is announced by a retry after a function died while announcing it, but only once the lock has expired', async () => {
    const client = new DynamoDBClient({});
    const never = () => new Promise<string>(() => undefined);
    // A function that never ends, with a minute of its time left and with none.
    void onceIn(TABLE, 30, client, localContext('a', 60))('patient', never);
    void onceIn(TABLE, 30, client, localContext('b', 0.002))('hasty', never);
    const recorded = async () => (await client.send(new ScanCommand({ TableName: TABLE }))).Count;
    while ((await recorded()) !== 2);
    const retry = onceIn(TABLE, 30, client, localContext('c', 60));
    await expect(retry('patient', async () => 'again')).rejects.toThrow(/already an execution in progress/);
    await expect(retry('hasty', async () => 'again')).resolves.toMatchObject({ result: 'again' });
  });

  it.each([
    ['five minutes', 300],
    ['nothing', 0],
  ])('is locked for at most 30 seconds by a function that died with %s of its time left', async (_, seconds) => {
    const client = new DynamoDBClient({});
    void onceIn(TABLE, 30, client, localContext('reconciliation', seconds))('long', () => new Promise(() => undefined));
    const records = async () => (await client.send(new ScanCommand({ TableName: TABLE }))).Items ?? [];
    while ((await records()).length !== 1);
    const [record] = (await records()).map((item) => unmarshall(item));
    const left = record?.['in_progress_expiration'] - Date.now();
    expect(left).toBeLessThanOrEqual(30_000);
    expect(Number.isFinite(left)).toBe(true);
  });

  it('is announced at once when the lock was taken but the answer to it was lost', async () => {
    lost = 1;
    await invoke(trainingEvent());
    expect(aws().publications).toHaveLength(1);
    await invoke(trainingEvent());
    expect(aws().publications).toHaveLength(1);
  });

  it('leaves an audit record, by resource and by day', async () => {
    await invoke(trainingEvent());
    const audit = auditIn(TABLE, 400);
    const [record] = await Array.fromAsync(audit.ofResource(ARN));
    expect(record).toMatchObject({
      version: 1,
      resource: RESOURCE,
      action: 'notify',
      reason: 'failed, error',
      event: { id: 'e1', detailType: 'SageMaker Training Job State Change' },
      result: expect.stringMatching(/^message /),
    });
    expect(await Array.fromAsync(audit.ofDay(new Date().toISOString().slice(0, 10)))).toEqual([record]);
  });

  it('is not announced when its event arrives after the end, and the resource stays ended', async () => {
    await invoke(trainingEvent());
    const late = await invoke(trainingEvent({ TrainingJobStatus: 'InProgress', SecondaryStatus: 'Training' }));
    expect(late).toMatchObject({ outcome: 'ignored', reason: 'late: it has already ended: Failed' });
    expect((await resourceTableIn(TABLE, 400).recall(RESOURCE))?.status).toBe('Failed');
  });
});

describe('the items of the table', () => {
  it.each([
    ['of another version', { version: 2 }],
    ['poisoned', { version: 1, status: { hostile: true } }],
  ])('fail the event, which is kept and never acted on, when one is %s', async (_, item) => {
    await new DynamoDBClient({}).send(
      new PutItemCommand({ TableName: TABLE, Item: marshall({ pk: `resource#${RESOURCE}`, sk: 'state', ...item }) }),
    );
    await expect(invoke(trainingEvent())).rejects.toThrow(/cannot be read \(.*\); correct or delete it/);
    expect(aws().publications).toEqual([]);
  });
});
