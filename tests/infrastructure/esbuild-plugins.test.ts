import { globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import plugins from '../../infrastructure/esbuild-plugins.ts';
import { ROOT } from '../support/events.ts';

it('bundles every package that a function imports at its start, and leaves out only those it loads later', async () => {
  const { custom } = parse(readFileSync(join(ROOT, 'serverless.yml'), 'utf8'), { merge: true, logLevel: 'silent' });
  const { exclude, ...settings } = custom.esbuild;
  const { metafile } = await build({
    ...settings,
    platform: 'node',
    external: exclude,
    plugins: plugins({ service: { functions: {} } }),
    entryPoints: globSync('functions/*.ts', { cwd: ROOT }),
    absWorkingDir: ROOT,
    outdir: 'built',
    write: false,
    metafile: true,
  });
  const outside = Object.values(metafile?.outputs ?? {})
    .flatMap(({ imports }) => imports)
    .filter(({ external, path }) => external === true && !isBuiltin(path));
  expect(outside.filter(({ kind }) => kind !== 'dynamic-import')).toEqual([]);
  expect(outside.map(({ path }) => path)).toContain('@smithy/core/event-streams');
});
