/** One measured process: `node bench/manifest-child.ts <way> <file>`. Prints seconds, the peak of its memory and its count. */
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
  // What one writes in five minutes: a line at a time, parsed.
  let lines = 0;
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (isReadable(line)) lines++;
  }
  count = lines;
} else {
  // The whole file at once.
  count = readFileSync(file, 'utf8').split('\n').filter(isReadable).length;
}
const seconds = (performance.now() - started) / 1000;
// Kilobytes, on Linux and macOS alike since Node 14.
const megabytes = process.resourceUsage().maxRSS / 1024;
process.stdout.write(`${JSON.stringify({ seconds, megabytes, count })}\n`);

function isReadable(line: string): boolean {
  try {
    return JSON.parse(line) !== undefined;
  } catch {
    return false;
  }
}
