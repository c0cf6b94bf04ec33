import { defineConfig } from 'vitest/config';

/** The deployment test takes a minute and Python: it is not part of `npm test`. */
export default defineConfig({
  test: { include: ['tests/deploy/*.deploy.ts'], testTimeout: 120_000, hookTimeout: 600_000, reporters: ['verbose'] },
});
