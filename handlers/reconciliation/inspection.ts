/** Inspects single resources: describes each one, and handles the description as if it were the lost event. */
import type { Ref } from '../../adapters/dynamodb/reconciliation-table.ts';
import type { SageMaker } from '../../adapters/sagemaker/account.ts';
import type { DescribedEvent, Named } from '../../adapters/sagemaker/describe.ts';
import type { Reconciled } from '../../domain/kinds.ts';
import type { Remembered } from '../../schemas/stored/resource.ts';
import type { Relays } from '../relay.ts';

/** The time of one run. */
export interface RunTime {
  readonly clock: () => Date;
  /** Whether enough time is left for another step. */
  readonly hasTime: () => boolean;
}

/**
 * Handles a lost event, or sends it to the failure queue when handling fails. False while another function handles the
 * same change. A resource that is not in the table, and that last changed before `since`, is stored without an alert.
 */
export type Feed = (type: Reconciled, event: DescribedEvent, since: Date) => Promise<boolean>;

/** The parts of the table that an inspection needs. */
export interface KnownResources {
  readonly recall: (key: string) => Promise<Remembered | undefined>;
  readonly gone: (key: string) => Promise<void>;
  /** Publishes what is still owed to other systems. */
  readonly relays: Pick<Relays, 'publishOwed' | 'publishKept'>;
}

/** The most resources that wait for the next run. More than this means a common fault, such as a missing permission. */
const MOST_PENDING = 500;

/** Resources that are inspected at the same time. An inspection takes about half a second, mostly of waiting. */
const LANES = 6;

/** The inspections of one run. It counts found changes, and collects failures. */
export class Inspection {
  readonly #known: KnownResources;
  readonly #sageMaker: Pick<SageMaker, 'describe'>;
  readonly #feed: Feed;
  readonly #time: RunTime;
  readonly failures: Error[] = [];
  /** Resources that the next run has to inspect again. */
  pending: readonly Ref[];
  found = 0;

  constructor(
    known: KnownResources,
    sageMaker: Pick<SageMaker, 'describe'>,
    feed: Feed,
    time: RunTime,
    pending: readonly Ref[],
  ) {
    this.#known = known;
    this.#sageMaker = sageMaker;
    this.#feed = feed;
    this.#time = time;
    this.pending = pending;
  }

  /** Whether the run may take another step. */
  mayContinue(): boolean {
    return this.#time.hasTime();
  }

  /** Calls `act` with each item, with some of them at the same time; false when the time was up before the last. */
  async each<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<boolean> {
    // The lanes share the iterator.
    const left = items.values();
    const lane = async (): Promise<boolean> => {
      for (const item of left) {
        if (!this.mayContinue()) return false;
        await act(item);
      }
      return true;
    };
    // All lanes end before the run goes on, also when one fails.
    const lanes = await Promise.allSettled(Array.from({ length: LANES }, lane));
    const failed = lanes.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return lanes.every((one) => one.status === 'fulfilled' && one.value);
  }

  /** Whether so many resources are pending that the next run lists everything again. */
  get isOverwhelmed(): boolean {
    return this.pending.length >= MOST_PENDING;
  }

  /** Inspects again what earlier runs could not. A resource leaves `pending` only after its inspection. */
  async retryPending(): Promise<void> {
    await this.each(this.pending, async (ref) => {
      if (await this.inspect(ref)) this.pending = this.pending.filter((one) => one !== ref);
    });
  }

  /** Inspects `ref`; adds it to `pending` when that fails. */
  async inspectOrKeep(ref: Ref): Promise<void> {
    if (await this.inspect(ref)) return;
    const isKept = this.pending.some(({ type, arn }) => type === ref.type && arn === ref.arn);
    const kept = { ...ref, pendingSince: this.#time.clock().getTime() };
    if (!isKept && !this.isOverwhelmed) this.pending = [...this.pending, kept];
  }

  /**
   * Inspects `ref`; false when it has to be inspected again. Errors are collected, so that one resource blocks no
   * other.
   */
  async inspect(ref: Ref): Promise<boolean> {
    try {
      return await this.#describe(ref);
    } catch (error) {
      const why = error instanceof Error ? error.message : error;
      this.failures.push(new Error(`${ref.type} ${ref.arn}: ${why}`, { cause: error }));
      return false;
    }
  }

  async #describe({ type, name, arn, since }: Ref): Promise<boolean> {
    const event = await this.#sageMaker.describe(type, { name, arn });
    if (event === undefined) return this.#notFound(type, arn);
    this.found++;
    return this.#feed(type, event, new Date(since));
  }

  /** A deleted endpoint is announced as deleted. How a deleted job ended cannot be known, so it is checked no more. */
  async #notFound(type: Reconciled, arn: string): Promise<boolean> {
    const key = keyOf(type, { arn });
    const known = await this.#known.recall(key);
    if (known === undefined) return true;
    if (type !== 'endpoint') {
      await this.#known.relays.publishOwed(key, known);
      await this.#known.gone(key);
      return true;
    }
    this.found++;
    return this.#feed(type, deletedEndpoint(arn, known), new Date(0));
  }
}

const deletedEndpoint = (arn: string, known: Remembered): DescribedEvent => ({
  'detail-type': 'SageMaker Endpoint State Change',
  source: 'aws.sagemaker',
  resources: [arn],
  // What is known already is not told as a new change.
  time: (known.status === 'Deleted' && known.since > 0 ? new Date(known.since) : new Date()).toISOString(),
  hasTags: false,
  detail: { EndpointName: known.name, EndpointArn: known.arn, EndpointStatus: 'DELETED' },
});

/** The key of a resource, as `domain/change/identity.ts` makes it. */
export const keyOf = (type: Reconciled, { arn }: Pick<Named, 'arn'>) => `${type}|${arn.toLowerCase()}`;
