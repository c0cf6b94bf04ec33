/**
 * The lines of months against plain arithmetic, over random worlds. A world has jobs that start, change price, end
 * without being noticed, are created again and move to another budget. The truth is the sum of price x seconds of each
 * run within each month; it uses neither the lines nor the calendar of the product.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BudgetFacts } from '../../../domain/budget/check.ts';
import { type Checked, UNCHECKED } from '../../../domain/budget/checked.ts';
import { type ShareChange, type Sums, spentBy, sumOf } from '../../../domain/budget/month/line.ts';
import { type Shared, sharesOf, sharesOfGone } from '../../../domain/budget/month/shares.ts';
import { judge } from '../../../domain/change/outcome.ts';
import type { Metered } from '../../../domain/cost/meter.ts';
import { factsOf } from '../../support/budget-facts.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
const at = (second: number) => new Date(second * 1000);
/** Units of a line in a millionth of a US dollar. A price of so much an hour is a millionth of a dollar a second. */
const UNITS = 36_000_000n;

/** Hours that the first of each month of 2026 is ahead of UTC. Clocks change on 8 and 29 March, 25 October, 1 November. */
const AHEAD = {
  UTC: () => 0,
  'Asia/Kolkata': () => 5.5,
  'Europe/Berlin': (month: number) => (month >= 4 && month <= 10 ? 2 : 1),
  'America/New_York': (month: number) => (month >= 4 && month <= 11 ? -4 : -5),
} as const;
type Zone = keyof typeof AHEAD;

/** The second in which a month of 2026 begins; 1: January, 13: January 2027. */
const beginOf = (month: number, zone: Zone) =>
  Date.UTC(2026, month - 1, 1) / 1000 - AHEAD[zone](((month - 1) % 12) + 1) * HOUR;
const nameOf = (month: number) => new Date(Date.UTC(2026, month - 1, 1)).toISOString().slice(0, 7);
const monthAt = (second: number, zone: Zone) => {
  let month = 1;
  while (beginOf(month + 1, zone) <= second) month++;
  return month;
};

/** A job that costs `price` an hour from `from` on. */
interface Stretch {
  readonly from: number;
  readonly price: bigint;
}

/** One run of a job. Seconds since 1970. */
interface Run {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly kind: 'even' | 'changing' | 'unpriced';
  readonly stretches: readonly Stretch[];
}

/** What the last check of a run knew. */
interface Known {
  /** No cost is known after it; absent while the job runs. */
  readonly until: number | undefined;
  readonly checkedAt: number;
  readonly budgets: readonly string[];
}

/** The exact cost of `run` between two seconds, in units. */
function costBetween({ stretches, kind }: Run, from: number, to: number): bigint {
  if (kind === 'unpriced') return 0n;
  return stretches.reduce((sum, { from: begin, price }, index) => {
    const length = Math.min(to, stretches[index + 1]?.from ?? Infinity) - Math.max(from, begin);
    return length > 0 ? sum + price * BigInt(length) : sum;
  }, 0n);
}

const partsUntil = (run: Run, end: number) =>
  run.stretches
    .filter(({ from }) => from < end)
    .map(({ from }, index) => {
      const to = Math.min(end, run.stretches[index + 1]?.from ?? Infinity);
      return { amount: Number(costBetween(run, from, to) / UNITS), from: at(from), to: at(to) };
    });

/** What the product learns about the cost at `now`. */
function meteredAt(run: Run, now: number): Metered {
  if (run.kind === 'unpriced') return { notPriced: 'no price is known' };
  const end = Math.min(now, run.to);
  const price = now < run.to ? (run.stretches.findLast(({ from }) => from <= now)?.price ?? 0n) : 0n;
  return {
    kind: 'estimate',
    amount: Number(costBetween(run, run.from, end) / UNITS),
    perHour: price,
    isPaused: false,
    formula: '',
    saved: undefined,
    priced: { source: 'configured', asOf: '' },
    ...(run.kind === 'changing' && { parts: partsUntil(run, end) }),
  };
}

