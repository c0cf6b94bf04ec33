import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endOf, monthOf, nameOfMonth, sharesByMonth } from '../../../domain/budget/calendar.ts';
import {
  type Claim,
  type Footing,
  grant,
  type Holding,
  isAsGoodAsSpent,
  type Ledger,
  totalsOf,
} from '../../../domain/budget/ledger.ts';
import { monthlyBudgetsOf } from '../../../domain/budget/monthly-budgets.ts';
import { amountOver } from '../../../domain/cost/money.ts';

const USD = 1_000_000;
const HOUR = 3600_000;
const START = new Date('2026-11-10T00:00:00Z');
const hours = (count: number) => new Date(START.getTime() + count * HOUR);
/** 10 USD per hour. */
const RATE = 100_000_000_000n;

describe('a month', () => {
  it.each([
    ['2026-11-30T23:59:59Z', 'UTC', '2026-11', '2026-12-01T00:00:00Z'],
    ['2026-12-01T00:00:00Z', 'UTC', '2026-12', '2027-01-01T00:00:00Z'],
    ['2026-11-30T23:00:00Z', 'Europe/Berlin', '2026-12', '2026-12-31T23:00:00Z'],
    ['2026-10-31T23:30:00Z', 'Europe/Berlin', '2026-11', '2026-11-30T23:00:00Z'],
    ['2026-12-01T07:59:59Z', 'America/Los_Angeles', '2026-11', '2026-12-01T08:00:00Z'],
    // Cuba sets its clocks back in the first hour of 1 November 2026.
    ['2026-11-01T03:59:59Z', 'America/Havana', '2026-10', '2026-11-01T04:00:00Z'],
    // The time zones farthest from UTC.
    ['2026-10-31T10:00:00Z', 'Pacific/Kiritimati', '2026-11', '2026-11-30T10:00:00Z'],
    ['2026-12-01T10:59:59Z', 'Pacific/Pago_Pago', '2026-11', '2026-12-01T11:00:00Z'],
  ])('of %s in %s is %s, and ends at %s', (instant, zone, month, end) => {
    expect(monthOf(new Date(instant), zone)).toBe(month);
    expect(endOf(month, zone)).toEqual(new Date(end));
  });

  it('has a name with its year', () => {
    expect(nameOfMonth('2026-02')).toBe('February 2026');
  });

  it('begins where the last one ends, in every time zone', () => {
    const zones = Intl.supportedValuesOf('timeZone');
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: 2020, max: 2030 }),
        fc.integer({ min: 1, max: 12 }),
        (zone, year, number) => {
          const month = `${year}-${String(number).padStart(2, '0')}`;
          const end = endOf(month, zone);
          expect(monthOf(new Date(end.getTime() - 1000), zone)).toBe(month);
          expect(monthOf(end, zone) > month).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('a job that runs over the end of a month', () => {
  it('counts in both months by time', () => {
    const shares = sharesByMonth(
      10 * USD,
      new Date('2026-11-30T21:00:00Z'),
      new Date('2026-12-01T01:00:00Z'),
      'Europe/Berlin',
    );
    expect([...shares]).toEqual([
      ['2026-11', 5 * USD],
      ['2026-12', 5 * USD],
    ]);
  });

  it('counts in one month when it ends together with the month', () => {
    const shares = sharesByMonth(10 * USD, new Date('2026-11-30T21:00:00Z'), new Date('2026-12-01T00:00:00Z'), 'UTC');
    expect([...shares]).toEqual([['2026-11', 10 * USD]]);
  });

  it('has shares that add up to exactly its cost', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10 ** 12 }),
        fc.date({ min: START, max: hours(2000), noInvalidDate: true }),
        fc.integer({ min: 0, max: 5000 * HOUR }),
        (amount, from, length) => {
          const shares = sharesByMonth(amount, from, new Date(from.getTime() + length), 'America/New_York');
          expect([...shares.values()].reduce((sum, share) => sum + share, 0)).toBe(amount);
          expect(Math.min(...shares.values())).toBeGreaterThanOrEqual(0);
          expect([...shares.keys()]).toEqual([...shares.keys()].toSorted());
        },
      ),
    );
  });
});

