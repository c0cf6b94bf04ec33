import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allowanceOf,
  bookedBy,
  bookedMeanwhile,
  type Entry,
  entriesFor,
  isSamePlace,
  mayYetBePriced,
  NO_ALLOWANCE,
  tightest,
} from '../../../domain/budget/booking.ts';
import { type Checked, UNCHECKED } from '../../../domain/budget/checked.ts';
import { situationOf } from '../../../domain/budget/decide.ts';
import { grant, type Holding, type MonthStanding } from '../../../domain/budget/ledger.ts';
import { capKey } from '../../../domain/budget/limits.ts';
import { meter } from '../../../domain/cost/meter.ts';
import { amountOver } from '../../../domain/cost/money.ts';
import { pricesIn } from '../../../domain/cost/prices.ts';
import { book } from '../../../handlers/budget/book-job.ts';
import { LedgersInMemory } from '../../../local/backtest/ledgers-in-memory.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import { SCHEMAS } from '../../support/events.ts';

const START = Date.parse('2026-11-10T00:00:00Z');
const HOUR = 3_600_000;
const USD = 1_000_000;
const ARN = 'arn:aws:sagemaker:us-east-1:123456789012:training-job/churn';
const JOB = { type: 'training-job', arn: ARN } as const;
const KEY = `training-job|${ARN}|${START / 1000}`;
const NOVEMBER = { tag: 'project', value: 'churn', month: '2026-11' };
const configuration = Configuration.parse({ budgets: { monthly: { project: { churn: 100 } } } });
/** The job's instance costs 10 USD per hour. */
const prices = pricesIn('us-east-1', { 'us-east-1': { Training: { 'ml.ten.large': 10 } } }, () => undefined);

/** The job, `hours` after its start. */
function situation(hours: number, detail: object = {}, checked: Partial<Checked> = {}) {
  const now = new Date(START + hours * HOUR);
  const change = SCHEMAS['training-job'].parse({
    'detail-type': 'SageMaker Training Job State Change',
    resources: [ARN],
    detail: {
      TrainingJobName: 'churn',
      TrainingJobArn: ARN,
      TrainingJobStatus: 'InProgress',
      SecondaryStatus: 'Training',
      CreationTime: START,
      TrainingStartTime: START,
      ResourceConfig: { InstanceType: 'ml.ten.large', InstanceCount: 1 },
      Tags: { project: 'churn' },
      ...detail,
    },
  });
  return situationOf(JOB, change, meter(change, prices, now), { ...UNCHECKED, ...checked }, now, configuration);
}
/** Began two hours before November, so that it has run for three hours at -215 hours. */
const IN_OCTOBER = { TrainingStartTime: Date.parse('2026-10-31T22:00:00Z') };
const claimOf = (...of: Parameters<typeof situation>) => {
  const claim = entriesFor(situation(...of)).find((entry) => entry.kind === 'claim');
  return claim?.kind === 'claim' ? claim.claim : undefined;
};

