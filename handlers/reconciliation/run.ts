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

import type { Cursor, KnownStatus, Ref, Table } from '../../adapters/dynamodb/resource-table.ts';
import type { DescribedEvent, Named } from '../../adapters/sagemaker/describe.ts';
import type { Page, SageMaker, Summary } from '../../adapters/sagemaker/lists.ts';
import { RECONCILED, type Reconciled } from '../../domain/kinds.ts';

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

/**
 * Handles the event that never came, or keeps it where it cannot be handled; false where somebody else is at it. Nothing
 * from before `since` may be told of what was not known.
 */
export type Feed = (type: Reconciled, event: DescribedEvent, since: Date) => Promise<boolean>;

/** Modifications may show late in lists, and clocks differ. */
const OVERLAP = 10 * 60_000;
const ASK_PAGE = 50;
/** Resources that could not be asked about, and are kept for the next run; more than a few is a fault of all. */
const MOST_PENDING = 500;

export async function reconcile(
  now: Date,
  table: Table,
  sageMaker: SageMaker,
  feed: Feed,
  limits: Limits,
): Promise<Reconciliation> {
  let cursor = (await table.cursor()) ?? (await firstCursor(now, table));
  if (cursor.list === 0 && cursor.nextToken === undefined) cursor = { ...cursor, started: now.getTime() };
  const run = new Run(table, sageMaker, feed, limits);
  await run.retry(cursor.pending);
  while (cursor.list < RECONCILED.length && run.mayGoOn()) {
    cursor = { ...(await run.nextPage(cursor)), pending: run.pending };
    await table.setCursor(cursor);
  }
  const listedAll = cursor.list >= RECONCILED.length;
  if (listedAll) {
    await run.askAbout(now);
    // What could not be asked about is tried again one by one, unless it is too much of it: then all is listed again.
    const since = run.pending.length < MOST_PENDING ? cursor.started - OVERLAP : cursor.since;
    cursor = { since, started: cursor.started, list: 0, nextToken: undefined, pending: run.pending };
  }
  await table.setCursor({ ...cursor, pending: run.pending });
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
  const cursor = { since: now.getTime() - OVERLAP, started: now.getTime(), list: 0, nextToken: undefined, pending: [] };
  await table.setCursor(cursor);
  return cursor;
}

class Run {
  readonly #table: Table;
  readonly #sageMaker: SageMaker;
  readonly #feed: Feed;
  readonly #limits: Limits;
  readonly failures: Error[] = [];
  /** What the next run has to try again. */
  pending: Ref[] = [];
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

  /** Tries again what could not be asked about before. */
  async retry(pending: readonly Ref[]): Promise<void> {
    // Whatever becomes of this run, none of them is forgotten.
    this.pending = [...pending];
    for (const ref of pending) {
      if (!this.mayGoOn()) return;
      const settled = await this.#tryToLookAt(ref);
      if (settled) this.pending = this.pending.filter((one) => one !== ref);
    }
  }

