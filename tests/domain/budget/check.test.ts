import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkBudget } from '../../../domain/budget/check.ts';
import { PRECISION_SECONDS } from '../../../domain/budget/times.ts';
import { factsOf, instant, MINUTE, type Situation, START, TAG } from '../../support/budget-facts.ts';

const check = (situation: Situation) => {
  const { findings, stop, nextAt } = checkBudget(factsOf(situation));
  const said = findings.map((finding) => (finding.kind === 'warning' ? `${finding.threshold} %` : finding.kind));
  const next = nextAt === undefined ? undefined : Math.round((nextAt.getTime() - START) / (MINUTE / 10)) / 10;
  return { said, stop: stop === undefined ? undefined : stop.again > 0 ? 'again' : 'first', next };
};

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
      'is not stopped after a mail asked people about this cap',
      { minutes: 61, asked: 10 },
      { said: [], stop: undefined, next: 121 },
    ],
    [
      'is stopped when the mail asked people about another cap',
      { minutes: 61, asked: 5 },
      { said: [], stop: 'first', next: 66 },
    ],
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
