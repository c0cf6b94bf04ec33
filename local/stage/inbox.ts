/** The inbox of a stage: what Ground Control told and did, the newest first, from its audit. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { newestOfDay, Place } from '../../adapters/dynamodb/browse/audit-pages.ts';
import type { AuditRecord } from '../../schemas/stored/audit-record.ts';

/** What people want to see. All that are given have to fit; text in any case of letters. */
export interface Filters {
  readonly severity?: string | undefined;
  readonly family?: string | undefined;
  readonly team?: string | undefined;
  readonly owner?: string | undefined;
  readonly action?: string | undefined;
  /** Part of a subject, of the key of a resource or of a reason. */
  readonly text?: string | undefined;
}

export interface Inbox {
  readonly records: readonly AuditRecord[];
  /** How many records of the table were looked at, and how many of them cannot be read. */
  readonly looked: number;
  readonly unreadable: number;
  /** The earliest day that was looked at. */
  readonly since: string;
  /** Where to look further; absent when all days were looked at. */
  readonly next: string | undefined;
}

/** Records of a page. */
const MOST_SHOWN = 50;
/** Records and days that are looked at for one page: the answer comes soon, and costs little. */
const MOST_LOOKED = 2000;
const MOST_DAYS = 31;
const DAY = 86_400_000;

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/**
 * The newest records that fit, from `from` on (a day, or `next` of another page), and from no day before `oldest`. Throws
 * when `from` is neither.
 */
export async function inboxOf(
  table: string,
  client: DynamoDBClient,
  filters: Filters,
  { from, oldest }: { readonly from: string; readonly oldest: string },
): Promise<Inbox> {
  const records: AuditRecord[] = [];
  let [looked, unreadable] = [0, 0];
  let after = /^\d{4}-\d\d-\d\d$/.test(from) ? undefined : placeIn(from);
  let day = after?.day ?? from;
  for (let days = 1; ; days++) {
    for await (const { record, place } of newestOfDay(table, day, after, client)) {
      looked++;
      if (record === undefined) unreadable++;
      else if (fits(record, filters)) records.push(record);
      if (records.length >= MOST_SHOWN || looked >= MOST_LOOKED)
        return {
          records,
          looked,
          unreadable,
          since: day,
          next: Buffer.from(JSON.stringify(place)).toString('base64url'),
        };
    }
    after = undefined;
    const before = dayOf(Date.parse(day) - DAY);
    if (before < oldest) return { records, looked, unreadable, since: day, next: undefined };
    if (days >= MOST_DAYS) return { records, looked, unreadable, since: day, next: before };
    day = before;
  }
}

function placeIn(from: string): Place {
  try {
    return Place.parse(JSON.parse(Buffer.from(from, 'base64url').toString()));
  } catch (error) {
    throw new Error('the address does not say where to look; begin with the inbox again', { cause: error });
  }
}

function fits({ about, action, resource, reason }: AuditRecord, filters: Filters): boolean {
  const { severity, family, team, owner, text } = filters;
  const same = (wanted: string | undefined, is: string | undefined) =>
    wanted === undefined || wanted.toLowerCase() === is?.toLowerCase();
  return (
    same(severity, about?.severity) &&
    same(family, about?.family) &&
    same(team, about?.team) &&
    same(owner, about?.owner) &&
    same(filters.action, action) &&
    (text === undefined || `${about?.subject} ${resource} ${reason}`.toLowerCase().includes(text.toLowerCase()))
  );
}