describe('the monthly budgets of a job', () => {
  const unknown = { owner: 'unknown', team: 'unknown', project: 'unknown' };
  const monthly = { project: { churn: 2000 }, team: { vision: 500 }, 'Cost-Center': { '1234': 0.5 } };
  const of = (tags: Record<string, string>, owner: Partial<typeof unknown> = {}) =>
    monthlyBudgetsOf(new Map(Object.entries(tags)), { ...unknown, ...owner }, { monthly });

  it('are those that its tags name, whatever the case of the keys', () => {
    expect(of({ other: '1234', 'cost-center': '1234' }, { project: 'churn', team: 'nlp' })).toEqual([
      { tag: 'project', value: 'churn', amount: 2000 * USD },
      { tag: 'Cost-Center', value: '1234', amount: USD / 2 },
    ]);
  });

  it.each([
    ['no tags', {}, {}],
    ['tag values without a budget', { 'cost-center': '12345' }, { project: 'Churn' }],
    [
      'tag values that are properties of every JavaScript object',
      { 'cost-center': 'constructor' },
      { project: 'toString' },
    ],
  ])('are none for %s', (_, tags, owner) => {
    expect(of(tags, owner)).toEqual([]);
  });
});

const job = (name: string) => ({ type: 'training-job', arn: `arn:${name}` }) as const;

/** The claim of a job that began `began` hours after the start, has spent `spent` USD and wants `wanted` USD. */
const claimOf = (began: number, spent: number, wanted: number, footing: Footing = 'free', at = 0): Claim => ({
  job: job('claimant'),
  startedAt: hours(began),
  at: hours(at),
  spent: spent * USD,
  perHour: RATE,
  wanted: wanted * USD,
  footing,
  isLeased: false,
});

const holding = (began: number, spent: number, upTo: number, footing: Footing = 'free', at = 0): Holding => {
  const { wanted, ...claim } = claimOf(began, spent, upTo, footing, at);
  return { ...claim, upTo: wanted };
};

const ledgerOf = (running: Record<string, Holding>, ended: Record<string, number> = {}): Ledger => ({
  running: new Map(Object.entries(running)),
  ended: new Map(Object.entries(ended).map(([key, usd]) => [key, usd * USD])),
});

describe('a job that claims from a monthly budget of 100 USD', () => {
  const upTo = (ledger: Ledger, budget: number, claim: Claim, now = hours(0)) => {
    const { holding: mine, isShort, ledger: after } = grant(ledger, budget * USD, 'claimant', claim, now);
    const others = [...after.running].filter(([key]) => key !== 'claimant');
    const revoked = others.flatMap(([key, { footing }]) => (footing === 'revoked' ? [key] : []));
    return { upTo: mine.upTo / USD, isShort, footing: mine.footing, revoked };
  };
  const ok: Omit<ReturnType<typeof upTo>, 'upTo'> = { isShort: false, footing: 'free', revoked: [] };

  it.each<[string, Ledger, Claim, ReturnType<typeof upTo>]>([
    ['gets all that it wants from an empty ledger', ledgerOf({}), claimOf(0, 0, 60), { ...ok, upTo: 60 }],
    [
      'gets what ended jobs left over',
      ledgerOf({}, { a: 30, b: 20 }),
      claimOf(0, 0, 60),
      { ...ok, upTo: 50, isShort: true },
    ],
    [
      'gets what running jobs did not reserve',
      ledgerOf({ a: holding(-1, 10, 70) }),
      claimOf(0, 0, 60),
      { ...ok, upTo: 30, isShort: true },
    ],
    [
      'keeps what it has reserved',
      ledgerOf({ claimant: holding(0, 0, 60), a: holding(-1, 0, 40) }),
      claimOf(0, 20, 60),
      { ...ok, upTo: 60 },
    ],
    [
      'is over when older jobs have reserved the rest',
      ledgerOf({ a: holding(-1, 10, 80) }),
      claimOf(0, 20, 60),
      { upTo: 20, isShort: true, footing: 'over', revoked: [] },
    ],
    [
      'is over when it has spent more than is left',
      ledgerOf({}, { a: 90 }),
      claimOf(0, 20, 60),
      { upTo: 10, isShort: true, footing: 'over', revoked: [] },
    ],
    [
      'takes from the newest job when it would be over',
      ledgerOf({ old: holding(-5, 10, 20), newer: holding(2, 0, 30), newest: holding(3, 0, 30) }),
      claimOf(0, 20, 60),
      { upTo: 50, isShort: true, footing: 'free', revoked: ['newest'] },
    ],
    [
      'takes from the next newest job when the newest has too little for an hour',
      ledgerOf({ newer: holding(2, 0, 79.5), newest: holding(3, 0, 0.5) }),
      claimOf(0, 20, 60),
      { upTo: 60, isShort: false, footing: 'free', revoked: ['newer', 'newest'] },
    ],
    [
      'takes nothing while it has money left',
      ledgerOf({ newest: holding(3, 0, 75) }),
      claimOf(0, 20, 60),
      { ...ok, upTo: 25, isShort: true },
    ],
    [
      'takes nothing from jobs that are protected, over or revoked',
      ledgerOf({ a: holding(1, 0, 30, 'protected'), b: holding(1, 0, 30, 'over'), c: holding(1, 0, 20, 'revoked') }),
      claimOf(0, 20, 60),
      { upTo: 20, isShort: true, footing: 'over', revoked: expect.anything() },
    ],
    [
      'takes nothing when it is protected itself',
      ledgerOf({ newest: holding(3, 0, 80) }),
      claimOf(0, 20, 60, 'protected'),
      { upTo: 20, isShort: true, footing: 'protected', revoked: [] },
    ],
    [
      'gets less when others have spent more than they reserved',
      ledgerOf({ over: holding(-10, 30, 30, 'over', -4) }),
      claimOf(0, 0, 60),
      { ...ok, upTo: 30, isShort: true },
    ],
  ])('%s', (_, ledger, claim, expected) => {
    expect(upTo(ledger, 100, claim)).toEqual(expected);
  });

  it('takes from the newest job only what that job has not spent by now', () => {
    const ledger = ledgerOf({ newest: holding(3, 20, 80, 'free', 0) });
    const { ledger: after } = grant(ledger, 100 * USD, 'claimant', claimOf(0, 20, 60, 'free', 1), hours(1));
    expect(after.running.get('newest')).toMatchObject({ upTo: 30 * USD, footing: 'revoked' });
  });

  it('has leases cut, whatever their age, before any job is revoked', () => {
    const leased = (began: number, upTo: number): Holding => ({ ...holding(began, 0, upTo), isLeased: true });
    const ledger = ledgerOf({ old: leased(-2, 70), young: leased(3, 30) });
    const granted = grant(ledger, 100 * USD, 'claimant', { ...claimOf(0, 0, 60), isLeased: true }, hours(0));
    // 100 USD last these three jobs for over three hours. Half of that exceeds the longest lease, an hour: 10 USD.
    // The first lease is cut to the shortest one, five minutes.
    expect([granted.holding.footing, granted.holding.upTo / USD, granted.toAsk]).toEqual(['free', 10, ['old']]);
    expect(granted.ledger.running.get('old')).toMatchObject({ footing: 'free', upTo: amountOver(RATE, 300) });
  });

  it('counts as older or newer by its key when two jobs began together', () => {
    const both = (mine: string, other: string) =>
      grant(ledgerOf({ [other]: holding(0, 0, 80) }), 100 * USD, mine, claimOf(0, 20, 60), hours(0)).holding.footing;
    expect([both('a', 'b'), both('b', 'a')]).toEqual(['free', 'over']);
  });
});

