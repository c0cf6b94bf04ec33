import { describe, expect, it } from 'vitest';
import { fineUsd } from '../../../domain/cost/money.ts';
import type { PaidShare } from '../../../domain/cost/spot.ts';
import { costsOfAnyEnd, costsWith } from '../../../handlers/cost/cost-of-job.ts';
import { readTraining, trainingEvent } from '../../support/events.ts';

const HOUR = 3_600_000;
const START = Date.parse('2026-11-20T00:00:00Z');
const SHARES: readonly PaidShare[] = [30, 31, 32].map((percent, at) => ({ job: `j${at}`, endedAt: at, percent }));
const ONE = { InstanceType: 'ml.ten.large', InstanceCount: 1 };
const RUNNING = { TrainingJobStatus: 'InProgress', SecondaryStatus: 'Training', TrainingStartTime: START };
const ENDED = { TrainingJobStatus: 'Completed', TrainingStartTime: START, TrainingEndTime: START + HOUR };
const SPOT = { EnableManagedSpotTraining: true };

const changeOf = (detail: object) => readTraining(trainingEvent({ ResourceConfig: ONE, ...detail }));

/** Costs at 10 USD an hour, and which instance types the shares were read of. */
function costsOf(shares: readonly PaidShare[] = SHARES) {
  const reads: string[] = [];
  const costs = costsWith(
    {},
    {
      list: async () => ({ perHour: fineUsd('10') ?? 0n, asOf: '2026-11-20' }),
      trainingJobsOf: async () => [changeOf({ ...RUNNING, ...SPOT }), changeOf({ ...RUNNING, ...SPOT })],
      spotShares: async (_region, type) => {
        reads.push(type);
        return shares;
      },
    },
  );
  return { costs, reads };
}

describe('what the last spot jobs paid', () => {
  it.each<[string, object, reads: number, usd: number]>([
    ['is read once for a running spot job', { ...RUNNING, ...SPOT }, 1, 3.2],
    [
      'is read once for all groups of an instance type',
      { ...RUNNING, ...SPOT, ResourceConfig: { InstanceGroups: [ONE, ONE] } },
      1,
      6.4,
    ],
    ['is not read for a running job on demand', RUNNING, 0, 10],
    ['is not read for a spot job with a bill', { ...ENDED, ...SPOT, BillableTimeInSeconds: 1800 }, 0, 5],
    ['is read for an ended spot job whose bill is not known', { ...ENDED, ...SPOT }, 1, 3.2],
  ])('%s', async (_, detail, count, usd) => {
    const { costs, reads } = costsOf();
    expect(await costs(changeOf(detail), new Date(START + HOUR))).toMatchObject({ amount: usd * 1_000_000 });
    expect(reads).toHaveLength(count);
  });

  it('is read once for all training jobs of a tuning job', async () => {
    const { costs, reads } = costsOf();
    const tuning = { ...changeOf(RUNNING), resource: { type: 'tuning-job', name: 'tune', arn: undefined } };
    const cost = await costs(tuning, new Date(START + HOUR));
    expect(cost).toMatchObject({ amount: 6_400_000, kind: 'spot-estimate' });
    expect(reads).toEqual(['ml.ten.large']);
  });
});

describe('the end of a spot job', () => {
  const billed = { ...ENDED, ...SPOT, BillableTimeInSeconds: 1200, TrainingTimeInSeconds: 3600 };

  it('keeps what the job paid, by region and instance type', async () => {
    const kept: unknown[] = [];
    const keep = async (...what: unknown[]) => void kept.push(what);
    await costsOfAnyEnd(costsOf().costs, keep, () => undefined)(changeOf(billed));
    await costsOfAnyEnd(costsOf().costs, keep, () => undefined)(changeOf(ENDED));
    expect(kept).toEqual([
      ['eu-west-1', 'ml.ten.large', { job: expect.any(String), endedAt: START + HOUR, percent: 34 }],
    ]);
  });

  it('is announced with its cost even if what it paid cannot be kept', async () => {
    const warnings: string[] = [];
    const keep = () => Promise.reject(new Error('no table'));
    const costOf = costsOfAnyEnd(costsOf().costs, keep, (text) => void warnings.push(text));
    expect(await costOf(changeOf(billed))).toMatchObject({ kind: 'billed', amount: 3_333_333 });
    expect(warnings).toEqual([expect.stringContaining('paid for spot capacity could not be kept: Error: no table')]);
  });
});
