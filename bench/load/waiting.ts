/**
 * `npm run bench:waiting [-- --quick]`: how long an invocation takes while DynamoDB throttles 0, 30 or 60 % of all calls,
 * beside the function's timeout.
 *
 * Processes handle some events one after the other, as Lambda does. Each handles one event before the throttling begins,
 * so that the times are those of waiting, not of cold starts. A process that exceeds the timeout ends.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parse } from 'yaml';
import * as z from 'zod';
import { startLocalAws } from '../../local/embedded-aws/start.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { seeded } from '../../tests/chaos/plan/random.ts';
import { buildBundles } from '../bundles.ts';
import { median, quantile, round } from '../statistics.ts';
import { type Environment, type Handled, startEnvironment } from './environment.ts';
import { keepPrices, nextFailure } from './events.ts';

const quick = process.argv.includes('--quick');
const SHARES = [0, 0.3, 0.6];
/** Processes for each share, and events that each handles. */
const PROCESSES = quick ? 3 : 8;
const EVENTS = quick ? 2 : 4;

const Service = z.object({ provider: z.object({ timeout: z.number() }) });
const serverless = readFileSync(join(import.meta.dirname, '../../serverless.yml'), 'utf8');
const { timeout } = Service.parse(parse(serverless, { merge: true, logLevel: 'silent' })).provider;

let share = 0;
let attempts = 0;
const random = seeded(1);
const folder = mkdtempSync(join(tmpdir(), 'ground-control-waiting-'));
const aws = await startLocalAws(Configuration.parse({}), ({ service }) => {
  if (service !== 'dynamodb') return undefined;
  attempts++;
  return random.chance(share) ? { kind: 'throttle' } : undefined;
});

/** A process that has handled an event without throttling. */
async function warmEnvironment(bundle: string): Promise<Environment> {
  const environment = await startEnvironment(bundle, timeout);
  await environment.invoke(nextFailure());
  return environment;
}

/** Handles events, until one exceeds the timeout; that one is `undefined`. */
async function handleSome(environment: Environment): Promise<(Handled | undefined)[]> {
  const handled: (Handled | undefined)[] = [];
  for (let at = 0; at < EVENTS; at++) {
    const tooLong = new AbortController();
    const one = await Promise.race([
      environment.invoke(nextFailure()),
      setTimeout(timeout * 1000, undefined, { signal: tooLong.signal }),
    ]);
    tooLong.abort();
    handled.push(one);
    if (one === undefined) break;
  }
  environment.stop();
  return handled;
}

try {
  await keepPrices();
  const { ours } = await buildBundles(folder);
  process.stdout.write(
    `One alert while DynamoDB throttles; the function's timeout is ${timeout} s; ${PROCESSES} processes x ${EVENTS} events\n`,
  );
  for (const throttled of SHARES) {
    share = 0;
    const environments = await Promise.all(Array.from({ length: PROCESSES }, () => warmEnvironment(ours)));
    share = throttled;
    attempts = 0;
    const all = (await Promise.all(environments.map(handleSome))).flat();
    const ended = all.filter((one) => one !== undefined);
    const seconds = (some: readonly Handled[]) => {
      const times = some.map(({ milliseconds }) => milliseconds / 1000);
      return some.length === 0
        ? 'none'
        : `${some.length}: median ${round(median(times), 1)} s, p95 ${round(quantile(times, 0.95), 1)} s, longest ${round(Math.max(...times), 1)} s`;
    };
    process.stdout.write(
      [
        `${Math.round(throttled * 100)} % throttled (${round(attempts / all.length, 1)} attempts per event)`,
        `  succeeded                  ${seconds(ended.filter(({ error }) => error === undefined))}`,
        `  failed, to be retried      ${seconds(ended.filter(({ error }) => error !== undefined))}`,
        `  ended by the timeout       ${all.length - ended.length === 0 ? 'none' : all.length - ended.length}`,
        '',
      ].join('\n'),
    );
  }
} finally {
  await aws.stop();
  rmSync(folder, { recursive: true, force: true });
}