const base = factsOf({ minutes: 0 });
const completed = factsOf({ minutes: 0, status: 'Completed' });

function changeAt(run: Run, now: number): BudgetFacts['change'] {
  const { change } = now < run.to ? base : completed;
  return {
    ...change,
    resource: { ...change.resource, name: run.name, arn: `arn:aws:sagemaker:::training-job/${run.name}` },
    createdAt: at(run.from - 60),
    startedAt: at(run.from),
    endedAt: now < run.to ? undefined : at(run.to),
  };
}

/** The tables of the product: what is stored about each name, and the sums of each line. */
class World {
  readonly #zone: Zone;
  readonly #checked = new Map<string, Checked>();
  readonly #sums = new Map<string, Sums>();
  readonly known = new Map<Run, Known>();

  constructor(zone: Zone) {
    this.#zone = zone;
  }

  /** `isDown`: the Price List does not answer. A job whose price was known before goes on with that price. */
  check(run: Run, now: number, budgets: readonly string[], isProtected: boolean, isDown = false): void {
    const { budgets: before = [], until } = this.known.get(run) ?? {};
    const mayFail = run.kind === 'even' && before.length > 0 && (until === undefined || until === run.to);
    const metered = isDown && mayFail ? { notPriced: 'the Price List does not answer' } : meteredAt(run, now);
    const once = () =>
      this.#apply(run.name, now, sharesOf({ ...this.#facts(run, now, budgets, isProtected), metered }));
    // An earlier job of the name, whose end nobody saw, ended when it was last checked.
    for (const [earlier, { until, checkedAt, ...rest }] of this.known) {
      if (earlier !== run && earlier.name === run.name)
        this.known.set(earlier, { ...rest, checkedAt, until: until ?? checkedAt });
    }
    once();
    this.known.set(run, { until: now < run.to ? undefined : run.to, checkedAt: now, budgets });
    // Checking again changes nothing.
    expect(once()).toEqual([]);
  }

  /** SageMaker no longer has the job. */
  remove(run: Run, now: number): void {
    const known = this.known.get(run);
    if (known === undefined) return;
    this.#apply(run.name, known.checkedAt, sharesOfGone(this.#checked.get(run.name) ?? UNCHECKED, this.#zone));
    this.known.set(run, { ...known, until: known.until ?? known.checkedAt, checkedAt: now });
  }

  sums(budget: string, month: number): Sums {
    return this.#sums.get(`${budget} ${nameOf(month)}`) ?? sumOf([]);
  }

  #facts(run: Run, now: number, budgets: readonly string[], isProtected: boolean): Parameters<typeof sharesOf>[0] {
    const change = changeAt(run, now);
    return {
      change,
      verdict: judge(change),
      metered: meteredAt(run, now),
      isProtected,
      checked: this.#checked.get(run.name) ?? UNCHECKED,
      now: at(now),
      monthly: budgets.map((value) => ({ tag: 'project', value, amount: 1 })),
      timeZone: this.#zone,
    };
  }

  #apply(name: string, now: number, { shares, changes }: Shared): readonly ShareChange[] {
    this.#checked.set(name, { ...UNCHECKED, shares, checkedAt: at(now) });
    for (const change of changes) {
      const { value, month } = change.is ?? change.was ?? { value: '', month: '' };
      const before = this.#sums.get(`${value} ${month}`) ?? sumOf([]);
      const added = sumOf([change]);
      const sums = Object.entries(before).map(([field, amount]) => [field, amount + Reflect.get(added, field)]);
      this.#sums.set(`${value} ${month}`, Object.fromEntries(sums));
    }
    return changes;
  }
}

/** What all jobs of `budget` have spent in `month` by `second`, as far as the last checks can know. In units. */
function truth(world: World, zone: Zone, budget: string, month: number, second: number): bigint {
  let sum = 0n;
  for (const [run, { until, checkedAt, budgets }] of world.known) {
    if (!budgets.includes(budget)) continue;
    const to = Math.min(second, beginOf(month + 1, zone), until ?? Infinity);
    // Nobody knows of a price that changes after the check.
    const stretches = run.stretches.filter(({ from }) => from <= checkedAt);
    sum += costBetween({ ...run, stretches }, beginOf(month, zone), to);
  }
  return sum;
}

