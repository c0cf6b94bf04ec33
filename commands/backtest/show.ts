/** The report of `backtest` for people. Amounts stand before names, so that columns hold in any width. */
import { formatTime } from '../../domain/alert/render/time.ts';
import { nameOf } from '../../domain/budget/month/month.ts';
import { formatUsd, type MicroUsd } from '../../domain/cost/money.ts';
import type { PastMonth } from '../../local/backtest/past-budgets.ts';
import type { Configuration } from '../../schemas/configuration/file.ts';
import { agree, counted } from '../../schemas/text/count.ts';
import { plainText } from '../../schemas/text/plain-text.ts';
import { wrap } from '../../schemas/text/wrap.ts';
import { GROUPINGS, type Grouping, type GroupRow, type JobRow, type Report } from './report.ts';

/** The most jobs that are shown for one reason, and the most groups of one kind. */
const MOST_JOBS = 30;
const MOST_ODD_JOBS = 10;
const MOST_GROUPS = 10;
const INDENT = '    ';

/** What `showReport` needs to know besides the report. */
export interface ShowOptions {
  readonly configuration: Pick<Configuration, 'timeZone' | 'tags'>;
  /** Columns of the terminal; absent for a file or pipe, whose lines are not wrapped. */
  readonly width: number | undefined;
  /** The first line. */
  readonly title: string;
  /** What the numbers cannot show. */
  readonly notes: readonly string[];
  /** What the user can do next. */
  readonly hints: readonly string[];
}

/** The lines of the report. */
export function showReport(report: Report, { configuration, width, title, notes, hints }: ShowOptions): string[] {
  const { jobs, groups, months } = report;
  const lines = [
    title,
    ...(jobs.length === 0 ? [] : ['', ...jobLines(jobs, configuration.timeZone)]),
    ...GROUPINGS.flatMap((by) => groupLines(by, groups, configuration.tags)),
    ...(months.length === 0 ? [] : ['', 'Months under this policy', ...months.map(monthLine)]),
    '',
    ...totalLines(report),
    ...section('What these numbers cannot show', notes),
    ...section('Next', hints),
  ];
  return width === undefined ? lines : lines.flatMap((line) => wrapped(line, width));
}

const section = (title: string, sentences: readonly string[]): string[] =>
  sentences.length === 0 ? [] : ['', title, ...sentences.map((sentence) => `  - ${sentence}`)];

const COLUMN = 12;
const amount = (value: MicroUsd | undefined, isApproximate = false): string =>
  (value === undefined ? 'unknown' : value === 0 ? '-' : `${isApproximate ? '~' : ''}${formatUsd(value)}`).padStart(
    COLUMN,
  );
const header = (...words: readonly string[]): string => words.map((word) => word.padStart(COLUMN)).join('');

/** The most expensive jobs first; those without a known cost last. */
function jobLines(jobs: readonly JobRow[], timeZone: string): string[] {
  const sorted = jobs.toSorted((one, other) => (other.cost ?? -1) - (one.cost ?? -1));
  const worth = new Set(worthReading(sorted));
  const shown = sorted.filter((row) => worth.has(row));
  const others = sorted.filter((row) => !worth.has(row));
  const cost = others.reduce((sum, row) => sum + (row.cost ?? 0), 0);
  return [
    `${header('cost', 'wasted', 'saved')}  job`,
    ...shown.flatMap((row) => {
      const { verdict, cost, wasted, saved, isApproximate } = row;
      const amounts = amount(cost, isApproximate) + amount(wasted, isApproximate) + amount(saved, isApproximate);
      const about = detailsOf(row, timeZone).map((detail) => `${INDENT}${detail}`);
      return [`${amounts}  ${verdict.type} ${plainText(verdict.job, 100)}`, ...about];
    }),
    ...(others.length === 0
      ? []
      : [`${amount(cost)}  ${counted(others.length, 'more job')}: --csv and --json show all`]),
  ];
}

