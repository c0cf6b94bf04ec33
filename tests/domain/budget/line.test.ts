import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  difference,
  FLAT,
  fixed,
  frozen,
  type Line,
  minus,
  plus,
  ROLES,
  type Role,
  rising,
  type Share,
  type ShareChange,
  spentBy,
  sumOf,
  sumsOf,
} from '../../../domain/budget/month/line.ts';

const at = (second: number) => new Date(second * 1000);
const NOVEMBER = { tag: 'project', value: 'churn', month: '2026-11' };
/** Units of a line in a millionth of a US dollar: 1e-10 USD an hour, for a second. */
const UNITS = 36_000_000n;

const seconds = fc.integer({ min: 0, max: 4_000_000_000 });
const rates = fc.bigInt({ min: 0n, max: 10n ** 16n });
const lines: fc.Arbitrary<Line> = fc.oneof(
  fc.record({ rate: rates, from: seconds }).map(({ rate, from }) => rising(rate, at(from))),
  fc.integer({ min: 0, max: 10 ** 15 }).map(fixed),
);
const shares: fc.Arbitrary<Share> = fc
  .record({ line: lines, key: fc.string(), role: fc.constantFrom<Role>(...ROLES), startedAt: seconds.map(at) })
  .map(({ line, ...share }) => ({ ...NOVEMBER, ...share, ...line }));
const changes: fc.Arbitrary<ShareChange[]> = fc.array(
  fc.oneof(fc.record({ was: shares, is: shares }), fc.record({ is: shares }), fc.record({ was: shares })),
);

describe('the line of a month', () => {
  it.each<[string, Line, number, number]>([
    ['is nothing without jobs', FLAT, 1_800_000_000, 0],
    ['has what an ended job cost, at any time', fixed(1_234_567), 0, 1_234_567],
    ['has nothing of a job when it begins', rising(36_000_000_000n, at(1000)), 1000, 0],
    ['grows by an hour of 3.60 USD in an hour', rising(36_000_000_000n, at(1000)), 4600, 3_600_000],
    ['grows by a thousandth of it in 3.6 seconds, to the second', rising(36_000_000_000n, at(1000)), 1003, 3000],
    ['is rounded down below half a millionth', rising(17_999_999n, at(0)), 1, 0],
    ['is rounded up from half a millionth on', rising(18_000_000n, at(0)), 1, 1],
    ['is rounded up before its beginning, too', rising(18_000_000n, at(10)), 9, 0],
    ['is rounded up from half a millionth below nothing', rising(54_000_000n, at(10)), 9, -1],
    ['is below nothing before its beginning', rising(18_000_001n, at(10)), 9, -1],
  ])('%s', (_, line, second, expected) => {
    expect(spentBy(line, at(second))).toBe(expected);
  });

  it('is never wrong by more than half a millionth, however many jobs it has', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ rate: rates, from: seconds })), seconds, (jobs, second) => {
        const line = jobs.map(({ rate, from }) => rising(rate, at(from))).reduce(plus, FLAT);
        const exact = jobs.reduce((sum, { rate, from }) => sum + rate * BigInt(second - from), 0n);
        // Amounts that doubles do not hold exactly never get into the table.
        fc.pre(exact > -(10n ** 22n) && exact < 10n ** 22n);
        const error = 2n * (BigInt(spentBy(line, at(second))) * UNITS - exact);
        expect(error > -UNITS && error <= UNITS).toBe(true);
      }),
    );
  });

  it('does not depend on parts of a second', () => {
    const line = rising(36_000_000_000n, new Date(1_000_999));
    expect(line).toEqual(rising(36_000_000_000n, at(1000)));
    expect(spentBy(line, new Date(1_003_999))).toBe(3000);
  });

  it('is as before when a job is added and taken away', () => {
    fc.assert(
      fc.property(lines, lines, (one, other) => {
        expect(minus(plus(one, other), other)).toEqual(one);
      }),
    );
  });

  it('keeps its amount when it is frozen, and grows no more', () => {
    fc.assert(
      fc.property(rates, seconds, seconds, seconds, (rate, from, end, later) => {
        const still = frozen(rising(rate, at(from)), at(end));
        expect(still).toEqual({ base: rate * BigInt(end - from), rate: 0n });
        expect(frozen(still, at(later))).toEqual(still);
      }),
    );
  });
});

describe('the sums of a month', () => {
  const share = (role: Role): Share => ({
    ...NOVEMBER,
    key: 'k',
    role,
    startedAt: at(0),
    base: role === 'ended' ? 5n : -7n,
    rate: role === 'ended' || role === 'unpriced' ? 0n : 3n,
  });

  it.each<[Role, object]>([
    ['running', { base: -7n, rate: 3n, protectedRate: 0n, stoppingRate: 0n, running: 1, unpriced: 0 }],
    ['protected', { base: -7n, rate: 3n, protectedRate: 3n, stoppingRate: 0n, running: 1, unpriced: 0 }],
    ['stopping', { base: -7n, rate: 3n, protectedRate: 0n, stoppingRate: 3n, running: 1, unpriced: 0 }],
    ['unpriced', { base: -7n, rate: 0n, protectedRate: 0n, stoppingRate: 0n, running: 0, unpriced: 1 }],
    ['ended', { base: 5n, rate: 0n, protectedRate: 0n, stoppingRate: 0n, running: 0, unpriced: 0 }],
  ])('count a job that is %s', (role, expected) => {
    expect(sumsOf(share(role))).toEqual(expected);
    expect(sumOf([{ is: share(role) }])).toEqual(expected);
  });

  it('are the same in any order and in any portions of the changes', () => {
    fc.assert(
      fc.property(changes, fc.nat(), fc.nat(), (all, at1, at2) => {
        const whole = sumOf(all);
        const rotated = [...all.slice(at1 % (all.length + 1)), ...all.slice(0, at1 % (all.length + 1))].toReversed();
        expect(sumOf(rotated)).toEqual(whole);
        const cut = at2 % (all.length + 1);
        expect(difference(whole, sumOf(all.slice(0, cut)))).toEqual(sumOf(all.slice(cut)));
      }),
    );
  });

  it('are zero again when everything that was added is taken away', () => {
    fc.assert(
      fc.property(changes, (all) => {
        const back = all.map(({ was, is }) => ({ ...(is && { was: is }), ...(was && { is: was }) }));
        expect(sumOf([...all, ...back])).toEqual(sumOf([]));
      }),
    );
  });
});
