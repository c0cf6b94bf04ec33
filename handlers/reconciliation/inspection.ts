/** Looks at single resources: describes each, and handles what SageMaker says as if its event had come. */
import type { Ref } from '../../adapters/dynamodb/reconciliation-table.ts';
import type { SageMaker } from '../../adapters/sagemaker/account.ts';
import type { DescribedEvent, Named } from '../../adapters/sagemaker/describe.ts';
import type { Reconciled } from '../../domain/kinds.ts';
import type { Remembered } from '../../schemas/stored/resource.ts';

export interface Limits {
  /** Calls to SageMaker in one run. */
  readonly calls: number;
  /** Whether there is time for another step. */
  readonly hasTime: () => boolean;
}

/**
 * Handles a lost event, or keeps it where it cannot be handled; false while another function handles the same change. People
 * are not told of an unknown resource's changes from before `since`.
 */
export type Feed = (type: Reconciled, event: DescribedEvent, since: Date) => Promise<boolean>;

/** What an inspection needs of the table. */
export interface KnownResources {
  readonly recall: (key: string) => Promise<Remembered | undefined>;
  readonly gone: (key: string) => Promise<void>;
}

/** Resources that could not be inspected, and wait for the next run. More than this is a fault of all of them. */
const MOST_PENDING = 500;

/** The inspections of one run, within its limits. */
export class Inspection {
  readonly #known: KnownResources;
  readonly #sageMaker: Pick<SageMaker, 'describe'>;
  readonly #feed: Feed;
  readonly #limits: Limits;
  readonly failures: Error[] = [];
  /** Resources that the next run has to inspect again. */
  pending: readonly Ref[];
  found = 0;
  calls = 0;

  constructor(
    known: KnownResources,
    sageMaker: Pick<SageMaker, 'describe'>,
    feed: Feed,
    limits: Limits,
    pending: readonly Ref[],
  ) {
    this.#known = known;
    this.#sageMaker = sageMaker;
    this.#feed = feed;
    this.#limits = limits;
    this.pending = pending;
  }

  mayContinue(): boolean {
    return this.calls < this.#limits.calls && this.#limits.hasTime();
  }

  /** Whether so much is pending that listing everything again is simpler. */
  get isOverwhelmed(): boolean {
    return this.pending.length >= MOST_PENDING;
  }

  /** Inspects again what an earlier run could not. Whatever becomes of this run, none is forgotten. */
  async retryPending(): Promise<void> {
    for (const ref of this.pending) {
      if (!this.mayContinue()) return;
      if (await this.inspect(ref)) this.pending = this.pending.filter((one) => one !== ref);
    }
  }

  /** Inspects `ref`; what fails is left to the next run. */
  async inspectOrKeep(ref: Ref): Promise<void> {
    if (await this.inspect(ref)) return;
    const isKept = this.pending.some(({ type, arn }) => type === ref.type && arn === ref.arn);
    if (!isKept && !this.isOverwhelmed) this.pending = [...this.pending, ref];
  }

  /** Whether `ref` is done with. A resource that cannot be described must not keep the others from being inspected. */
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
    // The description, and its tags.
    this.calls += 2;
    const event = await this.#sageMaker.describe(type, { name, arn });
    if (event === undefined) return this.#notFound(type, arn);
    this.found++;
    return this.#feed(type, event, new Date(since));
  }

  /** Nobody can say how a deleted job ended. A deleted endpoint is news, and its end. */
  async #notFound(type: Reconciled, arn: string): Promise<boolean> {
    const key = keyOf(type, { arn });
    const known = await this.#known.recall(key);
    if (known === undefined) return true;
    if (type !== 'endpoint') {
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
  time: new Date().toISOString(),
  hasTags: false,
  detail: { EndpointName: known.name, EndpointArn: known.arn, EndpointStatus: 'DELETED' },
});

/** The key of a resource, as `domain/change/identity.ts` makes it. */
export const keyOf = (type: Reconciled, { arn }: Pick<Named, 'arn'>) => `${type}|${arn.toLowerCase()}`;
