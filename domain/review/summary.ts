/** The lines of a review: per flow and per field, by why people were asked, and for all together. */
import { REASONS, type Reason } from './comparison.ts';
import { isSurelyBelow } from './level.ts';
import { estimatesAccuracy, isComparedWithLevel, meaningOf } from './meaning.ts';
import { gwetAc1 } from './measures/ac1.ts';
import { krippendorffAlpha } from './measures/alpha.ts';
import { type Band, bandsOf } from './measures/bands.ts';
import { labelScores } from './measures/label-scores.ts';
import { pairAgreement, pairableUnits } from './measures/rater-sums.ts';
import { wilson } from './measures/wilson.ts';
import { addSums, agreementOf, type FieldSums, NO_SUMS } from './sums.ts';
import { compareNames, type FlowTally } from './tally.ts';

/** One line. What does not apply or is not known is `null`. Shares are from 0 to 1. */
export interface ReviewLine {
  readonly kind: 'flow' | 'field';
  readonly flow: string;
  readonly field: string | null;
  /** Why the loops began; `null` for all together. */
  readonly reason: Reason | null;
  /** Answered objects (loops or lines of manifests) of the flow; `null` for a field. */
  readonly objects: number | null;
  /** Decided comparisons. */
  readonly n: number;
  /** The share of them in which people agree with the model, and its 95 % interval. */
  readonly agreement: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Agreement of people among themselves: units with two answers or more, share of equal pairs, alpha, AC1. */
  readonly peopleUnits: number;
  readonly peopleAgreement: number | null;
  readonly alpha: number | null;
  readonly ac1: number | null;
  readonly confirmed: number | null;
  readonly rejected: number | null;
  readonly added: number | null;
  readonly kept: number | null;
  readonly changed: number | null;
  readonly agree: number | null;
  readonly disagree: number | null;
  readonly undecided: number;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  /** The reliability table; `null` without confidences. */
  readonly bands: readonly Band[] | null;
  /**
   * Whether the agreement is surely below the level that is set for the flow; `null` for a field, without a level, and
   * for lines of hard cases (`isComparedWithLevel`).
   */
  readonly isBelowLevel: boolean | null;
  /** Whether the line estimates the model's accuracy. */
  readonly estimatesAccuracy: boolean;
  /** The same in words. */
  readonly meaning: string;
}

/** The lines of one flow: first the flow, then its fields by name. `level` is the expected agreement in percent. */
export function linesOf({ flow, sums, fields, objects }: FlowTally, level: number | undefined): ReviewLine[] {
  const total = [...objects.values()].reduce((sum, count) => sum + count, 0);
  const named = [...fields].toSorted(([one], [other]) => compareNames(one, other));
  return [
    ...split(sums).map(([reason, of]) => {
      const count = reason === null ? total : (objects.get(reason) ?? 0);
      return lineOf({ kind: 'flow', flow, field: null, reason, objects: count }, [...sums.keys()], of, level);
    }),
    ...named.flatMap(([field, byReason]) =>
      split(byReason).map(([reason, of]) =>
        lineOf({ kind: 'field', flow, field, reason, objects: null }, [...byReason.keys()], of, undefined),
      ),
    ),
  ];
}

/** All together, then each reason that occurs. */
function split(sums: ReadonlyMap<Reason, FieldSums>): [Reason | null, FieldSums][] {
  const all = [...sums.values()].reduce(addSums, NO_SUMS);
  return [
    [null, all],
    ...REASONS.flatMap((reason): [Reason, FieldSums][] => {
      const of = sums.get(reason);
      return of === undefined ? [] : [[reason, of]];
    }),
  ];
}

type Head = Pick<ReviewLine, 'kind' | 'flow' | 'field' | 'reason' | 'objects'>;

function lineOf(head: Head, reasons: readonly Reason[], sums: FieldSums, level: number | undefined): ReviewLine {
  const { n, agreed } = agreementOf(sums);
  const share = wilson(agreed, n);
  const { confirmed = 0, rejected = 0, added = 0, undecided = 0, absent = 0 } = sums.outcomes;
  const { kept = 0, changed = 0, filled = 0, agree = 0, disagree = 0 } = sums.outcomes;
  const isOfForms = kept + changed + filled > 0;
  const isOfValues = agree + disagree > 0;
  const isOfLabels = confirmed + rejected + added + absent > 0;
  // What was changed is neither right nor missing: boxes and fields have no precision.
  const scores =
    isOfLabels && !isOfForms
      ? labelScores({ confirmed, rejected, added })
      : { precision: null, recall: null, f1: null };
  const bands = bandsOf(sums.bands);
  return {
    ...head,
    n,
    agreement: share?.share ?? null,
    low: share?.low ?? null,
    high: share?.high ?? null,
    peopleUnits: pairableUnits(sums.people),
    peopleAgreement: pairAgreement(sums.people),
    alpha: krippendorffAlpha(sums.people),
    // People could always agree or disagree with the model: there are at least two categories.
    ac1: gwetAc1(sums.people, 2),
    confirmed: isOfLabels && (confirmed > 0 || !isOfForms) ? confirmed : null,
    rejected: isOfLabels ? rejected : null,
    added: isOfLabels || isOfForms ? added + filled : null,
    kept: isOfForms ? kept : null,
    changed: isOfForms ? changed : null,
    agree: isOfValues ? agree : null,
    disagree: isOfValues ? disagree : null,
    undecided,
    ...scores,
    bands: bands.length === 0 ? null : bands,
    isBelowLevel:
      level === undefined || share === null || !isComparedWithLevel(head.reason, reasons)
        ? null
        : isSurelyBelow({ agreement: share.share, n, objects: head.objects }, level),
    estimatesAccuracy: estimatesAccuracy(head.reason, reasons),
    meaning: meaningOf(head.reason, reasons),
  };
}
