import { marshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cost, isPriced, type Metered, meter, type Prices, sumOf } from '../../../domain/cost/meter.ts';
import { amountOver, fineUsd, formatPrice, formatUsd, microUsd, secondsFor } from '../../../domain/cost/money.ts';
import { pricesIn } from '../../../domain/cost/prices.ts';
import { SHIPPED_PRICES } from '../../../domain/cost/shipped-prices.ts';
import { costFacts } from '../../../domain/cost/words.ts';
import type { Component } from '../../../schemas/event/billing.ts';
import { SCHEMAS } from '../../support/events.ts';

/** USD per hour, from the AWS Price List of September 2026. `ml.third` is invented: its price divides unevenly. */
const PRICES: Readonly<Record<string, string>> = {
  'Training|ml.m5.large': '0.1150000000',
  'Training|ml.m5.xlarge': '0.2300000000',
  'Training|ml.g5.2xlarge': '1.5150000000',
  'Training|ml.p4d.24xlarge': '25.2510000000',
  'Training|ml.p5.48xlarge': '63.2960000000',
  'Training|ml.third.large': '0.3333333333',
  'Processing|ml.m5.xlarge': '0.2300000000',
  'BatchTransform|ml.c5.4xlarge': '0.8160000000',
};
const listed = (component: Component, type: string) => {
  const perHour = fineUsd(PRICES[`${component}|${type}`] ?? '');
  return perHour === undefined ? undefined : { perHour, asOf: '2026-09-24' };
};
const prices: Prices = pricesIn('us-east-1', {}, listed);

const START = Date.parse('2026-11-20T00:00:00Z');
const at = (seconds: number) => START + seconds * 1000;
const KINDS = {
  training: ['training-job', 'SageMaker Training Job State Change', 'Training'],
  processing: ['processing-job', 'SageMaker Processing Job State Change', 'Processing'],
  transform: ['transform-job', 'SageMaker Transform Job State Change', 'Transform'],
} as const;

interface Job {
  readonly kind?: keyof typeof KINDS;
  /** Fields of ResourceConfig; by default one ml.m5.large. */
  readonly on?: object;
  /** Seconds from start to end; absent while it runs. */
  readonly ran?: number;
  readonly started?: boolean;
  readonly more?: object;
}

function changeOf({ kind = 'training', on = {}, ran, started = true, more = {} }: Job) {
  const [family, detailType, word] = KINDS[kind];
  const cluster = { InstanceType: 'ml.m5.large', InstanceCount: 1, ...on };
  const resources = {
    training: { ResourceConfig: cluster },
    processing: { ProcessingResources: { ClusterConfig: cluster } },
    transform: { TransformResources: cluster },
  }[kind];
  return SCHEMAS[family].parse({
    'detail-type': detailType,
    resources: [`arn:aws:sagemaker:us-east-1:123456789012:${family}/j`],
    detail: {
      ...(started && { [`${word}StartTime`]: START }),
      ...(ran !== undefined && { [`${word}EndTime`]: at(ran) }),
      ...resources,
      ...more,
    },
  });
}

const costAt = (job: Job, now = 3600): Metered => meter(changeOf(job), prices, new Date(at(now)));
function priced(metered: Metered): Cost {
  if (!isPriced(metered)) throw new Error(metered.notPriced);
  return metered;
}
const GROUPS = {
  InstanceType: undefined,
  InstanceGroups: [
    { InstanceGroupName: 'a', InstanceType: 'ml.m5.large', InstanceCount: 2 },
    { InstanceGroupName: 'b', InstanceType: 'ml.g5.2xlarge', InstanceCount: 1 },
  ],
};
/** SageMaker selected `type` from two preferences; the GPU instance comes from a training plan. */
const preferring = (type: string) => ({
  InstanceType: undefined,
  InstancePreferences: [
    { InstanceType: 'ml.g5.2xlarge', TrainingPlanArns: ['arn:aws:sagemaker:us-east-1:123456789012:training-plan/p'] },
    { InstanceType: 'ml.m5.large' },
  ],
  SelectedInstanceType: type,
  SelectedInstanceCount: 1,
});
const SPOT = { EnableManagedSpotTraining: true };
const interrupted = (from: number, to?: number) => ({
  Status: 'Interrupted',
  StartTime: at(from),
  ...(to !== undefined && { EndTime: at(to) }),
});

