/**
 * What a change owes: an alert, or a budget check. The write that stored the change has claimed it
 * (`domain/change/claim.ts`). Here it is done, and settled in the item of the resource.
 */
import type { ResourceTable, Settlement } from '../adapters/dynamodb/resource-table.ts';
import { LONGEST_PUBLICATION, type Publish, wasRefused } from '../adapters/sns/publish.ts';
import type { ReportFailure } from '../adapters/sqs/failed.ts';
import { type Action, type NotifyAction, owedBy, type RelayAction } from '../domain/action.ts';
import { MOST_SENDINGS } from '../domain/change/claim.ts';
import { windowId } from '../domain/delivery/window.ts';
import type { AuditRecord } from '../schemas/stored/audit-record.ts';
import type { Claimed, Remembered } from '../schemas/stored/resource.ts';
import type { Deliver, Delivery } from './delivery/deliver.ts';
import type { Release } from './delivery/release.ts';
import type { Relays } from './relay.ts';

/** A notice that a change owes. */
export type OwedNotice = NotifyAction & { readonly settles: string };

/** What is known about the decision whose actions are carried out. */
export interface Claims {
  /** The item of the resource as it was written with the claims. */
  readonly state: Remembered | undefined;
  /** The event as it was received. */
  readonly event: unknown;
  /** Completes an audit record. */
  readonly recordOf: (recorded: Omit<AuditRecord, 'version' | 'event'>) => AuditRecord;
}

/** How the owed actions of one decision are carried out. */
export interface Owed {
  /**
   * Publishes a notice, notes it as announced and writes its audit record. After `MOST_SENDINGS` requests that SNS did
   * not confirm, it tells operators instead, and the result is false.
   */
  readonly notify: (action: OwedNotice) => Promise<boolean>;
  /** Stores that what the change owed is done. */
  readonly settle: (resource: string, owed: string) => Promise<void>;
  /** Publishes `actions` to the bus for other systems, and stores that it has them. Returns a result for each. */
  readonly relay: (actions: readonly RelayAction[]) => Promise<readonly PromiseSettledResult<void>[]>;
  /**
   * Takes back the claim of an action that failed, unless SNS may have accepted its notice. The attempt then does not
   * count.
   */
  readonly giveBack: (action: Action) => Promise<void>;
}

interface Means {
  readonly table: ResourceTable;
  readonly publish: () => Publish;
  readonly deliver: Deliver;
  readonly release: Release;
  readonly reportFailure: () => Promise<ReportFailure>;
  readonly relays: Pick<Relays, 'publish' | 'deedIn'>;
}

