/** Keys of items, and when items expire. */
import { createHash } from 'node:crypto';

/** Bytes of a sort key (DynamoDB quotas); partition keys may have twice as many. */
const LONGEST_KEY = 1024;

/** Epoch seconds in `days` days, as DynamoDB's time to live wants them. */
export const secondsFromNow = (days: number): number => Math.floor(Date.now() / 1000) + days * 86_400;

/** `text` as a key: what is too long keeps its beginning and gets a hash for the rest. */
export function withinKey(text: string): string {
  if (Buffer.byteLength(text) <= LONGEST_KEY) return text;
  return `${text.slice(0, 200)}#${createHash('sha256').update(text).digest('hex')}`;
}

/** Key of the item of the resource that `domain/change/identity.ts` calls `key`. */
export const resourceItem = (key: string) => ({ pk: { S: withinKey(`${RESOURCE}${key}`) }, sk: { S: 'state' } });

/** The resource's key again, from its item's. */
export const resourceOf = (pk: string): string => pk.replace(RESOURCE, '');

const RESOURCE = 'resource#';
