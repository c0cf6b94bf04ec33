import { describe, expect, it } from 'vitest';
import { gwetAc1 } from '../../../../domain/review/measures/ac1.ts';
import { krippendorffAlpha } from '../../../../domain/review/measures/alpha.ts';
import { addRaterSums, NO_RATERS, type RaterSums, raterSumsOf } from '../../../../domain/review/measures/rater-sums.ts';
import { wilson } from '../../../../domain/review/measures/wilson.ts';

const sumsOf = (units: readonly (readonly number[])[]): RaterSums =>
  units.map(raterSumsOf).reduce(addRaterSums, NO_RATERS);

/** Rows of people, one character a unit; `.` is a missing value. */
function byPeople(...rows: readonly string[]): RaterSums {
  const columns = Array.from({ length: rows[0]?.length ?? 0 }, (_, at) =>
    rows.flatMap((row) => (row[at] === '.' ? [] : [row.charCodeAt(at)])),
  );
  return sumsOf(columns);
}

/** Units by how many people chose each category. */
const byCounts = (rows: readonly (readonly number[])[]): RaterSums =>
  sumsOf(rows.map((row) => row.flatMap((count, category) => Array.from({ length: count }, () => category))));

/** A table of two people: row and column are their categories. */
const byTable = (table: readonly (readonly number[])[]): RaterSums =>
  sumsOf(table.flatMap((row, one) => row.flatMap((n, other) => Array.from({ length: n }, () => [one, other]))));

/** Table `distrib.6raters` of the R package irrCAC: Fleiss (1971), six psychiatrists and 15 patients. */
const PATIENTS = [
  ...[
    [0, 0, 0, 6, 0],
    [0, 3, 0, 0, 3],
    [0, 1, 4, 0, 1],
    [0, 0, 0, 0, 6],
    [0, 3, 0, 3, 0],
  ],
  ...[
    [2, 0, 4, 0, 0],
    [0, 0, 4, 0, 2],
    [2, 0, 3, 1, 0],
    [2, 0, 0, 4, 0],
    [0, 0, 0, 0, 6],
  ],
  ...[
    [1, 0, 0, 5, 0],
    [1, 1, 0, 4, 0],
    [0, 3, 3, 0, 0],
    [1, 0, 0, 5, 0],
    [0, 2, 0, 3, 1],
  ],
];
/** Table `cont3x3abstractors` of irrCAC: two abstractors and 100 pregnancies (Gwet 2014). */
const PREGNANCIES = [
  [13, 0, 0],
  [0, 20, 7],
  [0, 4, 56],
];
/** Krippendorff (2011), example C; the same data are `cac.raw4raters` of irrCAC (Gwet 2014). */
const FOUR_PEOPLE = byPeople('123321412...', '1233224125.3', '.3332342251.', '12332441251.');

describe("Krippendorff's alpha equals what is published", () => {
  it.each([
    ['Krippendorff (2011), A: two people, two values', byPeople('0100000010', '1110010000'), 0.095],
    ['Krippendorff (2011), B: two people, five values', byPeople('aabbdcccedda', 'babbbccceddd'), 0.692],
    ['Krippendorff (2011), C: four people, missing values', FOUR_PEOPLE, 0.743],
  ])('%s', (_, sums, alpha) => {
    expect(krippendorffAlpha(sums)).toBeCloseTo(alpha, 3);
  });

  it.each([
    [
      'README of the npm package krippendorff',
      sumsOf([
        [1, 1, 1],
        [2, 1, 2],
        [1, 1],
      ]),
      0.41666666666666663,
    ],
    ['irrCAC krippen.alpha.raw(cac.raw4raters)', FOUR_PEOPLE, 0.74342],
    ['irrCAC krippen.alpha.dist(distrib.6raters)', byCounts(PATIENTS), 0.4204384],
    ['irrCAC krippen2.table(cont3x3abstractors)', byTable(PREGNANCIES), 0.7972585],
  ])('%s', (_, sums, alpha) => {
    expect(krippendorffAlpha(sums)).toBeCloseTo(alpha, 5);
  });
});

describe("Gwet's AC1 equals what is published", () => {
  it.each([
    ['irrCAC gwet.ac1.raw(cac.raw4raters): missing values, and a unit with one value', FOUR_PEOPLE, 0.77544],
    ['irrCAC gwet.ac1.dist(distrib.6raters)', byCounts(PATIENTS), 0.4448007],
    ['irrCAC gwet.ac1.table(cont3x3abstractors)', byTable(PREGNANCIES), 0.8493305],
  ])('%s', (_, sums, ac1) => {
    expect(gwetAc1(sums)).toBeCloseTo(ac1, 5);
  });
});

describe("Wilson's interval equals what is published", () => {
  it.each([
    // Newcombe (1998), "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, table I.
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
    // Computed with R's qnorm at https://rstudio-pubs-static.s3.amazonaws.com/1367507_eef7a4d0fb5347a8a820fe3c10141369.html
    [6, 32, 0.08889545, 0.35309155],
  ])('%d of %d', (count, n, low, high) => {
    const interval = wilson(count, n);
    expect(interval?.low).toBeCloseTo(low, 4);
    expect(interval?.high).toBeCloseTo(high, 4);
  });
});