/** The job, seconds from its start to the check, and its cost in USD, computed by hand: hours x instances x price. */
const CASES: readonly (readonly [string, Job, number, string])[] = [
  ['one hour', { ran: 3600 }, 0, '0.115'],
  ['half an hour', { ran: 1800 }, 0, '0.0575'],
  ['one second', { ran: 1 }, 0, '0.000032'],
  ['one and a half seconds, charged as two', { more: { TrainingEndTime: START + 1500 } }, 0, '0.000064'],
  ['no time', { ran: 0 }, 0, '0'],
  ['an end before its start, because clocks differ', { ran: -5 }, 0, '0'],
  ['one day', { ran: 86_400 }, 0, '2.76'],
  ['28 days, the longest that SageMaker allows', { ran: 2_419_200 }, 0, '77.28'],
  ['two instances', { on: { InstanceCount: 2 }, ran: 3600 }, 0, '0.23'],
  ['a hundred instances', { on: { InstanceCount: 100 }, ran: 3600 }, 0, '11.5'],
  ['an instance count that is text', { on: { InstanceCount: '3' }, ran: 3600 }, 0, '0.345'],
  ['a GPU instance', { on: { InstanceType: 'ml.g5.2xlarge' }, ran: 3600 }, 0, '1.515'],
  [
    'two GPU instances for 3 h 12 m',
    { on: { InstanceType: 'ml.g5.2xlarge', InstanceCount: 2 }, ran: 11_520 },
    0,
    '9.696',
  ],
  ['the most expensive instance for a minute', { on: { InstanceType: 'ml.p5.48xlarge' }, ran: 60 }, 0, '1.054933'],
  [
    '16 of the most expensive instances for a day',
    { on: { InstanceType: 'ml.p5.48xlarge', InstanceCount: 16 }, ran: 86_400 },
    0,
    '24305.664',
  ],
  [
    'a price that does not divide evenly',
    { on: { InstanceType: 'ml.third.large', InstanceCount: 3 }, ran: 3600 },
    0,
    '1',
  ],
  [
    'a price that does not divide evenly, for a second',
    { on: { InstanceType: 'ml.third.large' }, ran: 1 },
    0,
    '0.000093',
  ],
  ['two instance groups', { on: GROUPS, ran: 3600 }, 0, '1.745'],
  ['two instance groups for 90 minutes', { on: GROUPS, ran: 5400 }, 0, '2.6175'],
  [
    'the instance type that SageMaker selected',
    { on: { SelectedInstanceType: 'ml.g5.2xlarge', SelectedInstanceCount: 2 }, ran: 3600 },
    0,
    '3.03',
  ],
  [
    'selected instances on demand, when others would come from a plan',
    { on: preferring('ml.m5.large'), ran: 3600 },
    0,
    '0.115',
  ],
  ['a volume of 100 GB for a day', { on: { VolumeSizeInGB: 100 }, ran: 86_400 }, 0, '3.226667'],
  ['one volume for each instance', { on: { InstanceCount: 2, VolumeSizeInGB: 72 }, ran: 36_000 }, 0, '2.58'],
  [
    'no volume, because the instance has its own storage',
    { on: { InstanceType: 'ml.g5.2xlarge', VolumeSizeInGB: 500 }, ran: 3600 },
    0,
    '1.515',
  ],
  [
    'no volume, because a p4d instance has its own storage',
    { on: { InstanceType: 'ml.p4d.24xlarge', VolumeSizeInGB: 500 }, ran: 3600 },
    0,
    '25.251',
  ],
  ['a processing job', { kind: 'processing', on: { InstanceType: 'ml.m5.xlarge' }, ran: 3600 }, 0, '0.23'],
  [
    'a processing job with a volume',
    { kind: 'processing', on: { InstanceType: 'ml.m5.xlarge', VolumeSizeInGB: 72 }, ran: 3600 },
    0,
    '0.24',
  ],
  [
    'a batch transform job',
    { kind: 'transform', on: { InstanceType: 'ml.c5.4xlarge', InstanceCount: 4 }, ran: 900 },
    0,
    '0.816',
  ],
  ['running for an hour', {}, 3600, '0.115'],
  ['running for ten days', {}, 864_000, '27.6'],
  ['running for no time', {}, 0, '0'],
  ['checked before its start, because clocks differ', {}, -60, '0'],
  ['waiting for instances', { started: false }, 3600, '0'],
  ['ended before it had instances', { started: false, more: { TrainingJobStatus: 'Stopped' } }, 3600, '0'],
  [
    'ended with a bill, but without a time',
    { more: { TrainingJobStatus: 'Completed', BillableTimeInSeconds: 1800 } },
    3600,
    '0.0575',
  ],
  ['a running spot job', { more: SPOT }, 3600, '0.115'],
  [
    'a spot job, billed for a third of its time',
    { ran: 3600, more: { ...SPOT, BillableTimeInSeconds: 1200 } },
    0,
    '0.038333',
  ],
  ['a spot job, billed for no time', { ran: 3600, more: { ...SPOT, BillableTimeInSeconds: 0 } }, 0, '0'],
  [
    'a spot job, interrupted for half an hour',
    { ran: 3600, more: { ...SPOT, SecondaryStatusTransitions: [interrupted(600, 2400)] } },
    0,
    '0.0575',
  ],
  [
    'a spot job with two interruptions that overlap',
    { ran: 3600, more: { ...SPOT, SecondaryStatusTransitions: [interrupted(600, 2400), interrupted(1200, 2400)] } },
    0,
    '0.0575',
  ],
  [
    'a spot job that is interrupted now',
    { more: { ...SPOT, SecondaryStatusTransitions: [interrupted(1800)] } },
    7200,
    '0.0575',
  ],
  ['an on-demand job with its billed time', { ran: 3600, more: { BillableTimeInSeconds: 3500 } }, 0, '0.111806'],
  [
    'a warm pool of 10 minutes',
    {
      ran: 3600,
      more: { BillableTimeInSeconds: 3600, WarmPoolStatus: { ResourceRetainedBillableTimeInSeconds: 600 } },
    },
    0,
    '0.134167',
  ],
  [
    'a warm pool, when the billed time is not known',
    { ran: 1800, more: { WarmPoolStatus: { ResourceRetainedBillableTimeInSeconds: 1800 } } },
    0,
    '0.115',
  ],
  [
    'a billed time that covers all instances together',
    { on: { InstanceCount: 4 }, ran: 3600, more: { BillableTimeInSeconds: 900 } },
    0,
    '0.115',
  ],
];

