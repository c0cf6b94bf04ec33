/**
 * `npm run bench:storm [-- --quick] [-- --events 10000 --seconds 170]`: 10,000 training jobs fail within five minutes.
 *
 * The packaged function handles the events against the embedded AWS, as fast as it can, for at most `seconds`. Arrival
 * is simulated: the clocks of the functions and of AWS's limits show the arrival of the latest event. Prints what each
 * subscriber gets until every window is told, calls with and without the breaker, throttled calls, the busiest second,
 * time per event, memory, and how much longer the last events take than the first.
 *
 * It exits with 1 when an alert is lost or told twice, or when a subscriber gets more messages within a second than SNS
 * sends to an address. It never fails on a slow machine: people judge the other figures.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { subscriberKey } from '../../infrastructure/subscriber-key.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { buildForStorm } from '../bundles.ts';
import { median, quantile, round } from '../statistics.ts';
import type { Handled } from './environment.ts';
import { AT_ONCE, type Flood, flood } from './flood.ts';
import { LIMITS } from './limits.ts';
import { accountOf, MOST_A_SECOND, wrongsOf } from './mailbox.ts';

/** Simulated milliseconds within which the jobs fail. */
const ARRIVAL = 5 * 60_000;
const HOUR = 3_600_000;
/** Hours of the quiet hours that begin with the storm. */
const QUIET = 8;

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '170' },
    quick: { type: 'boolean', default: false },
  },
});
const count = values.quick ? 400 : Number(values.events);
/** Failures without the breaker: enough for the calls of an event. */
const withoutBreaker = Math.min(count, values.quick ? 100 : 1000);
/** Events in the first and in the last part, which are compared; fewer when time runs out. */
const PART = 1000;

/** When the storm begins: a warm-up one hour before it is not in the past, and prices are known for a day. */
const start = (Math.floor(Date.now() / HOUR) + 2) * HOUR;
/** `13:00`, some hours after the start. */
const clock = (hours: number) => new Date(start + hours * HOUR).toISOString().slice(11, 16);
const SUBSCRIBERS = {
  'all alerts': { email: 'all@example.com' },
  'critical and error': { email: 'severe@example.com', severities: ['critical', 'error'] },
  'digest: 15m': { email: 'digest@example.com', digest: '15m' },
  'quiet hours': { email: 'quiet@example.com', quiet: { from: clock(0), to: clock(QUIET) } },
};
const configurationWith = (breaker: 'on' | 'off') =>
  Configuration.parse({ timeZone: 'UTC', subscribers: Object.values(SUBSCRIBERS), delivery: { breaker } });

/** `0.2 s`, `5.5 min`, `8 h` */
function lengthOf(milliseconds: number): string {
  if (milliseconds < 60_000) return `${round(milliseconds / 1000, 1)} s`;
  return milliseconds < HOUR ? `${round(milliseconds / 60_000, 1)} min` : `${round(milliseconds / HOUR, 2)} h`;
}

const accountsOf = ({ mails, jobs, waited }: Flood) =>
  Object.entries(SUBSCRIBERS).map(([name, { email }]) => ({
    name,
    ...accountOf(subscriberKey(email), mails, jobs, waited),
  }));
type Named = ReturnType<typeof accountsOf>[number];

/** What each subscriber gets, one line each. */
function linesOf(accounts: readonly Named[], failures: number): string[] {
  const cells = (account: Named) => [
    account.name,
    String(account.messages),
    String(account.mostInSecond),
    account.first === undefined ? 'never' : lengthOf(account.first - start),
    String(account.atOnce),
    String(account.inWindows),
    `${account.atOnce + account.inWindows} of ${failures}, ${account.lost} lost, ${account.again} twice`,
  ];
  const rows = [
    ['subscriber', 'messages', 'most a second', 'first after', 'at once', 'in windows', 'alerts told'],
    ...accounts.map(cells),
  ];
  return rows.map(
    ([name = '', ...others]) =>
      `  ${name.padEnd(20)} ${others.map((cell, at) => (at === others.length - 1 ? cell : cell.padEnd(15))).join('')}`,
  );
}

