/**
 * Effects: what Ground Control does to the outside world. Each is done once, and leaves an audit record.
 *
 * What a change owes is claimed in the item of its resource (`owed.ts`). Alerts that no change owes, stops and creations
 * have a record of their own, by their idempotency key.
 */
import type { Context } from 'aws-lambda';
import { burstsIn } from '../adapters/dynamodb/delivery/bursts.ts';
import { type Parts, partsIn } from '../adapters/dynamodb/delivery/parts.ts';
import { readSnoozes } from '../adapters/dynamodb/delivery/snoozes.ts';
import { type AddedTo, unowedAlertsIn } from '../adapters/dynamodb/delivery/waiting.ts';
import { windowsIn } from '../adapters/dynamodb/delivery/windows.ts';
import type { Once } from '../adapters/dynamodb/once.ts';
import { required } from '../adapters/environment.ts';
import { publisherTo } from '../adapters/sns/publish.ts';
import type { NotifyAction } from '../domain/action.ts';
import type { Decision } from '../domain/decide.ts';
import { windowId } from '../domain/delivery/window.ts';
import type { DeliveryPolicy } from '../schemas/configuration/delivery/policy.ts';
import { type FailedParts, failedPartsOf, type OpenWindow } from '../schemas/message/window.ts';
import type { AuditRecord } from '../schemas/stored/audit-record.ts';
import type { Part } from '../schemas/stored/part.ts';
import { deliverWith } from './delivery/deliver.ts';
import type { Release, ReleaseMeans } from './delivery/release.ts';
import { forSomeTime, lazy } from './lazy.ts';
import { type Owed, owedWith, resultOf, saidBy } from './owed.ts';
import { type RelayWorld, relaysIn } from './relay.ts';

/** The actions of a decision, what was stored and claimed before them, and the event that caused them. */
export interface Executed
  extends Pick<Decision, 'actions' | 'eventId' | 'detailType'>,
    Partial<Pick<Decision, 'remember'>> {
  /** The event, or the reference to it, as it was received. Operators get it when its alert is given up. */
  readonly event?: unknown;
}

/** What an executor uses to act, for the time of one decision. */
export interface Effects extends Pick<Owed, 'settle' | 'giveBack' | 'relay'> {
  /** Runs an effect once per key, also across copies and retries of an event. */
  readonly once: Once;
  /** Publishes a notice once, and writes its audit record. Settles the change that owes it. */
  readonly notify: (action: NotifyAction) => Promise<void>;
  /** Writes an audit record. Writing the same record again changes nothing. */
  readonly record: (record: Omit<AuditRecord, 'version' | 'event'>) => Promise<void>;
  /** Notes the end of a part, and asks whether people have to be warned when it failed. */
  readonly notePart: (part: Part) => Promise<void>;
  readonly linkJob: Parts['link'];
  /** Ends the windows in which alerts wait for the end of a parent. */
  readonly releaseParts: Release;
}

/** What every executor is built from. `daysKept`: after so many days the table forgets idempotency keys and counted tasks. */
export interface World extends RelayWorld {
  /** Who gets alerts, and when. */
  readonly delivery: DeliveryPolicy;
  /** Whether metrics about alerts are written. */
  readonly isCounted: boolean;
}

/** Milliseconds for which a function relies on the snoozes that it has read: so long, a new one may have no effect. */
const SNOOZES_KNOWN_FOR = 30_000;

/**
 * Gives the effects for a decision and the Lambda context of its invocation. `onceIn` runs the effects that no change
 * owes; `releaseIn` ends windows of parents.
 */