describe('the cost of a job', () => {
  it.each(CASES)('is right for %s', (_, job, now, usd) => {
    expect(priced(costAt(job, now)).amount).toBe(microUsd(usd));
  });

  it.each<[string, Job, string]>([
    ['serverless training', { more: { ServerlessJobConfig: {} } }, 'serverless training is not charged by the hour'],
    ['a job in a training plan', { on: { TrainingPlanArn: 'arn:plan' } }, 'its training plan is paid for in advance'],
    [
      'a job whose selected instances come from a training plan',
      { on: preferring('ml.g5.2xlarge') },
      'its training plan is paid for in advance',
    ],
    [
      'an ended job that does not say when it ended',
      { more: { TrainingJobStatus: 'Completed', TrainingEndTime: null } },
      'SageMaker does not say when the job ended',
    ],
    [
      'an instance type without a price',
      { on: { InstanceType: 'ml.new.large' } },
      'no price is known for ml.new.large (Training)',
    ],
    [
      'instance groups when one has no price',
      {
        on: {
          ...GROUPS,
          InstanceGroups: [...GROUPS.InstanceGroups, { InstanceType: 'ml.new.large', InstanceCount: 1 }],
        },
      },
      'no price is known for ml.new.large (Training)',
    ],
    [
      'a job without an instance type',
      { on: { InstanceType: undefined, InstancePreferences: [{ InstanceType: 'ml.m5.large' }] } },
      'SageMaker does not say which instances the job uses',
    ],
    [
      'a job without an instance count',
      { on: { InstanceCount: undefined } },
      'SageMaker does not say how many instances of ml.m5.large the job uses',
    ],
    [
      'an instance count that is not a number',
      { on: { InstanceCount: 'many' } },
      'SageMaker does not say how many instances of ml.m5.large the job uses',
    ],
  ])('is not known, rather than 0, for %s', (_, job, notPriced) => {
    expect(costAt({ ran: 3600, ...job })).toEqual({ notPriced });
  });

  it.each<[string, Job, string]>([
    [
      'so many instances that no exact amount holds it',
      { on: { InstanceCount: 1e9 } },
      'it is more than Ground Control can calculate, so the price or the number of instances must be wrong',
    ],
    ['a start before SageMaker existed', { more: { TrainingStartTime: 1 } }, 'its start (1970-01-01) cannot be right'],
    ['a start in a far future', { more: { TrainingStartTime: 8.64e15 } }, 'its start (+275760-09-13) cannot be right'],
    [
      'a start and an end that no job has',
      { more: { TrainingStartTime: 1, TrainingEndTime: START } },
      'its start (1970-01-01) and its end (2026-11-20) cannot both be right',
    ],
    [
      'an end long before its start',
      { ran: -86_401 },
      'its start (2026-11-20) and its end (2026-11-18) cannot both be right',
    ],
    ...['BillableTimeInSeconds', 'TrainingTimeInSeconds'].map((name): [string, Job, string] => [
      `an absurd ${name}`,
      { ran: 3600, more: { ...SPOT, [name]: 366 * 86_400 + 1 } },
      'SageMaker reports more billed time than any job can have',
    ]),
    [
      'an absurd time in a warm pool',
      { ran: 3600, more: { WarmPoolStatus: { ResourceRetainedBillableTimeInSeconds: 1e9 } } },
      'SageMaker reports more billed time than any job can have',
    ],
  ])('is not known, rather than wrong, for %s', (_, job, notPriced) => {
    expect(costAt(job)).toEqual({ notPriced });
  });

  it.each<[string, Job, number]>([
    ['366 days', { ran: 366 * 86_400 }, 366 * 24 * 115_000],
    ['a start that is a day ahead, because clocks differ', { ran: -86_400 }, 0],
  ])('is still known for %s', (_, job, amount) => {
    expect(priced(costAt(job)).amount).toBe(amount);
  });

  it('rounds decimal seconds up, however much an hour costs', () => {
    const more = { BillableTimeInSeconds: 1.5 };
    const large = { InstanceType: 'ml.p5.48xlarge', InstanceCount: 9999 };
    expect(priced(costAt({ ran: 2, more })).amount).toBe(priced(costAt({ ran: 2 })).amount);
    expect(priced(costAt({ on: large, ran: 2, more })).amount).toBe(priced(costAt({ on: large, ran: 2 })).amount);
  });

  it('is exact and can be stored, or is not known, whatever an event and the prices say', () => {
    const quantity = fc.oneof(fc.integer({ min: -1, max: 1e9 }), fc.double({ min: 0, max: 1e12, noNaN: true }));
    const time = fc.oneof(
      fc.integer({ min: START - 1e11, max: START + 1e11 }),
      fc.integer({ min: -8.64e15, max: 8.64e15 }),
    );
    const job = fc.record(
      {
        TrainingStartTime: time,
        TrainingEndTime: time,
        EnableManagedSpotTraining: fc.boolean(),
        BillableTimeInSeconds: quantity,
        TrainingTimeInSeconds: quantity,
        ResourceConfig: fc.record({
          InstanceType: fc.constant('ml.own.large'),
          InstanceCount: quantity,
          VolumeSizeInGB: quantity,
        }),
        WarmPoolStatus: fc.record({ ResourceRetainedBillableTimeInSeconds: quantity }),
        SecondaryStatusTransitions: fc.array(
          fc.record({ Status: fc.constant('Interrupted'), StartTime: time, EndTime: time }),
        ),
      },
      { requiredKeys: ['ResourceConfig'] },
    );
    fc.assert(
      fc.property(
        fc.array(job, { minLength: 1, maxLength: 4 }),
        fc.double({ min: 0.01, max: 1e6, noNaN: true }),
        (jobs, usd) => {
          const own = pricesIn('us-east-1', { 'us-east-1': { Training: { 'ml.own.large': usd } } }, listed);
          const all = jobs.map((more) => meter(changeOf({ started: false, more }), own, new Date(at(0))));
          for (const metered of [...all, sumOf(all)]) {
            if (!isPriced(metered)) continue;
            const { amount, saved = 0, perHour } = metered;
            const month = amount + amountOver(perHour, 31 * 86_400);
            expect([amount, saved, month].filter((one) => !Number.isSafeInteger(one) || one < 0)).toEqual([]);
            expect(() => marshall({ amount, saved, month })).not.toThrow();
          }
        },
      ),
    );
  });

  it('has a formula that people can check', () => {
    expect(priced(costAt({ on: { InstanceType: 'ml.g5.2xlarge', InstanceCount: 2 }, ran: 11_520 })).formula).toBe(
      '2 x ml.g5.2xlarge x 3 h 12 m at $1.515/h',
    );
    expect(priced(costAt({ on: GROUPS, ran: 3600 })).formula).toBe(
      '2 x ml.m5.large x 1 h at $0.115/h + 1 x ml.g5.2xlarge x 1 h at $1.515/h',
    );
    const pool = { ran: 3600, more: { WarmPoolStatus: { ResourceRetainedBillableTimeInSeconds: 600 } } };
    expect(priced(costAt({ on: { VolumeSizeInGB: 30 }, ...pool })).formula).toBe(
      '1 x ml.m5.large x (1 h + 10 m kept warm) at $0.115/h, volumes of 30 GB at $0.14/GB-month',
    );
  });

  it('says whether it is billed, estimated or at most, and what spot capacity saved', () => {
    expect(priced(costAt({ ran: 3600 }))).toMatchObject({ kind: 'estimate', saved: undefined });
    expect(priced(costAt({ more: SPOT }))).toMatchObject({ kind: 'at-most', saved: undefined });
    const billed = { ...SPOT, TrainingTimeInSeconds: 3600, BillableTimeInSeconds: 1200 };
    expect(priced(costAt({ ran: 7200, more: billed }))).toMatchObject({ kind: 'billed', saved: microUsd('0.076667') });
  });

  it('grows with time at the hourly rate while the job runs', () => {
    const type = fc.constantFrom('ml.m5.large', 'ml.g5.2xlarge', 'ml.third.large');
    fc.assert(
      fc.property(
        type,
        fc.integer({ min: 1, max: 64 }),
        fc.nat(2_000_000),
        fc.nat(100_000),
        (InstanceType, InstanceCount, now, more) => {
          const on = { InstanceType, InstanceCount };
          const [one, other] = [priced(costAt({ on }, now)), priced(costAt({ on }, now + more))];
          expect(other.amount).toBeGreaterThanOrEqual(one.amount);
          expect(Math.abs(other.amount - one.amount - amountOver(one.perHour, more))).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});

describe('a tuning job', () => {
  it('costs the sum of its training jobs, in any order', () => {
    const jobs = fc.array(fc.record({ count: fc.integer({ min: 1, max: 9 }), ran: fc.nat(100_000) }), { minLength: 1 });
    fc.assert(
      fc.property(jobs, fc.func(fc.nat()), (all, order) => {
        const costs = all.map(({ count, ran }) => priced(costAt({ on: { InstanceCount: count }, ran })));
        const sum = priced(sumOf(costs)).amount;
        expect(sum).toBe(costs.reduce((total, { amount }) => total + amount, 0));
        expect(priced(sumOf([...costs].sort((a, b) => order(a) - order(b)))).amount).toBe(sum);
      }),
    );
  });

  it('has no known cost when one training job has none, or when SageMaker lists none', () => {
    const unpriced = costAt({ on: { InstanceType: 'ml.new.large' } });
    expect(sumOf([costAt({ ran: 60 }), unpriced])).toEqual({
      notPriced: 'one of its training jobs has no known cost: no price is known for ml.new.large (Training)',
    });
    const large = priced(costAt({ on: { InstanceType: 'ml.p5.48xlarge', InstanceCount: 50_000 }, ran: 2_400_000 }));
    expect(sumOf([large, large, large, large, large])).toEqual({
      notPriced: 'it is more than Ground Control can calculate, so the price or the number of instances must be wrong',
    });
    expect(sumOf([])).toEqual({ notPriced: 'SageMaker lists no training jobs of this tuning job' });
  });
});

describe('the sum of the costs of training jobs', () => {
  const one: Cost = {
    kind: 'estimate',
    amount: 2_000_000,
    perHour: 10n,
    isPaused: false,
    formula: '',
    saved: undefined,
    priced: { source: 'price-list', asOf: '2026-09-24' },
  };
  const sum = (...costs: Partial<Cost>[]) => sumOf(costs.map((over) => ({ ...one, ...over })));

  it.each<[string, Partial<Cost>[], Partial<Cost>]>([
    [
      'adds amounts and rates',
      [{}, { amount: 5 }],
      { kind: 'estimate', amount: 2_000_005, perHour: 20n, isPaused: false },
    ],
    ['is billed when every part is', [{ kind: 'billed' }, { kind: 'billed' }], { kind: 'billed' }],
    ['is an estimate when one part is', [{ kind: 'billed' }, {}], { kind: 'estimate' }],
    ['is at most the sum when one part is at most', [{ kind: 'at-most' }, { kind: 'billed' }], { kind: 'at-most' }],
    ['leaves out rates of paused jobs', [{ isPaused: true }, {}], { perHour: 10n, isPaused: false }],
    ['is paused when every job is', [{ isPaused: true }, { isPaused: true }], { perHour: 0n, isPaused: true }],
    ['adds what spot capacity saved', [{ saved: 3 }, {}, { saved: 4 }], { saved: 7 }],
    ['saved nothing without spot capacity', [{}], { saved: undefined }],
    [
      'names the shipped prices when one part has them, because they may be old',
      [{}, { priced: { source: 'shipped', asOf: 'x' } }],
      { priced: { source: 'shipped', asOf: 'x' } },
    ],
    ['names the prices of its parts', [{}, {}], { priced: { source: 'price-list', asOf: '2026-09-24' } }],
  ])('%s', (_, costs, expected) => {
    expect(sum(...costs)).toMatchObject(expected);
  });
});

describe('the formula of a tuning job', () => {
  it.each([
    [1, 'the sum of 1 training job'],
    [2, 'the sum of 2 training jobs'],
  ])('agrees with %i', (count, formula) => {
    const costs = Array.from({ length: count }, () => costAt({ ran: 60 }));
    expect(priced(sumOf(costs)).formula).toBe(formula);
  });
});

describe('prices', () => {
  it('are the operator’s, else the Price List’s, else the shipped ones, and name their source', () => {
    const own = { 'us-east-1': { Training: { 'ml.m5.large': 0.1 } } };
    const all = pricesIn('us-east-1', own, listed);
    expect(all.instance('Training', 'ml.m5.large')).toEqual({
      perHour: fineUsd('0.1'),
      source: 'configured',
      asOf: '',
    });
    expect(all.instance('Training', 'ml.g5.2xlarge')).toMatchObject({ source: 'price-list', asOf: '2026-09-24' });
    const shipped = { source: 'shipped', asOf: '2026-09-25', region: 'us-east-1' };
    expect(all.instance('Training', 'ml.g6.xlarge')).toMatchObject(shipped);
    expect(all.instance('Processing', 'ml.g6.xlarge')).toMatchObject({ ...shipped, perHour: fineUsd('1.1267') });
    expect(all.instance('BatchTransform', 'ml.g6.xlarge')).toBeUndefined();
    expect(all.instance('Training', 'ml.of-tomorrow.large')).toBeUndefined();
    const samples = pricesIn('us-east-1', {}, () => ({ perHour: 1n, asOf: '2026-09-25', isSample: true }));
    expect(samples.instance('Training', 'ml.m5.large')).toEqual({ perHour: 1n, source: 'sample', asOf: '2026-09-25' });
    expect(pricesIn('xx-nowhere-1', {}, () => undefined).instance('Training', 'ml.m5.large')).toBeUndefined();
  });
});

describe('the shipped prices', () => {
  it('are amounts of known instance types, each with the day of its region', () => {
    for (const { asOf, prices: shipped } of Object.values(SHIPPED_PRICES)) {
      expect(asOf).toMatch(/^2026-\d\d-\d\d$/);
      for (const [type, usd] of Object.values(shipped).flatMap((component) => Object.entries(component))) {
        expect([type, fineUsd(usd)]).toEqual([expect.stringMatching(/^ml\.[a-z]+\d\w*\.\w+$/), expect.any(BigInt)]);
      }
    }
  });
});

describe('the source of a price', () => {
  const cost = priced(costAt({ ran: 3600 }));

  it.each<[Cost['priced'], string]>([
    [{ source: 'price-list', asOf: '2026-11-20' }, 'on demand, AWS Price List of 2026-11-20'],
    [
      { source: 'shipped', asOf: '2026-09-25', region: 'us-east-1' },
      'on demand, table shipped with Ground Control for us-east-1, 2026-09-25',
    ],
    [{ source: 'configured', asOf: '' }, 'ground-control.yml'],
    [{ source: 'sample', asOf: '2026-09-25' }, 'sample prices, 2026-09-25'],
  ])('%j is named for what it is', (source, value) => {
    expect(costFacts({ ...cost, priced: source }, false, 'UTC')).toContainEqual({ label: 'Prices', value });
  });
});

describe('money', () => {
  it.each([
    ['25', 25_000_000],
    ['12.50', 12_500_000],
    ['0.0000005', 1],
    ['0.0000004', 0],
    ['999999999', 999_999_999_000_000],
  ])('is read from the text %s', (text, amount) => {
    expect(microUsd(text)).toBe(amount);
  });

  it.each(['', '-1', '1e99', '25 USD', '$25', '1,000', 'NaN', '1.', '.5', ' 1', '٢٥', '9'.repeat(30)])(
    'is not read from the text %j',
    (text) => {
      expect(microUsd(text)).toBeUndefined();
    },
  );

  it.each([
    [0, '$0.00'],
    [1, '$0.0000'],
    [4200, '$0.0042'],
    [9999, '$0.0100'],
    [10_000, '$0.01'],
    [25_004_999, '$25.00'],
    [25_005_000, '$25.01'],
    [1_234_567_890_000, '$1234567.89'],
  ])('of %d millionths of a dollar is shown as %s', (amount, text) => {
    expect(formatUsd(amount)).toBe(text);
  });

  it('in prices is shown with all digits', () => {
    expect(['1.5150000000', '25', '7.09', '0.0000000001'].map((text) => formatPrice(fineUsd(text) ?? 0n))).toEqual([
      '$1.515',
      '$25.00',
      '$7.09',
      '$0.0000000001',
    ]);
  });

  it('is rounded half up to the millionth, with doubles as with bigints', () => {
    const large = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 14n }), fc.integer({ min: 0, max: 10 ** 8 }));
    const small = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 12n }), fc.integer({ min: 0, max: 2000 }));
    fc.assert(
      fc.property(fc.oneof(large, small), ([perHour, seconds]) => {
        const divisor = 3600n * 10_000n;
        expect(amountOver(perHour, seconds)).toBe(Number((perHour * BigInt(seconds) * 2n + divisor) / (divisor * 2n)));
      }),
      { numRuns: 2000 },
    );
  });

  it('lasts exactly until it is spent', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 12 }), fc.bigInt({ min: 1n, max: 10n ** 13n }), (amount, perHour) => {
        const seconds = secondsFor(amount, perHour);
        fc.pre(seconds !== undefined);
        expect(amountOver(perHour, seconds)).toBeLessThanOrEqual(amount);
        expect(amountOver(perHour, seconds + 1)).toBeGreaterThanOrEqual(amount - 1);
      }),
    );
    expect(secondsFor(1, 0n)).toBeUndefined();
  });

  it('lasts no known time when that is more than 100 years', () => {
    const century = 36_525 * 86_400;
    // One millionth of a dollar a second.
    const [perHour, most] = [36_000_000n, century];
    expect([secondsFor(most, perHour), secondsFor(most + 1, perHour)]).toEqual([century, undefined]);
    expect(secondsFor(Number.MAX_SAFE_INTEGER, 1n)).toBeUndefined();
  });
});
