/** Groups of subscribers: those of `ground-control.yml` that have the same settings. */
import type { Filters, Group } from './policy.ts';

/**
 * The most groups. An alert about a parent may wait for all of them, and tell for all of them what its parts said: that is
 * one transaction with three items for each group, and DynamoDB allows 100 items in one.
 */
export const MOST_GROUPS = 32;

/** A subscriber with its settings as functions read them. */
export interface Grouped extends Pick<Group, 'quiet' | 'digest'> {
  readonly address: string;
  readonly filters: Filters;
}

/**
 * The groups of `subscribers`, in the order of their first subscribers. Keys are addresses, and ids are the settings:
 * packaging makes names of both.
 */
export function groupsOf(subscribers: readonly Grouped[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { address, ...settings } of subscribers) {
    const id = JSON.stringify(inOrder(settings));
    const { keys = [] } = groups.get(id) ?? {};
    groups.set(id, { id, keys: [...keys, address], ...settings });
  }
  return [...groups.values()];
}

/** `settings` with its lists in order, so that the order of words in the file makes no other group. */
const inOrder = ({ filters, quiet, digest }: Omit<Grouped, 'address'>) => ({
  filters: Object.entries(filters)
    .map(([name, values = []]) => [name, [...values].sort()] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1)),
  quiet: quiet && [quiet.from, quiet.to, quiet.zone, [...quiet.days].sort(), [...quiet.except].sort()],
  digest: digest && ('dailyAt' in digest ? [digest.dailyAt, digest.zone] : digest.everyMinutes),
});
