/** The policy of a month, against plain arithmetic: money left, price an hour, seconds. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plus, rising, sumOf } from '../../../domain/budget/month/line.ts';
import {
  budgetOf,
  type Candidate,
  fewestNewest,
  type MonthStanding,
  nameOf,
  nextLook,
  oldestCouldGoOn,
  reachedShare,
  shareOf,
  shortageOf,
  standingOf,
} from '../../../domain/budget/month/month.ts';
import { configured, JOB, monthWith, USD } from '../../support/budget-facts.ts';

const NOW = new Date('2026-11-20T00:00:00Z');
const END = Date.parse('2026-12-01T00:00:00Z') / 1000;
const at = (second: number) => new Date(second * 1000);
const SECOND = NOW.getTime() / 1000;
/** Half an hour, in seconds. */
const RUNWAY = 1800;
/** 1 USD an hour. */
const DOLLAR = 10_000_000_000n;
/** An hour at 1e-10 USD in millionths of a dollar, for a second. */
const UNITS = 36_000_000n;

/** Whether `left` pays `seconds` at `perHour`. */
const pays = (left: number, perHour: bigint, seconds: number) => BigInt(left) * UNITS >= perHour * BigInt(seconds);
/** Whether the money lasts for the runway, or until the month ends. */
const isEnough = (left: number, perHour: bigint, second: number) => pays(left, perHour, Math.min(RUNWAY, END - second));

const candidateOf = (perHour: bigint): Candidate => ({ job: JOB, perHour });
const shortage = (spent: number, over: Partial<MonthStanding>, now = NOW) =>
  shortageOf(monthWith(spent, over), RUNWAY, now, 'UTC');

describe('a month', () => {
  const line = {
    ...sumOf([]),
    ...plus(rising(DOLLAR, at(SECOND)), rising(9n * DOLLAR, at(SECOND + 3600))),
    revision: 7,
  };

  it('has spent what its line says, and its numbers are those of the line', () => {
    const sums = { ...line, protectedRate: 2n, stoppingRate: 3n, running: 4, unpriced: 5 };
    const id = { tag: 'project', value: 'churn', month: '2026-11' };
    expect(standingOf({ ...id, ...{ more: 1 } }, 100 * USD, sums, at(SECOND + 7200), 'UTC')).toEqual({
      ...id,
      budget: 100 * USD,
      spent: 11 * USD,
      perHour: 10n * DOLLAR,
      protectedPerHour: 2n,
      stoppingPerHour: 3n,
      running: 4,
      unpriced: 5,
      revision: 7,
    });
  });

  it.each([
    ['UTC', '2026-12-01T00:00:00Z'],
    ['America/New_York', '2026-12-01T05:00:00Z'],
    ['Asia/Kolkata', '2026-11-30T18:30:00Z'],
  ])('spends nothing after its end in %s', (timeZone, end) => {
    const spentAt = (now: Date) =>
      standingOf({ tag: 't', value: 'v', month: '2026-11' }, USD, line, now, timeZone).spent;
    const last = spentAt(new Date(end));
    expect(spentAt(new Date('2027-02-01T00:00:00Z'))).toBe(last);
    expect(spentAt(new Date(Date.parse(end) - 360_000))).toBe(last - USD);
  });

  it('has the budget of ground-control.yml, if it has one', () => {
    const { budgets } = configured({ monthly: { project: { churn: 12.5 } } });
    const budget = (tag: string, value: string) => budgetOf({ tag, value, month: '2026-11' }, { budgets });
    expect([budget('project', 'churn'), budget('project', 'x'), budget('team', 'churn')]).toEqual([
      12_500_000,
      undefined,
      undefined,
    ]);
    expect(budget('project', 'constructor')).toBeUndefined();
    expect(nameOf(monthWith(0))).toBe('the November 2026 budget of project churn');
  });

  it.each<[number, number | undefined]>([
    [0, undefined],
    [49.999999, undefined],
    [50, 50],
    [79.999999, 50],
    [80, 80],
    [99.999999, 80],
    [100, 100],
    [120, 100],
  ])('that has spent %d of 100 USD has reached %s', (spent, expected) => {
    expect(reachedShare(monthWith(spent), [50, 80])).toBe(expected);
  });

  it('reaches a share that is no whole millionth of a dollar when it has spent the last one before it', () => {
    expect([shareOf(3, 50), shareOf(199, 1), shareOf(100, 29)]).toEqual([1, 1, 29]);
  });
});

