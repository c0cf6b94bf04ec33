/**
 * `npm run --silent review -- [--flow <name>] [--from <date>] [--to <date>] [--json | --csv | --html <out.html>]
 * [--config <file>] <file | folder>... | --stage <s> [--region <region>]`
 *
 * Compares answers of people with the model: outputs of Amazon A2I (`output.json`), and output manifests of Ground
 * Truth's verification and adjustment jobs. It reads local files, and calls nothing of AWS. With `--stage`, it reads the
 * sums in the stage's table, with your own credentials. It shows names of fields and labels, and numbers, but no
 * reviewed content.
 * Exit 0. Exit 1 if a file or a line could not be read. Exit 2 for wrong usage, a path that cannot be read, a flow that
 * does not occur, or an invalid configuration.
 */
import { endWithReader } from '../local/play/end-with-reader.ts';
import type { ReviewPolicy } from '../schemas/configuration/review.ts';
import { plainText } from '../schemas/text/plain-text.ts';
import { type Arguments, readArguments, type Scope, type Stage, USAGE } from './review/arguments.ts';
import { type Collected, collect } from './review/collect.ts';
import { findFiles } from './review/find-files.ts';
import { page } from './review/page/page.ts';
import { csvLines, jsonLines } from './review/records.ts';
import { reportOn } from './review/report.ts';
import { showReport } from './review/show.ts';
import { Refused, runCommand } from './shared/cli.ts';
import { readConfiguration } from './shared/configuration.ts';
import { checkWritable, writePage } from './shared/report/write-page.ts';

/** The most lines about files that cannot be read or compared. Their number is in the report. */
const MOST_WARNINGS = 100;

async function review({ source, output, config, ...scope }: Arguments): Promise<number> {
  const { review: policy } = readConfiguration(config);
  if (output.format === 'html') checkWritable(output.path);
  const read = isStage(source) ? readStage(source, policy, scope) : readPaths(source, policy, scope);
  const collected = await read;
  const report = reportOn(collected, policy);
  const writers = { json: jsonLines, csv: csvLines, text: showReport };
  const lines = output.format === 'html' ? [writePage(output.path, page(report))] : writers[output.format](report);
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return report.unreadable === 0 ? 0 : 1;
}

const isStage = (source: Arguments['source']): source is Stage => 'stage' in source;

async function readStage(stage: Stage, policy: ReviewPolicy, scope: Scope): Promise<Collected> {
  // Files are read sooner without the clients of AWS.
  const { sumsOfStage } = await import('./review/stage.ts');
  return sumsOfStage(stage, policy, scope);
}

async function readPaths(paths: readonly string[], policy: ReviewPolicy, scope: Scope): Promise<Collected> {
  const { files, unreadable } = findFiles(paths);
  const warn = warnings();
  for (const line of unreadable) warn(line);
  const collected = await collect(files, policy, scope, warn);
  refuseUnknownFlow(scope.flow, collected);
  return { ...collected, unreadable: collected.unreadable + unreadable.length };
}

function refuseUnknownFlow(flow: string | undefined, { names }: Collected): void {
  if (flow === undefined || names.has(flow)) return;
  const found = names.size === 0 ? 'none' : [...names].toSorted().slice(0, 20).join(', ');
  throw new Refused(`--flow ${plainText(flow, 100)}: no flow or job has this name; found: ${found}`);
}

/** Writes a line for each warning to standard error, up to a limit. */
function warnings(): (line: string) => void {
  let count = 0;
  return (line) => {
    count++;
    if (count <= MOST_WARNINGS) process.stderr.write(`review: ${line}\n`);
    if (count === MOST_WARNINGS + 1) process.stderr.write('review: further files are only counted\n');
  };
}

endWithReader();
await runCommand('review', USAGE, () => review(readArguments()));
