/** Plugins of the bundler. */
import type { BuildOptions, Plugin } from 'esbuild';

/**
 * An ES module that imports `node:http` makes Node read every export of it, and one of them (`WebSocket`) loads the whole
 * of undici: some 20 ms of each cold start for something nobody uses. Node's own `process.getBuiltinModule` hands the
 * module over without that.
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
 * No operation of ours streams events: what reads such streams, which every client loads when one does, is left out of packages.
 * The client of S3 imports it to begin, and gets it.
 */
export const eventStreamsWhereNeeded: Plugin = {
  name: 'event-streams-where-needed',
  setup(build) {
    build.onResolve({ filter: /^@smithy\/core\/event-streams$/ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    );
  },
};

interface ServerlessFunction {
  readonly handler?: string;
  package?: { patterns?: string[] };
}

/**
 * All functions are built into one folder, and the framework's plugin packs all of it for each: this leaves the chunks
 * of other functions out.
 */
function ownChunksOnly(functions: Readonly<Record<string, ServerlessFunction>>): Plugin {
  const outputs = new Map<string, ReadonlySet<string>>();
  const leaveOut = () => {
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
        leaveOut();
      });
    },
  };
}

/** `functions/training-job` */
function entryOf({ entryPoints }: BuildOptions): string {
  const [first] = Array.isArray(entryPoints) ? entryPoints : [];
  return typeof first === 'string' ? first.replace(/\.[^.]*$/, '') : '';
}

interface Serverless {
  readonly service: { readonly functions: Readonly<Record<string, ServerlessFunction>> };
}

export default ({ service }: Serverless): Plugin[] => [
  lazyHttp,
  eventStreamsWhereNeeded,
  ownChunksOnly(service.functions),
];
