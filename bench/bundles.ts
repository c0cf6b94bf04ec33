/**
 * Builds the bundles that `npm run bench` compares: with the settings of serverless.yml, and with serverless-esbuild's
 * defaults.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { parse } from 'yaml';
import * as z from 'zod';
import { eventStreamsWhereNeeded, lazyHttp } from '../infrastructure/esbuild-plugins.ts';

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

/**
 * Builds three bundles in `folder` and returns their paths: the training-job function with our settings, the bare
 * handler with our settings, and the training-job function with the defaults.
 */
export async function buildBundles(folder: string): Promise<{ ours: string; bare: string; defaults: string }> {
  const { custom } = Service.parse(
    parse(readFileSync(join(ROOT, 'serverless.yml'), 'utf8'), { merge: true, logLevel: 'silent' }),
  );
  const { exclude, ...settings } = custom.esbuild;
  const ourSettings: BuildOptions = {
    ...settings,
    platform: 'node',
    plugins: [lazyHttp, eventStreamsWhereNeeded],
    external: exclude,
  };
  const one = async (name: string, entry: string, options: BuildOptions, type: 'module' | 'commonjs') => {
    const outdir = join(folder, name);
    mkdirSync(outdir, { recursive: true });
    writeFileSync(join(outdir, 'package.json'), JSON.stringify({ type }));
    await build({ ...options, entryPoints: [{ in: join(ROOT, entry), out: 'index' }], outdir, logLevel: 'error' });
    return join(outdir, 'index.js');
  };
  return {
    ours: await one('ours', 'functions/training-job.ts', ourSettings, 'module'),
    bare: await one('bare', 'bench/bare-handler.ts', ourSettings, 'module'),
    defaults: await one('defaults', 'functions/training-job.ts', DEFAULTS, 'commonjs'),
  };
}
