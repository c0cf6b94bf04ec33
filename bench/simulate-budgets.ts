/**
 * `npm run --silent simulate:budgets [-- --seed 1] [--jobs 10000] [--json]`
 *
 * Simulates two months of jobs with caps and monthly budgets in four time zones. The real budget function decides; a
 * model of what AWS bills, which shares no code with it, says whether that was right (`simulation/`). For comparison,
 * the same jobs run under a program that checks all of them every five minutes. Time is simulated: nothing waits.
 * Exits with 1 when a job was wrongly stopped, was checked but never stopped, or was stopped more than 20 minutes late.
 */
import * as z from 'zod';
import { readOptions, runCommand } from '../commands/shared/cli.ts';
import { endWithReader } from '../local/play/end-with-reader.ts';
import { seeded } from '../tests/chaos/plan/random.ts';
import { MONTHS, type Zone } from './simulation/bill.ts';
import { guard, type OnStop, type Played } from './simulation/guard.ts';
import { KINDS, type Population, populationOf } from './simulation/jobs.ts';
import { wrongStop } from './simulation/judge.ts';
import { poll } from './simulation/poller.ts';
import { type Judged, type Offence, RULES, type Summary, summarise } from './simulation/summary.ts';

const ZONES = Object.keys(MONTHS).filter((zone): zone is Zone => zone in MONTHS);
const USAGE = 'usage: npm run --silent simulate:budgets -- [--seed 1] [--jobs 10000] [--json]';
const whole = (most: number) => z.coerce.number().int().min(1).max(most);
const Options = z.object({ seed: whole(2 ** 31), jobs: whole(1_000_000), json: z.boolean() });

/** Broken rules that are printed one by one; `--json` has all of them. */
const MOST_SHOWN = 10;
const DEFAULTS = {
  seed: { type: 'string', default: '1' },
  jobs: { type: 'string', default: '10000' },
  json: { type: 'boolean', default: false },
} as const;

async function simulate(): Promise<number> {
  const options = readOptions(USAGE, DEFAULTS, Options);
  const guarded: Judged[] = [];
  const polled: Judged[] = [];
  for (const [at, zone] of ZONES.entries()) {
    // The same jobs, whatever is done about them.
    const population = populationOf(zone, share(options.jobs, at), seeded(options.seed * 100 + at));
    const chances = seeded(options.seed * 100 + 50 + at);
    guarded.push(await judge(population, (onStop) => guard(population, chances, onStop)));
    polled.push(await judge(population, (onStop) => poll(population, onStop)));
  }
  const result = { seed: options.seed, guarded: summarise(guarded), polled: summarise(polled) };
  if (options.json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  else print(result.guarded, result.polled, options.seed);
  return RULES.every((rule) => result.guarded.all[rule] === 0) ? 0 : 1;
}

/** The jobs of the time zone number `at`, of `all`. */
const share = (all: number, at: number) => Math.floor((all + at) / ZONES.length);

/** Plays `population` under a policy, and judges each stop when it is made. */
async function judge(
  { zone, projects }: Population,
  play: (onStop: OnStop) => Played | Promise<Played>,
): Promise<Judged> {
  const wrong: Offence[] = [];
  const played = await play((course, now, why, courses) => {
    const text = wrongStop(course, now, why, zone, courses);
    if (text !== undefined) wrong.push({ course, rule: 'wronglyStopped', text: `for its ${why}: ${text}` });
  });
  return { zone, projects, ...played, wrong };
}

const ROWS: readonly (readonly [string, (summary: Summary) => string])[] = [
  ['over their cap or month', ({ all }) => String(all.due)],
  ['stopped at their cap', ({ stoppedForCaps }) => String(stoppedForCaps)],
  ['stopped for their month', ({ stoppedForMonths }) => String(stoppedForMonths)],
  ['wrongly stopped', ({ all }) => String(all.wronglyStopped)],
  ['never stopped', ({ all }) => String(all.neverStopped)],
  ['never known before their end', ({ neverKnown }) => String(neverKnown)],
  ['more than 20 minutes late', ({ all }) => String(all.tooLate)],
  ['spot, stopped without the discount', ({ spotStoppedEarly }) => String(spotStoppedEarly)],
  ['lateness p50', ({ all }) => `${all.latenessSeconds.p50.toFixed(1)} s`],
  ['lateness p99', ({ all }) => `${all.latenessSeconds.p99.toFixed(1)} s`],
  ['lateness max', ({ all }) => `${all.latenessSeconds.max.toFixed(1)} s`],
  ['overspend p50', ({ all }) => `$${all.overspendUsd.p50.toFixed(4)}`],
  ['overspend p99', ({ all }) => `$${all.overspendUsd.p99.toFixed(4)}`],
  ['overspend max', ({ all }) => `$${all.overspendUsd.max.toFixed(4)}`],
  ['overspend in all', ({ all }) => `$${all.overspendUsd.sum.toFixed(2)}`],
  ['API calls about jobs', ({ calls }) => String(calls)],
];

function print(guarded: Summary, polled: Summary, seed: number): void {
  const line = (...cells: readonly string[]) =>
    process.stdout.write(
      `${cells[0]?.padEnd(36)}${cells
        .slice(1)
        .map((cell) => cell.padStart(18))
        .join('')}\n`,
    );
  line(`${guarded.jobs} jobs in 58 days, ${ZONES.length} time zones, seed ${seed}\n`);
  line('', 'Ground Control', '5-minute poller');
  for (const [name, show] of ROWS) line(name, show(guarded), show(polled));
  line('\nGround Control, by kind of project', ...RULES, 'lateness max', 'overspend', 'of the poller');
  for (const kind of KINDS) {
    const figures = guarded.kinds[kind];
    const rules = RULES.map((rule) => String(figures[rule]));
    const usd = [figures, polled.kinds[kind]].map(({ overspendUsd }) => `$${overspendUsd.sum.toFixed(2)}`);
    line(kind, ...rules, `${figures.latenessSeconds.max.toFixed(1)} s`, ...usd);
  }
  for (const text of guarded.offences.slice(0, MOST_SHOWN)) process.stdout.write(`${text}\n`);
}

endWithReader();
await runCommand('simulate:budgets', USAGE, simulate);
