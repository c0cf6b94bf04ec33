import { describe, expect, it } from 'vitest';
import { isPriced, meter } from '../../../domain/cost/meter.ts';
import { fineUsd, microUsd } from '../../../domain/cost/money.ts';
import { pricesIn } from '../../../domain/cost/prices.ts';
import { costFacts } from '../../../domain/cost/words.ts';
import { SCHEMAS } from '../../support/events.ts';

const ENDED = Date.parse('2026-11-20T12:00:00Z');
const minute = (minutes: number) => new Date(ENDED + minutes * 60_000);
const prices = pricesIn('us-east-1', {}, () => ({ perHour: fineUsd('1.2') ?? 0n, asOf: '2026-09-24' }));

interface Pool {
  readonly keepAlive?: number;
  readonly status?: string;
  /** Seconds. */
  readonly retained?: number;
  readonly more?: object;
}

/** The cost of a job that ran on two instances for an hour, `minutes` after its end. */
function costAt(minutes: number, { keepAlive, status, retained, more = {} }: Pool) {
  const change = SCHEMAS['training-job'].parse({
    'detail-type': 'SageMaker Training Job State Change',
    resources: ['arn:aws:sagemaker:us-east-1:123456789012:training-job/j'],
    detail: {
      TrainingJobStatus: 'Completed',
      TrainingStartTime: minute(-60).toISOString(),
      TrainingEndTime: minute(0).toISOString(),
      ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 2, KeepAlivePeriodInSeconds: keepAlive },
      WarmPoolStatus: status && { Status: status, ResourceRetainedBillableTimeInSeconds: retained },
      ...more,
    },
  });
  return meter(change, prices, minute(minutes));
}

function pricedAt(minutes: number, pool: Pool) {
  const cost = costAt(minutes, pool);
  if (!isPriced(cost)) throw new Error(cost.notPriced);
  return cost;
}

const RUNNING = { TrainingJobStatus: 'InProgress', TrainingEndTime: undefined };
const UNSTARTED = { TrainingJobStatus: 'Failed', TrainingStartTime: undefined };

describe('the warm pool of an ended job', () => {
  it.each<[string, number, Pool, usd: string, object | undefined]>([
    [
      'costs all instances until the end of its time',
      0,
      { keepAlive: 1800 },
      '2.4',
      { perHour: fineUsd('2.4'), until: minute(30), isOver: false, mostMore: microUsd('1.2') },
    ],
    [
      'costs what SageMaker reports, and at most the rest of its time',
      10,
      { keepAlive: 1800, status: 'Available', retained: 600 },
      '2.8',
      { isOver: false, retainedSeconds: 600, mostMore: microUsd('0.8') },
    ],
    ['goes on while its status is that of the running job', 1, { keepAlive: 1800, status: 'InUse' }, '2.4', {}],
    [
      'is over when somebody ended it',
      10,
      { keepAlive: 1800, status: 'Terminated', retained: 480 },
      '2.72',
      { isOver: true, retainedSeconds: 480, mostMore: 0 },
    ],
    [
      'is over when another job uses its instances',
      10,
      { keepAlive: 1800, status: 'Reused', retained: 60 },
      '2.44',
      { isOver: true, retainedSeconds: 60, mostMore: 0 },
    ],
    ['is over after its time', 30, { keepAlive: 1800 }, '2.4', { isOver: true, mostMore: 0 }],
    ['does not exist without a time to keep it', 0, {}, '2.4', undefined],
    ['does not exist when that time is 0', 0, { keepAlive: 0 }, '2.4', undefined],
    ['does not exist before the end of the job', 0, { keepAlive: 60, more: RUNNING }, '2.4', undefined],
    ['does not exist when the job never had instances', 0, { keepAlive: 60, more: UNSTARTED }, '0', undefined],
  ])('%s', (_, minutes, pool, usd, expected) => {
    const { amount, warmPool } = pricedAt(minutes, pool);
    expect(amount).toBe(microUsd(usd));
    if (expected === undefined) expect(warmPool).toBeUndefined();
    else expect(warmPool).toMatchObject({ isOver: false, until: minute(30), ...expected });
  });

  it('is not priced for a time that no pool has', () => {
    expect(costAt(0, { keepAlive: 1e9 })).toEqual({
      notPriced: 'SageMaker reports more billed time than any job can have',
    });
  });

  it.each<[string, number, Pool, string]>([
    [
      'what it costs, until when, and how to end it',
      0,
      { keepAlive: 1800 },
      'it costs $2.40 an hour until 2026-11-20 12:30:00 UTC at the latest: at most $1.20 more. To end it now, set ' +
        'KeepAlivePeriodInSeconds to 0 with UpdateTrainingJob.',
    ],
    [
      'what it has cost',
      40,
      { keepAlive: 1800, status: 'Terminated', retained: 600 },
      'it is over. $0.40 of the cost is for the 10 m that it was kept.',
    ],
    [
      'that its cost is not known',
      40,
      { keepAlive: 1800 },
      'it is over. SageMaker has not said yet for how long it is charged.',
    ],
  ])('says %s', (_, minutes, pool, value) => {
    expect(costFacts(pricedAt(minutes, pool), false, 'UTC')).toContainEqual({ label: 'Warm pool', value });
  });
});