describe('the money of a month', () => {
  it.each<[string, number, Partial<MonthStanding>, ReturnType<typeof shortage>]>([
    ['lasts without running jobs', 99.999999, { perHour: 0n }, 'none'],
    ['lasts for exactly half an hour', 90, { perHour: 20n * DOLLAR }, 'none'],
    ['does not last for half an hour', 90.000001, { perHour: 20n * DOLLAR }, 'short'],
    ['lasts when those jobs are about to end', 99, { perHour: 20n * DOLLAR, stoppingPerHour: 20n * DOLLAR }, 'none'],
    [
      'does not last when protected jobs spend it',
      99,
      { perHour: 20n * DOLLAR, protectedPerHour: 20n * DOLLAR },
      'short',
    ],
    ['is spent', 100, { perHour: 20n * DOLLAR }, 'spent'],
    ['is spent although nothing runs', 100, { perHour: 0n }, 'spent'],
    ['is spent when a budget is lowered', 100, { budget: 50 * USD }, 'spent'],
  ])('%s', (_, spent, over, expected) => {
    expect(shortage(spent, over)).toBe(expected);
  });

  it('is enough when the month ends first', () => {
    const perHour = 60n * DOLLAR;
    const until = (seconds: number) => shortage(90, { perHour }, at(END - seconds));
    // 10 USD last for ten minutes.
    expect([until(601), until(600), until(1)]).toEqual(['short', 'none', 'none']);
    expect(shortage(100, { perHour }, at(END - 1))).toBe('spent');
  });

  it('is enough when it lasts longer than any date', () => {
    expect(shortage(0, { perHour: 1n })).toBe('none');
  });
});

describe('the jobs that are stopped', () => {
  const prices = fc.bigInt({ min: 0n, max: 100n * DOLLAR });
  const situations = fc.record({
    /** The newest first. */
    candidates: fc.array(prices, { minLength: 1, maxLength: 12 }),
    protectedPerHour: fc.oneof(fc.constant(0n), prices),
    stoppingPerHour: fc.oneof(fc.constant(0n), prices),
    left: fc.integer({ min: 1, max: 100 * USD }),
    second: fc.oneof(fc.constant(SECOND), fc.integer({ min: END - 2 * RUNWAY, max: END - 1 })),
  });
  const sum = (numbers: readonly bigint[]) => numbers.reduce((total, one) => total + one, 0n);

  it('are the newest, and one less would not be enough', async () => {
    await fc.assert(
      fc.asyncProperty(situations, async ({ candidates, protectedPerHour, stoppingPerHour, left, second }) => {
        const active = sum(candidates) + protectedPerHour;
        const others = { protectedPerHour, stoppingPerHour, perHour: active + stoppingPerHour };
        const standing = monthWith(100, { ...others, spent: 100 * USD - left });
        const jobs = candidates.map(candidateOf);
        const stopped = await fewestNewest(standing, jobs, RUNWAY, at(second), 'UTC');
        expect(stopped).toEqual(jobs.slice(0, stopped.length));
        const enough = candidates.map((_, count) => isEnough(left, active - sum(candidates.slice(0, count)), second));
        const fewest = enough.indexOf(true);
        expect(stopped).toHaveLength(fewest === -1 ? candidates.length : fewest);
        expect(shortageOf(standing, RUNWAY, at(second), 'UTC')).toBe(enough[0] === true ? 'none' : 'short');
        // The oldest alone can go on exactly when something is left to go on after those stops.
        const oldest = candidateOf(candidates.at(-1) ?? 0n);
        expect(oldestCouldGoOn(standing, oldest, RUNWAY, at(second), 'UTC')).toBe(fewest !== -1);
      }),
    );
  });

  it('are none of those that are protected, whose price still counts', async () => {
    const half = { perHour: 20n * DOLLAR, protectedPerHour: 10n * DOLLAR };
    const [one, two] = [candidateOf(5n * DOLLAR), candidateOf(5n * DOLLAR)];
    const stoppedAt = (spent: number) => fewestNewest(monthWith(spent, half), [one, two], RUNWAY, NOW, 'UTC');
    // Half an hour costs 10 USD, 7.50 USD without one of them, 5 USD without both.
    expect(await Promise.all([90, 92.5, 95, 99].map(stoppedAt))).toEqual([[], [one], [one, two], [one, two]]);
    const goesOn = (spent: number) => oldestCouldGoOn(monthWith(spent, half), two, RUNWAY, NOW, 'UTC');
    expect([goesOn(92.5), goesOn(92.500001)]).toEqual([true, false]);
  });

  it('are not a job that runs alone, which goes on until nothing is left', () => {
    const alone = { perHour: 10n * DOLLAR };
    const oldest = candidateOf(10n * DOLLAR);
    for (const spent of [95.000001, 99, 99.999999]) {
      expect(shortage(spent, alone)).toBe('short');
      expect(oldestCouldGoOn(monthWith(spent, alone), oldest, RUNWAY, NOW, 'UTC')).toBe(false);
    }
    expect(shortage(100, alone)).toBe('spent');
  });
});

