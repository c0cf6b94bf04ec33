import { defineConfig } from 'vitest/config';

/** These tests need a browser: they are not part of `npm test`. */
export default defineConfig({
  test: { include: ['tests/pages/*.browser.ts'], testTimeout: 120_000, hookTimeout: 120_000, reporters: ['verbose'] },
});
