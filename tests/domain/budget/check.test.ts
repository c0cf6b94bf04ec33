import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BudgetFacts, checkBudget } from '../../../domain/budget/check.ts';
import type { MonthStanding } from '../../../domain/budget/month/month.ts';
import { PRECISION_SECONDS } from '../../../domain/budget/times.ts';
import { isPriced } from '../../../domain/cost/meter.ts';
import { factsOf, instant, MINUTE, monthWith, type Situation, START, TAG, USD } from '../../support/budget-facts.ts';

const check = (situation: Situation) => {
  const { findings, stop, nextAt } = checkBudget(factsOf(situation));
  const said = findings.map((finding) => (finding.kind === 'warning' ? `${finding.threshold} %` : finding.kind));
  const next = nextAt === undefined ? undefined : Math.round((nextAt.getTime() - START) / (MINUTE / 10)) / 10;
  return { said, stop: stop === undefined ? undefined : stop.again > 0 ? 'again' : 'first', next };
};

describe('a job under a monthly budget', () => {
  const monthly = [{ tag: 'project', value: 'churn', amount: 100 * USD }];
  const month = monthWith(100);
  const FROM = 'the November 2026 budget of project churn';
  const DECEMBER = (Date.parse('2026-12-01T00:00:00Z') - START) / MINUTE;
  const plan = (situation: Situation, over: Partial<BudgetFacts> = {}) => {
    const { findings, stop, nextAt } = checkBudget({ ...factsOf(situation), monthly, ...over });
    const next = nextAt === undefined ? undefined : (nextAt.getTime() - START) / MINUTE;
    return { said: findings.map(({ kind }) => kind), stop: stop?.cap.from, next };
  };
  const uncapped = (minutes: number, more: Partial<Situation> = {}): Situation => ({ minutes, tags: {}, ...more });
  const shielded = { 'ground-control:protected': 'true' };

  it.each<[string, Situation, Partial<BudgetFacts>, ReturnType<typeof plan>]>([
    [
      'is checked when the next month begins, in which it needs a line',
      uncapped(1),
      {},
      { said: [], stop: undefined, next: DECEMBER },
    ],
    ['is stopped when its month asks for that', uncapped(30), { month }, { said: [], stop: FROM, next: 35 }],
    [
      'is stopped for its own cap when it has reached that, too',
      { minutes: 60 },
      { month },
      { said: [], stop: `the tag ${TAG}`, next: 65 },
    ],
    ['is stopped for its month below its own cap', { minutes: 30 }, { month }, { said: [], stop: FROM, next: 35 }],
    ['has its own thresholds as well', { minutes: 30 }, {}, { said: ['warning'], stop: undefined, next: 48 }],
    [
      'is stopped for its month although a stop at its cap was held back: the month asks the limit itself',
      uncapped(30, { heldMinutes: 70 }),
      { month },
      { said: [], stop: FROM, next: 35 },
    ],
    [
      'is not stopped for its month when it is protected',
      uncapped(30, { tags: shielded }),
      { month },
      { said: ['over'], stop: undefined, next: 90 },
    ],
    [
      'is not stopped for its month in mode observe',
      uncapped(30, { budgets: { mode: 'observe' } }),
      { month },
      { said: ['over'], stop: undefined, next: 90 },
    ],
    [
      'may save its results for an hour',
      uncapped(30, { more: { SecondaryStatus: 'Uploading' } }),
      { month },
      { said: ['over'], stop: undefined, next: 90 },
    ],
    [
      'is checked every 15 minutes while its capacity is interrupted',
      uncapped(30, {
        more: { SecondaryStatusTransitions: [{ Status: 'Interrupted', StartTime: START + 10 * MINUTE }] },
      }),
      {},
      { said: [], stop: undefined, next: 45 },
    ],
    [
      'is checked until it ends, for its final cost',
      uncapped(30, { status: 'Stopping' }),
      { month },
      { said: [], stop: undefined, next: 45 },
    ],
    [
      'is not stopped when it has no price',
      uncapped(30, { more: { ServerlessJobConfig: {} } }),
      { month },
      { said: ['not-priced'], stop: undefined, next: 45 },
    ],
  ])('%s', (_, situation, over, expected) => {
    expect(plan(situation, over)).toEqual(expected);
  });

  it('is checked within 12 hours after the next month has begun, and not all jobs at the same time', () => {
    const began = Array.from({ length: 24 }, (__, hour) => START + hour * 60 * MINUTE);
    const next = began.map((TrainingStartTime) => {
      const { next: at = 0 } = plan(uncapped(1440, { more: { TrainingStartTime } }));
      return (at - DECEMBER) / 60;
    });
    expect(new Set(next)).toEqual(new Set(Array.from({ length: 12 }, (__, hour) => hour)));
  });

  it('is checked again after its end until its cost is known, for two hours', () => {
    const ended = (minutes: number) =>
      uncapped(minutes, {
        status: 'Completed',
        more: { ServerlessJobConfig: {}, TrainingEndTime: START + 60 * MINUTE },
      });
    const next = (minutes: number, over: Partial<BudgetFacts> = {}) => plan(ended(minutes), over).next;
    expect([next(61), next(179), next(180), next(61, { monthly: [] })]).toEqual([76, 194, undefined, undefined]);
    const { metered } = factsOf({ minutes: 61 });
    expect(next(61, { metered })).toBeUndefined();
  });

  it('is known as stopped for the limit that held then, although that limit has changed', () => {
    const situation = { minutes: 65, stoppedMinutes: 60, status: 'Stopping' };
    const capOf = (standings: readonly MonthStanding[], stoppingFor: string) => {
      const facts = factsOf(situation);
      const { findings } = checkBudget({ ...facts, standings, checked: { ...facts.checked, stoppingFor } });
      return findings.flatMap((finding) => (finding.kind === 'stopped' ? [finding.cap] : []));
    };
    expect(capOf([], '10000000')).toEqual([{ amount: 10_000_000, from: `the tag ${TAG}`, isOwn: true }]);
    expect(capOf([month], 'project|churn|2026-11|100000000')).toMatchObject([{ from: FROM, month }]);
    expect(capOf([month], '7000000')).toMatchObject([
      { from: 'the limit that held when it was stopped', key: '7000000' },
    ]);
  });
});