const BUDGETS = ['churn', 'vision'];
const NAMES = ['a', 'b', 'c'];
const prices = fc.integer({ min: 1, max: 50_000 }).map((price) => BigInt(price) * UNITS);

/** Times are shares of the world's length, so that they shrink independently. */
const moments = fc.nat(999_999).map((millionths) => millionths / 1_000_000);
const runs = fc.record({
  name: fc.constantFrom(...NAMES),
  from: moments,
  length: moments,
  kind: fc.constantFrom('even' as const, 'even' as const, 'changing' as const, 'unpriced' as const),
  price: prices,
  later: fc.array(fc.record({ at: moments, price: fc.oneof(prices, fc.constant(0n)) }), { maxLength: 3 }),
});
const steps = fc.record({
  at: moments,
  run: fc.nat(),
  budgets: fc.subarray(BUDGETS),
  isProtected: fc.boolean(),
  isRemoval: fc.nat(10).map((dice) => dice === 0),
  isDown: fc.nat(3).map((dice) => dice === 0),
  /** Seconds after the step at which the months are read. */
  readAfter: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40 * DAY })),
});
const worlds = fc.record({
  zone: fc.constantFrom<Zone>('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata'),
  /** Clocks change in March, October and November. */
  first: fc.constantFrom(3, 3, 6, 10, 10, 11),
  runs: fc.array(runs, { minLength: 1, maxLength: 8, size: 'max' }),
  steps: fc.array(steps, { minLength: 1, maxLength: 40, size: 'max' }),
});

/** Turns shares into seconds. Runs of one name come one after the other. */
function playable({ zone, first, runs: planned, steps: all }: typeof worlds extends fc.Arbitrary<infer T> ? T : never) {
  const begin = beginOf(first, zone);
  // A month stays as it is from 31 days after its end on.
  const length = beginOf(first + 1, zone) + 30 * DAY - begin;
  const freeFrom = new Map<string, number>();
  const made = planned
    .toSorted((one, other) => one.from - other.from)
    .map(({ name, from, length: share, kind, price, later }): Run => {
      const start = Math.max(begin + Math.floor(from * length), freeFrom.get(name) ?? 0);
      const lasts = 1 + Math.floor(share ** 3 * length);
      freeFrom.set(name, start + lasts + 120);
      const others = kind === 'changing' ? later : [];
      const changes = others.map((one) => ({ from: start + 1 + Math.floor(one.at * lasts), price: one.price }));
      const sorted = changes.filter((one) => one.from < start + lasts).toSorted((a, b) => a.from - b.from);
      const distinct = sorted.filter((one, index) => one.from !== sorted[index - 1]?.from);
      return { name, from: start, to: start + lasts, kind, stretches: [{ from: start, price }, ...distinct] };
    });
  const events = all
    .map((step) => ({ ...step, second: begin + Math.floor(step.at * length) }))
    .toSorted((one, other) => one.second - other.second);
  return { zone, first, made, events };
}

