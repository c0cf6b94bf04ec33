/**
 * `npm run bench:months [-- --quick]`: what a month with many jobs costs each check of a job.
 *
 * Three budgets of one table have 10, 1,000 and 10,000 running jobs, and ten times as many ended ones. The real budget
 * function on the embedded AWS handles the start of one more job, a check in between, its end, and a look that stops
 * it. Calls and request units are those that DynamoDB bills; the three budgets take turns, so that the ratios of times
 * hold on a noisy machine. Then 500 jobs start at once. It never fails on a slow machine: people judge the figures.
 */
import { type Months, monthsIn } from '../adapters/dynamodb/months.ts';
import { readTable } from '../local/embedded-aws/dynamodb/table.ts';
import { startLocalAws } from '../local/embedded-aws/start.ts';
import { Configuration } from '../schemas/configuration/file.ts';
import { startMeteredDynamoDb } from './cost/metered-dynamodb.ts';
import { type Usage, usageOf } from './cost/usage.ts';
import { contention } from './months/contention.ts';
import { fillMonth, PRICES } from './months/fill.ts';
import { BudgetFunction } from './months/function.ts';
import { startAtOnce } from './months/starts.ts';
import { STEPS, type Step, stepsOf } from './months/steps.ts';
import { median, medianRatio, round } from './statistics.ts';

const quick = process.argv.includes('--quick');
/** Running jobs of each budget, and how many have ended for each. */
const SIZES = quick ? [10, 100, 1000] : [10, 1000, 10_000];
const ENDED = 10;
/** Rounds in which units are metered, and in which only the time is taken. */
const METERED = 2;
const TIMED = quick ? 10 : 20;
const AT_ONCE = 500;

const projectWith = (size: number) => `with-${size}`;
const policy = { mode: 'enforce', mostStopsPerHour: 1000, prices: PRICES } as const;
// Half of each budget is spent after 500 hours, so that each month has a look to come.
const BUDGET_A_JOB = 10_000;
const everyBudget = Object.fromEntries([
  ...SIZES.map((size) => [projectWith(size), size * BUDGET_A_JOB]),
  ...['storm', 'flood'].map((project) => [project, AT_ONCE * BUDGET_A_JOB]),
]);
const configuration = Configuration.parse({ budgets: { ...policy, monthly: { project: everyBudget } } });

Object.assign(process.env, { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' });
const conflicts = contention();
const aws = await startLocalAws(configuration, conflicts.fault);
const tableName = process.env['STATE_TABLE'] ?? '';
const say = (text: string) => process.stdout.write(`${text}\n`);
try {
  for (const size of SIZES) await fillMonth(tableName, projectWith(size), size, size * ENDED);
  // The calls that filled the months would take much memory.
  aws.clear();
  const metered = await meter();
  const budgetFunction = new BudgetFunction(aws);
  const months = monthsIn(tableName);
  const times = await time(budgetFunction, months);
  show(metered, times);
  for (const [value, workers] of [
    ['storm', 10],
    ['flood', AT_ONCE],
  ] as const) {
    conflicts.begin();
    const started = await startAtOnce(value, AT_ONCE, workers, budgetFunction, months);
    say(
      `${AT_ONCE} starts, ${workers} at once: ${started.counted} counted, ${conflicts.end()} conflicts, ` +
        `${started.rounds} rounds of delivery (${started.failed.join(', ')} failed), ${round(started.seconds, 1)} s`,
    );
  }

  /** What each step uses, by the number of running jobs. */
  async function meter(): Promise<Map<number, Record<Step, Usage>>> {
    const dynamoDb = await startMeteredDynamoDb(aws.endpoint, readTable(tableName));
    // Clients read this at their first call.
    process.env['AWS_ENDPOINT_URL_DYNAMODB'] = dynamoDb.endpoint;
    const through = new BudgetFunction(aws);
    const monthsThrough = monthsIn(tableName);
    const result = new Map<number, Record<Step, Usage>>();
    for (let turn = 0; turn < METERED; turn++) {
      for (const size of SIZES) {
        const used = await stepsOf(projectWith(size), turn, through, monthsThrough, (run) =>
          usageOf(aws, dynamoDb, run),
        );
        result.set(size, used);
      }
    }
    delete process.env['AWS_ENDPOINT_URL_DYNAMODB'];
    await dynamoDb.close();
    return result;
  }

  /** Milliseconds of each step in each turn, by the number of running jobs. */
  async function time(target: BudgetFunction, months: Months): Promise<Map<number, Record<Step, number>[]>> {
    const result = new Map<number, Record<Step, number>[]>(SIZES.map((size) => [size, []]));
    for (let turn = METERED; turn < METERED + TIMED; turn++) {
      for (const size of SIZES) {
        const took = await stepsOf(projectWith(size), turn, target, months, async (run) => {
          const started = performance.now();
          await run();
          return performance.now() - started;
        });
        result.get(size)?.push(took);
      }
    }
    return result;
  }
} finally {
  await aws.stop();
}

function show(metered: Map<number, Record<Step, Usage>>, times: Map<number, Record<Step, number>[]>): void {
  const line = (...cells: readonly string[]) =>
    say(
      `${cells[0]?.padEnd(30)}${cells
        .slice(1)
        .map((cell) => cell.padStart(12))
        .join('')}`,
    );
  line('running jobs in the month', ...SIZES.map(String), 'ratio');
  line('ended jobs in the month', ...SIZES.map((size) => String(size * ENDED)));
  for (const step of STEPS) {
    const used = SIZES.flatMap((size) => metered.get(size)?.[step] ?? []);
    const rows: [string, (usage: Usage) => number][] = [
      ['calls', ({ calls }) => Object.values(calls).reduce((sum, count) => sum + count, 0)],
      ['calls to DynamoDB', ({ calls }) => countOf(calls, 'dynamodb:')],
      ['read units', ({ read }) => read],
      ['write units', ({ write }) => write],
    ];
    for (const [name, count] of rows) {
      const counts = used.map(count);
      const [first = Number.NaN, last = Number.NaN] = [counts[0], counts.at(-1)];
      line(`${step}: ${name}`, ...counts.map(String), `x ${round(last / first)}`);
    }
    const taken = SIZES.map((size) => (times.get(size) ?? []).map((turn) => turn[step]));
    const ratio = medianRatio(taken.at(-1) ?? [], taken[0] ?? []);
    line(`${step}: ms, median`, ...taken.map((all) => String(round(median(all), 1))), `x ${round(ratio)}`);
  }
}

function countOf(calls: Usage['calls'], prefix: string): number {
  return Object.entries(calls).reduce((sum, [name, count]) => (name.startsWith(prefix) ? sum + count : sum), 0);
}
