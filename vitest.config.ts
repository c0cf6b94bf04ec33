import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    // Handlers read their environment once; a file of tests never sees another's.
    isolate: true,
    // Starting the framework takes seconds on a busy machine.
    testTimeout: 60_000,
  },
});
