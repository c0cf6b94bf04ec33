import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { spotSharesIn } from '../../../adapters/dynamodb/spot-shares.ts';
import { useLocalAws } from '../../support/local-aws.ts';

const aws = useLocalAws();
beforeEach(() => aws().emptyTable());

const shares = () => spotSharesIn('ground-control-local-state', new DynamoDBClient({}));
const WHAT = ['eu-west-1', 'ml.g5.xlarge'] as const;
const paid = (job: number, percent = 30) => ({ job: `job-${job}`, endedAt: 1_800_000_000_000 + job, percent });
const writes = () => aws().calls.filter(({ operation }) => operation === 'PutItem').length;

describe('what spot jobs paid', () => {
  it('is empty before the first job has ended, and known by region and instance type', async () => {
    expect(await shares().recall(...WHAT)).toEqual([]);
    await shares().keep(...WHAT, paid(1));
    expect(await shares().recall(...WHAT)).toEqual([paid(1)]);
    expect(await shares().recall('eu-west-2', WHAT[1])).toEqual([]);
    expect(await shares().recall(WHAT[0], 'ml.g5.2xlarge')).toEqual([]);
  });

  it('is written once for each job, however often its end is seen', async () => {
    for (const job of [1, 1, 2, 1]) await shares().keep(...WHAT, paid(job));
    expect(await shares().recall(...WHAT)).toEqual([paid(1), paid(2)]);
    expect(writes()).toBe(2);
  });

  it('is kept of the newest 20 jobs', async () => {
    for (let job = 1; job <= 22; job++) await shares().keep(...WHAT, paid(job));
    await shares().keep(...WHAT, paid(2));
    const kept = await shares().recall(...WHAT);
    expect(kept.map(({ job }) => job)).toEqual(Array.from({ length: 20 }, (_, at) => `job-${at + 3}`));
    expect(writes()).toBe(22);
  });

  it('is kept of all jobs that end at once', async () => {
    await Promise.all([1, 2, 3].map((job) => shares().keep(...WHAT, paid(job))));
    expect(await shares().recall(...WHAT)).toEqual([paid(1), paid(2), paid(3)]);
  });
});
