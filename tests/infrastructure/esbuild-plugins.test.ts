import { globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { COMPILED_CONFIGURATION, writeCompiledConfiguration } from '../../infrastructure/compiled-configuration.ts';
import plugins, { smallerSdk } from '../../infrastructure/esbuild-plugins.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { ROOT } from '../support/events.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

const { folder, fileWith } = useTemporaryFolder();

it.each([
  ['with', true],
  ['without', false],
])(
  'bundles every package that a function imports at its start %s relays, and leaves out only those it loads later',
  async (_, on) => {
    const to = on ? { all: { queue: 'arn:aws:sqs:us-east-1:123456789012:events' } } : {};
    writeCompiledConfiguration(Configuration.parse({ relays: { to } }), join(folder, COMPILED_CONFIGURATION));
    const { custom } = parse(readFileSync(join(ROOT, 'serverless.yml'), 'utf8'), { merge: true, logLevel: 'silent' });
    const { exclude, ...settings } = custom.esbuild;
    const { metafile } = await build({
      ...settings,
      platform: 'node',
      external: exclude,
      plugins: plugins({ serviceDir: folder, service: { functions: {} } }),
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
    const isBundled = Object.keys(metafile?.inputs ?? {}).some((path) => path.includes('client-eventbridge'));
    expect(isBundled).toBe(on);
  },
);

it('replaces parts of the SDK with smaller ones that do the same', async () => {
  const { outputFiles, metafile } = await build({
    stdin: {
      contents: `
        import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
        const { config } = new DynamoDBClient({ region: 'eu-west-1' });
        const cache = config.endpointCache;
        cache.set('a', [{ Address: 'one', CachePeriodInMinutes: 1 }]);
        const found = [cache.getEndpoint('a'), cache.has('b')];
        cache.delete('a');
        const hash = new config.sha256();
        hash.update('abc');
        export const done = Promise.all([found, cache.has('a'), hash.digest(), config.defaultUserAgentProvider()]);
      `,
      resolveDir: ROOT,
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    plugins: [smallerSdk],
    write: false,
    metafile: true,
  });
  const file = fileWith('bundle.mjs', outputFiles[0]?.text ?? '');
  const [found, isStillThere, hash, userAgent] = await (await import(file)).done;
  expect([found, isStillThere, Buffer.from(hash).toString('hex')]).toEqual([
    ['one', false],
    false,
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  ]);
  const { version } = JSON.parse(
    readFileSync(join(ROOT, 'node_modules/@aws-sdk/client-dynamodb/package.json'), 'utf8'),
  );
  expect(JSON.stringify(userAgent)).toContain(version);
  const bytes = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) =>
      /package\.json|mnemonist|obliterator|Sha256Js/.test(path) ? [bytesInOutput] : [],
    ),
  );
  expect(bytes.length).toBeGreaterThan(2);
  expect(bytes.reduce((sum, one) => sum + one)).toBeLessThan(1000);
});