  /** Compares one page of a list with the table; the cursor behind it, or the same one where the run has to end. */
  async nextPage(cursor: Cursor): Promise<Cursor> {
    const type = RECONCILED[cursor.list];
    if (type === undefined) return cursor;
    const { summaries, nextToken } = await this.#list(type, cursor);
    this.listed += summaries.length;
    const known = await this.#table.statuses(summaries.map((summary) => keyOf(type, summary)));
    for (const summary of summaries) {
      if (!differs(summary, known.get(keyOf(type, summary)))) continue;
      if (!this.mayGoOn()) return cursor;
      const ref = { type, name: summary.name, arn: summary.arn, since: cursor.since };
      if (!(await this.#tryToLookAt(ref))) this.#keep(ref);
    }
    return nextToken === undefined
      ? { ...cursor, list: cursor.list + 1, nextToken: undefined }
      : { ...cursor, nextToken };
  }

  /** Asks about what should be running and has not been told of for long, and about what was not told. */
  async askAbout(now: Date): Promise<void> {
    for (const type of inTurn(now)) {
      // The index lags behind the table: what was just asked about may show once more.
      const asked = new Set<string>();
      const page = async () =>
        (await this.#table.toAsk(type, now.getTime(), ASK_PAGE)).filter(({ key }) => !asked.has(key));
      for (let due = await page(); due.length > 0; due = await page()) {
        for (const { key, name, arn } of due) {
          if (!this.mayGoOn()) return;
          asked.add(key);
          if (await this.#tryToLookAt({ type, name, arn, since: 0 })) await this.#table.asked(key);
        }
      }
    }
  }

  #keep(ref: Ref): void {
    const isKept = this.pending.some(({ type, arn }) => type === ref.type && arn === ref.arn);
    if (!isKept && this.pending.length < MOST_PENDING) this.pending.push(ref);
  }

  async #list(type: Reconciled, { since, nextToken }: Cursor): Promise<Page> {
    try {
      return this.#counted(await this.#sageMaker.list(type, new Date(since), nextToken));
    } catch (error) {
      this.calls++;
      // A token may have expired since the last run: this list is begun again.
      if (nextToken === undefined || !(error instanceof Error) || error.name !== 'ValidationException') throw error;
      return this.#counted(await this.#sageMaker.list(type, new Date(since), undefined));
    }
  }

  #counted(page: Page): Page {
    this.calls += page.calls;
    return page;
  }

  /** Whether it is settled. One resource that cannot be asked about must not keep the others from being. */
  async #tryToLookAt(ref: Ref): Promise<boolean> {
    try {
      return await this.#lookAt(ref);
    } catch (error) {
      const why = error instanceof Error ? error.message : error;
      this.failures.push(new Error(`${ref.type} ${ref.arn}: ${why}`, { cause: error }));
      return false;
    }
  }

  async #lookAt({ type, name, arn, since }: Ref): Promise<boolean> {
    this.calls += 2;
    const event = await this.#sageMaker.describe(type, { name, arn });
    if (event === undefined) return this.#gone(type, arn);
    this.found++;
    return this.#feed(type, event, new Date(since));
  }

  /** How a job ended that is not there any more nobody can say; that an endpoint was deleted is news, and its end. */
  async #gone(type: Reconciled, arn: string): Promise<boolean> {
    const key = keyOf(type, { arn });
    const known = await this.#table.recall(key);
    if (known === undefined) return true;
    if (type !== 'endpoint') {
      await this.#table.gone(key);
      return true;
    }
    this.found++;
    const detail = { EndpointName: known.name, EndpointArn: known.arn, EndpointStatus: 'DELETED' };
    const event = {
      'detail-type': 'SageMaker Endpoint State Change',
      source: 'aws.sagemaker',
      resources: [arn],
      time: new Date().toISOString(),
      hasTags: false,
      detail,
    } as const;
    return this.#feed(type, event, new Date(0));
  }
}

/** As `domain/change/identity.ts` calls resources. */
const keyOf = (type: Reconciled, { arn }: Pick<Named, 'arn'>) => `${type}|${arn.toLowerCase()}`;

/** Each run begins with another type, so that much of one cannot keep the others from being asked about. */
function inTurn(now: Date): Reconciled[] {
  const first = Math.floor(now.getTime() / 60_000) % RECONCILED.length;
  return [...RECONCILED.slice(first), ...RECONCILED.slice(0, first)];
}

/**
 * Whether no event told of it. A resource of another creation time is another one; an endpoint that was modified since has
 * been through an update.
 */
function differs({ status, createdAt, modifiedAt }: Summary, known: KnownStatus | undefined): boolean {
  if (known?.status !== status) return true;
  if (createdAt !== undefined && known.generation > 0 && apart(createdAt, known.generation * 1000)) return true;
  return modifiedAt !== undefined && known.since > 0 && modifiedAt.getTime() - known.since > SAME;
}

/** Times may differ by rounding: events carry milliseconds, the API fractions of seconds. */
const SAME = 1000;
const apart = (one: Date, other: number) => Math.abs(one.getTime() - other) > 2 * SAME;