describe('the next look at a month', () => {
  const look = (standing: MonthStanding, now = NOW) => nextLook(standing, [50, 80], RUNWAY, now, 'UTC');

  it.each<[string, number, Partial<MonthStanding>, string | undefined]>([
    ['comes when half is spent', 40, {}, '2026-11-20T00:30:00Z'],
    ['comes when 80 % are spent', 50, {}, '2026-11-20T01:30:00Z'],
    ['comes when the rest lasts less than the runway', 80, {}, '2026-11-20T00:31:00Z'],
    ['comes when nothing is left, if it lasts less than that', 95, {}, '2026-11-20T00:15:00Z'],
    ['does not come when nothing is left', 100, {}, undefined],
    ['does not come when nothing is charged', 40, { perHour: 0n }, undefined],
    ['does not come when the month ends first', 40, { perHour: DOLLAR / 100n }, undefined],
    [
      'comes for jobs that are about to end only when they spend a share',
      80,
      { stoppingPerHour: 20n * DOLLAR },
      undefined,
    ],
  ])('%s', (_, spent, over, expected) => {
    expect(look(monthWith(spent, over))).toEqual(expected === undefined ? undefined : new Date(expected));
  });

  it('comes at a whole minute, when what it is for has happened, and skips nothing before', () => {
    const seen = { looks: 0, none: 0 };
    const thresholds = fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 4 });
    const rates = fc.oneof(
      fc.bigInt({ min: 1n, max: 1000n * DOLLAR }),
      fc.integer({ min: 1, max: 3600 }).map((price) => BigInt(price) * DOLLAR),
    );
    fc.assert(
      fc.property(
        rates,
        fc.nat(110 * USD),
        thresholds.map((all) => all.toSorted((a, b) => a - b)),
        fc.integer({ min: Date.parse('2026-11-01T00:00:00Z'), max: END * 1000 - 1 }),
        fc.constantFrom(300, RUNWAY, 7200),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (rate, spent, warnAt, now, runway, share) => {
          // What counts is the whole second, in the line as here.
          const from = Math.floor(now / 1000);
          const standingAt = (second: number) => {
            const cost = Number((2n * rate * BigInt(second - from) + UNITS) / (2n * UNITS));
            return monthWith(0, { perHour: rate, spent: spent + cost });
          };
          const state = (second: number) => {
            const standing = standingAt(second);
            return [reachedShare(standing, warnAt), shortageOf(standing, runway, at(second), 'UTC')].join();
          };
          const next = nextLook(standingAt(from), warnAt, runway, new Date(now), 'UTC');
          const present = state(from);
          if (next === undefined) {
            seen.none++;
            // Nothing happens until the last minute of the month.
            const last = Math.max(from, END - 61);
            if (spent < 100 * USD) expect(state(from + Math.floor(share * (last - from)))).toBe(present);
            return;
          }
          seen.looks++;
          const second = next.getTime() / 1000;
          expect([second % 60, next.getTime() > now, second < END]).toEqual([0, true, true]);
          // The money may come to last until the month ends, which needs no look.
          const isLasting = (text: string) => text.replace('short', 'none');
          const before = Math.max(from, second - 61);
          expect(isLasting(state(from + Math.floor(share * (before - from))))).toBe(isLasting(present));
          const isSpentInMonth = pays(100 * USD - spent, rate, END - from) === false;
          if (isSpentInMonth) expect(state(second)).not.toBe(present);
        },
      ),
      { numRuns: 1000 },
    );
    expect(Math.min(seen.looks, seen.none)).toBeGreaterThan(0);
  });
});

/** A job of a played month. */
interface Played {
  /** Seconds after the first. */
  readonly from: number;
  readonly price: bigint;
  readonly isProtected: boolean;
}

