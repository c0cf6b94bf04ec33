/**
 * Finds what no event told of.
 *
 * Events are best effort: one may never come. Two passes put that right. The first lists what SageMaker modified since
 * the last time and compares it with the table. The second asks about what the table thinks is running and nobody has
 * told of for long, and about what we died over before it was told. Whatever differs is described and goes through the
 * same path as its event would have.
 *
 * A run does a bounded number of things; where it stops, the next one goes on.
 */
import {
  type DescribedEvent,
  type Page,
  RECONCILED,
  type Reconciled,
  type SageMaker,
  type Summary,
} from './sagemaker.ts';
import type { Cursor, KnownStatus, Table } from './table.ts';

export interface Limits {
  /** Calls to SageMaker a run. */
  readonly calls: number;
  /** Whether there is time for another step. */
  readonly hasTime: () => boolean;
}

/** What a run did. */
export interface Reconciliation {
  /** Everything was looked at; otherwise the next run goes on from here. */
  readonly complete: boolean;
  readonly listed: number;
  readonly found: number;
  readonly calls: number;
}

/** Handles the event that never came, or keeps it where it cannot be handled. */
export type Feed = (type: Reconciled, event: DescribedEvent) => Promise<void>;

/** Modifications may show late in lists, and clocks differ. */
const OVERLAP = 10 * 60_000;
const ASK_PAGE = 50;

export async function reconcile(
  now: Date,
  table: Table,
  sageMaker: SageMaker,
  feed: Feed,
  limits: Limits,
): Promise<Reconciliation> {
  const run = new Run(table, sageMaker, feed, limits);
  let cursor = (await table.cursor()) ?? (await firstCursor(now, table));
  if (cursor.list === 0 && cursor.nextToken === undefined) cursor = { ...cursor, started: now.getTime() };
  while (cursor.list < RECONCILED.length && run.mayGoOn()) {
    cursor = await run.nextPage(cursor);
    await table.setCursor(cursor);
  }
  const listedAll = cursor.list >= RECONCILED.length;
  if (listedAll) {
    await run.askAbout(now);
    // What could not be asked about is listed again.
    const since = run.failures.length === 0 ? cursor.started - OVERLAP : cursor.since;
    await table.setCursor({ since, started: cursor.started, list: 0, nextToken: undefined });
  }
  if (run.failures.length > 0) {
    throw new AggregateError(
      run.failures,
      `${run.failures.length} resources could not be asked about: ${run.failures[0]?.message}`,
    );
  }
  return { complete: listedAll && run.mayGoOn(), listed: run.listed, found: run.found, calls: run.calls };
}

/** Kept before anything is done: a first run that fails must not move the time from which nothing may be missed. */
async function firstCursor(now: Date, table: Table): Promise<Cursor> {
  const cursor = { since: now.getTime() - OVERLAP, started: now.getTime(), list: 0, nextToken: undefined };
  await table.setCursor(cursor);
  return cursor;
}

class Run {
  readonly #table: Table;
  readonly #sageMaker: SageMaker;
  readonly #feed: Feed;
  readonly #limits: Limits;
  readonly failures: Error[] = [];
  listed = 0;
  found = 0;
  calls = 0;

  constructor(table: Table, sageMaker: SageMaker, feed: Feed, limits: Limits) {
    this.#table = table;
    this.#sageMaker = sageMaker;
    this.#feed = feed;
    this.#limits = limits;
  }

  mayGoOn(): boolean {
    return this.calls < this.#limits.calls && this.#limits.hasTime();
  }

  /** Compares one page of a list with the table; the cursor behind it. */
  async nextPage(cursor: Cursor): Promise<Cursor> {
    const type = RECONCILED[cursor.list];
    if (type === undefined) return cursor;
    const { summaries, nextToken } = await this.#list(type, cursor);
    this.listed += summaries.length;
    const known = await this.#table.statuses(summaries.map(({ arn }) => `${type}|${arn}`));
    for (const summary of summaries) {
      if (differs(summary, known.get(`${type}|${summary.arn}`))) await this.#tryToLookAt(type, summary.arn);
    }
    return nextToken === undefined
      ? { ...cursor, list: cursor.list + 1, nextToken: undefined }
      : { ...cursor, nextToken };
  }

  /** Asks about what should be running and has not been told of for long, and about what was not told. */
  async askAbout(now: Date): Promise<void> {
    for (const type of RECONCILED) {
      // The index lags behind the table: what was just asked about may show once more.
      const asked = new Set<string>();
      const page = async () =>
        (await this.#table.toAsk(type, now.getTime(), ASK_PAGE)).filter((key) => !asked.has(key));
      for (let keys = await page(); keys.length > 0; keys = await page()) {
        for (const key of keys) {
          if (!this.mayGoOn()) return;
          asked.add(key);
          await this.#tryToLookAt(type, key.slice(type.length + 1));
          await this.#table.asked(key);
        }
      }
    }
  }

  async #list(type: Reconciled, { since, nextToken }: Cursor): Promise<Page> {
    this.calls++;
    try {
      return await this.#sageMaker.list(type, new Date(since), nextToken);
    } catch (error) {
      // A token may have expired since the last run: this list is begun again.
      if (nextToken === undefined || !(error instanceof Error) || error.name !== 'ValidationException') throw error;
      this.calls++;
      return this.#sageMaker.list(type, new Date(since), undefined);
    }
  }

  /** One resource that cannot be asked about must not keep the others from being. */
  async #tryToLookAt(type: Reconciled, arn: string): Promise<void> {
    try {
      await this.#lookAt(type, arn);
    } catch (error) {
      this.failures.push(
        new Error(`${type} ${arn}: ${error instanceof Error ? error.message : error}`, { cause: error }),
      );
    }
  }

  async #lookAt(type: Reconciled, arn: string): Promise<void> {
    this.calls += 2;
    const event = await this.#sageMaker.describe(type, arn);
    if (event === undefined) return this.#gone(type, arn);
    this.found++;
    await this.#feed(type, event);
  }

  /** A job that was deleted has ended unnoticed; that an endpoint was deleted is news, and its end. */
  async #gone(type: Reconciled, arn: string): Promise<void> {
    const key = `${type}|${arn}`;
    const known = await this.#table.recall(key);
    if (known === undefined) return;
    if (type !== 'endpoint') return this.#table.gone(key);
    this.found++;
    const detail = { EndpointName: known.name, EndpointArn: arn, EndpointStatus: 'DELETED' };
    await this.#feed(type, {
      'detail-type': 'SageMaker Endpoint State Change',
      source: 'aws.sagemaker',
      resources: [arn],
      detail,
    });
  }
}

/** An endpoint that was modified since has been through an update that nobody told of. */
function differs({ status, modifiedAt }: Summary, known: KnownStatus | undefined): boolean {
  if (known?.status !== status) return true;
  return modifiedAt !== undefined && known.since > 0 && modifiedAt.getTime() - known.since > SAME_MODIFICATION;
}

const SAME_MODIFICATION = 1000;