const sum = (some: readonly number[]) => some.reduce((total, one) => total + one, 0);
const megabytes = (bytes: number) => `${round(bytes / 2 ** 20, 0)} MB`;
/** `2 dynamodb:GetItem, 1 sns:Publish`; without calls that are rare. */
const callsOf = ({ calls, jobs }: Flood) => {
  const each = Object.entries(calls.byName).map(([name, made]) => ({ name, made: round(made / jobs.length) }));
  const named = each.filter(({ made }) => made > 0).map(({ name, made }) => `${made} ${name}`);
  return `${round(sum(Object.values(calls.byName)) / jobs.length)}: ${named.join(', ')}`;
};
const failedOf = (some: readonly Handled[]) => {
  const failed = some.flatMap(({ error }) => error ?? []);
  return `${failed.length} invocations failed${failed[0] === undefined ? '' : `, such as: ${failed[0]}`}`;
};

/** What the storm took. */
function costsOf(storm: Flood, calm: Flood): string[] {
  const { handled, digested, jobs, calls, mails, seconds } = storm;
  const part = Math.min(PART, Math.ceil(handled.length / 4));
  const [first, last] = [handled.slice(0, part), handled.slice(-part)];
  const wall = (some: readonly Handled[]) => median(some.map(({ milliseconds }) => milliseconds));
  const cpu = (some: readonly Handled[]) => ((some.at(-1)?.cpu ?? 0) - (some[0]?.cpu ?? 0)) / (some.length - 1);
  const heap = (some: readonly Handled[]) => megabytes(median(some.map((one) => one.heap)));
  const times = handled.map(({ milliseconds }) => milliseconds);
  const digests = digested.map(({ milliseconds }) => milliseconds / 1000);
  const alerts = mails.filter(({ about }) => 'job' in about).length;
  return [
    `${jobs.length} of ${count} jobs that failed within ${ARRIVAL / 60_000} minutes, ${AT_ONCE} at a time, in ${round(seconds, 0)} s; Node ${process.version}`,
    `alerts published             ${alerts}, and ${mails.length - alerts} messages about windows; ${failedOf(handled)}`,
    `calls per event              ${callsOf(storm)}`,
    `  without the breaker        ${callsOf(calm)}`,
    `throttled calls              ${calls.throttled}`,
    `busiest second               ${Object.entries(calls.busiest)
      .map(([kind, most]) => `${most} ${kind} (limit ${LIMITS[kind] ?? 'none'})`)
      .join(', ')}`,
    `time per event               median ${round(median(times), 1)} ms, p95 ${round(quantile(times, 0.95), 1)} ms; CPU ${round(cpu(handled), 1)} ms`,
    `memory of the function       ${megabytes(handled.at(-1)?.peak ?? 0)} at most; heap ${heap(first)} with the first ${part} events, ${heap(last)} with the last`,
    `growth, first ${part} to last   x ${round(wall(last) / wall(first))} wall with the embedded AWS, x ${round(cpu(last) / cpu(first))} CPU of the function (target x 1.1)`,
    `function digest              ${digested.length} invocations, the longest ${round(Math.max(...digests), 1)} s; ${megabytes(digested.at(-1)?.peak ?? 0)} at most; ${failedOf(digested)}`,
  ];
}

const folder = mkdtempSync(join(tmpdir(), 'ground-control-storm-'));
try {
  const bundles = await buildForStorm(folder);
  const common = { start, interval: ARRIVAL / count, seconds: Number(values.seconds) };
  const storm = await flood(bundles, { ...common, configuration: configurationWith('on'), count });
  const calm = await flood(bundles, { ...common, configuration: configurationWith('off'), count: withoutBreaker });
  const [accounts, others] = [accountsOf(storm), accountsOf(calm)];
  const wrongs = [
    ...accounts.flatMap((one) => wrongsOf(one, storm.jobs.length, true).map((wrong) => `${one.name}: ${wrong}`)),
    ...others.flatMap((one) =>
      wrongsOf(one, calm.jobs.length, false).map((wrong) => `${one.name}, without the breaker: ${wrong}`),
    ),
  ];
  process.stdout.write(
    [
      ...costsOf(storm, calm),
      `What people get (SNS sends an address ${MOST_A_SECOND} e-mails a second; times are simulated)`,
      ...linesOf(accounts, storm.jobs.length),
      `The first ${calm.jobs.length} of them without the breaker`,
      ...linesOf(others, calm.jobs.length),
      wrongs.length === 0 ? 'Nothing is lost, nothing is told twice' : `WRONG: ${wrongs.join('; ')}`,
      '',
    ].join('\n'),
  );
  if (wrongs.length > 0) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