/** The most expensive jobs, those that the policy would have stopped, and those with something to correct. */
function worthReading(sorted: readonly JobRow[]): JobRow[] {
  const stopped = sorted.filter(({ verdict }) => verdict.stoppedAt !== null);
  return [
    ...sorted.filter(({ cost }) => cost !== undefined).slice(0, MOST_JOBS),
    ...stopped.toSorted((one, other) => other.saved - one.saved).slice(0, MOST_JOBS),
    ...sorted.filter(({ verdict }) => verdict.flaws.length > 0).slice(0, MOST_ODD_JOBS),
    ...sorted.filter(({ cost }) => cost === undefined).slice(0, MOST_ODD_JOBS),
  ];
}

/** Reasons that need no words: nothing would have happened to the job. */
const QUIET: ReadonlySet<string> = new Set(['no cap', 'within its cap', 'within its month']);

/** What is remarkable about a job, each as one line. */
function detailsOf({ verdict }: JobRow, timeZone: string): string[] {
  const { warned, capUsd, stoppedAt, stoppedFor, reason, flaws } = verdict;
  const warnings = warned.length === 0 ? [] : [`warnings at ${warned.join(' % and ')} %`];
  const end =
    stoppedAt === null
      ? reason === null || QUIET.has(reason)
        ? []
        : [reason === '' ? 'still running at the end' : reason]
      : [`stopped at ${formatTime(new Date(stoppedAt), timeZone)} for ${stoppedFor}`];
  const cap = capUsd === null ? [] : [`cap ${formatUsd(capUsd * 1_000_000)}`];
  const facts = [...end, ...warnings, ...(end.length + warnings.length > 0 ? cap : [])];
  return [...(facts.length === 0 ? [] : [facts.join('; ')]), ...flaws];
}

function groupLines(by: Grouping, groups: readonly GroupRow[], tags: Configuration['tags']): string[] {
  const own = groups.filter((group) => group.by === by);
  if (own.length === 0) return [];
  if (own.every(({ name }) => name === 'unknown'))
    return ['', `No job has ${by === 'owner' ? 'an' : 'a'} ${by} tag (${tags[by].join(', ')}).`];
  const others = own.length - MOST_GROUPS;
  return [
    '',
    `${header('cost', 'wasted', 'saved')}    jobs  ${by}`,
    ...own
      .slice(0, MOST_GROUPS)
      .map(
        ({ cost, wasted, saved, isApproximate, jobs, name }) =>
          amount(cost, isApproximate) +
          amount(wasted, isApproximate) +
          amount(saved, isApproximate) +
          `${String(jobs).padStart(8)}  ${plainText(name, 100)}`,
      ),
    ...(others > 0 ? [`${INDENT}and ${counted(others, `other ${by}`)}: --json shows all`] : []),
  ];
}

function monthLine(month: PastMonth): string {
  const alerts = month.told.length === 0 ? '' : `, with alerts at ${month.told.join(' % and ')} %`;
  return `  ${nameOf(month)}: ${formatUsd(month.spent)} of ${formatUsd(month.budget)} would have been spent${alerts}`;
}

function totalLines({ total, standIns }: Report): string[] {
  const { jobs, unpriced, cost, failed, wasted, warned, stopped, saved, isApproximate } = total;
  const usd = (value: MicroUsd) => `${isApproximate && value > 0 ? 'about ' : ''}${formatUsd(value)}`;
  const unknown = unpriced === 0 ? '' : `, ${unpriced} without a known cost`;
  return [
    'Total',
    `  ${counted(jobs, 'job')} cost ${usd(cost)}${unknown}`,
    `  ${counted(failed, 'job')} failed; ${usd(wasted)} was wasted on failures`,
    `  this policy would have warned about ${counted(warned, 'job')}, stopped ${stopped} and saved ${usd(saved)}`,
    ...(standIns.length === 0
      ? []
      : [
          `  ~ calculated with the price of us-east-1, because no price is known here for ${standIns.join(', ')}; ` +
            `--ask-prices reads ${agree(standIns.length, 'it', 'them')} from the AWS Price List`,
        ]),
  ];
}

/** The rows of tables begin with a column of amounts, and are left alone. */
function wrapped(line: string, width: number): string[] {
  const margin = line.length - line.trimStart().length;
  return margin > INDENT.length || width < 30 ? [line] : wrap(line, width);
}
