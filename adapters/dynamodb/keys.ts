/** Keys and expiry times of items in the table. */
import { createHash } from 'node:crypto';
import type { JobRef } from '../../domain/budget/job.ts';
import type { LineId } from '../../domain/budget/month/line.ts';

/** The most bytes of a sort key; a partition key may have 2,048 (DynamoDB quotas). */
const LONGEST_KEY = 1024;

/** The time in `days` days as epoch seconds, the unit of DynamoDB's time to live. */
export const secondsFromNow = (days: number): number => Math.floor(Date.now() / 1000) + days * 86_400;

/** `text` as a key. A text that is too long is cut to its beginning and a hash of the whole. */
export function withinKey(text: string): string {
  if (Buffer.byteLength(text) <= LONGEST_KEY) return text;
  return `${text.slice(0, 200)}#${createHash('sha256').update(text).digest('hex')}`;
}

/** A short name for `text` where no reader needs the text: 72 bits of SHA-256. */
export const shortHash = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 12);

/** The key of a resource's item. `key` is the resource key of `domain/change/identity.ts`. */
export const resourceItem = (key: string) => ({ pk: { S: withinKey(`${RESOURCE}${key}`) }, sk: { S: 'state' } });

/** The resource key, from the partition key of its item. */
export const resourceOf = (pk: string): string => pk.replace(RESOURCE, '');

const RESOURCE = 'resource#';

/**
 * Milliseconds after its due time at which a budget check counts as lost. EventBridge Scheduler may still retry before
 * that.
 */
export const OVERDUE = 5 * 60_000;
/** The partition of overdue budget checks in the index `byRunning`. */
export const BUDGET = 'budget';

/** The key of the item about the budget checks of a job. */
export const budgetItem = ({ type, arn }: JobRef) => ({
  pk: { S: withinKey(`budget#${type}|${arn.toLowerCase()}`) },
  sk: { S: 'state' },
});

/** Days that a month is kept after its last write. A job may run for a month, and its end may be told late. */
export const MONTHS_KEPT = 100;
/** The partition key of a month of a budget. */
export const monthKey = ({ tag, value, month }: LineId): string => withinKey(`month#${tag}|${value}|${month}`);
/** The key of the item with the sums of a month. */
export const monthItem = (id: LineId) => ({ pk: { S: monthKey(id) }, sk: { S: 'line' } });

/** The index of audit records by UTC day. */
export const BY_DAY = 'byDay';
/** The index of resources and budgets that reconciliation checks, by type and due time. */
export const BY_RUNNING = 'byRunning';