export function effectsWith(
  world: World,
  onceIn: (context: Context) => Once,
  releaseIn: (means: ReleaseMeans) => Release,
) {
  const { environment, table, audit } = world;
  const publish = lazy(() => publisherTo(environment.ALERTS_TOPIC_ARN));
  const reportFailure = lazy(async () => {
    const { failureQueueAt } = await import('../adapters/sqs/failed.ts');
    return failureQueueAt(environment.FAILED_QUEUE_URL);
  });
  const relays = relaysIn(world);
  const windows = lazy(() => windowsIn(environment.STATE_TABLE, world.daysKept, world.dynamoDb));
  const digestQueue = lazy(async () => {
    const { senderTo } = await import('../adapters/sqs/send.ts');
    return senderTo(required('DIGEST_QUEUE_URL'));
  });
  const unowed = lazy(() => unowedAlertsIn(environment.STATE_TABLE, world.dynamoDb));
  const parts = lazy(() => partsIn(environment.STATE_TABLE, world.dynamoDb));
  const announce = async (message: OpenWindow | FailedParts) => (await digestQueue())(message);
  const waits = { windows, parts, announce, now: () => Date.now() };
  const bursts = lazy(() => burstsIn(environment.STATE_TABLE, world.dynamoDb));
  const snoozes = forSomeTime(
    SNOOZES_KNOWN_FOR,
    async () => (await readSnoozes(environment.STATE_TABLE, world.dynamoDb)).all,
  );
  const deliver = deliverWith({ policy: world.delivery, bursts, snoozes, ...waits });
  const release = releaseIn(waits);

  const counter = lazy(async () => {
    const { countAlerts } = await import('../adapters/cloudwatch/alert-metrics.ts');
    return countAlerts();
  });
  /** After everything else. A copy or a retry of what was told is not counted again. */
  const countAlert = async ({ notice, stoppedFor }: NotifyAction): Promise<void> => {
    if (world.isCounted) (await counter())(notice.message, stoppedFor !== undefined, new Date());
  };

  const notePart: Effects['notePart'] = async (part) => {
    await parts().note(part);
    if (part.outcome === 'failed' && part.isWanted) await announce(failedPartsOf(part.parent.id));
  };

  const linkJob: Effects['linkJob'] = (arn, parent) => parts().link(arn, parent);

  return ({ eventId, detailType, remember, event }: Executed, context: Context): Effects => {
    const recordOf = (recorded: Omit<AuditRecord, 'version' | 'event'>): AuditRecord => ({
      version: 1,
      event: { id: eventId ?? null, detailType: detailType ?? '' },
      ...recorded,
    });
    const owed = owedWith(
      { table, publish, deliver, release, reportFailure, relays },
      { state: remember, event, recordOf },
    );
    const once = onceIn(context);
    const record: Effects['record'] = (recorded) => audit.keep(recordOf(recorded));
    const notify: Effects['notify'] = async (action) => {
      const { key, resource, notice, numbers, settles, stoppedFor } = action;
      // Before the notice: whichever try sends it, the alert about the end agrees with it.
      if (stoppedFor !== undefined) {
        await table.markStopped(resource, stoppedFor);
        // The job stops, whether or not people can be told now, and perhaps nobody tries again.
        const stop = relays.deedIn(action, new Date().toISOString());
        if (stop !== undefined) await relays.keepDeed(stop);
      }
      if (settles !== undefined) {
        if (await owed.notify({ ...action, settles })) await countAlert(action);
        return;
      }
      let isFirst = false;
      const { at, result } = await once(key, async () => {
        isFirst = true;
        const before: AddedTo = world.delivery.groups.length === 0 ? new Map() : await unowed().addedTo(key);
        const { now, waiting } = await deliver(key, action, new Set(before.keys()));
        // First, so that nothing but the record of the effect can be missing once SNS has the alert.
        await unowed().add(key, waiting, before);
        const message = await publish()(notice, now);
        return resultOf(message, [...before.values(), ...waiting.map(({ window }) => windowId(window))]);
      });
      // The alert is published: when something below fails, the retry does not publish again.
      await record({ resource, key, action: 'notify', ...saidBy(action), at, result, numbers });
      const deed = relays.deedIn(action, at);
      if (deed !== undefined) await relays.publishDeed(deed);
      if (isFirst) await countAlert(action);
    };
    const { settle, giveBack, relay } = owed;
    return { once, notify, record, settle, giveBack, relay, notePart, linkJob, releaseParts: release };
  };
}
