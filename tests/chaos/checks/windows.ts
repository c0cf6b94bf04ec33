/** Compares who got which alert, and when, with what waited in windows. */
import { subscriberKey } from '../../../infrastructure/subscriber-key.ts';
import type { Publication } from '../../../local/embedded-aws/sns.ts';
import { isExcused, type Sending } from '../cloud/sendings.ts';
import type { Item } from './items.ts';

/** An alert, or one message about several, as the harness reads it. */
interface MessageJson {
  readonly schema: string;
  readonly id: string;
  /** Of a message about several alerts. */
  readonly counts: { readonly total: number };
  /** Of an alert. */
  readonly resource?: { readonly arn: string | null };
  readonly parts?: { readonly failed: readonly { readonly names: readonly string[] }[] } | null;
}

const jsonOf = ({ bodies }: Publication): MessageJson => JSON.parse(bodies.get('default') ?? '');

/** Whether the publication is one message about what waited in a window. */
export const isDigest = (publication: Publication): boolean => jsonOf(publication).schema === 'ground-control/digest';

/** A window of the table, with the alerts that waited in it. */
interface Window {
  readonly id: string;
  readonly keys: readonly string[];
  readonly isDone: boolean;
  readonly alerts: readonly string[];
  /** The names of the resources that the alerts are about. */
  readonly names: readonly string[];
}

/**
 * What is wrong about the delivery to the subscribers `addresses`. Each of them has to get every alert: at once, in the
 * message about a window in which it waited, or in the alert about the execution that it is a part of.
 */
export function checkWindows(
  addresses: readonly string[],
  publications: readonly Publication[],
  sendings: readonly Sending[],
  items: readonly Item[],
): string[] {
  const windows = windowsIn(items);
  const alerts = Map.groupBy(
    publications.filter((one) => !isDigest(one)),
    (one) => jsonOf(one).id,
  );
  const digests = Map.groupBy(publications.filter(isDigest), (one) => jsonOf(one).id);
  return [
    ...windows.flatMap((window) => {
      const parents = parentsOf(window, [...alerts.values()].flat(), windows);
      return wrongAbout(window, digests.get(window.id) ?? [], parents, sendings);
    }),
    ...[...digests.keys()].flatMap((id) =>
      windows.some((window) => window.id === id)
        ? []
        : [`people were told about the window ${id}, which does not exist`],
    ),
    ...addresses.flatMap((address) => wrongFor(address, alerts, windows, sendings)),
  ];
}

function windowsIn(items: readonly Item[]): Window[] {
  const ofWindows = items.filter(({ pk }) => pk.startsWith('window#'));
  return [...Map.groupBy(ofWindows, ({ pk }) => pk)].map(([pk, all]) => {
    const state = all.find(({ sk }) => sk === 'state');
    return {
      id: pk.replace('window#', ''),
      keys: [...(state?.keys ?? [])],
      isDone: state?.doneAt !== undefined,
      alerts: all.flatMap(({ alert }) => alert?.id ?? []),
      names: all.flatMap(({ alert }) => alert?.name ?? []),
    };
  });
}

/** Alerts about the end of the execution whose parts waited in `window`, that have reached the same subscribers. */
function parentsOf({ id, keys }: Window, alerts: readonly Publication[], windows: readonly Window[]): MessageJson[] {
  const [, execution] = /^parent-\w+-execution-(\w+)$/.exec(id) ?? [];
  if (execution === undefined) return [];
  return alerts.flatMap((one) => {
    const message = jsonOf(one);
    if (message.parts == null || message.resource?.arn?.endsWith(`/execution/${execution}`) !== true) return [];
    const later = windows.filter((other) => other.alerts.includes(message.id)).flatMap((other) => other.keys);
    const reached = new Set([...groupsOf(one), ...later]);
    return keys.every((key) => reached.has(key)) ? [message] : [];
  });
}

function wrongAbout(
  { id, keys, isDone, alerts, names }: Window,
  sent: readonly Publication[],
  parents: readonly MessageJson[],
  sendings: readonly Sending[],
) {
  const wrong: string[] = [];
  const toldOf = new Set(parents.flatMap(({ parts }) => parts?.failed.flatMap((failed) => failed.names) ?? []));
  const isToldByParent = alerts.length > 0 && names.every((name) => toldOf.has(name));
  if (isToldByParent && sent.length > 0)
    wrong.push('its alerts were told twice: also by the alert about the execution');
  if (!isDone) wrong.push(`${alerts.length} alerts wait in it, and nobody sends them`);
  if (sent.length === 0 && alerts.length > 0 && !isToldByParent)
    wrong.push(`nobody was told about its ${alerts.length} alerts`);
  if (sent.length > 0 && alerts.length === 0) wrong.push('people were told about it, and nothing waited in it');
  for (const one of sent) {
    const { total } = jsonOf(one).counts;
    if (total !== alerts.length) wrong.push(`its message counts ${total} alerts, and ${alerts.length} waited`);
    if (JSON.stringify(groupsOf(one).toSorted()) !== JSON.stringify(keys.toSorted()))
      wrong.push(`its message went to ${groupsOf(one)} instead of ${keys}`);
  }
  const accepted = sendings.filter((sending) => sending.id === id);
  const excused = accepted.filter(isExcused).length;
  if (sent.length > 1 + excused) wrong.push(`it was told ${sent.length} times`);
  return wrong.map((what) => `window ${id}: ${what}`);
}

/**
 * Alerts that a subscriber did not get, or got more often than they were sent. An alert that SNS never confirmed is given
 * up at last: it may then wait in a window for somebody whom it has reached, since nobody can know that it has.
 */
function wrongFor(
  address: string,
  alerts: ReadonlyMap<string, readonly Publication[]>,
  windows: readonly Window[],
  sendings: readonly Sending[],
): string[] {
  const key = subscriberKey(address);
  const waited = Map.groupBy(
    windows.filter(({ keys }) => keys.includes(key)).flatMap(({ alerts: ids }) => ids),
    (id) => id,
  );
  return [...alerts].flatMap(([id, sent]) => {
    const times = sent.filter((one) => groupsOf(one).includes(key)).length + (waited.get(id)?.length ?? 0);
    const isInDoubt = sendings.some((sending) => sending.id === id && isExcused(sending));
    if (times >= 1 && times <= sent.length + (isInDoubt ? 1 : 0)) return [];
    return [
      `${/job-\d+/.exec(id)?.[0] ?? id}: ${address} got the alert ${id} ${times} times; it was sent ${sent.length} times`,
    ];
  });
}

const groupsOf = ({ attributes }: Publication): string[] => JSON.parse(attributes.get('groups') ?? '[]');
