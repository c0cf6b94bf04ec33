/** What numbers of a review mean and do not mean, in words. Every form of output has them. */
import type { Reason } from './comparison.ts';

/** Why loops began, in words. */
export const REASON_WORDS: Readonly<Record<Reason, string>> = {
  sampling: 'sampled',
  'low-confidence': 'confidence condition',
  'missing-key': 'missing form field',
  other: 'several or unknown conditions',
  custom: 'begun by your own code',
  'labeling-job': 'labeling job',
};

/** What the agreement of these loops says about the model. */
export const MEANINGS: Readonly<Record<Reason, string>> = {
  sampling: "a random sample: estimates the model's accuracy",
  'low-confidence': "hard cases, chosen by confidence: not the model's accuracy",
  'missing-key': "hard cases, chosen by a missing field: not the model's accuracy",
  other: "not a random sample: not the model's accuracy",
  custom: "chosen by your own code: the model's accuracy only if it chose at random",
  'labeling-job': "chosen by whoever made the manifest: the model's accuracy only if it was a random sample",
};

/** What the agreement of the line of `reason` says; `null` is the line of all `reasons` that occur. */
export function meaningOf(reason: Reason | null, reasons: readonly Reason[]): string {
  if (reasons.length === 0) return 'nothing was compared';
  const [only] = reasons.length === 1 ? reasons : [];
  const meant = reason ?? only;
  return meant === undefined ? ALL_TOGETHER : MEANINGS[meant];
}

const ALL_TOGETHER = "several reasons together: not the model's accuracy";

/** Whether the agreement of the line of `reason` estimates the model's accuracy. */
export const estimatesAccuracy = (reason: Reason | null, reasons: readonly Reason[]): boolean =>
  reason === 'sampling' || (reason === null && reasons.length > 0 && reasons.every((one) => one === 'sampling'));

/**
 * Whether the line of `reason` is compared with the level that is expected: where it estimates accuracy, or if nothing
 * in the flow was sampled, where the customer chose the objects. Hard cases alone say nothing about the level.
 */
export function isComparedWithLevel(reason: Reason | null, reasons: readonly Reason[]): boolean {
  if (reasons.includes('sampling')) return estimatesAccuracy(reason, reasons);
  const meant = reason === null ? reasons : [reason];
  return meant.length > 0 && meant.every((one) => one === 'custom' || one === 'labeling-job');
}

/** What stands beside all numbers. */
export const NOTES = [
  "Only the lines of sampled loops estimate the model's accuracy. Loops that a condition began are the hard cases, where " +
    'the model is wrong more often.',
  'If a flow also has other conditions, its sample has no inputs that met one of them: the model is then likely less accurate ' +
    'over all inputs than over the sample.',
  'More than half of all answers decide. Where neither side has as many, it is undecided and not part of n.',
  'The interval (Wilson, 95 %) takes answers as independent. Fields of the same document are not quite, so the interval ' +
    'of a whole flow is too narrow if its objects have several fields.',
  'Alpha (Krippendorff) and AC1 (Gwet) say how far people agree among themselves beyond chance: 1 is perfect, 0 is ' +
    'chance.',
] as const;