describe('a job claims from its monthly budget', () => {
  it.each<[string, Parameters<typeof situation>, object]>([
    ['a lease without a cap', [1], { spent: 10 * USD, perHour: 100_000_000_000n, isLeased: true, footing: 'free' }],
    [
      'what its cap allows',
      [1, { Tags: { project: 'churn', 'ground-control:max-cost-usd': '40' } }],
      { wanted: 40 * USD, isLeased: false },
    ],
    [
      'no more than it can cost until its time limit',
      [1, { StoppingCondition: { MaxRuntimeInSeconds: 7200 } }],
      { wanted: 20 * USD, isLeased: true },
    ],
    [
      'what it has spent, even beyond its time limit',
      [3, { StoppingCondition: { MaxRuntimeInSeconds: 7200 } }],
      { wanted: 30 * USD },
    ],
    [
      'ten minutes when it is stopping',
      [1, { TrainingJobStatus: 'Stopping' }],
      { wanted: 10 * USD + 1_666_667, footing: 'over', isLeased: false },
    ],
    [
      'ten minutes when Ground Control stopped it a moment ago',
      [1, {}, { stoppedAt: new Date(START + HOUR - 60_000) }],
      { wanted: 10 * USD + 1_666_667, footing: 'over' },
    ],
    [
      'a lease when the stop did not succeed',
      [1, {}, { stoppingAt: new Date(START) }],
      { footing: 'free', isLeased: true },
    ],
    [
      'a lease when Ground Control stopped it five minutes ago, without success',
      [1, {}, { stoppedAt: new Date(START + HOUR - 300_000) }],
      { footing: 'free', isLeased: true },
    ],
    [
      'what its cap left over in the month before',
      [-215, { ...IN_OCTOBER, Tags: { project: 'churn', 'ground-control:max-cost-usd': '40' } }],
      { spent: 10 * USD, wanted: 20 * USD },
    ],
    [
      'what its time limit left over in the month before',
      [-215, { ...IN_OCTOBER, StoppingCondition: { MaxRuntimeInSeconds: 4 * 3600 } }],
      { spent: 10 * USD, wanted: 20 * USD },
    ],
    ['no more than it can cost until the end of the month', [503], { wanted: 5040 * USD }],
    [
      'no hourly rate while its capacity is interrupted',
      [
        1,
        {
          EnableManagedSpotTraining: true,
          SecondaryStatusTransitions: [{ Status: 'Interrupted', StartTime: START + HOUR / 2 }],
        },
      ],
      { spent: 5 * USD, perHour: 0n },
    ],
    [
      'its money as a protected job',
      [1, { Tags: { project: 'churn', 'ground-control:protected': 'true' } }],
      { footing: 'protected' },
    ],
    [
      'its money as a protected job when its protection tag cannot be read',
      [1, { Tags: { project: 'churn', 'ground-control:protected': '?' } }],
      { footing: 'protected' },
    ],
  ])('%s', (_, of, expected) => {
    expect(claimOf(...of)).toMatchObject(expected);
  });
});

describe('the ledgers that a job is entered in', () => {
  const places = (entries: readonly Entry[]) => entries.map(({ kind, month, key }) => [kind, month, key === KEY]);
  const here = { ...NOVEMBER, key: KEY };

  it('are stored before the job is entered, and are the same afterwards', () => {
    const facts = situation(1);
    const entries = entriesFor(facts);
    expect([bookedMeanwhile(facts, entries), bookedBy(facts, entries)]).toEqual([[here], [here]]);
    expect(bookedMeanwhile(situation(1, {}, { booked: [here] }), entries)).toBeUndefined();
  });

  it('exclude the one that its tags no longer name', () => {
    const facts = situation(1, { Tags: {} }, { booked: [here] });
    expect([places(entriesFor(facts)), bookedBy(facts, entriesFor(facts))]).toEqual([[['drop', '2026-11', true]], []]);
  });

  it.each([
    ['of another tag', { ...here, tag: 'team' }],
    ['of another value', { ...here, value: 'other' }],
    ['of a month in which the job cost nothing', { ...here, month: '2026-09' }],
  ])('exclude the one %s', (_, place) => {
    const facts = situation(1, {}, { booked: [place] });
    expect(entriesFor(facts).map(({ kind, tag, value, month }) => [kind, tag, value, month])).toEqual([
      ['drop', place.tag, place.value, place.month],
      ['claim', 'project', 'churn', '2026-11'],
    ]);
    expect(bookedBy(facts, entriesFor(facts))).toEqual([here]);
  });

  it('are both months of a job that runs over the end of a month', () => {
    const october = { ...here, month: '2026-10' };
    const facts = situation(-215, IN_OCTOBER, { booked: [october] });
    expect(entriesFor(facts)).toMatchObject([
      { kind: 'close', month: '2026-10', amount: 20 * USD },
      { kind: 'claim', month: '2026-11' },
    ]);
    expect(bookedMeanwhile(facts, entriesFor(facts))).toEqual([october, here]);
    expect(bookedBy(facts, entriesFor(facts))).toEqual([october, here]);
  });

  it('are final when the job has ended: nothing new is stored before', () => {
    const facts = situation(2, { TrainingJobStatus: 'Completed', TrainingEndTime: START + HOUR });
    const at = new Date(START + HOUR);
    expect(entriesFor(facts)).toEqual([{ ...here, kind: 'close', amount: 10 * USD, at }]);
    expect(bookedMeanwhile(facts, entriesFor(facts))).toBeUndefined();
  });

  it('are none before it starts', () => {
    expect(entriesFor(situation(1, { TrainingStartTime: undefined }))).toEqual([]);
  });

  it('keep the last known amount when the cost is still not known two hours after its end', () => {
    const ended = {
      ResourceConfig: { InstanceType: 'ml.unheard.large', InstanceCount: 1 },
      TrainingJobStatus: 'Completed',
      TrainingEndTime: START + HOUR,
    };
    expect(entriesFor(situation(2.9, ended))).toEqual([]);
    expect(entriesFor(situation(3, ended))).toEqual([
      { ...here, kind: 'close', amount: undefined, at: new Date(START + HOUR) },
    ]);
    expect(mayYetBePriced(situation(1).change, new Date(START))).toBe(false);
  });

  it.each<[string, object]>([
    ['month', { month: '2026-12' }],
    ['value', { value: 'other' }],
    ['tag', { tag: 'team' }],
    ['key', { key: 'other' }],
  ])('are other places when the %s differs', (_, other) => {
    expect([isSamePlace(here, { ...here }), isSamePlace(here, { ...here, ...other })]).toEqual([true, false]);
  });

  it('have the entry of an earlier job of the same name closed', () => {
    const facts = situation(1, {}, { booked: [{ ...here, key: 'earlier' }] });
    const entries = entriesFor(facts);
    expect([places(entries), bookedBy(facts, entries)]).toEqual([
      [
        ['close', '2026-11', false],
        ['claim', '2026-11', true],
      ],
      [here],
    ]);
  });

  it('stay as they are while its cost is not known', () => {
    const unpriced = { ResourceConfig: { InstanceType: 'ml.unheard.large', InstanceCount: 1 } };
    const facts = situation(1, unpriced, { booked: [here] });
    expect([entriesFor(facts), bookedBy(facts, [])]).toEqual([[], [here]]);
  });
});