describe('the totals of a month', () => {
  const ledger = ledgerOf({ a: holding(0, 10, 70), b: holding(0, 0, 5) }, { ended: 30 });

  it('are what jobs spent and reserved, by now', () => {
    const { holdings, ...totals } = totalsOf(ledger, hours(1));
    // Both jobs have run for an hour since their last check: one has spent 20 USD, the other more than its 5 USD.
    expect(totals).toEqual({ spent: 60 * USD, reserved: 50 * USD, running: 2, perHour: 2n * RATE });
    expect([...holdings.keys()]).toEqual(['a', 'b']);
  });

  it('do not shrink when the clock of another function is behind', () => {
    expect(totalsOf(ledger, hours(-1))).toMatchObject({ spent: 40 * USD, reserved: 65 * USD });
  });
});

describe('money counts as spent', () => {
  it.each([
    ['when nothing is left', 0, 0n, true],
    ['when it lasts less than a minute', Math.floor((10 * USD * 59) / 3600), RATE, true],
    ['but not when it lasts a minute', Math.ceil((10 * USD) / 60), RATE, false],
    ['but not when nothing is charged', 1, 0n, false],
  ])('%s', (_, left, perHour, expected) => {
    expect(isAsGoodAsSpent(left, perHour)).toBe(expected);
  });
});

describe('the length of a lease', () => {
  it('is half the time that the money lasts all jobs without a cap', () => {
    const leased = { ...holding(-1, 3, 13), isLeased: true };
    const ledger = ledgerOf({ leased, capped: holding(-1, 0, 5) });
    const claim = { ...claimOf(0, 2, 60), isLeased: true };
    // 30 USD without the 13 and 5 USD of the others are 12 USD: 10 more than the job has spent. The lease of the other
    // job has 10 USD left. 20 USD last both for an hour, so the lease is half an hour: 5 USD.
    expect(grant(ledger, 30 * USD, 'claimant', claim, hours(0)).holding.upTo).toBe(7 * USD);
  });

  it('is at least five minutes, as far as there is money', () => {
    const claim = { ...claimOf(0, 0, 60), isLeased: true };
    const upTo = (budget: number) => grant(ledgerOf({}), budget * USD, 'claimant', claim, hours(0)).holding.upTo;
    expect([upTo(1), upTo(0.5)]).toEqual([amountOver(RATE, 300), 0.5 * USD]);
  });
});

