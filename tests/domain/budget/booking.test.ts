import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bookedBy, bookedMeanwhile, type Entry, entriesFor } from '../../../domain/budget/booking.ts';
import { type Checked, UNCHECKED } from '../../../domain/budget/checked.ts';
import { situationOf } from '../../../domain/budget/decide.ts';
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
