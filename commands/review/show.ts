/** The report of `review` for people, in lines of at most 80 columns. */
import { REASONS } from '../../domain/review/comparison.ts';
import {
  bandsAbout,
  decimals,
  interval,
  levelWords,
  lineWithBands,
  outcomeWords,
  ownLines,
  percent,
  reasonWords,
  scoreWords,
  undecidedWords,
} from '../../domain/review/line-words.ts';
import { MEANINGS, NOTES, REASON_WORDS } from '../../domain/review/meaning.ts';
import { ENOUGH } from '../../domain/review/measures/bands.ts';
import type { ReviewLine } from '../../domain/review/summary.ts';
import { agree, counted } from '../../schemas/text/count.ts';
import { cutText, plainText } from '../../schemas/text/plain-text.ts';
import { wrap } from '../../schemas/text/wrap.ts';
import type { FlowReport, Report } from './report.ts';

const WIDTH = 80;
/** Columns of a name, of an interval, and of any other number. */
const [NAME, INTERVAL, NUMBER] = [34, 12, 8];
/** The most fields of a flow that are shown, those with the most answers first. */
const MOST_FIELDS = 40;

/** The lines of the report. */
export function showReport(report: Report): string[] {
  const reasons = new Set(report.flows.flatMap(({ lines }) => lines.map(({ reason }) => reason)));
  const lines = [
    'Human answers against the model',
    ...report.facts,
    ...report.flows.flatMap((flow) => ['', ...flowLines(flow)]),
    '',
    'What these numbers mean',
    ...REASONS.filter((reason) => reasons.has(reason)).map(
      (reason) => `  - ${REASON_WORDS[reason]}: ${MEANINGS[reason]}.`,
    ),
    ...NOTES.map((note) => `  - ${note}`),
  ];
  return lines.flatMap((line) => wrap(line, WIDTH));
}

function flowLines({ flow, level, lines, fields, notComparable, skipped }: FlowReport): string[] {
  const hasAnswers = lines.some(({ n, undecided }) => n + undecided > 0);
  return [
    plainText(flow, 200),
    ...(hasAnswers ? [row('', 'n', 'agree', '95 %', 'alpha', 'AC1'), ...ownLines(lines).map(numbers)] : []),
    ...(hasAnswers ? [...fieldLines(fields), ...bandLines(lines)] : []),
    ...ownLines(lines)
      .flatMap((line) => [...undecidedWords(line), ...levelWords(line, level)])
      .map((words) => `  ${words}`),
    ...notComparable.map(({ words, count }) => `  ${counted(count, 'object')} not comparable: ${words}.`),
    ...(skipped === 0 ? [] : [`  ${counted(skipped, 'field')} skipped: nobody answered readably.`]),
  ];
}

const row = (name: string, n: string, share: string, range: string, alpha: string, ac1: string): string =>
  `  ${cutText(name, NAME).padEnd(NAME)}${n.padStart(NUMBER)}${share.padStart(NUMBER)}${range.padStart(INTERVAL)}` +
  `${alpha.padStart(NUMBER)}${ac1.padStart(NUMBER)}`;

function numbers(line: ReviewLine): string {
  const { reason, field, n, agreement, low, high, alpha, ac1 } = line;
  const name = reason === null ? plainText(field ?? 'all together', 100) : `  ${reasonWords(line)}`;
  return row(name, String(n), percent(agreement), interval(low, high), decimals(alpha), decimals(ac1));
}

function fieldLines(fields: readonly ReviewLine[]): string[] {
  const totals = fields.filter(({ reason }) => reason === null).toSorted((one, other) => other.n - one.n);
  const rest = totals.length - MOST_FIELDS;
  return [
    ...totals.slice(0, MOST_FIELDS).flatMap((total) => {
      const reasons = fields.filter(({ field, reason }) => field === total.field && reason !== null);
      // One reason alone says the same as all together.
      return [numbers(total), ...details(total, reasons), ...(reasons.length > 1 ? reasons.map(numbers) : [])];
    }),
    ...(rest > 0 ? [`  and ${counted(rest, 'more field')}: --json and --csv show all`] : []),
  ];
}

const details = (total: ReviewLine, reasons: readonly ReviewLine[]): string[] =>
  [outcomeWords(total), scoreWords(total, reasons)].filter((words) => words !== '').map((words) => `      ${words}`);

function bandLines(lines: readonly ReviewLine[]): string[] {
  const line = lineWithBands(lines);
  return [
    ...(line === undefined ? [] : [`  Is the model right as often as its confidence says? (${bandsAbout(line)})`]),
    ...(line?.bands ?? []).map(({ from, to, n, agreement }) => {
      const share =
        agreement === null
          ? `not enough (below ${ENOUGH})`
          : `${percent(agreement.share)} (${interval(agreement.low, agreement.high)})`;
      return `    confidence ${`${from}-${to} %`.padStart(9)}: ${String(n).padStart(6)} ${agree(n, 'answer', 'answers')}, ${share}`;
    }),
  ];
}
