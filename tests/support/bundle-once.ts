/**
 * For tests that package the service several times: `node --import` loads this file into the Serverless Framework, and
 * esbuild then bundles each function only once. Packagings of the same sources differ in their configuration, which is
 * a file beside the bundle. Bundling one function takes more than half a second of CPU time.
 *
 * `GROUND_CONTROL_TEST_BUNDLES` names the folder that keeps the bundles.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import type { BuildOptions, BuildResult, Metafile, OnEndResult, PluginBuild } from 'esbuild';

const KEPT = process.env['GROUND_CONTROL_TEST_BUNDLES'] ?? '';
if (KEPT === '') throw new Error('GROUND_CONTROL_TEST_BUNDLES is not set');

const { resolve } = createRequire(import.meta.url);
const requireAsPlugin = createRequire(resolve('serverless-esbuild'));
const esbuild: typeof import('esbuild') = requireAsPlugin('esbuild');

/** Bundles with esbuild, or copies the files of the first time and tells the plugins that the bundle is finished. */
async function bundle(options: BuildOptions): Promise<BuildResult> {
  const kept = join(KEPT, String(options.entryPoints).replaceAll('/', '-'));
  const list = join(kept, 'metafile.json');
  if (!existsSync(list)) {
    // esbuild must not write the files: functions share some, and a copy could meet one that is half written.
    const result = await esbuild.build({ ...options, metafile: true, write: false });
    for (const { path, contents } of result.outputFiles)
      for (const file of [path, join(kept, relative('.', path))]) {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, contents);
      }
    writeFileSync(list, JSON.stringify(result.metafile));
    return result;
  }
  const metafile: Metafile = JSON.parse(readFileSync(list, 'utf8'));
  for (const file of Object.keys(metafile.outputs)) cpSync(join(kept, file), file);
  const result = { metafile, errors: [], warnings: [], outputFiles: undefined, mangleCache: undefined };
  await endOf(options, result);
  return result;
}

type End = (result: BuildResult) => undefined | null | OnEndResult | Promise<undefined | null | OnEndResult>;

async function endOf(options: BuildOptions, result: BuildResult): Promise<void> {
  const ends: End[] = [];
  const build: Pick<PluginBuild, 'initialOptions' | 'onResolve' | 'onLoad' | 'onEnd'> = {
    initialOptions: { ...options },
    onResolve: () => undefined,
    onLoad: () => undefined,
    onEnd: (end: End) => void ends.push(end),
  };
  for (const { setup } of options.plugins ?? []) await setup(build as PluginBuild);
  for (const end of ends) await end(result);
}

const loaded = requireAsPlugin.cache[requireAsPlugin.resolve('esbuild')];
if (loaded === undefined) throw new Error('esbuild is not in the cache of modules');
loaded.exports = {
  ...esbuild,
  context: async (options: BuildOptions) => ({ rebuild: () => bundle(options), dispose: async () => undefined }),
};
