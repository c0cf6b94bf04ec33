import { describe, expect, it } from 'vitest';
import { type Cost, isPriced, meter } from '../../../domain/cost/meter.ts';
import { fineUsd } from '../../../domain/cost/money.ts';
import { pricesIn } from '../../../domain/cost/prices.ts';
import { SCHEMAS } from '../../support/events.ts';

const CREATED = Date.parse('2026-11-20T00:00:00Z');
const minute = (minutes: number) => CREATED + minutes * 60_000;
/** One USD a minute, so that the cost says for how many minutes instances ran. */
const prices = pricesIn('us-east-1', {}, () => ({ perHour: fineUsd('60') ?? 0n, asOf: '2026-09-24' }));

/** One status with the minutes in which it began and ended. */
type Status = readonly [name: string, from: number | undefined, to?: number];

const transitions = (statuses: readonly Status[]) =>
  statuses.map(([Status, from, to]) => ({
    Status,
    ...(from !== undefined && { StartTime: minute(from) }),
    ...(to !== undefined && { EndTime: minute(to) }),
  }));

interface Job {
  readonly statuses: readonly Status[];
  readonly ended?: number;
  readonly spot?: boolean | undefined;
}

/** The cost of a job at minute 100. Its instances ran from minute 4. */
function costOf({ statuses, ended, spot = true }: Job): Cost {
  const change = SCHEMAS['training-job'].parse({
    'detail-type': 'SageMaker Training Job State Change',
    resources: ['arn:aws:sagemaker:us-east-1:123456789012:training-job/j'],
    detail: {
      TrainingJobStatus: ended === undefined ? 'InProgress' : 'Completed',
      CreationTime: minute(0),
      TrainingStartTime: minute(4),
      ...(ended !== undefined && { TrainingEndTime: minute(ended) }),
      ResourceConfig: { InstanceType: 'ml.one.large', InstanceCount: 1 },
      EnableManagedSpotTraining: spot,
      SecondaryStatusTransitions: transitions(statuses),
    },
  });
  const metered = meter(change, prices, new Date(minute(100)));
  if (!isPriced(metered)) throw new Error(metered.notPriced);
  return metered;
}

const FIRST_RUN: readonly Status[] = [
  ['Starting', 0, 4],
  ['Downloading', 4, 6],
  ['Training', 6, 20],
];
const INTERRUPTED: readonly Status[] = [...FIRST_RUN, ['Interrupted', 20, 22]];
const RETURNED: readonly Status[] = [...INTERRUPTED, ['Starting', 22, 60], ['Downloading', 60, 62]];

describe('a spot job is charged only while its instances run', () => {
  it.each<[string, Job, minutes: number]>([
    ['without an interruption, from its start', { statuses: FIRST_RUN.slice(0, 2) }, 96],
    ['not while it is interrupted', { statuses: [...FIRST_RUN, ['Interrupted', 20]] }, 16],
    ['not while it waits for capacity again', { statuses: [...INTERRUPTED, ['Starting', 22]] }, 16],
    ['not while it waits for capacity that is pending', { statuses: [...INTERRUPTED, ['Pending', 22]] }, 16],
    [
      'not while its new instances start',
      { statuses: [...INTERRUPTED, ['LaunchingMLInstances', 22, 50], ['PreparingTrainingStack', 50]] },
      16,
    ],
    ['again from the download of its data', { statuses: [...RETURNED.slice(0, -1), ['Downloading', 60]] }, 56],
    ['again while it trains', { statuses: [...RETURNED, ['Training', 62]] }, 56],
    [
      'until its end, through a whole life',
      {
        statuses: [
          ...INTERRUPTED,
          ['Starting', 22, 30],
          ['LaunchingMLInstances', 30, 50],
          ['PreparingTrainingStack', 50, 60],
          ['Downloading', 60, 62],
          ['Training', 62, 88],
          ['Uploading', 88, 90],
          ['Completed', 90, 90],
        ],
        ended: 90,
      },
      46,
    ],
    [
      'through two interruptions',
      {
        statuses: [...RETURNED, ['Training', 62, 70], ['Interrupted', 70, 71], ['Starting', 71, 80], ['Training', 80]],
      },
      46,
    ],
    ['while it is stopping', { statuses: [...RETURNED, ['Training', 62, 90], ['Stopping', 90]] }, 56],
    ['when it ends while it waits', { statuses: [...INTERRUPTED, ['Starting', 22, 80]], ended: 80 }, 16],
    [
      'when no status says when it ended',
      {
        statuses: [
          ['Starting', 0],
          ['Downloading', 4],
          ['Training', 6],
          ['Interrupted', 20],
          ['Starting', 22],
          ['Downloading', 60],
        ],
      },
      56,
    ],
    ['when the statuses are in no order', { statuses: [...RETURNED, ['Training', 62] as const].toReversed() }, 56],
    ['when a status does not say when it began', { statuses: [...RETURNED, ['Interrupted', undefined]] }, 56],
    ['in a status that nobody knows yet', { statuses: [...RETURNED.slice(0, -1), ['Calibrating', 60]] }, 56],
    ['without any status', { statuses: [] }, 96],
    ['when no event says that it is a spot job', { statuses: RETURNED, spot: undefined }, 56],
    [
      'through more interruptions than most lists have entries',
      {
        statuses: Array.from({ length: 90 }, (_, at): Status => [at % 2 === 0 ? 'Training' : 'Interrupted', 4 + at]),
        ended: 94,
      },
      45,
    ],
  ])('%s', (_, job, minutes) => {
    expect(costOf(job).amount).toBe(minutes * 1_000_000);
  });

  it.each<[string, readonly Status[], boolean]>([
    ['waits while it is interrupted', [...FIRST_RUN, ['Interrupted', 20]], true],
    ['waits while its new instances start', [...INTERRUPTED, ['Starting', 22]], true],
    ['does not wait once its instances run again', RETURNED, false],
    ['does not wait before its first run', [['Starting', 0]], false],
  ])('and %s', (_, statuses, isPaused) => {
    expect(costOf({ statuses }).isPaused).toBe(isPaused);
  });
});

describe('a job on demand', () => {
  it('is charged from its start to its end, whatever its statuses say', () => {
    const statuses: readonly Status[] = [...RETURNED, ['Training', 62, 90]];
    expect(costOf({ statuses, spot: false, ended: 90 }).amount).toBe(86_000_000);
  });
});
