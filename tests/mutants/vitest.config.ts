import { basename } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files with property tests, which take seconds: most mutants die before their turn. */
const SLOW = ['bad-input.test.ts', 'plain-text.test.ts', 'secrets.test.ts', 'secret-properties.test.ts'];

class SlowLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => SLOW.indexOf(basename(moduleId));
    return files.toSorted((a, b) => rank(a) - rank(b) || a.moduleId.localeCompare(b.moduleId));
  }
}

/** The tests of the pure rooms, which take seconds. Stryker runs, for each mutant, those that reach it. */
export default defineConfig({
  test: {
    include: [
      'tests/domain/**/*.test.ts',
      'tests/schemas/**/*.test.ts',
      // Tests schemas/configuration.
      'tests/infrastructure/configuration-file.test.ts',
    ],
    // Takes a second to list all graphemes, for each mutant that it reaches: nearly all of them.
    exclude: ['tests/domain/alert/hostile-text.test.ts'],
    // Pure code keeps no state between files: loading it once is enough.
    isolate: false,
    setupFiles: ['tests/mutants/short-properties.ts'],
    sequence: { sequencer: SlowLast },
  },
});
