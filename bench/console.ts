/**
 * `npm run bench:console [-- --quick]`: how long the pages of `npm run console` take, and how much memory it uses, with a
 * thousand resources and with a hundred thousand.
 *
 * The table is in DynamoDB Local, with a record of the audit for each resource, over 90 days. The console runs as people
 * run it. Each page is read once, and then several times. Exits with 77 if Java or Maven is missing.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { readTable } from '../local/embedded-aws/dynamodb/table.ts';
import { startDynamoDb } from '../tests/support/dynamodb-local.ts';
import { MissingJava } from '../tools/java-program.ts';
import { median, quantile, round } from './statistics.ts';

const quick = process.argv.includes('--quick');
const FEW = 1000;
const MANY = quick ? 5000 : 100_000;
/** How often each page is read. */
const TIMES = quick ? 5 : 40;
const STAGE = 'bench';
const TABLE = `ground-control-${STAGE}-state`;
const DAY = 86_400_000;
/** The most items that one request writes (DynamoDB API reference), and requests at a time. */
const [BATCH, AT_ONCE] = [25, 8];

const PAGES = [
  ['inbox', '/'],
  ['inbox, one team of twenty', '/?team=team-7'],
  ['inbox, a severity that no record has', '/?severity=critical'],
  ['search in all types', '/resources?name=churn-00'],
  ['search in one type', '/resources?type=training-job&name=churn-0001'],
  ['a resource', `/resource?key=${encodeURIComponent(`training-job|${arnOf(1)}`)}`],
  ['budgets', '/budgets'],
  ['health', '/health'],
] as const;

function arnOf(number: number): string {
  return `arn:aws:sagemaker:us-east-1:123456789012:training-job/${nameOf(number)}`;
}

function nameOf(number: number): string {
  return `churn-${String(number).padStart(7, '0')}`;
}

/** A resource that has failed, and the record of its alert. */
function itemsOf(number: number, now: number): object[] {
  const [arn, at] = [arnOf(number), new Date(now - ((number * 7919) % 90) * DAY - (number % 86_400) * 1000)];
  const owner = { owner: `person-${number % 200}`, team: `team-${number % 20}`, project: `project-${number % 50}` };
  const key = `training-job|${arn}`;
  return [
    {
      ...{ pk: `resource#${key}`, sk: 'state', version: 2, family: 'training-job', type: 'training-job' },
      ...{ name: nameOf(number), arn, generation: 1, status: 'Failed', outcome: 'failed', ended: true },
      ...{ since: at.getTime(), order: 1, owner, cost: 9_600_000, revision: 2 },
    },
    {
      ...{ pk: `audit#${arn}`, sk: `failed-${number}`, day: at.toISOString().slice(0, 10), at: at.toISOString() },
      record: {
        ...{ version: 1, resource: key, key: `failed-${number}`, action: 'notify', reason: 'failed, error' },
        at: at.toISOString(),
        event: { id: null, detailType: 'SageMaker Training Job State Change' },
        result: 'message 7f8a1c1e-0d4e-4ac5-9a3e-0e6a4f1b2c3d',
        about: {
          ...{
            subject: `FAILED: training job ${nameOf(number)} [${owner.team}]`,
            severity: 'error',
            outcome: 'failed',
          },
          ...{ family: 'training-job', ...owner },
        },
      },
    },
  ];
}

async function fill(client: DynamoDBClient, from: number, to: number): Promise<void> {
  const now = Date.now();
  let next = from;
  const work = async () => {
    while (next < to) {
      const first = next;
      next += Math.floor(BATCH / 2);
      const items = Array.from({ length: Math.min(next, to) - first }, (_, at) => itemsOf(first + at, now)).flat();
      const RequestItems = { [TABLE]: items.map((item) => ({ PutRequest: { Item: marshall(item) } })) };
      await client.send(new BatchWriteItemCommand({ RequestItems }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** Resident memory of a process, MiB (proc(5)). */
function memoryOf(pid: number | undefined): number {
  const [, kib = 'NaN'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}

interface Measured {
  readonly first: number;
  readonly all: readonly number[];
}

async function measure(resources: number, environment: NodeJS.ProcessEnv): Promise<Map<string, Measured>> {
  const command = join(import.meta.dirname, '..', 'commands', 'console.ts');
  const child = spawn(process.execPath, [command, '--stage', STAGE, '--region', 'us-east-1'], {
    env: environment,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let text = '';
  while (!text.includes('Ctrl-C')) text += (await once(child.stdout, 'data')).join('');
  const [address = ''] = /http:\S+/.exec(text) ?? [];
  const entered = await fetch(address, { redirect: 'manual' });
  const headers = { cookie: entered.headers.get('set-cookie')?.split(';')[0] ?? '' };
  const read = async (path: string): Promise<number> => {
    const start = performance.now();
    const answer = await fetch(new URL(path, address), { headers });
    await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return performance.now() - start;
  };
  const results = new Map<string, Measured>();
  for (const [name, path] of PAGES) {
    const first = await read(path);
    const all: number[] = [];
    for (let time = 0; time < TIMES; time++) all.push(await read(path));
    results.set(name, { first, all });
  }
  const before = memoryOf(child.pid);
  for (let time = 0; time < 5 * TIMES; time++) await read('/');
  const after = memoryOf(child.pid);
  process.stdout.write(
    `${resources} resources: ${round(before, 0)} MiB after all pages, ${round(after, 0)} MiB after ${5 * TIMES} more inboxes\n`,
  );
  child.kill('SIGINT');
  await once(child, 'exit');
  return results;
}

try {
  const { endpoint, stop } = await startDynamoDb();
  const environment = {
    PATH: process.env['PATH'],
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_REGION: 'us-east-1',
  };
  try {
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
    await client.send(new CreateTableCommand(z.custom<CreateTableCommandInput>().parse(readTable(TABLE))));
    await fill(client, 0, FEW);
    const few = await measure(FEW, environment);
    await fill(client, FEW, MANY);
    const many = await measure(MANY, environment);
    process.stdout.write(`milliseconds: first, median and 95th percentile of ${TIMES}; and the median with ${FEW}\n`);
    for (const [name, { first, all }] of many) {
      const base = median(few.get(name)?.all ?? []);
      const numbers = [first, median(all), quantile(all, 0.95), base].map((value) =>
        String(round(value, 0)).padStart(6),
      );
      process.stdout.write(`${name.padEnd(38)}${numbers.join('')}   x${round(median(all) / base, 1)}\n`);
    }
  } finally {
    await stop();
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = error instanceof MissingJava ? 77 : 1;
}
