/** Precision, recall and F1 of a label. People's majority counts as the truth. */

/** How often a label was confirmed, rejected or added by people. */
export interface LabelCounts {
  /** The model and people gave it. */
  readonly confirmed: number;
  /** The model gave it, people did not. */
  readonly rejected: number;
  /** People gave it, the model did not. */
  readonly added: number;
}

/** Each from 0 to 1; `null` when nothing was there to divide by. */
export interface LabelScores {
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
}

/** The scores of a label, or of several labels together. */
export function labelScores({ confirmed, rejected, added }: LabelCounts): LabelScores {
  return {
    precision: ratio(confirmed, confirmed + rejected),
    recall: ratio(confirmed, confirmed + added),
    f1: ratio(2 * confirmed, 2 * confirmed + rejected + added),
  };
}

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