/** Plays the rest of November with the policy alone; the money is counted here, second by second. */
async function play(jobs: readonly Played[], budget: number) {
  const plan = jobs.toSorted((one, other) => one.from - other.from);
  const stops: { readonly job: Played; readonly second: number; readonly why: string; readonly isNeeded: boolean }[] =
    [];
  const endOf = (job: Played) => stops.find((stop) => stop.job === job)?.second ?? Infinity;
  const spentBy = (second: number) =>
    plan.reduce((sum, job) => {
      const length = Math.min(second, endOf(job)) - job.from;
      return length > 0 ? sum + job.price * BigInt(length) : sum;
    }, 0n);
  const runningAt = (second: number) => plan.filter((job) => job.from <= second && endOf(job) > second);
  const priceOf = (some: readonly Played[]) => some.reduce((sum, { price }) => sum + price, 0n);
  let look: number | undefined = 0;
  while (look !== undefined) {
    const second: number = look;
    const standing = () => {
      const running = runningAt(second);
      const protectedPerHour = priceOf(running.filter(({ isProtected }) => isProtected));
      const spent = Number((2n * spentBy(second) + UNITS) / (2n * UNITS));
      return monthWith(0, { budget, spent, perHour: priceOf(running), protectedPerHour, running: running.length });
    };
    const now = at(SECOND + second);
    for (;;) {
      const why = shortageOf(standing(), RUNWAY, now, 'UTC');
      const candidates = runningAt(second).filter(({ isProtected }) => !isProtected);
      const [oldest, newest] = [candidates[0], candidates.at(-1)];
      if (why === 'none' || oldest === undefined || newest === undefined) break;
      if (why === 'short' && !oldestCouldGoOn(standing(), { job: JOB, perHour: oldest.price }, RUNWAY, now, 'UTC'))
        break;
      const left = budget - standing().spent;
      stops.push({ job: newest, second, why, isNeeded: !isEnough(left, priceOf(runningAt(second)), SECOND + second) });
    }
    const next = nextLook(standing(), [50, 80], RUNWAY, now, 'UTC');
    const start = plan.find((job) => job.from > second)?.from ?? Infinity;
    const at1 = Math.min(next === undefined ? Infinity : next.getTime() / 1000 - SECOND, start);
    look = at1 === Infinity ? undefined : at1;
  }
  return { stops, plan, priceOf, spent: Number(spentBy(END - SECOND)) / Number(UNITS) };
}

describe('a played month', () => {
  it('lets ten equal jobs spend exactly the budget: the newest are stopped first, the oldest when nothing is left', async () => {
    const jobs = Array.from({ length: 10 }, (_, index) => ({
      from: 60 * index,
      price: 10n * DOLLAR,
      isProtected: false,
    }));
    const { stops, spent, plan } = await play(jobs, 100 * USD);
    expect(stops.map(({ job }) => job)).toEqual(plan.toReversed());
    expect(stops.map(({ why }) => why)).toEqual([...Array.from({ length: 9 }, () => 'short'), 'spent']);
    // A schedule fires at whole minutes: up to a minute of the last job is spent more.
    expect(spent).toBeGreaterThanOrEqual(100 * USD);
    expect(spent).toBeLessThanOrEqual(100 * USD + (10 * USD) / 60);
    const times = stops.map(({ second }) => second);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('stops nothing when it ends before its money', async () => {
    const jobs = Array.from({ length: 10 }, (_, index) => ({ from: 60 * index, price: DOLLAR, isProtected: false }));
    const { stops } = await play(jobs, 10 * 24 * 11 * USD);
    expect(stops).toEqual([]);
  });

  it('never stops a protected job, nor an older job before a newer one, nor spends more than a minute too much', async () => {
    const planned = fc.record({
      from: fc.nat(6 * 3600),
      price: fc.integer({ min: 1, max: 500 }).map((dimes) => (BigInt(dimes) * DOLLAR) / 10n),
      isProtected: fc.nat(5).map((dice) => dice === 0),
    });
    const jobs = fc.array(planned, { minLength: 1, maxLength: 12, size: 'max' });
    const seen = { short: 0, spent: 0 };
    await fc.assert(
      fc.asyncProperty(jobs, fc.integer({ min: 1, max: 300 }), async (all, dollars) => {
        const { stops, plan, spent, priceOf } = await play(all, dollars * USD);
        for (const { job, second, why, isNeeded } of stops) {
          expect(job.isProtected).toBe(false);
          const goOn = plan.filter((one) => !stops.some((stop) => stop.job === one && stop.second <= second));
          const newer = plan.slice(plan.indexOf(job) + 1).filter((one) => one.from <= second && goOn.includes(one));
          expect(newer.filter(({ isProtected }) => !isProtected)).toEqual([]);
          // Without the stop, the money would not have lasted.
          expect(isNeeded).toBe(true);
          if (why === 'short') seen.short++;
          else seen.spent++;
        }
        const shielded = plan.filter(({ isProtected }) => isProtected);
        // Without protected jobs, whatever runs is stopped within a minute after nothing is left.
        const minute = Number(priceOf(plan) * 61n) / Number(UNITS);
        if (shielded.length === 0) expect(spent).toBeLessThanOrEqual(dollars * USD + minute);
      }),
    );
    expect(Math.min(seen.short, seen.spent)).toBeGreaterThan(0);
  });
});
