/** What `review` reports, in every form. */
import { NOT_COMPARABLE, type NotComparable } from '../../domain/review/comparison.ts';
import { linesOf, type ReviewLine } from '../../domain/review/summary.ts';
import type { ReviewPolicy } from '../../schemas/configuration/review.ts';
import { lookUp } from '../../schemas/look-up.ts';
import { agree, counted } from '../../schemas/text/count.ts';
import type { Collected } from './collect.ts';

/** One flow with its lines. */
export interface FlowReport {
  readonly flow: string;
  /** The agreement that is expected, in percent. */
  readonly level: number | undefined;
  /** Lines about the flow: all together, then by reason. */
  readonly lines: readonly ReviewLine[];
  /** Lines about fields: all together, then by reason, for each field. */
  readonly fields: readonly ReviewLine[];
  /** How many objects cannot be compared, and why. */
  readonly notComparable: readonly { readonly why: NotComparable; readonly words: string; readonly count: number }[];
  readonly skipped: number;
}

export interface Report {
  readonly flows: readonly FlowReport[];
  readonly compared: number;
  readonly notComparable: number;
  readonly unreadable: number;
  /** Objects that were found again, that the options leave out, and those of them without a date. */
  readonly copies: number;
  readonly leftOut: number;
  readonly undated: number;
  /** What was read and what was left out, in sentences. */
  readonly facts: readonly string[];
}

export function reportOn(collected: Collected, policy: ReviewPolicy): Report {
  const { flows, objects, unreadable, copies, leftOut, undated } = collected;
  const reports = flows.map((tally): FlowReport => {
    const level = lookUp(policy.flows, tally.name)?.level;
    const lines = linesOf(tally, level);
    return {
      flow: tally.flow,
      level,
      lines: lines.filter(({ kind }) => kind === 'flow'),
      fields: lines.filter(({ kind }) => kind === 'field'),
      notComparable: [...tally.notComparable].map(([why, count]) => ({ why, words: NOT_COMPARABLE[why], count })),
      skipped: tally.skipped,
    };
  });
  const notComparable = reports.flatMap((report) => report.notComparable).reduce((sum, { count }) => sum + count, 0);
  const compared = objects - notComparable;
  const facts = factsOf(collected, compared, notComparable);
  return { flows: reports, compared, notComparable, unreadable, copies, leftOut, undated, facts };
}

function factsOf(
  { leftOut, undated, copies, unreadable }: Collected,
  compared: number,
  notComparable: number,
): string[] {
  const are = (count: number) => agree(count, 'is', 'are');
  return [
    `${counted(compared, 'object')} ${are(compared)} compared, ${notComparable} ${are(notComparable)} not comparable.`,
    ...(leftOut === 0 ? [] : [`${counted(leftOut, 'object')} ${are(leftOut)} left out by --flow, --from or --to.`]),
    ...(undated === 0 ? [] : [`${undated} of them ${agree(undated, 'has', 'have')} no date.`]),
    ...(copies === 0
      ? []
      : [
          `${counted(copies, 'object')} ${agree(copies, 'was', 'were')} found again in another file, and counted once.`,
        ]),
    ...(unreadable === 0
      ? []
      : [`${unreadable} ${agree(unreadable, 'file or line', 'files or lines')} cannot be read.`]),
  ];
}
