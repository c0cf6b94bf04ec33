/** Numbers of a review in words, for terminals and pages. */
import { REASON_WORDS } from './meaning.ts';
import type { ReviewLine } from './summary.ts';

/** `92 %`; `-` for what is not known. Rounded, but 100 and 0 only if it is exactly so. */
export function percent(share: number | null, unit = ' %'): string {
  if (share === null) return '-';
  const rounded = Math.round(share * 100);
  const shown = rounded === 100 && share < 1 ? 99 : rounded === 0 && share > 0 ? 1 : rounded;
  return `${shown}${unit}`;
}

/** `81-97 %`, from the lower to the upper end. */
export const interval = (low: number | null, high: number | null): string =>
  low === null || high === null ? '-' : `${percent(low, '')}-${percent(high)}`;

/** `0.92`; `-` for what is not known. */
export const decimals = (value: number | null): string => (value === null ? '-' : value.toFixed(2));

/** `sampled`; `all together` for all reasons. */
export const reasonWords = ({ reason }: Pick<ReviewLine, 'reason'>): string =>
  reason === null ? 'all together' : REASON_WORDS[reason];

/** `12 confirmed, 1 rejected, 2 added`. */
export function outcomeWords(line: ReviewLine): string {
  const counts = ['confirmed', 'rejected', 'kept', 'changed', 'added', 'agree', 'disagree'] as const;
  const words = counts.flatMap((name) => (line[name] === null ? [] : [`${line[name]} ${name}`]));
  return [...words, ...(line.undecided === 0 ? [] : [`${line.undecided} undecided`])].join(', ');
}

/**
 * `precision 0.92, recall 0.86, F1 0.89 (sampled)`; empty for what is no label. They are those of the sample if there
 * is one: all together, the hard cases count, too.
 */
export function scoreWords(total: ReviewLine, byReason: readonly ReviewLine[]): string {
  const [first = total] = byReason;
  const line = byReason.find(({ reason }) => reason === 'sampling') ?? (byReason.length === 1 ? first : total);
  const { precision, recall, f1 } = line;
  if (precision === null && recall === null) return '';
  const about = line.reason === null ? 'all together, with hard cases' : reasonWords(line);
  return `precision ${decimals(precision)}, recall ${decimals(recall)}, F1 ${decimals(f1)} (${about})`;
}

/** The lines of a flow that say something of their own: with one reason only, all together says the same. */
export const ownLines = (lines: readonly ReviewLine[]): readonly ReviewLine[] =>
  lines.length === 2 ? lines.slice(1) : lines;

/** A sentence if comparisons have no majority: they are not part of `n`. */
export const undecidedWords = ({ undecided, ...line }: ReviewLine): string[] =>
  undecided === 0 ? [] : [`${undecided} undecided (${reasonWords(line)}): no majority, and so not part of n.`];

/** A sentence if the agreement is surely below the level of the flow. */
export function levelWords(line: ReviewLine, level: number | undefined): string[] {
  if (line.isBelowLevel !== true || level === undefined) return [];
  const words = `BELOW LEVEL (${reasonWords(line)}): at most ${percent(line.high)} agreement, and ${level} % is expected.`;
  return line.estimatesAccuracy ? [words] : [words, `The objects were ${line.meaning}.`];
}

/** What the reliability table is about: the sample if there is one. Absent without confidences. */
export const lineWithBands = (lines: readonly ReviewLine[]): ReviewLine | undefined =>
  lines.find(({ reason, bands }) => reason === 'sampling' && bands !== null) ??
  lines.find(({ reason, bands }) => reason === null && bands !== null);

export const bandsAbout = ({ reason }: ReviewLine): string =>
  reason === 'sampling' ? 'sampled loops' : "all loops: not the model's accuracy";
