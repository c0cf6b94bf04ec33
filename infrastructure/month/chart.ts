/** The chart of `docs/budgets.md`: what a month has spent over time, its budget, and when which job is stopped. */
import { formatPrice, formatUsd, type MicroUsd, toMicroUsd } from '../../domain/cost/money.ts';
import { BUDGET, type MonthStory, RUNWAY_MINUTES, type ToldJob, WARNED } from './story.ts';

const [WIDTH, HEIGHT] = [700, 320];
const PLOT = { left: 62, right: 676, top: 34, bottom: 214 };
/** The first row of the jobs, and how far the next one is below. */
const ROWS = { top: 246, apart: 22 };
const HOUR = 3_600_000;
const [FROM, TO] = [Date.parse('2026-11-24T08:00:00Z'), Date.parse('2026-11-24T17:00:00Z')];
const MOST = toMicroUsd(108);
/** Each has a contrast of at least 4.5 on white, so that it can be read as text. */
const COLOUR = {
  ink: '#1f2933',
  faint: '#5b6773',
  grid: '#d5dbe1',
  spent: '#1a5fb4',
  runway: '#9a4a00',
  stop: '#b3141b',
};

const x = (at: Date | number): string =>
  (PLOT.left + ((Number(at) - FROM) / (TO - FROM)) * (PLOT.right - PLOT.left)).toFixed(1);
const y = (amount: MicroUsd): string => (PLOT.bottom - (amount / MOST) * (PLOT.bottom - PLOT.top)).toFixed(1);
const time = (at: Date): string => at.toISOString().slice(11, 16);
const whole = (amount: MicroUsd): string => formatUsd(amount).replace('.00', '');

const text = (left: string | number, top: string | number, words: string, more = ''): string =>
  `<text x="${left}" y="${top}"${more}>${words}</text>`;
const line = (x1: string | number, y1: string, x2: string | number, y2: string, more: string): string =>
  `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" ${more}/>`;

/** `$20`. */
const paceOf = ({ perHour }: ToldJob): string => formatPrice(perHour).replace('.00', '');
/** `C stopped at 13:01`. */
export const stopOf = ({ name, stoppedAt }: ToldJob): string => `${name} stopped at ${time(stoppedAt)}`;

