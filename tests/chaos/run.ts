/**
 * `npm run test:chaos [-- --seed 1] [--seeds 1] [--jobs 600] [--faults kill,lost,…] [--sabotage]`
 *
 * Plays the lives of many jobs with the production handlers, in processes of their own and with real AWS clients.
 * Meanwhile it injects faults into calls and kills processes. Then it checks that every end was announced and none
 * twice. With `--sabotage`, it removes one protection at a time, and fails unless the checks notice.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import * as z from 'zod';
import { readOptions, runCommand } from '../../commands/shared/cli.ts';
import { FAULTS } from './lifecycle.ts';
import { type Sabotage, type StoryResult, tell } from './story.ts';

const SABOTAGES: readonly Sabotage[] = ['idempotency', 'order', 'reconciliation', 'queue', 'ledger', 'chain-name'];
/** When a missing protection causes several faults: the fault that the protection prevents. */
const SHOWN: Partial<Record<Sabotage, RegExp>> = {
  idempotency: /told \d+ times/,
  'chain-name': /was carried on [2-9]\d* times/,
};
const WORKERS = 4;

const USAGE = `usage: npm run --silent test:chaos -- [--seed 1] [--seeds 1] [--jobs 600] [--faults ${FAULTS.join(',')}] [--sabotage]`;
const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);
const Options = z.object({
  seed: whole(0, 2 ** 31),
  seeds: whole(1, 10_000),
  jobs: whole(1, 100_000),
  faults: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(FAULTS))),
  sabotage: z.boolean(),
});

const DEFAULTS = {
  seed: { type: 'string', default: '1' },
  seeds: { type: 'string', default: '1' },
  jobs: { type: 'string', default: '600' },
  faults: { type: 'string', default: FAULTS.join(',') },
  sabotage: { type: 'boolean', default: false },
} as const;
const line = (text: string) => process.stdout.write(`${text}\n`);

async function run(): Promise<number> {
  const options = readOptions(USAGE, DEFAULTS, Options);
  const { jobs } = options;
  const faults = new Set(options.faults);
  const folder = mkdtempSync(join(tmpdir(), 'ground-control-chaos-'));
  const bundle = join(folder, 'worker.mjs');

  let failed = 0;
  let passed = 0;
  try {
    await build({
      entryPoints: [join(import.meta.dirname, 'worker.ts')],
      outfile: bundle,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node24',
      mainFields: ['module', 'main'],
      external: ['ini', 'process', 'sso', 'web-identity'].map((name) => `@aws-sdk/credential-provider-${name}`),
      banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
      logLevel: 'error',
    });
    const story = { jobs, faults, bundle, workers: WORKERS };
    if (options.sabotage) {
      for (const sabotage of SABOTAGES) {
        const { wrong, seed } = await tell({ ...story, seed: options.seed, sabotage });
        const shown = SHOWN[sabotage];
        const first = shown === undefined ? wrong[0] : wrong.find((what) => shown.test(what));
        if (first === undefined) failed++;
        else passed++;
        line(
          `without ${sabotage}: ${first === undefined ? 'NOT CAUGHT' : `caught, ${wrong.length} faults`} (seed ${seed})`,
        );
        if (first !== undefined) line(`   for example ${first.split('\n')[0]}`);
      }
    } else {
      const results: StoryResult[] = [];
      for (let at = 0; at < options.seeds; at++) {
        const result = await tell({ ...story, seed: options.seed + at, sabotage: undefined });
        results.push(result);
        if (result.wrong.length === 0) passed++;
        else failed++;
        line(summary([result], `seed ${result.seed}`));
        const [first] = [...result.wrong].sort((a, b) => a.length - b.length);
        if (first !== undefined)
          line(`seed ${result.seed}, ${result.wrong.length} faults; the shortest story:\n${first}`);
      }
      if (results.length > 1) line(summary(results, 'all'));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  line(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

function summary(results: readonly StoryResult[], name: string): string {
  const sum = (of: (one: StoryResult) => number) => results.reduce((total, one) => total + of(one), 0);
  return (
    `${name}: ${sum((r) => r.lifecycles)} lifecycles, ${sum((r) => r.deliveries)} deliveries, ${sum((r) => r.dropped)} events never came, ` +
    `${sum((r) => r.calls)} calls, ${sum((r) => r.faults)} faults, ${sum((r) => r.killed)} workers killed; ` +
    `${sum((r) => r.found)} ends found by reconciliation, ${sum((r) => r.queued)} events queued and redriven, ` +
    `${sum((r) => r.stopped)} jobs stopped at their budget, ` +
    `${sum((r) => r.carriedOn)} labeling jobs carried on, ` +
    `${sum((r) => r.twiceInWindow)} told twice in the documented window, ${sum((r) => r.wrong.length)} wrong`
  );
}

await runCommand('test:chaos', USAGE, run);
