/**
 * Finds changes whose events never arrived.
 *
 * SageMaker delivers events on a best-effort basis. Two passes find the changes of lost events:
 * - The first pass lists resources that were modified since the last complete run, and compares their statuses with the
 *   table.
 * - The second pass inspects resources that are due: those that run but had no event for an hour, and those with unsent
 *   alerts.
 * A resource that differs is described, and the description is handled as if it were the lost event.
 *
 * A run ends when its time is up; the next run continues from the stored cursor.
 */
import type {
  Cursor,
  DueSince,
  KnownStatus,
  ReconciliationTable,
  Ref,
} from '../../adapters/dynamodb/reconciliation-table.ts';
import { isInOutbox } from '../../adapters/dynamodb/relay-outbox.ts';
import { OTHERS, type ResourceTable } from '../../adapters/dynamodb/resource-table.ts';
import type { SageMaker } from '../../adapters/sagemaker/account.ts';
import type { Page, Summary } from '../../adapters/sagemaker/lists.ts';
import { RECONCILED, type Reconciled } from '../../domain/kinds.ts';
import { type Feed, Inspection, type KnownResources, keyOf, type RunTime } from './inspection.ts';

/** What a run did, and what it left. */
export interface Reconciliation {
  /** Both passes reached their end; otherwise the next run continues. */
  readonly complete: boolean;
  /** Resources that were compared with the table. */
  readonly listed: number;
  /** Resources that were described and handled. */
  readonly found: number;
  readonly backlog: Backlog;
  /** Why resources could not be described. The next run tries them again. */
  readonly failures: readonly Error[];
}

/** What waits for the next run. */
export interface Backlog {
  /** Resources that are due or pending. Resources on pages of lists that no run has read are not counted. */
  readonly waiting: number;
  /** Seconds for which the oldest lost change may have waited, also on pages that no run has read; 0 for none. */
  readonly oldestSeconds: number;
}

/** The two parts of the table that a run needs. */
export type Tables = Pick<ResourceTable, 'recall'> & ReconciliationTable & Pick<KnownResources, 'relays'>;

/** Milliseconds by which rounds overlap: lists may show a modification late, and clocks differ. */
const OVERLAP = 10 * 60_000;
/** Resources in one query for due ones. */
const DUE_PAGE = 50;

/** Makes one run, and stores the cursor for the next. `feed` handles each lost event. */
export async function reconcile(
  table: Tables,
  sageMaker: SageMaker,
  feed: Feed,
  time: RunTime,
): Promise<Reconciliation> {
  const now = time.clock();
  const start = (await table.cursor()) ?? firstCursor(now);
  const isNewRound = start.list === 0 && start.nextToken === undefined;
  const inspection = new Inspection(table, sageMaker, feed, time, start.pending);
  await inspection.retryPending();
  const lists = await compareLists(
    isNewRound ? { ...start, started: now.getTime() } : start,
    table,
    sageMaker,
    inspection,
  );
  const { started, since } = lists.cursor;
  const complete = lists.isComplete && (await inspectDue(now, table, inspection));
  const { pending, failures, found } = inspection;
  const isOverwhelmed = lists.cursor.isOverwhelmed === true || inspection.isOverwhelmed;
  await table.setCursor(
    lists.isComplete
      ? // The next run inspects pending resources one by one. With too many of them, it lists the same period again.
        { since: isOverwhelmed ? since : started - OVERLAP, started, list: 0, pending: [...pending] }
      : { ...lists.cursor, pending: [...pending] },
  );
  const backlog = backlogAt(time.clock(), lists, pending, await table.allDue(now.getTime()));
  return { complete, listed: lists.listed, found, backlog, failures };
}

/** The backlog at `now`. While the lists are not complete, a change from the begin of their period may wait. */
function backlogAt(now: Date, { cursor, isComplete }: ComparedLists, pending: readonly Ref[], due: DueSince): Backlog {
  const since = [
    ...(isComplete ? [] : [cursor.since + OVERLAP]),
    ...pending.flatMap(({ pendingSince }) => pendingSince ?? []),
    ...(due.since === undefined ? [] : [due.since]),
  ];
  const oldest = Math.min(now.getTime(), ...since);
  return { waiting: pending.length + due.count, oldestSeconds: Math.round((now.getTime() - oldest) / 1000) };
}

/** Where reconciliation begins when it has never run. The first run covers the time since `now`. */
export const firstCursor = (now: Date): Cursor => ({
  since: now.getTime() - OVERLAP,
  started: now.getTime(),
  list: 0,
  pending: [],
});

interface ComparedLists {
  readonly cursor: Cursor;
  /** Resources that were compared. */
  readonly listed: number;
  readonly isComplete: boolean;
}

