import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gwetAc1 } from '../../../../domain/review/measures/ac1.ts';
import { krippendorffAlpha } from '../../../../domain/review/measures/alpha.ts';
import { bandSumsOf, bandsOf } from '../../../../domain/review/measures/bands.ts';
import { labelScores } from '../../../../domain/review/measures/label-scores.ts';
import { addRaterSums, NO_RATERS, pairAgreement, raterSumsOf } from '../../../../domain/review/measures/rater-sums.ts';
import { wilson } from '../../../../domain/review/measures/wilson.ts';

const SEED = { seed: 15 };
const units = fc.array(fc.array(fc.nat(4), { maxLength: 5 }), { maxLength: 30 });
const sumsOf = (all: readonly (readonly number[])[]) => all.map(raterSumsOf).reduce(addRaterSums, NO_RATERS);
const measures = (all: readonly (readonly number[])[]) => {
  const sums = sumsOf(all);
  return [krippendorffAlpha(sums), gwetAc1(sums, 5), pairAgreement(sums)];
};

/** Alpha as its definition says: the disagreement within units, divided by that of all pairs of values. */
function alphaByDefinition(all: readonly (readonly number[])[]): number | null {
  const pairable = all.filter((values) => values.length > 1);
  const values = pairable.flat();
  const unequal = (list: readonly number[]) =>
    list.reduce((sum, one, at) => sum + list.filter((other, place) => place !== at && other !== one).length, 0);
  const expected = unequal(values) / (values.length * (values.length - 1));
  if (values.length === 0 || expected === 0) return null;
  const observed = pairable.reduce((sum, list) => sum + unequal(list) / (list.length - 1), 0) / values.length;
  return 1 - observed / expected;
}

describe('alpha and AC1', () => {
  it('are the same for sums of days as for all units at once', () => {
    fc.assert(
      fc.property(units, fc.nat(30), (all, day) => {
        const added = addRaterSums(sumsOf(all.slice(0, day)), sumsOf(all.slice(day)));
        expect(added).toEqual(sumsOf(all));
      }),
      SEED,
    );
  });

  it('are the same whatever the order of units, of answers and of the names of values', () => {
    fc.assert(
      fc.property(units, (all) => {
        const changed = all.toReversed().map((values) => values.toReversed().map((value) => (value * 3 + 1) % 5));
        const before = measures(all);
        for (const [at, value] of measures(changed).entries()) {
          const expected = before[at];
          if (expected === null || expected === undefined) expect(value).toBeNull();
          else expect(value).toBeCloseTo(expected, 10);
        }
      }),
      SEED,
    );
  });

  it('are numbers of at most 1, or null; and 1 exactly when all people agree', () => {
    fc.assert(
      fc.property(units, (all) => {
        const isUnanimous = all.every((values) => new Set(values).size <= 1);
        for (const value of measures(all)) {
          if (value === null) continue;
          expect(value).toBeLessThanOrEqual(1);
          expect(value).toBeGreaterThanOrEqual(-1);
          expect(value > 1 - 1e-12).toBe(isUnanimous);
        }
      }),
      SEED,
    );
  });

  it('gives alpha as its definition does', () => {
    fc.assert(
      fc.property(units, (all) => {
        const expected = alphaByDefinition(all);
        const alpha = krippendorffAlpha(sumsOf(all));
        if (expected === null) expect(alpha).toBeNull();
        else expect(alpha).toBeCloseTo(expected, 10);
      }),
      SEED,
    );
  });

  it('are undefined without two answers about the same object; alpha also if there is only one value', () => {
    expect(measures([])).toEqual([null, null, null]);
    expect(measures([[], [1], [2]])).toEqual([null, null, null]);
    expect(
      measures([
        [1, 1],
        [1, 1, 1],
      ]),
    ).toEqual([null, 1, 1]);
    expect(gwetAc1(sumsOf([[1, 1]]))).toBeNull();
  });

  it('differ where nearly all answers are the same: AC1 stays high', () => {
    const all = [...Array.from({ length: 98 }, () => [1, 1]), [0, 1], [1, 0]];
    const [alpha, ac1] = measures(all);
    expect(alpha).toBeLessThan(0);
    expect(ac1).toBeGreaterThan(0.97);
  });
});

describe("Wilson's interval", () => {
  it('holds the share, stays from 0 to 1, and shrinks with more answers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.nat(), (n, some) => {
        const count = some % (n + 1);
        const one = wilson(count, n);
        const more = wilson(count * 4, n * 4);
        if (one === null || more === null) throw new Error('no interval');
        expect(one.low).toBeGreaterThanOrEqual(0);
        expect(one.high).toBeLessThanOrEqual(1);
        expect(one.low).toBeLessThanOrEqual(one.share);
        expect(one.high).toBeGreaterThanOrEqual(one.share);
        expect(more.high - more.low).toBeLessThan(one.high - one.low);
      }),
      SEED,
    );
    expect(wilson(0, 0)).toBeNull();
  });
});

describe('scores of a label', () => {
  it('are null where nothing can be divided', () => {
    expect(labelScores({ confirmed: 0, rejected: 0, added: 0 })).toEqual({ precision: null, recall: null, f1: null });
    expect(labelScores({ confirmed: 0, rejected: 0, added: 2 })).toEqual({ precision: null, recall: 0, f1: 0 });
    expect(labelScores({ confirmed: 6, rejected: 2, added: 4 })).toEqual({ precision: 0.75, recall: 0.6, f1: 12 / 18 });
  });
});

describe('bands of confidence', () => {
  it.each([
    [0, 0],
    [49.99, 0],
    [50, 50],
    [89.999, 80],
    [90, 90],
    [100, 90],
  ])('%d belongs to the band from %d', (confidence, band) => {
    expect(bandSumsOf(confidence, true)).toEqual({
      [band]: { n: 1, agreed: 1, confidence: Math.round(confidence * 100) },
    });
  });

  it.each([Number.NaN, -1, 101, undefined])('%s belongs to none', (confidence) => {
    expect(bandSumsOf(confidence, true)).toEqual({});
  });

  it('have a share from 50 answers on', () => {
    const [few] = bandsOf({ 0: { n: 49, agreed: 49, confidence: 49 * 2500 } });
    expect(few).toEqual({ from: 0, to: 50, n: 49, confidence: 0.25, agreement: null });
    const enough = bandsOf({ 90: { n: 50, agreed: 45, confidence: 50 * 9500 } }).at(-1);
    expect(enough).toMatchObject({ from: 90, to: 100, n: 50, confidence: 0.95, agreement: { share: 0.9 } });
  });
});
