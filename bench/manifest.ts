/**
 * `npm run bench:manifest [-- --lines 1000000]`: measures the time and memory needed to count an output manifest.
 *
 * Compares our counter with `wc -l`, with JSON.parse of each line, and with reading the whole file. Each run has a
 * process of its own, and the ways alternate. Memory is also measured for a tenth of the lines, to show that it does
 * not grow with them.
 */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { median, round } from './statistics.ts';

const RUNS = 3;
const Measured = z.object({ seconds: z.number(), megabytes: z.number(), count: z.unknown() });

const { values } = parseArgs({ options: { lines: { type: 'string', default: '1000000' } } });
const lines = z.coerce.number().int().min(10).max(10_000_000).parse(values.lines);
const folder = mkdtempSync(join(tmpdir(), 'ground-control-manifest-'));

/**
 * Writes a manifest: 90 % of the objects are labeled, 5 % untouched, 5 % failed. One line in 100,000 is broken JSON.
 */
async function generate(file: string, count: number): Promise<void> {
  const out = createWriteStream(file);
  for (let at = 0; at < count; at++) {
    const source = `s3://amzn-s3-demo-bucket/images/${String(at).padStart(8, '0')}.jpg`;
    const jobFacts = {
      'job-name': 'labeling-job/identify-species',
      'human-annotated': 'yes',
      'creation-date': '2026-10-18T22:18:13.527256',
    };
    const line =
      at % 10 !== 9
        ? {
            'source-ref': source,
            species: at % 7,
            'species-metadata': {
              'class-name': 'dog',
              confidence: 0.94,
              type: 'groundtruth/image-classification',
              ...jobFacts,
            },
          }
        : at % 20 === 9
          ? { 'source-ref': source }
          : { 'source-ref': source, 'species-metadata': { 'failure-reason': 'declined by workers', ...jobFacts } };
    const text = at % 100_000 === 50_000 ? '{"source-ref": ' : JSON.stringify(line);
    if (!out.write(`${text}\n`)) await once(out, 'drain');
  }
  out.end();
  await finished(out);
}

/** With a large heap, V8 puts garbage collection off. A small heap shows how much memory the counter really needs. */
const SMALL_HEAP = ['--max-old-space-size=24', '--max-semi-space-size=2'];

function measure(way: string, file: string, flags: readonly string[] = []): z.output<typeof Measured> {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [...flags, join(import.meta.dirname, 'manifest-child.ts'), way, file],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`${way}: ${stderr}`);
  return Measured.parse(JSON.parse(stdout));
}

function wordCount(file: string): number {
  const started = performance.now();
  const { status } = spawnSync('wc', ['-l', file]);
  if (status !== 0) throw new Error('wc -l failed');
  return (performance.now() - started) / 1000;
}

try {
  const [all, tenth] = [join(folder, 'all.manifest'), join(folder, 'tenth.manifest')];
  await generate(all, lines);
  await generate(tenth, lines / 10);
  const seconds: Record<'wc' | 'ours' | 'parse', number[]> = { wc: [], ours: [], parse: [] };
  const memory: number[] = [];
  let counted: unknown;
  for (let run = 0; run < RUNS; run++) {
    seconds.wc.push(wordCount(all));
    const ours = measure('ours', all);
    seconds.ours.push(ours.seconds);
    memory.push(ours.megabytes);
    counted = ours.count;
    seconds.parse.push(measure('parse', all).seconds);
  }
  const inSmallHeap = (file: string) =>
    median(Array.from({ length: RUNS }, () => measure('ours', file, SMALL_HEAP).megabytes));
  const whole = measure('whole', tenth).megabytes;
  const of = (name: keyof typeof seconds) => round(median(seconds[name]));
  process.stdout.write(
    [
      `${lines} lines, ${round(statSync(all).size / 2 ** 20, 0)} MiB; medians of ${RUNS} runs in turn, Node ${process.version}`,
      `counted                      ${JSON.stringify(counted)}`,
      `time                         ours ${of('ours')} s   wc -l ${of('wc')} s   JSON.parse of each line ${of('parse')} s (x ${round(median(seconds.ours) / median(seconds.parse))})`,
      `peak memory                  ${round(median(memory), 0)} MB (a tenth of the lines read whole: ${round(whole, 0)} MB)`,
      `with a heap of 24 MB         ${round(inSmallHeap(all), 0)} MB; for a tenth of the lines ${round(inSmallHeap(tenth), 0)} MB`,
      '',
    ].join('\n'),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