/** Carries out the owed actions of the decision that `claims` describes. */
export function owedWith(
  { table, publish, deliver, release, reportFailure, relays }: Means,
  { state, event, recordOf }: Claims,
): Owed {
  /** Notices that SNS may have accepted. */
  const sent = new Set<string>();
  /** Alerts that were given up, and that operators know of. */
  const reported = new Set<string>();
  /** What is still owed, as far as this decision knows. */
  const open = new Map(state?.untold);

  const claimOn = (owed: string): Claimed => {
    const claimed = state?.untold?.get(owed);
    if (claimed === undefined) throw new Error(`nobody has claimed ${owed}`);
    return claimed;
  };

  const settleAs = async (
    resource: string,
    owed: string,
    as: Settlement['as'],
    more: Pick<Settlement, 'record' | 'next' | 'waiting' | 'told'> = {},
  ): Promise<void> => {
    if (state === undefined) throw new Error(`nobody has claimed ${owed}`);
    await table.settle(resource, owed, { as, state: { ...state, untold: open }, ...more });
    open.delete(owed);
    if (more.next !== undefined) open.set(more.next.name, more.next.claimed);
  };

  const relayAll: Owed['relay'] = (actions) =>
    relays.publish(actions, ({ resource, settles }) => settleAs(resource, settles, 'announced'));

  const send = async (
    { settles, notice }: OwedNotice,
    { claimedUntil = 0 }: Claimed,
    to: Delivery['now'],
  ): Promise<string> => {
    if (claimedUntil - Date.now() < LONGEST_PUBLICATION)
      throw new Error('too little time is left to publish an alert; the event is retried');
    sent.add(settles);
    try {
      return await publish()(notice, to);
    } catch (error) {
      if (wasRefused(error)) sent.delete(settles);
      throw error;
    }
  };

  /**
   * The windows of parts that a notice about their parent covers. Groups that do not get it hear of the parts now, but not
   * of the training jobs of a tuning job: they are its business, and its alert counts them.
   */
  const coveredBy = async (
    { tellsPartsOf: parent }: OwedNotice,
    groups: Delivery['groups'],
  ): Promise<readonly string[]> =>
    parent === undefined ? [] : release(parent, parent.type === 'tuning-job' ? 'all' : groups);

  /** Tells operators that nobody knows whether people got the alert. It is not sent again by itself. */
  const giveUp = async (
    { key, resource, settles, notice }: OwedNotice,
    { attempts }: Claimed,
    { waiting }: Delivery,
    told: readonly string[],
  ): Promise<void> => {
    const why = `SNS confirmed none of ${MOST_SENDINGS} attempts to send the alert "${notice.subject}"; people may have it. It is sent again only by redrive`;
    // If the table refuses the write below each time, operators still get only a few messages.
    if (attempts <= 2 * MOST_SENDINGS) await (await reportFailure())(event, 'AlertNotConfirmed', new Error(why));
    reported.add(settles);
    const at = new Date().toISOString();
    const result = 'left to people';
    const record = recordOf({ resource, key: `given-up|${key}`, action: 'give-up', reason: why, at, result });
    await settleAs(resource, settles, 'givenUp', { record, waiting, told });
  };

  return {
    async notify(action) {
      const { key, resource, settles, numbers } = action;
      const claimed = claimOn(settles);
      const delivery = await deliver(settles, action);
      const { now, waiting, groups } = delivery;
      const told = await coveredBy(action, groups);
      if (claimed.attempts > MOST_SENDINGS) {
        await giveUp(action, claimed, delivery, told);
        return false;
      }
      const isPublished = action.isPartOnly !== true || now.length > 0;
      const message = isPublished ? await send(action, claimed, now) : undefined;
      const result = resultOf(
        message,
        waiting.map(({ window }) => windowId(window)),
      );
      const at = new Date().toISOString();
      const record = recordOf({ resource, key, action: 'notify', ...saidBy(action), at, result, numbers });
      const deed = relays.deedIn(action, at);
      // Until the bus has the deed, the resource owes it in place of the alert.
      const next = deed && { name: deed.settles, claimed: { ...claimed, relay: deed.content } };
      await settleAs(resource, settles, 'announced', { record, next, waiting, told });
      if (deed === undefined) return true;
      const [published] = await relayAll([deed]);
      if (published?.status !== 'rejected') return true;
      // The retry of the event publishes it.
      if (claimed.claimedBy !== undefined) await table.giveBack(resource, deed.settles, claimed.claimedBy);
      throw published.reason;
    },

    relay: relayAll,

    settle: (resource, owed) => settleAs(resource, owed, 'announced'),

    async giveBack(action) {
      const owed = owedBy(action);
      if (owed === undefined || sent.has(owed.settles)) return;
      const { claimedBy } = claimOn(owed.settles);
      if (claimedBy !== undefined && !reported.has(owed.settles))
        await table.giveBack(owed.resource, owed.settles, claimedBy);
    },
  };
}

/** What a notice says, for its audit record. */
export function saidBy({ notice: { subject, message } }: NotifyAction): Pick<AuditRecord, 'reason' | 'about'> {
  const { severity, outcome, family, owner } = message;
  return { reason: `${outcome}, ${severity}`, about: { subject, severity, outcome, family, ...owner } };
}

/** What became of a notice, for its audit record: the message, and the ids of the windows in which it waits. */
export function resultOf(message: string | undefined, windows: readonly string[]): string {
  const words = [...(message === undefined ? [] : [message]), ...windows.map((id) => `waits in ${id}`)];
  return words.length === 0 ? 'no subscriber gets it' : words.join(', ');
}
