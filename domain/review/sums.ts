/**
 * Sums of comparisons. All are counts, so sums of days, functions or files can be added: the sums of a period are
 * exactly those of its comparisons. They hold no reviewed content.
 */
import { AGREEING, type FieldComparison, OUTCOMES, type Outcome } from './comparison.ts';
import { addBandSums, type BandSums, bandSumsOf, NO_BANDS } from './measures/bands.ts';
import { addRaterSums, NO_RATERS, type RaterSums, raterSumsOf } from './measures/rater-sums.ts';

export interface FieldSums {
  /** How often each outcome occurs; one that never occurs may be missing. */
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
  /** How often people agree with what the model said, by its confidence. */
  readonly bands: BandSums;
  /** How often people agree among themselves. */
  readonly people: RaterSums;
}

export const NO_SUMS: FieldSums = { outcomes: {}, bands: NO_BANDS, people: NO_RATERS };

/** Outcomes that say nothing about a confidence of the model. */
const UNJUDGED: ReadonlySet<Outcome> = new Set(['added', 'filled', 'undecided', 'absent']);

/** The sums of one comparison. */
export function sumsOf({ outcome, confidence, values }: FieldComparison): FieldSums {
  // What people added, the model did not say with any confidence; of a tie nobody knows who is right.
  const isJudged = !UNJUDGED.has(outcome);
  return {
    outcomes: { [outcome]: 1 },
    bands: isJudged ? bandSumsOf(confidence, AGREEING.has(outcome)) : NO_BANDS,
    people: raterSumsOf(values),
  };
}

/** The sums of all comparisons of both. */
export function addSums(one: FieldSums, other: FieldSums): FieldSums {
  const outcomes: Partial<Record<Outcome, number>> = { ...one.outcomes };
  for (const outcome of OUTCOMES) {
    const count = other.outcomes[outcome] ?? 0;
    if (count > 0) outcomes[outcome] = (outcomes[outcome] ?? 0) + count;
  }
  return {
    outcomes,
    bands: addBandSums(one.bands, other.bands),
    people: addRaterSums(one.people, other.people),
  };
}

/** The sums of all `fields` together. Single labels of a field that is compared as a whole are left out. */
export function sumsOfWhole(fields: readonly FieldComparison[]): FieldSums {
  return fields
    .filter(({ isPart }) => isPart !== true)
    .map(sumsOf)
    .reduce(addSums, NO_SUMS);
}

/** How many comparisons are decided, and in how many of them people agree with the model. */
export function agreementOf({ outcomes }: Pick<FieldSums, 'outcomes'>): {
  readonly n: number;
  readonly agreed: number;
} {
  let [n, agreed] = [0, 0];
  for (const outcome of OUTCOMES) {
    if (outcome === 'undecided' || outcome === 'absent') continue;
    const count = outcomes[outcome] ?? 0;
    n += count;
    if (AGREEING.has(outcome)) agreed += count;
  }
  return { n, agreed };
}
