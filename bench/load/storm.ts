/**
 * `npm run bench:storm [-- --quick] [-- --events 10000 --seconds 170]`: 10,000 training jobs end within five minutes.
 *
 * The packaged function handles the events against the embedded AWS, as fast as it can, for at most `seconds`. Arrival
 * is simulated: the clock of AWS's limits stands at the arrival of the latest event. Prints calls, throttled calls, the
 * busiest second, time per event, memory, and how much longer the last events take than the first.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type LocalAws, startLocalAws } from '../../local/embedded-aws/start.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { buildBundles } from '../bundles.ts';
import { median, quantile, round } from '../statistics.ts';
import { type Handled, startEnvironment } from './environment.ts';
import { keepPrices, nextFailure } from './events.ts';

/** Milliseconds within which the jobs end. */
const ARRIVAL = 5 * 60_000;
/** Events that are handled at the same time. */
const AT_ONCE = 4;
const TIMEOUT_SECONDS = 50;
/**
 * Calls per second that AWS answers before it throttles. SNS: Publish in most regions (300 to 30,000, service quotas).
 * DynamoDB: units of one partition, as if every write went to one key of an index (developer guide, partition limits).
 */
const LIMITS: Readonly<Record<string, number>> = { 'sns:Publish': 300, 'dynamodb:write': 1000, 'dynamodb:read': 3000 };
const WRITES = /^(?:Put|Update|Delete|BatchWrite|TransactWrite)/;

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '170' },
    quick: { type: 'boolean', default: false },
  },
});
const count = values.quick ? 400 : Number(values.events);
/** Events before the measurement: compiling and connecting happen once, not once per event. */
const WARM_UP = 50;
/** Events in the first and in the last part, which are compared; fewer when time runs out. */
const PART = 1000;

let arrived = 0;
let second = 0;
let inSecond: Record<string, number> = {};
const busiest: Record<string, number> = {};
const calls: Record<string, number> = {};
let throttled = 0;
/** Counts a call, in its simulated second. Says whether AWS would throttle it. */
function isThrottled(kind: string): boolean {
  const now = Math.floor((arrived * ARRIVAL) / count / 1000);
  if (now !== second) [second, inSecond] = [now, {}];
  const used = (inSecond[kind] ?? 0) + 1;
  inSecond[kind] = used;
  busiest[kind] = Math.max(busiest[kind] ?? 0, used);
  return used > (LIMITS[kind] ?? Infinity);
}

const folder = mkdtempSync(join(tmpdir(), 'ground-control-storm-'));
const aws: LocalAws = await startLocalAws(Configuration.parse({}), ({ service, operation }) => {
  const name = `${service}:${operation}`;
  calls[name] = (calls[name] ?? 0) + 1;
  const kind = service === 'dynamodb' ? (WRITES.test(operation) ? 'dynamodb:write' : 'dynamodb:read') : name;
  if (!isThrottled(kind)) return undefined;
  throttled++;
  return { kind: 'throttle' };
});
try {
  await keepPrices();
  const { ours } = await buildBundles(folder);
  const environment = await startEnvironment(ours, TIMEOUT_SECONDS);
  for (let at = 0; at < WARM_UP; at++) await environment.invoke(nextFailure());
  for (const counted of [calls, busiest]) for (const name of Object.keys(counted)) delete counted[name];
  aws.clear();
  inSecond = {};
  throttled = 0;
  let published = 0;
  const all: Handled[] = [];
  const started = performance.now();
  const deadline = started + Number(values.seconds) * 1000;
  const work = async () => {
    while (arrived < count && performance.now() < deadline) {
      arrived++;
      all.push(await environment.invoke(nextFailure()));
      if (all.length % 100 !== 0) continue;
      // What the embedded AWS remembers must not slow it down.
      published += aws.publications.length;
      aws.clear();
      process.stderr.write(`\r${all.length} of ${count} events`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const seconds = (performance.now() - started) / 1000;
  published += aws.publications.length;
  environment.stop();
  process.stderr.write('\n');
  const part = Math.min(PART, Math.ceil(all.length / 4));
  const [first, last] = [all.slice(0, part), all.slice(-part)];
  const wall = (some: readonly Handled[]) => median(some.map(({ milliseconds }) => milliseconds));
  const cpu = (some: readonly Handled[]) => ((some.at(-1)?.cpu ?? 0) - (some[0]?.cpu ?? 0)) / (some.length - 1);
  const megabytes = (bytes: number) => `${round(bytes / 2 ** 20, 0)} MB`;
  const perEvent = (name: string) => `${round((calls[name] ?? 0) / all.length)} ${name}`;
  const times = all.map(({ milliseconds }) => milliseconds);
  const failed = all.filter(({ error }) => error !== undefined);
  process.stdout.write(
    [
      `${all.length} of ${count} jobs that ended within ${ARRIVAL / 60_000} minutes, ${AT_ONCE} at a time, in ${round(seconds, 0)} s; Node ${process.version}`,
      `alerts published             ${published}; ${failed.length} invocations failed${failed[0] === undefined ? '' : `, such as: ${failed[0].error}`}`,
      `calls per event              ${Object.keys(calls).map(perEvent).join(', ')}`,
      `throttled calls              ${throttled}`,
      `busiest second               ${Object.entries(busiest)
        .map(([kind, most]) => `${most} ${kind} (limit ${LIMITS[kind] ?? 'none'})`)
        .join(', ')}`,
      `time per event               median ${round(median(times), 1)} ms, p95 ${round(quantile(times, 0.95), 1)} ms; CPU ${round(cpu(all), 1)} ms`,
      `memory of the function       ${megabytes(all.at(-1)?.peak ?? 0)} at most; heap ${megabytes(median(first.map(({ heap }) => heap)))} with the first ${part} events, ${megabytes(median(last.map(({ heap }) => heap)))} with the last`,
      `growth, first ${part} to last   x ${round(wall(last) / wall(first))} wall with the embedded AWS, x ${round(cpu(last) / cpu(first))} CPU of the function (target x 1.1)`,
      '',
    ].join('\n'),
  );
} finally {
  await aws.stop();
  rmSync(folder, { recursive: true, force: true });
}
