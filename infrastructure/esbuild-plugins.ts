/** The esbuild plugins that serverless-esbuild bundles the functions with. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';
import { FunctionConfiguration } from '../schemas/configuration/compiled.ts';
import { COMPILED_CONFIGURATION } from './compiled-configuration.ts';

/**
 * Saves some 20 ms of each cold start. When an ES module imports `node:http`, Node reads all its exports, and the
 * export `WebSocket` loads all of undici, which no function uses. `process.getBuiltinModule` returns the module without
 * that.
 */
export const lazyHttp: Plugin = {
  name: 'lazy-http',
  setup(build) {
    build.onResolve({ filter: /^(?:node:)?https?$/ }, ({ path }) => ({
      path: path.replace('node:', ''),
      namespace: 'builtin',
    }));
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('node:${path}');`,
      loader: 'js',
    }));
  },
};

/**
 * Leaves the reader of event streams out of packages. Clients import it dynamically when an operation streams events,
 * and no operation that we call does. The S3 client imports it statically and keeps it.
 */
export const eventStreamsWhereNeeded: Plugin = {
  name: 'event-streams-where-needed',
  setup(build) {
    build.onResolve({ filter: /^@smithy\/core\/event-streams$/ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    );
  },
};

/**
 * Leaves the client of EventBridge out of packages while `ground-control.yml` has no relays: then nothing is published.
 */
export const relaysWhereNeeded = (isOn: () => boolean): Plugin => ({
  name: 'relays-where-needed',
  setup(build) {
    const isNeeded = isOn();
    build.onResolve({ filter: /\/eventbridge\/relay\.ts$/ }, ({ kind, path }) =>
      kind === 'dynamic-import' && !isNeeded ? { path, external: true } : undefined,
    );
  },
});

/**
 * Replaces parts of the SDK that no function needs with smaller ones:
 * - The `package.json` of each client. The client only reads its version from there.
 * - The cache for discovered endpoints. Discovery is off unless a client or the environment switches it on.
 * - SHA-256 in JavaScript, for runtimes without OpenSSL. Lambda's has it.
 */
export const smallerSdk: Plugin = {
  name: 'smaller-sdk',
  setup(build) {
    build.onLoad({ filter: /@aws-sdk\/[^/]+\/package\.json$/ }, ({ path }) => {
      const { version }: { version: string } = JSON.parse(readFileSync(path, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
    build.onLoad({ filter: /mnemonist\/lru-cache\.(?:js|mjs)$/ }, () => ({
      contents: `export default class extends Map {
        constructor() { super(); }
        peek(key) { return this.get(key); }
      }`,
    }));
    build.onLoad({ filter: /\/Sha256Js\.js$/ }, () => ({ contents: 'export const Sha256Js = undefined;' }));
  },
};

interface ServerlessFunction {
  readonly handler?: string;
  package?: { patterns?: string[] };
}

/**
 * Leaves other functions' chunks out of each package. serverless-esbuild builds all functions into one folder and packs
 * the whole folder for each function.
 */
function ownChunksOnly(functions: Readonly<Record<string, ServerlessFunction>>): Plugin {
  const outputs = new Map<string, ReadonlySet<string>>();
  const excludeOthers = () => {
    const all = [...outputs.values()].flatMap((files) => [...files]);
    for (const one of Object.values(functions)) {
      const own = outputs.get(one.handler?.replace(/\.[^.]*$/, '') ?? '');
      if (own === undefined) continue;
      const others = new Set(all.filter((file) => !own.has(file)));
      one.package = { ...one.package, patterns: [...others].map((file) => `!${file}`) };
    }
  };
  return {
    name: 'own-chunks-only',
    setup(build) {
      build.initialOptions.metafile = true;
      build.onEnd(({ metafile }) => {
        const files = Object.keys(metafile?.outputs ?? {}).map((file) => file.replace(/^.*\.build\//, ''));
        outputs.set(entryOf(build.initialOptions), new Set(files));
        excludeOthers();
      });
    },
  };
}

/** The entry point without its extension: `functions/training-job`. */
function entryOf({ entryPoints }: BuildOptions): string {
  const [first] = Array.isArray(entryPoints) ? entryPoints : [];
  return typeof first === 'string' ? first.replace(/\.[^.]*$/, '') : '';
}

interface Serverless {
  readonly serviceDir: string;
  readonly service: { readonly functions: Readonly<Record<string, ServerlessFunction>> };
}

/** Whether the configuration that is packaged has relays. The plugin of the service compiles it before anything is bundled. */
const isRelaying = (serviceDir: string): boolean =>
  FunctionConfiguration.parse(JSON.parse(readFileSync(join(serviceDir, COMPILED_CONFIGURATION), 'utf8'))).relays.on;

/** What serverless-esbuild loads: a function of the framework's object that returns the plugins. */
export default ({ service, serviceDir }: Serverless): Plugin[] => [
  lazyHttp,
  eventStreamsWhereNeeded,
  relaysWhereNeeded(() => isRelaying(serviceDir)),
  smallerSdk,
  ownChunksOnly(service.functions),
];
