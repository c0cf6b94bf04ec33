/** Ends the windows in which alerts wait for the end of a parent, for the groups that its own alert does not tell. */
import type { Parts } from '../../adapters/dynamodb/delivery/parts.ts';
import type { Windows } from '../../adapters/dynamodb/delivery/windows.ts';
import { parentWindowId } from '../../domain/delivery/window.ts';
import type { Group } from '../../schemas/configuration/delivery/policy.ts';
import { type OpenWindow, openWindowOf } from '../../schemas/message/window.ts';
import type { Parent } from '../../schemas/stored/part.ts';

/**
 * Lets the groups hear now of the parts of `parent`, which is closed, except the subscribers of `told`. Returns the ids of
 * the windows of the others: the alert about the parent's end covers what waited in them.
 */
export type Release = (
  parent: Parent,
  told: readonly Pick<Group, 'id' | 'keys'>[] | 'all',
) => Promise<readonly string[]>;

export interface ReleaseMeans {
  readonly parts: () => Pick<Parts, 'state'>;
  readonly windows: () => Pick<Windows, 'read' | 'release'>;
  /** Tells the function `digest` that a window is over. */
  readonly announce: (message: OpenWindow) => Promise<void>;
  readonly now: () => number;
}

/** Releases windows of the table. */
export function releaseWith({ parts, windows, announce, now }: ReleaseMeans): Release {
  /** Whether all who wait in the window are among the subscribers of `told`. Settings may have changed meanwhile. */
  const isTold = async (group: string, id: string, told: Parameters<Release>[1]): Promise<boolean> => {
    if (told === 'all' || told.some((one) => one.id === group)) return true;
    const keys = new Set(told.flatMap((one) => one.keys));
    const window = await windows().read(id);
    return window?.keys.every((key) => keys.has(key)) === true;
  };

  return async (parent, told) => {
    const { groups } = await parts().state(parent.id);
    const covered: string[] = [];
    for (const group of groups) {
      const id = parentWindowId(group, parent.id);
      if (await isTold(group, id, told)) covered.push(id);
      else if (await windows().release(id, parent, now())) await announce(openWindowOf(id));
    }
    return covered;
  };
}