/** The chart as SVG. It has a background of its own, so that it can be read on dark pages. */
export function monthChart(story: MonthStory): string {
  const { jobs } = story;
  const stops = jobs.toSorted((one, other) => one.stoppedAt.getTime() - other.stoppedAt.getTime());
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="title desc" font-family="Helvetica, Arial, sans-serif" font-size="12" fill="${COLOUR.ink}">`,
    '<title id="title">A monthly budget runs out</title>',
    `<desc id="desc">${described(stops)}</desc>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" rx="6" fill="#ffffff"/>`,
    text(PLOT.left, 20, 'Spent this month by project churn, on 24 November 2026 (UTC)', ' font-weight="bold"'),
    ...axes(),
    ...runway(story),
    ...spent(story),
    ...jobs.map(stopMark),
    ...jobs.map(jobRow),
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

function described(stops: readonly ToldJob[]): string {
  const started = stops
    .toReversed()
    .map((job) => `Job ${job.name} starts at ${time(job.startedAt)} at ${paceOf(job)} an hour.`);
  return [
    `A line rises from $20 to the budget of ${whole(BUDGET)}.`,
    ...started,
    `Where the rest lasts less than ${RUNWAY_MINUTES} minutes, the newest job is stopped and the line rises more slowly.`,
    `${stops.map(stopOf).join(', ')}.`,
  ].join(' ');
}

function axes(): string[] {
  const amounts = [
    ...WARNED.map(({ percent, amount }) => ({ label: `${percent} %`, amount })),
    { label: '$0', amount: 0 },
  ];
  const hours = Array.from({ length: (TO - FROM) / HOUR + 1 }, (_, count) => new Date(FROM + count * HOUR));
  return [
    ...amounts.flatMap(({ label, amount }) => [
      line(PLOT.left, y(amount), PLOT.right, y(amount), `stroke="${COLOUR.grid}"`),
      text(PLOT.left - 8, Number(y(amount)) + 4, label, ` text-anchor="end" fill="${COLOUR.faint}"`),
    ]),
    line(PLOT.left, y(BUDGET), PLOT.right, y(BUDGET), `stroke="${COLOUR.ink}" stroke-width="1.5"`),
    text(PLOT.left - 8, Number(y(BUDGET)) + 4, whole(BUDGET), ' text-anchor="end" font-weight="bold"'),
    text(PLOT.right, Number(y(BUDGET)) - 6, `Budget ${whole(BUDGET)}`, ' text-anchor="end" font-weight="bold"'),
    ...hours.map((hour) => text(x(hour), PLOT.bottom + 16, time(hour), ` text-anchor="middle" fill="${COLOUR.faint}"`)),
  ];
}

/** The area between the amount from which the rest is short, and the budget. */
function runway({ moments, jobs }: MonthStory): string[] {
  const end = new Date(Math.max(...jobs.map(({ stoppedAt }) => stoppedAt.getTime())));
  const steps = moments.filter(({ at }) => at < end);
  const points = steps.flatMap(({ at, runwayFrom }, index) => {
    const until = steps[index + 1]?.at ?? end;
    return [`${x(at)},${y(runwayFrom)}`, `${x(until)},${y(runwayFrom)}`];
  });
  const area = [...points, `${x(end)},${y(BUDGET)}`, `${x(FROM)},${y(BUDGET)}`].join(' ');
  return [
    `<polygon points="${area}" fill="#f6c58f" fill-opacity="0.6"/>`,
    `<polyline points="${points.join(' ')}" fill="none" stroke="${COLOUR.runway}" stroke-width="1.5" stroke-dasharray="5 3"/>`,
    text(
      PLOT.left + 6,
      Number(y(BUDGET)) + 25,
      `Runway: under ${RUNWAY_MINUTES} minutes left`,
      ` fill="${COLOUR.runway}"`,
    ),
  ];
}

function spent({ moments }: MonthStory): string[] {
  const points = moments.map(({ at, spent: amount }) => `${x(at)},${y(amount)}`);
  const last = moments.at(-1);
  const rest = last === undefined ? [] : [`${x(TO)},${y(last.spent)}`];
  return [
    `<polyline points="${[...points, ...rest].join(' ')}" fill="none" stroke="${COLOUR.spent}" stroke-width="3" stroke-linejoin="round"/>`,
    text(x(FROM + HOUR / 2), Number(y(toMicroUsd(22))) - 10, 'Spent', ` fill="${COLOUR.spent}" font-weight="bold"`),
  ];
}

const topOf = (row: number): number => ROWS.top + row * ROWS.apart;

/** Leads from the budget to the stop of a job in its row. */
const stopMark = ({ stoppedAt }: ToldJob, row: number): string =>
  line(x(stoppedAt), y(BUDGET), x(stoppedAt), String(topOf(row)), `stroke="${COLOUR.stop}" stroke-dasharray="2 3"`);

function jobRow(job: ToldJob, row: number): string {
  const top = topOf(row);
  const { name, startedAt, stoppedAt, endedAt } = job;
  const width = (Number(x(endedAt)) - Number(x(startedAt))).toFixed(1);
  return [
    text(PLOT.left - 8, top + 12, `Job ${name}`, ' text-anchor="end"'),
    `<rect x="${x(startedAt)}" y="${top}" width="${width}" height="16" rx="2" fill="${COLOUR.spent}"/>`,
    text(Number(x(startedAt)) + 6, top + 12, `${paceOf(job)}/h`, ' fill="#ffffff"'),
    `<circle cx="${x(stoppedAt)}" cy="${top + 8}" r="5" fill="${COLOUR.stop}"/>`,
    text(Number(x(stoppedAt)) + 10, top + 12, stopOf(job), ` fill="${COLOUR.stop}"`),
  ].join('\n');
}