describe('the budget of a tuning job', () => {
  it('is checked every 15 minutes: each training job that it starts costs more', () => {
    const { change, ...facts } = factsOf({ minutes: 1 });
    const tuning = { ...change, resource: { ...change.resource, type: 'tuning-job' } };
    expect(checkBudget({ ...facts, change: tuning }).nextAt).toEqual(instant(16));
    const late = factsOf({ minutes: 50 });
    expect(checkBudget({ ...late, change: tuning }).nextAt).toEqual(instant(60));
    const stopping = factsOf({ minutes: 50, status: 'Stopping' });
    expect(checkBudget({ ...stopping, change: tuning }).nextAt).toBeUndefined();
  });
});

describe('a job whose cap pays for an hour', () => {
  it.each<[string, Situation, ReturnType<typeof check>]>([
    ['is checked again at its first threshold', { minutes: 1 }, { said: [], stop: undefined, next: 30 }],
    ['gets a warning at 50 %', { minutes: 30 }, { said: ['50 %'], stop: undefined, next: 48 }],
    ['gets a warning up to a minute before 50 %', { minutes: 29.1 }, { said: ['50 %'], stop: undefined, next: 48 }],
    ['gets no warning more than a minute before 50 %', { minutes: 28.9 }, { said: [], stop: undefined, next: 30 }],
    ['gets a warning at 80 %', { minutes: 48 }, { said: ['80 %'], stop: undefined, next: 60 }],
    ['is stopped at its cap', { minutes: 60 }, { said: [], stop: 'first', next: 65 }],
    ['is stopped up to a minute before its cap', { minutes: 59.1 }, { said: [], stop: 'first', next: 64.1 }],
    [
      'is not stopped more than a minute before its cap',
      { minutes: 58.9 },
      { said: ['80 %'], stop: undefined, next: 60 },
    ],
    ['is stopped when the first check is hours late', { minutes: 600 }, { said: [], stop: 'first', next: 605 }],
    [
      'is left alone when it has ended',
      { minutes: 600, status: 'Completed' },
      { said: [], stop: undefined, next: undefined },
    ],
    [
      'is left alone while it is stopping',
      { minutes: 59, status: 'Stopping' },
      { said: [], stop: undefined, next: undefined },
    ],
    [
      'is left alone with an unknown status',
      { minutes: 600, status: 'Levitating' },
      { said: [], stop: undefined, next: undefined },
    ],
    [
      'is not stopped again a minute after the first stop',
      { minutes: 61, stoppedMinutes: 60 },
      { said: [], stop: undefined, next: 65 },
    ],
    [
      'is stopped again, with an alert, when it still runs after five minutes',
      { minutes: 65, stoppedMinutes: 60 },
      { said: ['not-stopped'], stop: 'again', next: 90 },
    ],
    [
      'is stopped again, with an alert, when it still runs after half an hour',
      { minutes: 90, stoppedMinutes: 60 },
      { said: ['not-stopped'], stop: 'again', next: 120 },
    ],
    [
      'may take five minutes to end',
      { minutes: 65, stoppedMinutes: 60, status: 'Stopping' },
      { said: ['stopped'], stop: undefined, next: 90 },
    ],
    [
      'leads to an alert when it takes half an hour to end',
      { minutes: 90, stoppedMinutes: 60, status: 'Stopping' },
      { said: ['stopped', 'not-stopped'], stop: undefined, next: undefined },
    ],
    [
      'leads to an alert, and continues, in mode observe',
      { minutes: 60, budgets: { mode: 'observe' } },
      { said: ['over'], stop: undefined, next: 120 },
    ],
    [
      'leads to an alert, and continues, when it is protected',
      { minutes: 60, tags: { [TAG]: '10', 'ground-control:protected': 'true' } },
      { said: ['over'], stop: undefined, next: 120 },
    ],
    [
      'continues when people raised its cap',
      { minutes: 60, tags: { [TAG]: '20' } },
      { said: ['50 %'], stop: undefined, next: 96 },
    ],
    [
      'is stopped when people lowered its cap',
      { minutes: 30, tags: { [TAG]: '5' } },
      { said: [], stop: 'first', next: 35 },
    ],
    [
      'gets no warning without thresholds',
      { minutes: 50, budgets: { warnAt: [] } },
      { said: [], stop: undefined, next: 60 },
    ],
    [
      'is not stopped when it has no price',
      { minutes: 600, more: { ServerlessJobConfig: {} } },
      { said: ['not-priced'], stop: undefined, next: 615 },
    ],
    [
      'is checked every 15 minutes while its capacity is interrupted',
      {
        minutes: 30,
        more: { SecondaryStatusTransitions: [{ Status: 'Interrupted', StartTime: START + 10 * MINUTE }] },
      },
      { said: [], stop: undefined, next: 45 },
    ],
    [
      'is not stopped before the time until which the limit of stops held it back',
      { minutes: 61, heldMinutes: 70 },
      { said: [], stop: undefined, next: 70 },
    ],
    ['is stopped once that time has come', { minutes: 70, heldMinutes: 70 }, { said: [], stop: 'first', next: 75 }],
    [
      'is checked sooner when little is left, because returning capacity sends no event',
      {
        minutes: 80,
        more: { SecondaryStatusTransitions: [{ Status: 'Interrupted', StartTime: START + 57 * MINUTE }] },
      },
      { said: ['80 %'], stop: undefined, next: 83 },
    ],
    [
      'is not stopped a minute early while its capacity is interrupted',
      {
        minutes: 80,
        more: { SecondaryStatusTransitions: [{ Status: 'Interrupted', StartTime: START + 59.5 * MINUTE }] },
      },
      { said: ['80 %'], stop: undefined, next: 80.5 },
    ],
    [
      'is checked when its money would end, if interrupted capacity returned now',
      {
        minutes: 49,
        more: { SecondaryStatusTransitions: [{ Status: 'Interrupted', StartTime: START + 48 * MINUTE }] },
      },
      { said: ['80 %'], stop: undefined, next: 61 },
    ],
    [
      'has no cap when its tag is not an amount',
      { minutes: 600, tags: { [TAG]: '25 USD' } },
      { said: ['flaw'], stop: undefined, next: 660 },
    ],
    [
      'keeps the configured cap when its tag is not an amount',
      { minutes: 60, tags: { [TAG]: '-1' }, budgets: { caps: { 'training-job': 10 } } },
      { said: ['flaw'], stop: 'first', next: 65 },
    ],
  ])('%s', (_, situation, expected) => {
    expect(check(situation)).toEqual(expected);
  });

  it('gets its warnings in order and is stopped once, whatever the times of its checks', () => {
    const caps = fc.integer({ min: 1, max: 100_000 }).map((cents) => (cents / 100).toFixed(2));
    const steps = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(caps, steps, (cap, minutes) => {
        let now = 0;
        const said: number[] = [];
        let stopped = false;
        for (const step of minutes) {
          now += step;
          const facts = factsOf({ minutes: now, tags: { [TAG]: cap } });
          const { findings, stop } = checkBudget(facts);
          for (const finding of findings) if (finding.kind === 'warning') said.push(finding.threshold);
          // A job that is over its cap stays over it.
          if (stopped) expect(stop).toBeDefined();
          stopped ||= stop !== undefined;
          const left = Number(cap) - (10 * now) / 60;
          // The job continues while the money lasts for another minute.
          if (stop === undefined) expect(left).toBeGreaterThanOrEqual((10 * PRECISION_SECONDS) / 3600 - 1e-5);
          if (stop !== undefined) expect(left).toBeLessThan((10 * PRECISION_SECONDS) / 3600 + 0.01);
        }
        expect(said).toEqual([...said].sort((a, b) => a - b));
      }),
    );
  });

  it('gets a warning with the time when its money ends, if it is charged now', () => {
    const warnings = (situation: Situation) =>
      checkBudget(factsOf(situation)).findings.flatMap((one) =>
        one.kind === 'warning' ? [[one.threshold, one.last, one.exhaustedAt]] : [],
      );
    const SecondaryStatusTransitions = [{ Status: 'Interrupted', StartTime: START + 40 * MINUTE }];
    expect(warnings({ minutes: 30 })).toEqual([[50, false, instant(60)]]);
    expect(warnings({ minutes: 48 })).toEqual([[80, true, instant(60)]]);
    expect(warnings({ minutes: 50, more: { SecondaryStatusTransitions } })).toEqual([[50, false, undefined]]);
  });

  it('is always checked again before its money is spent', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 100_000 }), fc.nat(500), (cents, minutes) => {
        const { stop, nextAt } = checkBudget(factsOf({ minutes, tags: { [TAG]: (cents / 100).toFixed(2) } }));
        if (stop !== undefined || nextAt === undefined) return;
        expect(nextAt.getTime()).toBeLessThanOrEqual(START + (cents / 1000) * 3_600_000);
        expect(nextAt.getTime()).toBeGreaterThan(instant(minutes).getTime());
      }),
    );
  });
});

it('checks a job again soon, and names no time, when its cap lasts longer than any date', () => {
  const facts = factsOf({ minutes: 30, tags: { [TAG]: '1000000' } });
  const { metered } = facts;
  if (!isPriced(metered)) throw new Error(metered.notPriced);
  const cheap = { ...metered, perHour: 1n, amount: 500_000_000_000 };
  const { findings, nextAt } = checkBudget({ ...facts, metered: cheap });
  expect(findings).toMatchObject([{ kind: 'warning', threshold: 50, exhaustedAt: undefined }]);
  expect(nextAt).toEqual(instant(45));
});
