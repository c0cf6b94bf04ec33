import { describe, expect, it } from 'vitest';
import { billOf, type Counted } from '../../../local/stage/bill.ts';

const NOTHING: Counted = {
  functions: [],
  tables: [],
  logBytes: 0,
  published: 0,
  delivered: 0,
  queueRequests: 0,
  alarmMetrics: 0,
  customMetrics: 0,
  keys: 0,
  secrets: 0,
};

describe('the bill of a stage', () => {
  it('is nothing for a stage that used nothing', () => {
    expect(billOf(NOTHING)).toEqual({ lines: [], usd: 0 });
  });

  // The prices of the pricing pages of AWS, reckoned by hand.
  it.each<[string, Partial<Counted>, string, number]>([
    ['Lambda', { functions: [{ invocations: 5e6, gigabyteSeconds: 3e5 }] }, '5,000,000 runs, 300,000 GB-seconds', 5],
    [
      'Lambda',
      { functions: Array(2).fill({ invocations: 5e5, gigabyteSeconds: 0 }) },
      '1,000,000 runs, 0 GB-seconds',
      0.2,
    ],
    ['DynamoDB', { tables: [{ read: 8e6, written: 0, bytes: 0 }] }, '8,000,000 units read, 0 written, 0 MB stored', 1],
    [
      'DynamoDB',
      { tables: [{ read: 0, written: 8e6, bytes: 2e9 }] },
      '0 units read, 8,000,000 written, 2,000 MB stored',
      5.9,
    ],
    ['SNS', { published: 1e6, delivered: 1e5 }, '1,000,000 published, 100,000 delivered', 2.5],
    ['SQS', { queueRequests: 2.5e6 }, '2,500,000 requests', 1],
    ['Logs', { logBytes: 3e9 }, '3,000 MB', 1.5],
    ['Alarms', { alarmMetrics: 66 }, 'on 66 metrics', 6.6],
    ['Metrics of its own', { customMetrics: 1 }, '1 metric', 0.3],
    ['KMS', { keys: 1 }, '1 key', 1],
    ['Secrets Manager', { secrets: 2 }, '2 secrets', 0.8],
  ])('has a line for %s: %j', (service, used, amount, usd) => {
    const bill = billOf({ ...NOTHING, ...used });
    expect(bill.lines.map((line) => [line.service, line.amount])).toEqual([[service, amount]]);
    expect(bill.usd).toBeCloseTo(usd, 4);
  });

  it('begins with what is dearest, and adds all up', () => {
    const { lines, usd } = billOf({ ...NOTHING, keys: 1, secrets: 1, alarmMetrics: 20 });
    expect(lines.map(({ service }) => service)).toEqual(['Alarms', 'KMS', 'Secrets Manager']);
    expect(usd).toBeCloseTo(3.4, 6);
  });
});
