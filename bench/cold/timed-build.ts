/**
 * Esbuild plugins that make a bundle say where its time goes. The bundle is otherwise as serverless.yml packages it: the
 * same modules, tree-shaken, minified and split.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Plugin } from 'esbuild';

/** Global functions that the built modules call; `recorder.ts` has them. */
const BEGIN = 'globalThis.__begin';
const END = 'globalThis.__end';

/**
 * What a module belongs to: its package, the part of `@smithy/core`, or our room. Scripts of `bench/` count as `bench`.
 */
export function ownerOf(path: string): string {
  const packaged = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\/(?:.*\/submodules\/([^/]+))?/.exec(path);
  if (packaged !== null) return packaged[2] === undefined ? `${packaged[1]}` : `${packaged[1]}/${packaged[2]}`;
  return /\/(schemas|domain|adapters|handlers|functions|bench)\//.exec(path)?.[1] ?? basename(path);
}

/** Times how long each module takes to evaluate. A module that another one requires is not counted twice. */
const timedModules: Plugin = {
  name: 'timed-modules',
  setup(build) {
    build.onLoad({ filter: /\.(?:js|mjs|cjs|ts)$/, namespace: 'file' }, ({ path }) => ({
      contents: `${BEGIN}(${JSON.stringify(ownerOf(path))});${readFileSync(path, 'utf8')}\n;${END}();`,
      loader: path.endsWith('.ts') ? 'ts' : 'js',
    }));
  },
};

/** Exports whose calls are timed, by the module that is imported. `send` times each call of a client. */
const STEPS = [
  { module: /handlers\/cost\/services\.ts$/, name: 'buildCostServices', code: timedFunction('services are built') },
  { module: /schemas\/event\/training-job\.ts$/, name: 'TrainingJobStateChange', code: timedSchema('parse') },
  { module: /domain\/decide\.ts$/, name: 'decide', code: timedFunction('decision') },
  { module: /render\/notice\.ts$/, name: 'renderNotice', code: timedFunction('rendering') },
  { module: /^@aws-sdk\/client-dynamodb$/, name: 'DynamoDBClient', code: timedClient('DynamoDB') },
  { module: /^@aws-sdk\/client-sns$/, name: 'SNSClient', code: timedClient('SNS') },
] as const;

function timedFunction(step: string): string {
  return `(...input) => globalThis.__step(${JSON.stringify(step)}, () => real(...input))`;
}

/** A schema is read by its own methods, or through its property \`~standard\`. */
function timedSchema(step: string): string {
  return `new Proxy(real, { get(schema, key) {
    const value = schema[key];
    const timed = (run) => (...input) => globalThis.__step(${JSON.stringify(step)}, () => run(...input));
    if (key === '~standard') return { ...value, validate: timed(value.validate) };
    return /^(safeP|p)arse(Async)?$/.test(String(key)) ? timed(value) : value;
  } })`;
}

function timedClient(service: string): string {
  return `class extends real { send(...input) { return globalThis.__call(${JSON.stringify(service)}, () => super.send(...input)); } }`;
}

/** Puts a module in front of each module with a timed export, which passes on everything else as it is. */
const timedSteps: Plugin = {
  name: 'timed-steps',
  setup(build) {
    build.onResolve({ filter: /.*/ }, async ({ path, pluginData, ...rest }) => {
      const step = STEPS.find(({ module }) => module.test(path));
      if (pluginData === 'real' || rest.namespace === 'timed' || step === undefined) return undefined;
      const { path: real } = await build.resolve(path, { ...rest, pluginData: 'real' });
      return { path: real, namespace: 'timed', pluginData: step };
    });
    build.onLoad({ filter: /.*/, namespace: 'timed' }, ({ path, pluginData }) => {
      const { name, code }: (typeof STEPS)[number] = pluginData;
      const module = JSON.stringify(path);
      return {
        contents: `export * from ${module}; import { ${name} as real } from ${module}; export const ${name} = ${code};`,
        loader: 'js',
        resolveDir: '/',
      };
    });
  },
};

/** The plugins; they come before those of `infrastructure/esbuild-plugins.ts`. */
export const TIMED: readonly Plugin[] = [timedSteps, timedModules];
