import { defineConfig } from 'vitest/config';

/** These tests need Java: they are not part of `npm test`. */
export default defineConfig({
  test: {
    include: ['tests/patterns/*.patterns.ts'],
    testTimeout: 120_000,
    reporters: ['verbose'],
    disableConsoleIntercept: true,
  },
});