describe('what a monthly budget of 100 USD allows a job', () => {
  /** Another job, which was last checked at the start. */
  const other: Holding = {
    job: { type: 'training-job', arn: `${ARN}-2` },
    startedAt: new Date(START),
    at: new Date(START),
    spent: 0,
    perHour: 100_000_000_000n,
    isLeased: false,
    upTo: 5 * USD,
    footing: 'free',
  };
  const allowed = (of: Parameters<typeof situation>, ended = 0, running: [string, Holding][] = []) => {
    const facts = situation(...of);
    const granted = entriesFor(facts).flatMap((entry) => {
      if (entry.kind !== 'claim') return [];
      const ledger = { ended: new Map([['ended', ended * USD]]), running: new Map(running) };
      return [{ entry, result: grant(ledger, entry.budget, KEY, entry.claim, facts.now) }];
    });
    return allowanceOf(facts, granted, [50, 80]);
  };
  const inHours = (at: Date | undefined) => at && (at.getTime() - START) / HOUR;
  const summary = (allowance: ReturnType<typeof allowed>) => ({
    caps: allowance.left.map(({ cap, isShort }) => [cap.amount / USD, isShort]),
    renewIn: inHours(allowance.renewAt),
  });
  const capped = { Tags: { project: 'churn', 'ground-control:max-cost-usd': '90' } };

  it.each<[string, Parameters<typeof allowed>, ReturnType<typeof summary>]>([
    ['is a lease of an hour without a cap, until the lease ends', [[1]], { caps: [[20, false]], renewIn: 2 }],
    [
      'is at least for a minute, even when the lease is shorter',
      [[1], 0, [['other', { ...other, perHour: 0n, upTo: 89.99 * USD }]]],
      { caps: [[10.01, true]], renewIn: 1 + 1 / 60 },
    ],
    ['is its cap, until the month reaches the next threshold', [[1, capped]], { caps: [[90, false]], renewIn: 5 }],
    ['is renewed at the second threshold', [[1, capped], 45], { caps: [[55, true]], renewIn: 3.5 }],
    ['is renewed when the month is spent', [[1, capped], 75], { caps: [[25, true]], renewIn: 2.5 }],
    [
      'is renewed at the end of the month, when no job is charged and nothing is due earlier',
      [[1, { ...capped, SecondaryStatusTransitions: [{ Status: 'Interrupted', StartTime: START + HOUR / 2 }] }]],
      { caps: [[90, false]], renewIn: 21 * 24 },
    ],
    ['includes what the job cost in the month before', [[-215, IN_OCTOBER]], { caps: [[40, false]], renewIn: -214 }],
  ])('%s', (_, of, expected) => {
    expect(summary(allowed(...of))).toEqual(expected);
  });

  it('is of a month, which ends with the month', () => {
    const { left, monthEndsAt } = allowed([1]);
    expect(monthEndsAt).toEqual(new Date('2026-12-01T00:00:00Z'));
    expect(left).toMatchObject([
      {
        cap: {
          from: 'the November 2026 budget of project churn',
          month: { ...NOVEMBER, budget: 100 * USD, spent: 10 * USD, reserved: 10 * USD, running: 1 },
        },
      },
    ]);
  });

  it('comes with the other jobs that need a check', () => {
    expect(allowed([1], 0, [['other', other]]).others).toEqual([
      { job: other.job, booked: { ...NOVEMBER, key: 'other' } },
    ]);
  });

  it('is nothing special while the cost is not known, or without a claim', () => {
    const unpriced = { ResourceConfig: { InstanceType: 'ml.unheard.large', InstanceCount: 1 } };
    expect([allowed([1, unpriced]), allowed([1, { TrainingJobStatus: 'Completed' }])]).toEqual([
      NO_ALLOWANCE,
      NO_ALLOWANCE,
    ]);
  });

  it('is the lowest cap of the months that are short of money', () => {
    const month: MonthStanding = {
      ...NOVEMBER,
      ...{ budget: 1, spent: 0, reserved: 0, running: 0, holdings: new Map(), perHour: 0n },
    };
    const cap = (amount: number) => ({ amount, from: '', month });
    const left = [
      { cap: cap(1), isShort: false },
      { cap: cap(3), isShort: true },
      { cap: cap(2), isShort: true },
    ];
    expect([tightest({ ...NO_ALLOWANCE, left }), tightest(NO_ALLOWANCE)]).toEqual([cap(2), undefined]);
  });
});

