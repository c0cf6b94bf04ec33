import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    // Handlers read their environment once; a file of tests never sees another's.
    isolate: true,
    // All cores: the default leaves one of them idle.
    maxWorkers: '100%',
    // Starting the framework takes seconds on a busy machine.
    testTimeout: 60_000,
  },
});