describe('a claim requests checks of other jobs', () => {
  const minutes = (count: number) => hours(count / 60);
  const asked = (others: Record<string, Holding>) => {
    const granted = grant(ledgerOf(others), 10_000 * USD, 'claimant', claimOf(0, 0, 1), hours(0));
    const marked = [...granted.ledger.running].flatMap(([key, { askedAt }]) => (askedAt === undefined ? [] : [key]));
    return [granted.toAsk, marked];
  };
  const at = (last: Date, over: Partial<Holding> = {}): Holding => ({ ...holding(-100, 0, 5), at: last, ...over });
  const revoked = (over: Partial<Holding> = {}) => at(hours(0), { footing: 'revoked', ...over });
  const silent = (over: Partial<Holding> = {}) => at(hours(-25), { perHour: 0n, ...over });

  it.each<[string, Holding, boolean]>([
    ['that lost their money', revoked(), true],
    ['but not again within five minutes', revoked({ askedAt: minutes(-5) }), false],
    ['and again after five minutes', revoked({ askedAt: minutes(-5.1) }), true],
    ['that have spent more than they reserved', at(hours(-1)), true],
    ['but not when they were checked within five minutes', at(minutes(-5), { upTo: 0 }), false],
    ['but not when they stayed within their money', at(hours(-0.5)), false],
    ['but not when they are protected', at(hours(-1), { footing: 'protected' }), false],
    ['that were not checked for a day', silent(), true],
    ['but not when they were checked within a day', silent({ at: hours(-24) }), false],
    ['but not when another job asked for their check within the hour', silent({ askedAt: hours(-1) }), false],
    ['and again after an hour', silent({ askedAt: hours(-1.1) }), true],
  ])('%s', (_, other, isAsked) => {
    const [asking, marked] = asked({ other });
    expect(asking).toEqual(isAsked ? ['other'] : []);
    if (isAsked) expect(marked).toEqual(['other']);
  });

  it('of at most 20 at once', () => {
    const many = Object.fromEntries(Array.from({ length: 25 }, (_, number) => [`job-${number}`, revoked()]));
    const [asking] = asked(many);
    expect(asking).toHaveLength(20);
  });

  it('once each, when a job both gives up money and is due', () => {
    const newest = { ...holding(3, 0, 90), at: hours(-25), perHour: 0n };
    const granted = grant(ledgerOf({ newest }), 100 * USD, 'claimant', claimOf(0, 20, 60), hours(0));
    expect(granted.toAsk).toEqual(['newest']);
  });
});

describe('a month of jobs', () => {
  interface Step {
    readonly job: number;
    readonly wanted: number;
    readonly minutes: number;
    readonly ends: boolean;
  }
  const steps = fc.array(
    fc.record<Step>({
      job: fc.integer({ min: 0, max: 7 }),
      wanted: fc.integer({ min: 0, max: 200 }),
      minutes: fc.integer({ min: 0, max: 90 }),
      ends: fc.boolean(),
    }),
    { maxLength: 60 },
  );

  it('never reserves more than its budget, whenever its jobs begin, run and end', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 400 }), (plan, budget) => {
        let ledger = ledgerOf({});
        let now = START.getTime();
        for (const { job: number, wanted, minutes, ends } of plan) {
          now += minutes * 60_000;
          const key = `job-${number}`;
          if (ledger.ended.has(key)) continue;
          // A job is stopped in the second in which its reservation is spent.
          const running = new Map(
            [...ledger.running].map(([one, held]): [string, Holding] => {
              const run = held.spent + amountOver(held.perHour, Math.floor((now - held.at.getTime()) / 1000));
              return run < held.upTo
                ? [one, held]
                : [one, { ...held, spent: held.upTo, at: new Date(now), perHour: 0n }];
            }),
          );
          ledger = { ...ledger, running };
          const held = running.get(key);
          const spent =
            held === undefined
              ? 0
              : held.spent + amountOver(held.perHour, Math.floor((now - held.at.getTime()) / 1000));
          if (ends && held !== undefined) {
            ledger = {
              ended: new Map(ledger.ended).set(key, spent),
              running: new Map([...running].filter(([one]) => one !== key)),
            };
          } else {
            const claim: Claim = {
              job: job(key),
              startedAt: held?.startedAt ?? new Date(now),
              at: new Date(now),
              spent,
              perHour: RATE,
              wanted: Math.max(spent, wanted * USD),
              footing: 'free',
              isLeased: false,
            };
            ledger = grant(ledger, budget * USD, key, claim, new Date(now)).ledger;
          }
          const totals = totalsOf(ledger, new Date(now));
          expect(totals.spent + totals.reserved).toBeLessThanOrEqual(budget * USD);
        }
      }),
      { numRuns: 300 },
    );
  });
});
