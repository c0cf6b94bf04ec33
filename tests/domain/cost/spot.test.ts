import { describe, expect, it } from 'vitest';
import { type Cost, isPriced, meter } from '../../../domain/cost/meter.ts';
import { fineUsd } from '../../../domain/cost/money.ts';
import { pricesIn } from '../../../domain/cost/prices.ts';
import { paidShareOf, type SpotShare, spotShareOf, withShare } from '../../../domain/cost/spot.ts';
import { costFacts } from '../../../domain/cost/words.ts';
import { SCHEMAS } from '../../support/events.ts';

const CREATED = Date.parse('2026-11-20T00:00:00Z');
const minute = (minutes: number) => CREATED + minutes * 60_000;
/** One USD a minute, so that the cost says for how many minutes instances ran. */
const pricesWith = (shares: Readonly<Record<string, SpotShare>>) =>
  pricesIn(
    'us-east-1',
    {},
    () => ({ perHour: fineUsd('60') ?? 0n, asOf: '2026-09-24' }),
    (type) => shares[type],
  );

/** One status with the minutes in which it began and ended. */
type Status = readonly [name: string, from: number | undefined, to?: number];

const transitions = (statuses: readonly Status[]) =>
  statuses.map(([Status, from, to]) => ({
    Status,
    ...(from !== undefined && { StartTime: minute(from) }),
    ...(to !== undefined && { EndTime: minute(to) }),
  }));

interface Job {
  readonly statuses?: readonly Status[];
  readonly ended?: number;
  readonly spot?: boolean | undefined;
  readonly more?: object;
}

/** A job that has run since minute 4. */
function changeOf({ statuses = [], ended, spot = true, more = {} }: Job) {
  return SCHEMAS['training-job'].parse({
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
      ...more,
    },
  });
}

/** The cost of a job at minute 100, when spot capacity costs `shares` of the on-demand price. */
function costOf(job: Job, shares: Readonly<Record<string, SpotShare>> = {}): Cost {
  const metered = meter(changeOf(job), pricesWith(shares), new Date(minute(100)));
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

const THIRD = { percent: 34, jobs: 7 };
const HALF = { percent: 50, jobs: 20 };
const bothTypes = {
  ResourceConfig: {
    InstanceGroups: [
      { InstanceType: 'ml.one.large', InstanceCount: 1 },
      { InstanceType: 'ml.two.large', InstanceCount: 1 },
    ],
  },
};

describe('a running spot job', () => {
  it('is estimated at the share of the on-demand price that the last jobs paid', () => {
    const cost = costOf({}, { 'ml.one.large': THIRD });
    expect(cost).toMatchObject({
      kind: 'spot-estimate',
      amount: 32_640_000,
      perHour: fineUsd('20.4'),
      spot: THIRD,
      formula: '34 % of (1 x ml.one.large x 1 h 36 m at $60.00/h)',
    });
    expect(costFacts(cost, false, 'UTC')).toEqual([
      { label: 'Cost', value: `$32.64 (estimate for spot capacity): ${cost.formula}` },
      { label: 'Prices', value: 'on demand, AWS Price List of 2026-09-24' },
      {
        label: 'Spot',
        value:
          '34 % of the on-demand price: at least 90 % of the last 7 spot jobs on such instances paid no more. ' +
          'When the job has ended, SageMaker says what it paid.',
      },
    ]);
  });

  it.each<[string, Job, Readonly<Record<string, SpotShare>>, object]>([
    ['costs at most the on-demand price when no share is known', {}, {}, { kind: 'at-most', amount: 96_000_000 }],
    [
      'of two instance types has the higher share',
      { more: bothTypes },
      { 'ml.one.large': THIRD, 'ml.two.large': HALF },
      { kind: 'spot-estimate', amount: 96_000_000, spot: HALF },
    ],
    [
      'of two instance types has none when that of one is not known',
      { more: bothTypes },
      { 'ml.one.large': THIRD },
      { kind: 'at-most', amount: 192_000_000 },
    ],
  ])('%s', (_, job, shares, expected) => {
    expect(costOf(job, shares)).toMatchObject(expected);
  });

  it.each<[string, Job]>([
    ['a spot job whose bill is known', { ended: 90, more: { BillableTimeInSeconds: 5160 } }],
    ['a job on demand', { ended: 90, spot: false }],
  ])('is the only one: %s costs what it costs', (_, job) => {
    expect(costOf(job, { 'ml.one.large': THIRD })).toMatchObject({ amount: 86_000_000, spot: undefined });
  });
});

describe('what an ended spot job paid', () => {
  const ended: Job = { ended: 90, more: { BillableTimeInSeconds: 1001, TrainingTimeInSeconds: 3000 } };

  it('is the share of its time that is charged, rounded up', () => {
    expect(paidShareOf(changeOf(ended))).toEqual({
      type: 'ml.one.large',
      share: { job: 'j', endedAt: minute(90), percent: 34 },
    });
  });

  it.each<[string, Job]>([
    ['a running job', { more: ended.more ?? {} }],
    ['a job on demand', { ...ended, spot: false }],
    ['a job that is not billed yet', { ended: 90 }],
    ['a job that is charged nothing', { ended: 90, more: { BillableTimeInSeconds: 0, TrainingTimeInSeconds: 30 } }],
    ['a job that did not train', { ended: 90, more: { BillableTimeInSeconds: 9, TrainingTimeInSeconds: 0 } }],
    ['a job on two instance types', { ...ended, more: { ...ended.more, ...bothTypes } }],
  ])('is not known of %s', (_, job) => {
    expect(paidShareOf(changeOf(job))).toBeUndefined();
  });

  it('is never more than the on-demand price', () => {
    const more = { BillableTimeInSeconds: 31, TrainingTimeInSeconds: 30 };
    expect(paidShareOf(changeOf({ ended: 90, more }))?.share.percent).toBe(100);
  });
});

describe('the share that spot jobs will probably pay', () => {
  const paid = (...percents: number[]) => percents.map((percent, at) => ({ job: `j${at}`, endedAt: at, percent }));

  it.each<[string, number[], SpotShare | undefined]>([
    ['not known before three jobs have ended', [30, 31], undefined],
    ['the highest of few jobs', [30, 50, 31], { percent: 50, jobs: 3 }],
    ['what 9 of 10 jobs did not exceed', [31, 32, 33, 34, 35, 36, 37, 38, 39, 100], { percent: 39, jobs: 10 }],
    [
      'what 18 of 20 jobs did not exceed',
      [100, 90, 40, ...Array.from({ length: 17 }, () => 30)],
      { percent: 40, jobs: 20 },
    ],
  ])('is %s', (_, percents, expected) => {
    expect(spotShareOf(paid(...percents))).toEqual(expected);
  });

  it('comes from the newest 20 jobs, each counted once', () => {
    const known = paid(...Array.from({ length: 20 }, () => 30));
    const next = { job: 'next', endedAt: 99, percent: 40 };
    expect(withShare(known, next)).toEqual([...known.slice(1), next]);
    expect(withShare(known, known[3] ?? next)).toBe(known);
    expect(withShare(known, { ...next, endedAt: -1 })).toBe(known);
  });
});
