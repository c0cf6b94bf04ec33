/** Ends the windows in which alerts wait for the end of a parent, for the groups that its own alert does not tell. */
import type { Parts } from '../../adapters/dynamodb/delivery/parts.ts';
import type { Windows } from '../../adapters/dynamodb/delivery/windows.ts';
import { parentWindowId } from '../../domain/delivery/window.ts';
import { type OpenWindow, openWindowOf } from '../../schemas/message/window.ts';
import type { Parent } from '../../schemas/stored/part.ts';

/**
 * Lets the groups hear now of the parts of `parent`, which is closed, except those with an id in `told`. Returns the ids
 * of the windows of the others: the alert about the parent's end covers what waited in them.
 */
export type Release = (parent: Parent, told: readonly string[] | 'all') => Promise<readonly string[]>;

interface Means {
  readonly parts: () => Pick<Parts, 'state'>;
  readonly windows: () => Pick<Windows, 'release'>;
  /** Tells the function `digest` that a window is over. */
  readonly announce: (message: OpenWindow) => Promise<void>;
  readonly now: () => number;
}

/** Releases windows of the table. */
export function releaseWith({ parts, windows, announce, now }: Means): Release {
  return async (parent, told) => {
    const { groups } = await parts().state(parent.id);
    const isTold = (group: string) => told === 'all' || told.includes(group);
    for (const group of groups.filter((one) => !isTold(one))) {
      const id = parentWindowId(group, parent.id);
      if (await windows().release(id, parent, now())) await announce(openWindowOf(id));
    }
    return groups.filter(isTold).map((group) => parentWindowId(group, parent.id));
  };
}
