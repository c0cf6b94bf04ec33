/**
 * Plugins of the bundler.
 *
 * An ES module that imports `node:http` makes Node read every export of it, and one of them (`WebSocket`) loads the whole
 * of undici: some 20 ms of each cold start for something nobody uses. Node's own `process.getBuiltinModule` hands the
 * module over without that.
 */
import type { Plugin } from 'esbuild';

const lazyHttp: Plugin = {
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

export default [lazyHttp];
