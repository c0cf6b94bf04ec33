import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// The processes that run tests, and the commands that tests start, compile the same modules hundreds of times.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules/.cache/node-compile');

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    setupFiles: ['tests/record/record.ts'],
    // Handlers read their environment once; a file of tests never sees another's.
    isolate: true,
    // All cores: the default leaves one of them idle.
    maxWorkers: '100%',
    // Starting the framework takes seconds on a busy machine.
    testTimeout: 60_000,
  },
});
