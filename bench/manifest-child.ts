/**
 * One measured process: `node bench/manifest-child.ts <way> <file>`, where `way` is `ours`, `parse` or `whole`.
 * Prints seconds, peak memory (MB) and the count, as JSON.
 */
import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { countManifest } from '../adapters/s3/count-manifest.ts';

const [way = '', file = ''] = process.argv.slice(2);
const started = performance.now();
let count: unknown;
if (way === 'ours') {
  const { reasons: _, ...counts } = await countManifest(createReadStream(file), 'species', 'identify-species');
  count = counts;
} else if (way === 'parse') {
  // The simplest program that streams: read a line at a time and parse each.
  let lines = 0;
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (isReadable(line)) lines++;
  }
  count = lines;
} else {
  // `whole`: read the whole file at once.
  count = readFileSync(file, 'utf8').split('\n').filter(isReadable).length;
}
const seconds = (performance.now() - started) / 1000;
// maxRSS is in kilobytes, on Linux and on macOS, since Node 14.
const megabytes = process.resourceUsage().maxRSS / 1024;
process.stdout.write(`${JSON.stringify({ seconds, megabytes, count })}\n`);

function isReadable(line: string): boolean {
  try {
    return JSON.parse(line) !== undefined;
  } catch {
    return false;
  }
}
