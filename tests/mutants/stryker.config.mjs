/**
 * `npm run test:mutants` changes the pure rooms, one small change at a time, and looks whether a test fails.
 * The report is reports/mutants/index.html. A second run repeats only what code or tests have changed; it does not
 * notice changes in tests/support, so add `--force` after those.
 * For one folder: `npm run test:mutants -- -m 'domain/cost/*.ts'`.
 *
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export default {
  mutate: ['domain/**/*.ts', 'schemas/**/*.ts'],
  testRunner: 'vitest',
  // Stryker rewrites tsconfig.json by calls that TypeScript 7 does not have. Vitest needs no rewritten one.
  tsconfigFile: 'none',
  // Files of events are read with a path, not imported: `related` would miss their tests.
  vitest: { configFile: 'tests/mutants/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  // What runs only while a module loads (tables, schemas) would need all tests for each change: hours.
  ignoreStatic: true,
  concurrency: 2,
  timeoutMS: 5000,
  incremental: true,
  incrementalFile: 'reports/mutants/incremental.json',
  tempDirName: '.stryker-tmp',
  ignorePatterns: ['.serverless', '.esbuild', '.generated', '.tools', 'coverage', 'reports'],
  reporters: ['clear-text', 'html', 'json', 'progress-append-only'],
  clearTextReporter: {
    allowColor: false,
    logTests: false,
    reportTests: false,
    reportMutants: false,
    reportScoreTable: true,
  },
  htmlReporter: { fileName: 'reports/mutants/index.html' },
  jsonReporter: { fileName: 'reports/mutants/mutants.json' },
  thresholds: { high: 90, low: 85, break: null },
};
