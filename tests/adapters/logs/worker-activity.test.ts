import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  MANY_CALLS,
  NoWorkerActivity,
  WORKER_ACTIVITY,
  workerActivity,
} from '../../../adapters/logs/worker-activity.ts';
import { useLocalAws } from '../../support/local-aws.ts';

let isThrottled = false;
const aws = useLocalAws(undefined, () => {
  if (!isThrottled) return undefined;
  isThrottled = false;
  return { kind: 'throttle' };
});

beforeEach(() => aws().logs.clear());

/** The messages of each page from `from` to `to`. */
async function pages(from: number, to: number): Promise<string[][]> {
  const all: string[][] = [];
  for await (const page of workerActivity(new CloudWatchLogsClient(MANY_CALLS), from, to))
    all.push(page.map(({ message = '' }) => message));
  return all;
}

const entries = (count: number, message: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => ({ at, message: message(at) }));

describe('the log of worker activity', () => {
  it('is read page by page, each entry once, whatever the order of streams', async () => {
    const long = 'x'.repeat(700);
    aws().logs.put(
      WORKER_ACTIVITY,
      'b',
      entries(2000, (at) => `b${at} ${long}`),
    );
    aws().logs.put(
      WORKER_ACTIVITY,
      'a',
      entries(2000, (at) => `a${at} ${long}`),
    );
    const read = await pages(0, 5000);
    expect(read.length).toBeGreaterThan(2);
    expect(new Set(read.flat()).size).toBe(4000);
    expect(read.flat()).toHaveLength(4000);
  });

  it('is read from the first to the last millisecond', async () => {
    aws().logs.put(WORKER_ACTIVITY, 'a', entries(10, String));
    expect(await pages(3, 5)).toEqual([['3', '4', '5']]);
    expect(await pages(30, 50)).toEqual([[]]);
  });

  it('is read again when CloudWatch Logs throttles a call', async () => {
    aws().logs.put(WORKER_ACTIVITY, 'a', entries(1, String));
    isThrottled = true;
    expect(await pages(0, 1)).toEqual([['0']]);
    expect(isThrottled).toBe(false);
  });

  it('that does not exist is said', async () => {
    await expect(pages(0, 1)).rejects.toThrow(NoWorkerActivity);
  });
});