/** Compares lists with the table until the lists or the limits of the run end. Stores the cursor after each page. */
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
    const page = await pageOf(type, cursor, sageMaker);
    listed += page.summaries.length;
    const isDone = await comparePage(type, page, cursor.since, table, inspection);
    if (isDone) cursor = cursorAfter(page, cursor);
    cursor = { ...cursor, isOverwhelmed: cursor.isOverwhelmed === true || inspection.isOverwhelmed };
    await table.setCursor({ ...cursor, pending: [...inspection.pending] });
    if (!isDone) break;
  }
  return { cursor, listed, isComplete: cursor.list >= RECONCILED.length };
}

const cursorAfter = ({ nextToken }: Page, { nextToken: _, ...cursor }: Cursor): Cursor =>
  nextToken === undefined ? { ...cursor, list: cursor.list + 1 } : { ...cursor, nextToken };

/** Compares a page; false when the limits ended the run within the page. */
async function comparePage(
  type: Reconciled,
  { summaries }: Page,
  since: number,
  table: ReconciliationTable,
  inspection: Inspection,
): Promise<boolean> {
  // Two pages of SageMaker's answer may list the same resource.
  const listed = new Map(summaries.map((summary) => [keyOf(type, summary), summary]));
  const known = await table.statuses([...listed.keys()]);
  const lost = [...listed].flatMap(([key, summary]) => (differs(summary, known.get(key)) ? [summary] : []));
  return inspection.each(lost, ({ name, arn }) => inspection.inspectOrKeep({ type, name, arn, since }));
}

/** The next page of a list. */
async function pageOf(type: Reconciled, { since, nextToken }: Cursor, sageMaker: SageMaker): Promise<Page> {
  const after = new Date(since);
  try {
    return await sageMaker.list(type, after, nextToken);
  } catch (error) {
    // The token may have expired since the last run: the list starts from its first page.
    if (nextToken === undefined || !(error instanceof Error) || error.name !== 'ValidationException') throw error;
    return sageMaker.list(type, after, undefined);
  }
}

/**
 * Inspects due resources: they should be running, or have an unsent alert. False when the time was up before the last.
 */
async function inspectDue(now: Date, table: ReconciliationTable, inspection: Inspection): Promise<boolean> {
  for (const type of typesInTurn(now)) {
    // The index lags behind the table, so a page may list a resource that this run has just checked.
    const checked = new Set<string>();
    const page = async () =>
      (await table.due(type, now.getTime(), DUE_PAGE + checked.size)).filter(({ key }) => !checked.has(key));
    for (let due = await page(); due.length > 0; due = await page()) {
      const isDone = await inspection.each(due, async ({ key, name, arn }) => {
        checked.add(key);
        if (await inspection.inspect({ type, name, arn, since: 0 })) await table.checked(key);
      });
      if (!isDone) return false;
    }
  }
  return true;
}

/**
 * Publishes actions that wait for the bus, and what resources owe to other systems that SageMaker does not list: at most a
 * page of them in each run. Returns why some were not published.
 */
export async function relayOthers(now: Date, table: Tables): Promise<readonly Error[]> {
  const failures: Error[] = [];
  for (const { key } of await table.due(OTHERS, now.getTime(), DUE_PAGE)) {
    try {
      if (isInOutbox(key)) {
        await table.relays.publishKept(key);
        continue;
      }
      const known = await table.recall(key);
      if (known !== undefined) await table.relays.publishOwed(key, known);
      await table.gone(key);
    } catch (error) {
      failures.push(new Error(`${key}: ${error instanceof Error ? error.message : error}`, { cause: error }));
      if (!isInOutbox(key)) await table.checked(key);
    }
  }
  return failures;
}

/** All types. Each run begins with another one, so that a backlog of one type does not block the others. */
function typesInTurn(now: Date): Reconciled[] {
  const first = Math.floor(now.getTime() / 60_000) % RECONCILED.length;
  return [...RECONCILED.slice(first), ...RECONCILED.slice(0, first)];
}

/**
 * Whether an event was lost: the status differs, or a resource was created again under its name, or an endpoint was
 * modified later than the table says and so has been through an update.
 */
function differs({ status, createdAt, modifiedAt }: Summary, known: KnownStatus | undefined): boolean {
  if (known?.status !== status) return true;
  if (createdAt !== undefined && known.generation > 0 && areDifferent(createdAt, known.generation * 1000)) return true;
  return modifiedAt !== undefined && known.since > 0 && modifiedAt.getTime() - known.since > SAME;
}

/** Milliseconds by which equal times may differ: events and the API round differently. */
const SAME = 1000;
const areDifferent = (one: Date, other: number) => Math.abs(one.getTime() - other) > 2 * SAME;