describe('the total of a month', () => {
  it('is the sum of what its jobs cost, whatever the order and number of their checks', async () => {
    const job = fc.record({ began: fc.nat(40 * 24 * 60), minutes: fc.integer({ min: 1, max: 20 * 24 * 60 }) });
    const question = fc.record({ job: fc.nat(4), at: fc.double({ min: 0, max: 1, noNaN: true }) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(job, { minLength: 1, maxLength: 5 }),
        fc.array(question, { maxLength: 20 }),
        fc.array(question, { maxLength: 10 }),
        async (jobs, before, after) => {
          const ledgers = new LedgersInMemory();
          const ask = async (number: number, share: number) => {
            const { began, minutes } = jobs[number % jobs.length] ?? { began: 0, minutes: 1 };
            const start = START + began * 60_000;
            const name = `job-${number % jobs.length}`;
            const arn = ARN.replace('churn', name);
            const hours = (began + share * minutes) / 60;
            const detail = {
              TrainingJobName: name,
              TrainingJobArn: arn,
              CreationTime: start,
              TrainingStartTime: start,
            };
            const ended = { TrainingJobStatus: 'Completed', TrainingEndTime: start + minutes * 60_000 };
            await book(ledgers, situation(hours, { ...detail, ...(share >= 1 && ended) }), [], async () => {});
          };
          for (const { job: number, at } of before) await ask(number, at * 0.99);
          for (const number of jobs.keys()) await ask(number, 1);
          // Late events of jobs that have ended.
          for (const { job: number, at } of after) await ask(number, at);
          const months = [...ledgers.months.values()];
          const spent = months.flatMap(({ ended }) => [...ended.values()]).reduce((sum, amount) => sum + amount, 0);
          const cost = jobs.reduce((sum, { minutes }) => sum + amountOver(100_000_000_000n, minutes * 60), 0);
          // A late check divides the cost between two months at a time that is not a whole second.
          const mostApart = jobs.length * amountOver(100_000_000_000n, 1) + jobs.length;
          expect(Math.abs(spent - cost)).toBeLessThanOrEqual(mostApart);
          expect(months.flatMap(({ running, ended }) => [...running.keys()].filter((key) => !ended.has(key)))).toEqual(
            [],
          );
        },
      ),
    );
  });
});

describe('the cap of a monthly budget', () => {
  it('gets another key when its amount changes', () => {
    const month = { ...NOVEMBER, spent: 0, reserved: 0, running: 0, holdings: new Map(), perHour: 0n };
    const key = (budget: number) => capKey({ amount: 1, from: '', month: { ...month, budget } });
    expect(key(100)).not.toBe(key(200));
    expect(key(100)).not.toBe(capKey({ amount: 1, from: '', month: { ...month, value: 'other', budget: 100 } }));
  });
});
