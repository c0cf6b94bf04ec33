import { basename } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Every other file needs the stack: `removal.deploy.ts` runs last, even when the order is shuffled. */
class RemovalLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isRemoval = ({ moduleId }: TestSpecification) => basename(moduleId) === 'removal.deploy.ts';
    const others = files.filter((file) => !isRemoval(file));
    return [...others.toSorted((a, b) => a.moduleId.localeCompare(b.moduleId)), ...files.filter(isRemoval)];
  }
}

/** The deployment test takes more than a minute and needs Python: it is not part of `npm test`. */
export default defineConfig({
  test: {
    include: ['tests/deploy/*.deploy.ts'],
    globalSetup: 'tests/deploy/global-setup.ts',
    // All files share one deployed stack.
    fileParallelism: false,
    // Loading the AWS clients takes a second: once is enough.
    isolate: false,
    sequence: { sequencer: RemovalLast },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['verbose'],
  },
});
