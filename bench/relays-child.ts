/**
 * One measured process: `node bench/relays-child.ts <with|without> time <events>` prints to standard error, as JSON, the
 * milliseconds of a warm event; `… use <milliseconds of CPU per call>` what each kind of event uses and costs.
 */
import { readFileSync } from 'node:fs';
import { readTable } from '../local/embedded-aws/dynamodb/table.ts';
import { startLocalAws } from '../local/embedded-aws/start.ts';
import { localContext } from '../local/play/context.ts';
import { Configuration } from '../schemas/configuration/file.ts';
import { measureEvents } from './cost/events.ts';
import { startMeteredDynamoDb } from './cost/metered-dynamodb.ts';
import { billOf, total } from './cost/usage.ts';
import { FAILED_JOB } from './load/events.ts';

const [relays = '', what = '', given = '0'] = process.argv.slice(2);
const to = { all: { queue: 'arn:aws:sqs:us-east-1:123456789012:events' } };
const configuration = Configuration.parse(relays === 'with' ? { relays: { to } } : {});
Object.assign(process.env, { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' });
const aws = await startLocalAws(configuration);
try {
  const result = what === 'time' ? await time(Number(given)) : await use(Number(given));
  process.stderr.write(`${JSON.stringify(result)}\n`);
} finally {
  await aws.stop();
}

/** Milliseconds of one of `events` failed training jobs. */
async function time(events: number) {
  const { handler } = await import('../functions/training-job.ts');
  const sample = readFileSync(FAILED_JOB, 'utf8');
  const [, name = ''] = /"TrainingJobName": "([^"]+)"/.exec(sample) ?? [];
  /** Each event has a job of its own, because only the first of several copies sends an alert. */
  const handle = () =>
    handler(JSON.parse(sample.replaceAll(name, `${name}-${crypto.randomUUID()}`)), localContext('trainingJob', 30));
  const cpu = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };
  for (let at = 0; at < 20; at++) await handle();
  const before = { wall: performance.now(), cpu: cpu() };
  for (let at = 0; at < events; at++) await handle();
  return { wall: (performance.now() - before.wall) / events, cpu: (cpu() - before.cpu) / events };
}

/** What each kind of event uses and costs. */
async function use(cpuPerCall: number) {
  const dynamoDb = await startMeteredDynamoDb(aws.endpoint, readTable(process.env['STATE_TABLE'] ?? ''));
  process.env['AWS_ENDPOINT_URL_DYNAMODB'] = dynamoDb.endpoint;
  const setting = { speed: { cpuPerCall }, emails: 1, keepDays: configuration.keepDays };
  const measured = await measureEvents(aws, dynamoDb);
  await dynamoDb.close();
  return measured.map(({ family, kind, usage, eventBytes }) => ({
    family,
    kind,
    calls: usage.calls,
    read: usage.read,
    write: usage.write,
    usdPerMillion: 1e6 * total(billOf(usage, eventBytes, setting)),
  }));
}
