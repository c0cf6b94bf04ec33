/**
 * One measured process: `node bench/cold/child.ts <timed bundle> <event>`. Prints where the time of a cold start goes,
 * as a line of JSON on standard error.
 */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { localContext } from '../../local/play/context.ts';
import { between, firstModule, now, recorded } from './recorder.ts';

const [bundle = '', eventFile = ''] = process.argv.slice(2);
const sample = readFileSync(eventFile, 'utf8');
const [, name = ''] = /"TrainingJobName": "([^"]+)"/.exec(sample) ?? [];
const event: unknown = JSON.parse(sample.replaceAll(name, `${name}-${crypto.randomUUID()}`));
const context = localContext('training-job');

const start = now();
const { handler } = await import(pathToFileURL(bundle).href);
const imported = now();
const load = firstModule === undefined ? { wall: 0, cpu: 0 } : between(start, firstModule);
await handler(event, context);
const end = now();

process.stderr.write(
  `${JSON.stringify({
    imports: between(start, imported),
    event: between(imported, end),
    cold: between(start, end),
    parts: { 'read and compile files': load, ...recorded },
  })}\n`,
);
