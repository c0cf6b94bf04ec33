/** Tags with which people keep a labeling job from being carried on. */
import type { Tags } from '../../schemas/event/values.ts';

/** Whether its tags keep it from being carried on. A value that says neither yes nor no does: when in doubt nothing is done. */
export const isOptedOut = (tags: Tags, keys: readonly string[]): boolean =>
  [...tags].some(
    ([name, value]) =>
      keys.some((key) => key.toLowerCase() === name.toLowerCase()) && value.trim().toLowerCase() !== 'false',
  );
