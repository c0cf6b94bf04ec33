/**
 * `npm run --silent snooze -- --stage <s> [<ARN or pattern> <5m to 7d | off>] [--region <region>]`
 *
 * Lets alerts about some resources wait, for all subscribers: they are told in one message when the time is over. Without
 * a pattern, lists the snoozes. `off` ends one. Exit 0. Exit 2 for wrong usage or a stage that does not exist.
 */
import { parseArgs } from 'node:util';
import { DynamoDBClient, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { changeSnoozes } from '../adapters/dynamodb/delivery/change-snoozes.ts';
import { readSnoozes } from '../adapters/dynamodb/delivery/snoozes.ts';
import type { AuditRecord } from '../schemas/stored/audit-record.ts';
import type { Snooze } from '../schemas/stored/snooze.ts';
import { formatDuration } from '../schemas/text/duration.ts';
import { orUsage, Refused, runCommand } from './shared/cli.ts';
import { findPlace, notDeployed, readStage } from './shared/place.ts';

const USAGE =
  'usage: npm run --silent snooze -- --stage <stage> [<ARN or pattern> <5m to 7d | off>] [--region <region>]';

const MINUTE = 60_000;
const UNITS = { m: MINUTE, h: 60 * MINUTE, d: 24 * 60 * MINUTE } as const;
const LONGEST = 7 * UNITS.d;
/** Of a pattern: with fewer characters besides `*`, it would match what nobody thought of. */
const LEAST_CHARACTERS = 3;
/** All have to fit into one item, which is read for every alert. */
const MOST = 100;
/** Days for which the audit keeps what this command did. */
const DAYS_KEPT = 400;

interface Arguments {
  readonly stage: string;
  readonly region: string | undefined;
  readonly pattern: string | undefined;
  /** Milliseconds; 0 ends a snooze. */
  readonly length: number;
}

function readArguments(): Arguments {
  return orUsage(USAGE, () => {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { stage: { type: 'string' }, region: { type: 'string' } },
    });
    const place = { stage: readStage(values.stage), region: values.region };
    const [pattern, length, ...others] = positionals;
    if (others.length > 0) throw new Error(`"${others[0]}" is one word too many; put a pattern in quotes`);
    if (pattern === undefined) return { ...place, pattern, length: 0 };
    if (length === undefined) throw new Error('the length is missing, like 4h, or off');
    return { ...place, pattern: readPattern(pattern), length: readLength(length) };
  });
}

function readPattern(pattern: string): string {
  if (!/^[A-Za-z0-9:/_.*-]{1,2048}$/.test(pattern))
    throw new Error(`"${pattern}" is not an ARN or a name of resources; * stands for any characters`);
  if (pattern.replaceAll('*', '').length < LEAST_CHARACTERS)
    throw new Error(`"${pattern}" would match too much: give at least ${LEAST_CHARACTERS} characters besides *`);
  return pattern.toLowerCase();
}

function readLength(text: string): number {
  if (text === 'off') return 0;
  const [, count = '', unit = ''] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  const length = Number(count) * (unit === 'm' ? UNITS.m : unit === 'h' ? UNITS.h : UNITS.d);
  if (count === '' || length < 5 * MINUTE || length > LONGEST)
    throw new Error(`"${text}" is not a length from 5m to 7d, like 4h, or off`);
  return length;
}

async function run(): Promise<number> {
  const { stage, region, pattern, length } = readArguments();
  const name = `ground-control-${stage}-state`;
  const place = await findPlace('snooze', { stage, region });
  const client = new DynamoDBClient(place);
  try {
    if (pattern !== undefined) await set(pattern, length, name, client);
    show((await readSnoozes(name, client)).all);
    return 0;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) throw notDeployed(`table ${name}`, stage, place, error);
    throw error;
  }
}

/** Sets a snooze, or ends it. */
async function set(pattern: string, length: number, table: string, client: DynamoDBClient): Promise<void> {
  const at = Date.now();
  const change = (all: readonly Snooze[]): readonly Snooze[] => {
    const others = all.filter((one) => one.until > at && one.pattern !== pattern);
    if (length === 0) {
      if (!all.some((one) => one.until > at && one.pattern === pattern))
        throw new Refused(`there is no snooze "${pattern}"`);
      return others;
    }
    if (others.length >= MOST) throw new Refused(`there are ${MOST} snoozes already: end one with off`);
    return [...others, { pattern, at, until: at + length }];
  };
  const record: AuditRecord = {
    version: 1,
    resource: pattern.startsWith('arn:') && !pattern.includes('*') ? `snooze|${pattern}` : `snooze|snooze/${pattern}`,
    key: `snooze|${pattern}|${at}`,
    action: 'snooze',
    reason: 'a person ran the command snooze',
    at: new Date(at).toISOString(),
    event: { id: null, detailType: '' },
    result: length === 0 ? 'ended' : `alerts wait until ${new Date(at + length).toISOString()}`,
  };
  await changeSnoozes(table, client, change, record, DAYS_KEPT);
}

/** Lists the snoozes that are not over, the one that ends first at the top. */
function show(all: readonly Snooze[]): void {
  const now = Date.now();
  const open = all.filter(({ until }) => until > now).toSorted((one, other) => one.until - other.until);
  for (const { pattern, at, until } of open) {
    const left = formatDuration((until - now) / 1000);
    process.stdout.write(`${pattern}\n   until ${iso(until)} (${left} left), set ${iso(at)}\n`);
  }
  process.stdout.write(open.length === 0 ? 'no snoozes: all alerts are sent when they are due\n' : '');
}

const iso = (instant: number): string => `${new Date(instant).toISOString().slice(0, 19)}Z`;

await runCommand('snooze', USAGE, run);
