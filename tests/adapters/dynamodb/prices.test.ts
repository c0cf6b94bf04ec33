import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { priceCacheIn } from '../../../adapters/dynamodb/prices.ts';
import { useLocalAws } from '../../support/local-aws.ts';

const aws = useLocalAws();
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  return aws().emptyTable();
});
afterEach(() => void vi.useRealTimers());

const cache = () => priceCacheIn('ground-control-local-state', new DynamoDBClient({}));
const WHAT = ['eu-west-1', 'Training', 'ml.g5.2xlarge'] as const;
const reads = () => aws().calls.filter(({ operation }) => operation === 'GetItem').length;
const HOUR = 3_600_000;

describe('the price of an instance type', () => {
  it('is read from the table once a day, and again when it is a day old', async () => {
    await cache().keep(...WHAT, { perHour: '1.515' });
    const { recall } = cache();
    for (let event = 0; event < 3; event++)
      expect(await recall(...WHAT)).toMatchObject({ price: { perHour: expect.any(BigInt) }, isFresh: true });
    expect(reads()).toBe(1);
    vi.setSystemTime(Date.now() + 24 * HOUR);
    expect(await recall(...WHAT)).toMatchObject({ isFresh: false });
    expect(await recall(...WHAT)).toMatchObject({ isFresh: false });
    expect(reads()).toBe(3);
    await cache().keep(...WHAT, { perHour: '2' });
    expect(await recall(...WHAT)).toMatchObject({ isFresh: true });
  });

  it('is read again when the table did not have it', async () => {
    const { recall } = cache();
    expect([await recall(...WHAT), await recall(...WHAT), reads()]).toEqual([undefined, undefined, 2]);
  });

  it('says that it is a sample, and from which day', async () => {
    await cache().keep(...WHAT, { perHour: '1.515', sampleOf: '2026-09-25' });
    expect((await cache().recall(...WHAT))?.price).toMatchObject({ asOf: '2026-09-25', isSample: true });
    await cache().keep(...WHAT, { perHour: '1.515' });
    expect((await cache().recall(...WHAT))?.price?.isSample).toBeUndefined();
  });

  it('may be that there is none', async () => {
    await cache().keep(...WHAT, undefined);
    expect(await cache().recall(...WHAT)).toEqual({ price: undefined, isFresh: true });
  });
});