describe('the months of random worlds', () => {
  it('have spent what all runs cost, at any second, exactly', () => {
    const seen = { reads: 0, spent: 0, later: 0, again: 0, moved: 0 };
    fc.assert(
      fc.property(worlds, (plan) => {
        const { zone, first, made, events } = playable(plan);
        const world = new World(zone);
        for (const { second, run: index, budgets, isProtected, isRemoval, isDown, readAfter } of events) {
          // A running job is checked in each month.
          for (const [run, { until, checkedAt, budgets: same }] of world.known) {
            const isStale = until === undefined && monthAt(checkedAt, zone) < monthAt(second, zone);
            if (isStale) world.check(run, second, same, isProtected, isDown);
          }
          // SageMaker describes only the last job of a name.
          const name = NAMES[index % NAMES.length];
          const run = made.findLast((one) => one.name === name && one.from <= second);
          if (run === undefined) continue;
          const before = world.known.get(run);
          if (isRemoval && second > run.to) world.remove(run, second);
          else world.check(run, second, budgets, isProtected, isDown);
          if (before !== undefined && before.budgets.join() !== budgets.join()) seen.moved++;
          if (made.some((other) => other !== run && other.name === run.name && world.known.has(other))) seen.again++;
          const readAt = second + readAfter;
          if (monthAt(readAt, zone) > monthAt(second, zone) + 1) continue;
          for (const budget of BUDGETS) {
            for (let month = first; month <= monthAt(readAt, zone); month++) {
              const sums = world.sums(budget, month);
              const by = Math.min(readAt, beginOf(month + 1, zone));
              const expected = truth(world, zone, budget, month, by);
              expect(sums.base + sums.rate * BigInt(by)).toBe(expected);
              expect(spentBy(sums, at(by))).toBe(Number(expected / UNITS));
              seen.reads++;
              if (expected > 0n) seen.spent++;
              if (sums.rate > 0n && month > monthAt(second, zone)) seen.later++;
            }
          }
          const present = monthAt(second, zone);
          for (const budget of BUDGETS) {
            const now = [...world.known].filter(([, one]) => one.until === undefined && one.budgets.includes(budget));
            const countOf = (...kinds: readonly Run['kind'][]) =>
              now.filter(([{ kind }]) => kinds.includes(kind)).length;
            const { running, unpriced } = world.sums(budget, present);
            expect(running).toBeGreaterThanOrEqual(countOf('even'));
            // A job that costs nothing now may have no line in this month.
            expect(running).toBeLessThanOrEqual(countOf('even', 'changing'));
            expect(unpriced).toBeGreaterThanOrEqual(countOf('unpriced'));
          }
        }
      }),
      { numRuns: 300 },
    );
    // Otherwise the worlds would be empty.
    for (const [what, count] of Object.entries(seen)) expect([what, count > 0]).toEqual([what, true]);
  });

  it('have spent what ended jobs cost to the millionth, with prices of any number of digits', () => {
    const zones = fc.constantFrom<Zone>('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata');
    const anyPrice = fc.bigInt({ min: 1n, max: 10n ** 13n });
    fc.assert(
      fc.property(zones, anyPrice, moments, moments, moments, (zone, price, start, share, check) => {
        const from = beginOf(10, zone) + Math.floor(start * 20 * DAY);
        const to = from + 1 + Math.floor(share * 35 * DAY);
        const run: Run = { name: 'a', from, to, kind: 'even', stretches: [{ from, price }] };
        const checks = [from + Math.floor(check * (to - from)), to, to + DAY];
        let checked: Checked = UNCHECKED;
        const spent = () =>
          [10, 11, 12].map((month) => {
            const share = checked.shares.find((one) => one.month === nameOf(month));
            return share === undefined ? 0 : spentBy(share, at(Math.max(beginOf(month, zone), to)));
          });
        for (const now of checks) {
          const change = changeAt(run, now);
          const metered = meteredAt(run, now);
          const cost = costBetween(run, from, Math.min(now, to));
          // As SageMaker's bill: each job is rounded once, half up.
          const amount = Number((2n * cost + UNITS) / (2n * UNITS));
          const facts = { change, verdict: judge(change), metered: { ...metered, amount }, isProtected: false };
          const monthly = [{ tag: 'project', value: 'churn', amount: 1 }];
          const { shares } = sharesOf({ ...facts, checked, now: at(now), monthly, timeZone: zone });
          checked = { ...UNCHECKED, shares, checkedAt: at(now) };
          if (now < to) continue;
          expect(spent().reduce((sum, one) => sum + one, 0)).toBe(amount);
          for (const [index, month] of [10, 11, 12].entries()) {
            const within = costBetween(run, beginOf(month, zone), Math.min(to, beginOf(month + 1, zone)));
            expect(Math.abs((spent()[index] ?? 0) - Number(within) / Number(UNITS))).toBeLessThan(1.6);
          }
        }
      }),
    );
  });
});
