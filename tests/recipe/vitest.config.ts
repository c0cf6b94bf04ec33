import { defineConfig } from 'vitest/config';

/** Everything runs in one scratch copy: a step may take as long as the whole offline suite. */
export default defineConfig({
  test: { include: ['tests/recipe/*.recipe.ts'], testTimeout: 900_000, hookTimeout: 60_000, reporters: ['verbose'] },
});
