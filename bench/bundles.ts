/**
 * Builds the bundles that `npm run bench` compares: with the settings of serverless.yml, and with serverless-esbuild's
 * defaults.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { parse } from 'yaml';
import * as z from 'zod';
import { eventStreamsWhereNeeded, lazyHttp, smallerSdk } from '../infrastructure/esbuild-plugins.ts';
import { TIMED } from './cold/timed-build.ts';

const ROOT = join(import.meta.dirname, '..');

const Settings = z.object({
  bundle: z.boolean(),
  minify: z.boolean(),
  format: z.enum(['esm']),
  target: z.string(),
  mainFields: z.array(z.string()),
  banner: z.record(z.string(), z.string()),
  splitting: z.boolean(),
  exclude: z.array(z.string()),
});
const Service = z.object({ custom: z.object({ esbuild: Settings }) });

/** The settings of serverless-esbuild when nothing is configured (its 1.57 documentation, "Options"). */
const DEFAULTS: BuildOptions = { bundle: true, target: 'node24', platform: 'node' };

/** Esbuild's options for a function, as serverless.yml sets them. */
function settingsOfServerless(): BuildOptions {
  const { custom } = Service.parse(
    parse(readFileSync(join(ROOT, 'serverless.yml'), 'utf8'), { merge: true, logLevel: 'silent' }),
  );
  const { exclude, ...settings } = custom.esbuild;
  return { ...settings, platform: 'node', plugins: [lazyHttp, eventStreamsWhereNeeded, smallerSdk], external: exclude };
}

/** Builds the module `entry` into `folder`/`name` and returns the path of the bundle. */
async function buildOne(folder: string, name: string, entry: string, options: BuildOptions): Promise<string> {
  const outdir = join(folder, name);
  mkdirSync(outdir, { recursive: true });
  const type = options.format === 'esm' ? 'module' : 'commonjs';
  writeFileSync(join(outdir, 'package.json'), JSON.stringify({ type }));
  await build({ ...options, entryPoints: [{ in: join(ROOT, entry), out: 'index' }], outdir, logLevel: 'error' });
  return join(outdir, 'index.js');
}

const OURS = 'functions/training-job.ts';
const BARE = 'bench/bare-handler.ts';

/**
 * Builds three bundles in `folder` and returns their paths: the training-job function with our settings, the bare
 * handler with our settings, and the training-job function with the defaults.
 */
export async function buildBundles(folder: string): Promise<{ ours: string; bare: string; defaults: string }> {
  const settings = settingsOfServerless();
  return {
    ours: await buildOne(folder, 'ours', OURS, settings),
    bare: await buildOne(folder, 'bare', BARE, settings),
    defaults: await buildOne(folder, 'defaults', OURS, DEFAULTS),
  };
}

/** Builds the functions training-job and digest with our settings in `folder`, and returns the paths of their bundles. */
export async function buildForStorm(folder: string): Promise<{ trainingJob: string; digest: string }> {
  const settings = settingsOfServerless();
  return {
    trainingJob: await buildOne(folder, 'training-job', OURS, settings),
    digest: await buildOne(folder, 'digest', 'functions/digest.ts', settings),
  };
}

/** Builds the training-job function and the bare handler with our settings, so that they record where time goes. */
export async function buildTimedBundles(folder: string): Promise<{ ours: string; bare: string }> {
  const settings = settingsOfServerless();
  const timed = { ...settings, plugins: [...(settings.plugins ?? []), ...TIMED] };
  return {
    ours: await buildOne(folder, 'timed-ours', OURS, timed),
    bare: await buildOne(folder, 'timed-bare', BARE, timed),
  };
}
