/**
 * One measured process: `node bench/child.ts <bundle> <event> <warm events>`. Prints milliseconds of wall and CPU time
 * to standard error, as JSON. `cold` runs from before the import until the first event is handled; `warm` is the mean
 * per event after that.
 */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [bundle = '', eventFile = '', warmEvents = '0'] = process.argv.slice(2);
const sample = readFileSync(eventFile, 'utf8');
const [, name = ''] = /"TrainingJobName": "([^"]+)"/.exec(sample) ?? [];
/** Each event has a job of its own, because only the first of several copies sends an alert. */
const nextEvent = (): unknown => JSON.parse(sample.replaceAll(name, `${name}-${crypto.randomUUID()}`));
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const context = { getRemainingTimeInMillis: () => 30_000 };
const started = { wall: performance.now(), cpu: cpu() };
const imported = await import(pathToFileURL(bundle).href);
const handler: (event: unknown, context: object) => Promise<unknown> = imported.handler ?? imported.default.handler;
await handler(nextEvent(), context);
const cold = { wall: performance.now() - started.wall, cpu: cpu() - started.cpu };

const count = Number(warmEvents);
const before = { wall: performance.now(), cpu: cpu() };
for (let at = 0; at < count; at++) await handler(nextEvent(), context);
const warm = { wall: (performance.now() - before.wall) / count, cpu: (cpu() - before.cpu) / count };

process.stderr.write(`${JSON.stringify({ cold, warm })}\n`);
