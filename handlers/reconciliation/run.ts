/**
 * Finds changes whose events never arrived.
 *
 * SageMaker's events are best effort. Two passes make up for lost ones. The first lists what SageMaker modified since the
 * last run and compares it with the table. The second inspects what the table thinks is running and has heard nothing of
 * for long, and resources with unsent alerts. A resource that differs is described, and handled as if its event had come.
 *
 * A run makes a bounded number of calls; the next run continues where it stopped.
 */
import type { Cursor, KnownStatus, ReconciliationTable } from '../../adapters/dynamodb/reconciliation-table.ts';
import type { ResourceTable } from '../../adapters/dynamodb/resource-table.ts';
import type { SageMaker } from '../../adapters/sagemaker/account.ts';
import type { Page, Summary } from '../../adapters/sagemaker/lists.ts';
import { RECONCILED, type Reconciled } from '../../domain/kinds.ts';
import { type Feed, Inspection, keyOf, type Limits } from './inspection.ts';

/** What a run did. */
export interface Reconciliation {
  /** Everything was compared; otherwise the next run continues from here. */
  readonly complete: boolean;
  readonly listed: number;
  readonly found: number;
  readonly calls: number;
}

/** The two parts of the table that a run needs. */
export type Tables = Pick<ResourceTable, 'recall'> & ReconciliationTable;

/** Milliseconds. Modifications may show late in lists, and clocks differ. */
const OVERLAP = 10 * 60_000;
const DUE_PAGE = 50;

export async function reconcile(
  now: Date,
  table: Tables,
  sageMaker: SageMaker,
  feed: Feed,
  limits: Limits,
): Promise<Reconciliation> {
  const start = (await table.cursor()) ?? (await firstCursor(now, table));
  const isNewRound = start.list === 0 && start.nextToken === undefined;
  const inspection = new Inspection(table, sageMaker, feed, limits, start.pending);
  await inspection.retryPending();
  const lists = await compareLists(
    isNewRound ? { ...start, started: now.getTime() } : start,
    table,
    sageMaker,
    inspection,
  );
  const { started, since } = lists.cursor;
  if (lists.isComplete) await inspectDue(now, table, inspection);
  const { pending, failures, found, calls } = inspection;
  await table.setCursor(
    lists.isComplete
      ? // What is pending is inspected one by one; where it is too much, everything is listed again.
        { since: inspection.isOverwhelmed ? since : started - OVERLAP, started, list: 0, pending: [...pending] }
      : { ...lists.cursor, pending: [...pending] },
  );
  if (failures.length > 0) {
    throw new AggregateError(failures, `${failures.length} resources could not be checked: ${failures[0]?.message}`);
  }
  return { complete: lists.isComplete && inspection.mayContinue(), listed: lists.listed, found, calls };
}

/** Stored before anything is done: a first run that fails must not move the time from which nothing may be missed. */
async function firstCursor(now: Date, table: ReconciliationTable): Promise<Cursor> {
  const cursor = { since: now.getTime() - OVERLAP, started: now.getTime(), list: 0, pending: [] };
  await table.setCursor(cursor);
  return cursor;
}

interface ComparedLists {
  readonly cursor: Cursor;
  /** Summaries that were compared. */
  readonly listed: number;
  readonly isComplete: boolean;
}

/** Compares lists with the table page by page, and stores the cursor behind each, until all are done or the run has to end. */
async function compareLists(
  start: Cursor,
  table: ReconciliationTable,
  sageMaker: SageMaker,
  inspection: Inspection,
): Promise<ComparedLists> {
  let cursor = start;
  let listed = 0;
  for (let type = RECONCILED[cursor.list]; type !== undefined; type = RECONCILED[cursor.list]) {
    if (!inspection.mayContinue()) break;
    const page = await pageOf(type, cursor, sageMaker, inspection);
    listed += page.summaries.length;
    const isDone = await comparePage(type, page, cursor.since, table, inspection);
    if (isDone) cursor = behind(page, cursor);
    await table.setCursor({ ...cursor, pending: [...inspection.pending] });
    if (!isDone) break;
  }
  return { cursor, listed, isComplete: cursor.list >= RECONCILED.length };
}

const behind = ({ nextToken }: Page, { nextToken: _, ...cursor }: Cursor): Cursor =>
  nextToken === undefined ? { ...cursor, list: cursor.list + 1 } : { ...cursor, nextToken };

/** Whether the whole page was compared; otherwise the run has to end within it. */
async function comparePage(
  type: Reconciled,
  { summaries }: Page,
  since: number,
  table: ReconciliationTable,
  inspection: Inspection,
): Promise<boolean> {
  const known = await table.statuses(summaries.map((summary) => keyOf(type, summary)));
  for (const summary of summaries) {
    if (!differs(summary, known.get(keyOf(type, summary)))) continue;
    if (!inspection.mayContinue()) return false;
    await inspection.inspectOrKeep({ type, name: summary.name, arn: summary.arn, since });
  }
  return true;
}

async function pageOf(
  type: Reconciled,
  { since, nextToken }: Cursor,
  sageMaker: SageMaker,
  inspection: Inspection,
): Promise<Page> {
  const list = async (token: string | undefined) => {
    const page = await sageMaker.list(type, new Date(since), token);
    inspection.calls += page.calls;
    return page;
  };
  try {
    return await list(nextToken);
  } catch (error) {
    inspection.calls++;
    // A token may have expired since the last run: this list is begun again.
    if (nextToken === undefined || !(error instanceof Error) || error.name !== 'ValidationException') throw error;
    return list(undefined);
  }
}

/** Inspects the resources that are due: they should be running, or an alert about them is unsent. */
async function inspectDue(now: Date, table: ReconciliationTable, inspection: Inspection): Promise<void> {
  for (const type of inTurn(now)) {
    // The index lags behind the table: a resource that was just checked may show once more.
    const checked = new Set<string>();
    const page = async () => (await table.due(type, now.getTime(), DUE_PAGE)).filter(({ key }) => !checked.has(key));
    for (let due = await page(); due.length > 0; due = await page()) {
      for (const { key, name, arn } of due) {
        if (!inspection.mayContinue()) return;
        checked.add(key);
        if (await inspection.inspect({ type, name, arn, since: 0 })) await table.checked(key);
      }
    }
  }
}

/** Each run begins with another type, so that a backlog of one cannot keep the others from being inspected. */
function inTurn(now: Date): Reconciled[] {
  const first = Math.floor(now.getTime() / 60_000) % RECONCILED.length;
  return [...RECONCILED.slice(first), ...RECONCILED.slice(0, first)];
}

/**
 * Whether an event was lost. A resource of another creation time is another one; an endpoint with a later modification has
 * been through an update.
 */
function differs({ status, createdAt, modifiedAt }: Summary, known: KnownStatus | undefined): boolean {
  if (known?.status !== status) return true;
  if (createdAt !== undefined && known.generation > 0 && apart(createdAt, known.generation * 1000)) return true;
  return modifiedAt !== undefined && known.since > 0 && modifiedAt.getTime() - known.since > SAME;
}

/** Milliseconds. Times may differ by rounding: events carry milliseconds, the API fractions of seconds. */
const SAME = 1000;
const apart = (one: Date, other: number) => Math.abs(one.getTime() - other) > 2 * SAME;
