/**
 * `npm run bench [-- --quick]`: measures what one event takes, cold and warm, where a cold start's time goes, the size of
 * the packages, and what events and an idle month cost.
 *
 * The bundles alternate (bare, ours, defaults, bare, …), so that ratios are reliable on a noisy machine. Prints a table
 * with targets and writes bench/results/latest.json. It never fails on a slow machine: people judge the figures.
 */
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { decide } from '../domain/decide.ts';
import { startLocalAws } from '../local/embedded-aws/start.ts';
import { Configuration } from '../schemas/configuration/file.ts';
import { TrainingJobStateChange } from '../schemas/event/training-job.ts';
import { buildBundles } from './bundles.ts';
import { measureWaterfall, showWaterfall } from './cold/waterfall.ts';
import { measureCost, showCost } from './cost/report.ts';
import { FAILED_JOB, keepPrices } from './load/events.ts';
import { median, medianRatio, round } from './statistics.ts';

const ROOT = join(import.meta.dirname, '..');
const quick = process.argv.includes('--quick');
const RUNS = quick ? 5 : 21;
const WARM_EVENTS = quick ? 200 : 1000;

/** Functions that get no events. */
const WITHOUT_EVENTS = new Set(['budget', 'labeling', 'reconciliation']);
/** Target for the packages of event functions, in bytes. */
const MOST_ZIPPED = 140_000;

const Figures = z.object({ wall: z.number(), cpu: z.number() });
const Measurement = z.object({ cold: Figures, warm: Figures });
type Measurement = z.output<typeof Measurement>;

const execute = promisify(execFile);

async function measure(bundle: string): Promise<Measurement> {
  const { stderr } = await execute(
    process.execPath,
    [join(import.meta.dirname, 'child.ts'), bundle, FAILED_JOB, String(WARM_EVENTS)],
    {
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  return Measurement.parse(JSON.parse(stderr.trim().split('\n').at(-1) ?? ''));
}

/** Size of each function's package, in bytes zipped. */
function packageSizes(folder: string): Record<string, number> {
  const out = join(folder, 'package');
  const { status, stdout, stderr } = spawnSync(
    join(ROOT, 'node_modules/.bin/serverless'),
    ['package', '--package', out],
    {
      cwd: ROOT,
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(`serverless package failed: ${stdout}${stderr}`);
  const zips = readdirSync(out).filter((name) => name.endsWith('.zip'));
  return Object.fromEntries(zips.map((name) => [name.replace('.zip', ''), statSync(join(out, name)).size]));
}

/** Milliseconds to parse, decide on and render one event, without AWS calls. */
function thinkingTime(): number {
  const event: unknown = JSON.parse(readFileSync(FAILED_JOB, 'utf8'));
  const configuration = Configuration.parse({ chat: 'on' });
  const think = () => decide(TrainingJobStateChange.parse(event), undefined, configuration);
  for (let at = 0; at < 500; at++) think();
  const batches = Array.from({ length: 15 }, () => {
    const started = performance.now();
    for (let at = 0; at < WARM_EVENTS; at++) think();
    return (performance.now() - started) / WARM_EVENTS;
  });
  return median(batches);
}

const folder = mkdtempSync(join(tmpdir(), 'ground-control-bench-'));
const bytes = packageSizes(folder);
const configuration = Configuration.parse({ chat: 'on' });
const aws = await startLocalAws(configuration);
// Functions write their logs as in production, because logging is part of the cost. `measure` reads only the last line.
try {
  await keepPrices();
  const bundles = await buildBundles(folder);
  const runs: Record<keyof typeof bundles, Measurement[]> = { bare: [], ours: [], defaults: [] };
  for (const bundle of Object.values(bundles)) await measure(bundle);
  for (let run = 0; run < RUNS; run++) {
    for (const name of ['bare', 'ours', 'defaults'] as const) {
      runs[name].push(await measure(bundles[name]));
      aws.clear();
    }
    process.stderr.write(`\r${run + 1} of ${RUNS} runs`);
  }
  process.stderr.write('\n');

  const figures = (kind: 'cold' | 'warm', unit: 'wall' | 'cpu') => {
    const of = (name: keyof typeof runs) => runs[name].map((one) => one[kind][unit]);
    return {
      medianMilliseconds: {
        bare: round(median(of('bare'))),
        ours: round(median(of('ours'))),
        defaults: round(median(of('defaults'))),
      },
      oursToBare: round(medianRatio(of('ours'), of('bare'))),
      oursToDefaults: round(medianRatio(of('ours'), of('defaults'))),
    };
  };
  const waterfall = await measureWaterfall(folder, FAILED_JOB, RUNS, () => aws.clear());
  const template = join(folder, 'package', 'cloudformation-template-update-stack.json');
  const warm = figures('warm', 'cpu').medianMilliseconds.ours;
  const cost = await measureCost(aws, template, warm, configuration.keepDays);
  const report = {
    node: process.version,
    runs: RUNS,
    warmEventsPerRun: WARM_EVENTS,
    zippedBytes: bytes,
    cold: { wall: figures('cold', 'wall'), cpu: figures('cold', 'cpu') },
    warm: { wall: figures('warm', 'wall'), cpu: figures('warm', 'cpu') },
    parseDecideRenderMilliseconds: round(thinkingTime(), 3),
    waterfall,
    cost,
  };
  const results = join(import.meta.dirname, 'results');
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, 'latest.json'), `${JSON.stringify(report, null, 2)}\n`);

  const line = (
    name: string,
    { medianMilliseconds: m, oursToBare, oursToDefaults }: ReturnType<typeof figures>,
    target: string,
  ) =>
    `${name.padEnd(28)} ours ${String(m.ours).padStart(7)}   bare ${String(m.bare).padStart(7)} (x ${oursToBare})   default bundling ${String(m.defaults).padStart(7)} (x ${oursToDefaults})   ${target}`;
  const largest = Math.max(...Object.values(bytes));
  const eventFunctions = Object.entries(bytes).filter(([name]) => !WITHOUT_EVENTS.has(name));
  const largestOfEvents = Math.max(...eventFunctions.map(([, size]) => size));
  process.stdout.write(
    [
      `Medians of ${RUNS} alternating runs, Node ${process.version}, training-job function; milliseconds`,
      line('cold: import + first event', report.cold.wall, 'target: x 1.8 bare, x 0.5 default'),
      line('cold, CPU', report.cold.cpu, 'target: x 1.6 bare'),
      line('warm: per event', report.warm.wall, ''),
      line('warm, CPU per event', report.warm.cpu, 'target: x 5 bare'),
      `parse + decide + render      ${report.parseDecideRenderMilliseconds} per event, warm`,
      `packages                     ${Object.keys(bytes).length}, the largest ${largest} bytes zipped; of event functions ${largestOfEvents} (target ${MOST_ZIPPED})`,
      ...showWaterfall(waterfall),
      ...showCost(cost),
      '',
    ].join('\n'),
  );
} finally {
  await aws.stop();
  rmSync(folder, { recursive: true, force: true });
}
