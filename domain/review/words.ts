/** What one loop says, in one line of its alert. It has names of fields and labels, and numbers. */
import { agree } from '../../schemas/text/count.ts';
import { type Comparison, type FieldComparison, NOT_COMPARABLE, type Outcome } from './comparison.ts';
import { MEANINGS } from './meaning.ts';
import { pairAgreement } from './measures/rater-sums.ts';
import { agreementOf, type FieldSums, sumsOfWhole } from './sums.ts';

/** The most names of one outcome. */
const MOST_NAMES = 5;

/** In this order: what differs comes first. */
const NAMED = ['rejected', 'changed', 'added', 'filled', 'disagree', 'undecided', 'confirmed', 'kept'] as const;
const WORDS: Readonly<Partial<Record<Outcome, string>>> = { filled: 'added', disagree: 'different' };

/** One line about `comparison`. Without `withNames`, it has numbers only. */
export function wordsOn(comparison: Comparison, withNames: boolean): string {
  const { reason, fields, notComparable } = comparison;
  if (notComparable !== undefined) return `not comparable: ${NOT_COMPARABLE[notComparable]}`;
  const whole = fields.filter(({ isPart }) => isPart !== true);
  const sums = sumsOfWhole(fields);
  const { n, agreed } = agreementOf(sums);
  const people = Math.max(0, ...whole.map(({ answers }) => answers));
  const equal = pairAgreement(sums.people);
  return [
    n === 0 ? nothingDecided(sums) : `people agree with the model on ${agreed} of ${n}`,
    ...NAMED.flatMap((outcome) => listed(outcome, whole, withNames)),
    ...(people > 1 && equal !== null ? [`${people} people, who ${agreeing(equal)}`] : []),
    MEANINGS[reason],
  ].join('; ');
}

const nothingDecided = ({ outcomes: { undecided = 0 } }: FieldSums): string =>
  undecided === 0 ? 'neither the model nor people gave a label' : 'no majority about anything';

/** How far people agree among themselves. `equal` is the share of equal pairs of answers. */
const agreeing = (equal: number): string =>
  equal === 1 ? 'all agree with each other' : `agree with each other in ${Number((equal * 100).toFixed(1))} % of pairs`;

/** `rejected: Violence, Weapons`, or `2 rejected`. */
function listed(outcome: (typeof NAMED)[number], fields: readonly FieldComparison[], withNames: boolean): string[] {
  const of = fields.filter((field) => field.outcome === outcome);
  if (of.length === 0) return [];
  const word = WORDS[outcome] ?? outcome;
  const names = [...new Set(of.map(({ field }) => field))];
  if (!withNames) return [`${of.length} ${word}`];
  const more = names.length - MOST_NAMES;
  const rest = more > 0 ? ` and ${more} ${agree(more, 'other', 'others')}` : '';
  return [`${word}: ${names.slice(0, MOST_NAMES).join(', ')}${rest}`];
}
