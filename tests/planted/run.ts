/**
 * `npm run test:planted [-- --all] [--only <words>]`
 *
 * Plants small faults, one at a time, into scratch copies of the repository, and prints who notices each: the stories
 * of the fault harness or offline tests. Fails unless every fault is noticed, and unless nothing is noticed where
 * nothing was planted. With `--all`, both the stories and all offline tests try to notice each fault.
 */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import * as z from 'zod';
import { Refused, readOptions, runCommand } from '../../commands/shared/cli.ts';
import { scratchFolder } from '../../infrastructure/scratch-folder.ts';
import { PROTECTIONS } from '../chaos/plan/life.ts';
import { copyRepository } from '../support/scratch-copy.ts';
import { PLANTED, type PlantedFault } from './faults.ts';

const USAGE = 'usage: npm run --silent test:planted -- [--all] [--only <words of what a fault does>]';
const Options = z.object({ all: z.boolean(), only: z.string().optional() });
const DEFAULTS = { all: { type: 'boolean', default: false }, only: { type: 'string' } } as const;

/** Stories in which no call fails take a third of the time, and notice whatever does not depend on such faults. */
const STORIES = {
  calm: ['--jobs', '60', '--seed', '1', '--faults', 'duplicates,deploy'],
  stormy: ['--jobs', '60', '--seed', '2'],
} as const;
/** The place of the seed in these arguments. */
const SEED = 3;
/** The rooms whose tests import production code. Others package, deploy, or read the repository. */
const ALL_TESTS = 'tests/domain tests/schemas tests/adapters tests/handlers tests/commands';
/** Scratch copies in which faults are tried at the same time. */
const LANES = 2;

/** Who tries to notice a fault: the stories, with these further arguments, or these tests. */
type Watcher = { readonly stories: readonly string[] } | { readonly tests: string };

/** One row of the table. */
interface Trial {
  readonly does: string;
  readonly fault?: PlantedFault;
  readonly watcher: Watcher;
  /** Nothing is planted, so nothing may be noticed. */
  readonly isControl?: true;
}

interface Result {
  readonly trial: Trial;
  readonly isNoticed: boolean;
  /** What the watcher said first. */
  readonly says: string;
  readonly seconds: number;
}

const line = (text: string) => process.stdout.write(`${text}\n`);

function trialsFor(all: boolean, only: string | undefined): Trial[] {
  const storm: Watcher = { stories: STORIES.stormy };
  const watcherOf = ({ noticedBy }: PlantedFault): Watcher =>
    noticedBy === 'calm' || noticedBy === 'stormy' ? { stories: STORIES[noticedBy] } : { tests: noticedBy };
  const planted = PLANTED.flatMap((fault): Trial[] => {
    const watchers: Watcher[] = all ? [storm, { tests: ALL_TESTS }] : [watcherOf(fault)];
    return watchers.map((watcher) => ({ does: fault.does, fault, watcher }));
  });
  const takenAway = PROTECTIONS.map((what) => ({
    does: `has no ${what}`,
    watcher: { stories: [...STORIES.stormy, '--without', what] },
  }));
  const chosen = [...planted, ...takenAway].filter(({ does }) => does.includes(only ?? ''));
  if (chosen.length === 0) throw new Refused(`no planted fault has "${only}" in what it does`);
  const controls = Object.values(STORIES).map(
    (args): Trial => ({
      does: `has no planted fault (${args.join(' ')})`,
      watcher: { stories: args },
      isControl: true,
    }),
  );
  return [...controls, ...chosen];
}

async function run(): Promise<number> {
  const { all, only } = readOptions(USAGE, DEFAULTS, Options);
  const trials = trialsFor(all, only);
  const waiting = [...trials];
  const results: Result[] = [];
  await Promise.all(
    Array.from({ length: LANES }, async () => {
      const copy = scratchFolder('planted');
      copyRepository(copy);
      for (let trial = waiting.shift(); trial !== undefined; trial = waiting.shift()) {
        const result = await attempt(trial, copy);
        results.push(result);
        line(row(result));
      }
    }),
  );
  const wrong = results.filter(
    ({ trial, isNoticed }) => isNoticed === (trial.isControl === true) && !hasOther(trial, results),
  );
  for (const { trial } of wrong) line(`${trial.isControl ? 'noticed without a fault' : 'NOT NOTICED'}: ${trial.does}`);
  line(`${results.length - wrong.length} passed, ${wrong.length} failed`);
  return wrong.length === 0 ? 0 : 1;
}

/** Whether another watcher has noticed the same fault. */
const hasOther = (trial: Trial, results: readonly Result[]) =>
  results.some((other) => other.trial !== trial && other.trial.does === trial.does && other.isNoticed);

function row({ trial: { does, watcher }, isNoticed, says, seconds }: Result): string {
  const who = `${isNoticed ? '' : 'not '}noticed by ${'tests' in watcher ? 'tests' : 'stories'}`;
  return `${who.padEnd(22)} ${seconds.toFixed(0).padStart(4)} s  it ${does}\n      ${says.slice(0, 300)}`;
}

async function attempt(trial: Trial, copy: string): Promise<Result> {
  const start = Date.now();
  const restore = trial.fault === undefined ? () => undefined : plant(trial.fault, copy);
  try {
    let { isNoticed, says } = await watch(trial.watcher, copy);
    // Processes race in stories: what one story misses, most others notice.
    for (let seed = 11; !isNoticed && trial.isControl !== true && seed < 13; seed++) {
      if (!('stories' in trial.watcher)) break;
      const stories = trial.watcher.stories.with(SEED, String(seed));
      ({ isNoticed, says } = await watch({ stories }, copy));
    }
    return { trial, isNoticed, says, seconds: (Date.now() - start) / 1000 };
  } finally {
    restore();
  }
}

/** Replaces the text in the copy. Returns how to undo it. */
function plant({ file, from, to }: PlantedFault, copy: string): () => void {
  const path = join(copy, file);
  const text = readFileSync(path, 'utf8');
  const times = text.split(from).length - 1;
  if (times !== 1)
    throw new Refused(`tests/planted/faults.ts: ${file} has the text to replace ${times} times, not once: ${from}`);
  writeFileSync(
    path,
    text.replace(from, () => to),
  );
  return () => writeFileSync(path, text);
}

function watch(watcher: Watcher, copy: string): Promise<{ isNoticed: boolean; says: string }> {
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const args =
    'tests' in watcher
      ? [vitest, 'run', '--bail', '1', '--reporter', 'dot', ...watcher.tests.split(' ')]
      : [join('tests', 'chaos', 'run.ts'), ...watcher.stories];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: copy, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      const said = stripVTControlCharacters(`${stdout}\n${stderr}`);
      const [end, complaint] =
        'tests' in watcher ? [/Tests +.*(?:passed|failed)/, /FAIL\s+(.*)/] : [/, \d+ wrong$/m, /\n {3}(\S.*)/];
      // A watcher that did not come to its end has noticed nothing, whatever its exit code.
      if (!end.test(said)) return reject(new Refused(`${args.join(' ')}: ${said.slice(0, 2000)}`));
      resolve({ isNoticed: error !== null, says: complaint.exec(said)?.[1] ?? 'nothing is wrong' });
    });
  });
}

await runCommand('test:planted', USAGE, run);
