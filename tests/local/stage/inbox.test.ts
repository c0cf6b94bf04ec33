import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { auditIn } from '../../../adapters/dynamodb/audit.ts';
import { resourcesIn } from '../../../adapters/dynamodb/browse/resources.ts';
import { resourceTableIn } from '../../../adapters/dynamodb/resource-table.ts';
import { AwsError } from '../../../local/embedded-aws/protocol.ts';
import { attempt } from '../../../local/stage/attempt.ts';
import { type Filters, inboxOf } from '../../../local/stage/inbox.ts';
import { AuditRecord } from '../../../schemas/stored/audit-record.ts';
import { Remembered } from '../../../schemas/stored/resource.ts';
import { useLocalAws } from '../../support/local-aws.ts';

/** Refuses queries while it is set, as AWS does. */
let refused: string | undefined;
const aws = useLocalAws(undefined, ({ operation }) => {
  if (operation === refused)
    throw new AwsError(
      'com.amazon.coral.service#AccessDeniedException',
      'User: arn:aws:iam::123456789012:user/li is not authorized to perform: dynamodb:Query on resource: arn:aws:dynamodb:us-east-1:123456789012:table/ground-control-local-state/index/byDay because no identity-based policy allows it',
    );
});
const TABLE = 'ground-control-local-state';
const client = () => new DynamoDBClient({ maxAttempts: 1 });

beforeEach(async () => {
  refused = undefined;
  await aws().emptyTable();
});

/** A record number `n` of a day. */
const record = (day: string, n: number, over: object = {}): AuditRecord =>
  AuditRecord.parse({
    version: 1,
    resource: `training-job|arn:aws:sagemaker:us-east-1:123456789012:training-job/churn-${n}`,
    key: `${day}-${n}`,
    action: 'notify',
    reason: 'failed, error',
    at: `${day}T00:00:${String(n % 60).padStart(2, '0')}.${String(Math.floor(n / 60)).padStart(3, '0')}Z`,
    event: { id: null, detailType: '' },
    result: 'message 1',
    about: { subject: `FAILED: training job churn-${n}`, severity: 'error', family: 'training-job', team: 'vision' },
    ...over,
  });

const keep = async (...records: readonly AuditRecord[]) => {
  const audit = auditIn(TABLE, 90);
  for (const one of records) await audit.keep(one);
};
const look = (filters: Filters = {}, from = '2026-11-20', oldest = '2026-08-22') =>
  inboxOf(TABLE, client(), filters, { from, oldest });

describe('the inbox', () => {
  it('shows the newest first, across days', async () => {
    await keep(record('2026-11-18', 1), record('2026-11-20', 2), record('2026-11-20', 3));
    const { records, looked } = await look();
    expect([records.map(({ key }) => key), looked]).toEqual([['2026-11-20-3', '2026-11-20-2', '2026-11-18-1'], 3]);
  });

  it('shows each record once, page by page', async () => {
    const all = Array.from({ length: 120 }, (_, n) => record('2026-11-20', n));
    await keep(...all);
    const seen: string[] = [];
    let from: string | undefined = '2026-11-20';
    while (from !== undefined) {
      const { records, next }: Awaited<ReturnType<typeof look>> = await look({}, from);
      expect(records.length).toBeLessThanOrEqual(50);
      seen.push(...records.map(({ key }) => key));
      from = next;
    }
    expect(seen).toEqual(all.toSorted((one, other) => (one.at < other.at ? 1 : -1)).map(({ key }) => key));
  });

  it.each<[string, Filters, number[]]>([
    ['a severity', { severity: 'info' }, [2]],
    ['a family', { family: 'endpoint' }, [3]],
    ['a team, in any case', { team: 'VISION' }, [1]],
    ['an action', { action: 'stop-job' }, [4]],
    ['a word in the subject', { text: 'weekly' }, [3]],
    ['a part of the name of a resource', { text: 'churn-2' }, [2]],
    ['two conditions', { severity: 'error', text: 'churn-1' }, [1]],
  ])('shows what fits %s', async (_, filters, numbers) => {
    const about = { subject: 'x', severity: 'info', family: 'training-job', team: 'nlp' };
    await keep(
      record('2026-11-20', 1),
      record('2026-11-20', 2, { about }),
      record('2026-11-20', 3, { about: { subject: 'DEGRADED: weekly', severity: 'warning', family: 'endpoint' } }),
      record('2026-11-20', 4, { about: undefined, action: 'stop-job' }),
    );
    expect((await look(filters)).records.map(({ key }) => key)).toEqual(numbers.map((n) => `2026-11-20-${n}`));
  });

  it('looks back a month at most for one page, and says where to go on', async () => {
    await keep(record('2026-09-01', 1));
    const first = await look();
    expect([first.records, first.since, first.next]).toEqual([[], '2026-10-21', '2026-10-20']);
    const second = await look({}, first.next);
    expect([second.records, second.next]).toEqual([[], '2026-09-19']);
    expect((await look({}, second.next)).records).toHaveLength(1);
  });

  it('does not look at days before the oldest', async () => {
    await keep(record('2026-09-01', 1));
    const { records, since, next } = await look({}, '2026-09-10', '2026-09-02');
    expect([records, since, next]).toEqual([[], '2026-09-02', undefined]);
  });

  it('rejects an address that it did not make', async () => {
    await expect(look({}, 'eyJwayI6MX0')).rejects.toThrow();
    await expect(look({}, 'nonsense')).rejects.toThrow('begin with the inbox again');
  });

  it('names the permission that is missing', async () => {
    refused = 'Query';
    expect(await attempt('the audit', () => look())).toEqual({
      problem:
        'You may not read the audit: your credentials lack the permission dynamodb:Query on arn:aws:dynamodb:us-east-1:123456789012:table/ground-control-local-state/index/byDay.',
    });
  });
});

describe('resources', () => {
  const remember = (type: string, name: string, over: object = {}) =>
    resourceTableIn(TABLE, 90).remember(
      `${type}|${name}`,
      Remembered.parse({
        version: 2,
        family: 'training-job',
        type,
        name,
        arn: `arn:aws:sagemaker:us-east-1:123456789012:${type}/${name}`,
        generation: 1,
        outcome: 'completed',
        ended: true,
        since: 1,
        order: 1,
        owner: { owner: 'unknown', team: 'unknown', project: 'unknown' },
        revision: 1,
        ...over,
      }),
    );

  it('are found by type and the beginning of their names, page by page', async () => {
    const names = Array.from({ length: 7 }, (_, at) => `churn-${at}`);
    for (const name of [...names, 'other', 'Churn-9']) await remember('training-job', name);
    await remember('endpoint', 'churn-endpoint');
    const resources = resourcesIn(TABLE, client());
    const seen: string[] = [];
    let from: string | undefined;
    do {
      const { found, next }: Awaited<ReturnType<typeof resources.named>> = await resources.named(
        'training-job',
        'churn-',
        3,
        from,
      );
      expect(found.length).toBeLessThanOrEqual(3);
      seen.push(...found.map(({ state }) => state?.name ?? ''));
      from = next;
    } while (from !== undefined);
    expect(seen).toEqual(names);
    expect((await resources.named('endpoint', '', 10)).found.map(({ key }) => key)).toEqual([
      'endpoint|churn-endpoint',
    ]);
  });

  it('are listed while they run', async () => {
    await remember('training-job', 'ended');
    await remember('training-job', 'running', { ended: false, outcome: 'running' });
    const { found } = await resourcesIn(TABLE, client()).running('training-job', 10);
    expect(found.map(({ state }) => state?.name)).toEqual(['running']);
  });
});
