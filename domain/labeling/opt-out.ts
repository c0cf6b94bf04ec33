/** Tags with which people forbid continuing a labeling job. */
import type { Tags } from '../../schemas/event/values.ts';

/** Whether `tags` forbid continuing the job. Every value except `false` forbids it: in doubt, nothing is created. */
export const isOptedOut = (tags: Tags, keys: readonly string[]): boolean =>
  [...tags].some(
    ([name, value]) =>
      keys.some((key) => key.toLowerCase() === name.toLowerCase()) && value.trim().toLowerCase() !== 'false',
  );
