/**
 * `npm run test:chaos [-- --seed 1] [--seeds 1] [--jobs 250] [--faults kill,lost,…] [--without reconciliation]`
 *
 * Plays the lives of many resources with the production handlers, in processes of their own and with real AWS clients.
 * Meanwhile it injects faults into calls and kills processes. Then it compares what people were told and what was done
 * with the plan. `--html out.html` writes a picture of the first story with something wrong, or else of the last one.
 */
import { join } from 'node:path';
import { build } from 'esbuild';
import * as z from 'zod';
import { readOptions, runCommand } from '../../commands/shared/cli.ts';
import { scratchFolder } from '../../infrastructure/scratch-folder.ts';
import { checkWritable, writePicture } from './page/write.ts';
import { FAULTS, PROTECTIONS } from './plan/life.ts';
import { type Counts, type StoryResult, tell } from './story.ts';

const WORKERS = 4;

const USAGE = `usage: npm run --silent test:chaos -- [--seed 1] [--seeds 1] [--jobs 250] [--faults ${FAULTS.join(',')}] [--without ${PROTECTIONS.join(',')}] [--html out.html]`;
const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);
const list = <T extends string>(names: readonly T[]) =>
  z
    .string()
    .transform((text) => text.split(',').filter((word) => word !== ''))
    .pipe(z.array(z.enum(names)));
const Options = z.object({
  seed: whole(0, 2 ** 31),
  seeds: whole(1, 10_000),
  jobs: whole(1, 100_000),
  faults: list(FAULTS),
  without: list(PROTECTIONS),
  html: z.string().min(1, 'name a file').optional(),
});

const DEFAULTS = {
  seed: { type: 'string', default: '1' },
  seeds: { type: 'string', default: '1' },
  jobs: { type: 'string', default: '250' },
  faults: { type: 'string', default: FAULTS.join(',') },
  without: { type: 'string', default: '' },
  html: { type: 'string' },
} as const;
const line = (text: string) => process.stdout.write(`${text}\n`);

async function run(): Promise<number> {
  const { seed, seeds, jobs, faults, without, html } = readOptions(USAGE, DEFAULTS, Options);
  if (html !== undefined) checkWritable(html);
  const folder = scratchFolder('chaos');
  const bundle = join(folder, 'worker.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'cloud', 'worker.ts')],
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
  const results: StoryResult[] = [];
  for (let at = 0; at < seeds; at++) {
    const result = await tell({
      seed: seed + at,
      jobs,
      faults: new Set(faults),
      without: new Set(without),
      bundle,
      workers: WORKERS,
      folder,
    });
    results.push(result);
    line(`seed ${result.seed}: ${summary([result])}`);
    report(result);
  }
  if (results.length > 1) line(`all: ${summary(results)}`);
  if (html !== undefined) line(writePicture(results, { jobs, faults, without, html }));
  const failed = results.filter(({ wrong }) => wrong.length > 0).length;
  line(`${results.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/** Prints what is wrong in a story, and the history of the life with the shortest one. */
function report({ wrong, record, lives }: StoryResult): void {
  for (const what of wrong.slice(0, 10)) line(`   ${what}`);
  if (wrong.length > 10) line(`   and ${wrong.length - 10} more`);
  const named = wrong.flatMap((what) => lives.filter(({ name }) => what.startsWith(`${name}:`)));
  const [shortest] = named.toSorted((a, b) => record.of(a.name).length - record.of(b.name).length);
  if (shortest === undefined) return;
  line(`   the shortest story, of ${shortest.arn}${shortest.labeling === undefined ? '' : ` (${shortest.labeling})`}:`);
  for (const { at, text } of record.of(shortest.name)) line(`      ${at} ms  ${text}`);
}

function summary(results: readonly StoryResult[]): string {
  const sum = (name: keyof Counts) => Math.round(results.reduce((total, { counts }) => total + counts[name], 0));
  return (
    `${sum('lives')} lives, ${sum('deliveries')} deliveries, ${sum('dropped')} events never came, ` +
    `${sum('calls')} calls, ${sum('faults')} faults, ${sum('killed')} workers killed; ` +
    `${sum('alerts')} alerts, ${sum('repeated')} sent again, ${sum('redriven')} events redriven, ` +
    `${sum('stopped')} jobs stopped, ${sum('continued')} labeling jobs continued; ${sum('seconds')} s, ` +
    `${results.reduce((total, { wrong }) => total + wrong.length, 0)} wrong`
  );
}

await runCommand('test:chaos', USAGE, run);
