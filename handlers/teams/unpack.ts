/** Unpacks what a subscription filter of CloudWatch Logs sends. */
import { gunzipSync } from 'node:zlib';
import * as z from 'zod/mini';
import { WORKER_ACTIVITY } from '../../adapters/logs/worker-activity.ts';
import { parseBounded } from '../../schemas/review/bounded-json.ts';
import { type LogRecord, recordsIn } from '../../schemas/teams/log-record.ts';
import { SubscriptionEvent, SubscriptionMessage } from '../../schemas/teams/subscription-message.ts';

/**
 * Bytes after decompression. Lambda takes events of at most 1 MiB, which real entries fill with some 15 MiB; a gzip
 * bomb of that size would have a gigabyte.
 */
const LARGEST = 32 * 1024 * 1024;

/** The log events of a message, or why it cannot be read: a few words and sizes, without any content. */
export type Unpacked =
  | { readonly kind: 'data'; readonly records: readonly LogRecord[] }
  | { readonly kind: 'control' }
  | { readonly kind: 'unreadable'; readonly why: string; readonly characters: number | undefined };

/** Unpacks an event, whatever it is. Copies of a log event, which have its id, are left out. */
export function unpack(event: unknown): Unpacked {
  const read = z.safeParse(SubscriptionEvent, event);
  if (!read.success) return { kind: 'unreadable', why: 'it is not from a subscription filter', characters: undefined };
  const { data } = read.data.awslogs;
  const refuse = (why: string): Unpacked => ({ kind: 'unreadable', why, characters: data.length });
  const text = unzipped(data);
  if (text.why !== undefined) return refuse(text.why);
  const { value, fault } = parseBounded(text.json);
  if (fault !== undefined) return refuse(fault === 'too-deep' ? 'it is nested too deeply' : 'it is not JSON');
  const { data: message } = z.safeParse(SubscriptionMessage, value);
  if (message === undefined) return refuse('it is not a message of CloudWatch Logs');
  if (message.messageType === 'CONTROL_MESSAGE') return { kind: 'control' };
  // The function writes a log itself: a filter on that log would call the function for ever.
  if (message.logGroup !== WORKER_ACTIVITY) return refuse('it is from another log group');
  return { kind: 'data', records: withoutCopies(recordsIn(value)) };
}

type Unzipped = { readonly json: string; readonly why?: undefined } | { readonly why: string };

function unzipped(base64: string): Unzipped {
  try {
    return { json: gunzipSync(Buffer.from(base64, 'base64'), { maxOutputLength: LARGEST }).toString('utf8') };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ERR_BUFFER_TOO_LARGE') return { why: `it has more than ${LARGEST} bytes when decompressed` };
    if (code === 'Z_BUF_ERROR') return { why: 'its compressed data ends too early' };
    if (code.startsWith('Z_')) return { why: 'its compressed data is damaged' };
    throw error;
  }
}

function withoutCopies(records: readonly LogRecord[]): LogRecord[] {
  const seen = new Set<string>();
  return records.filter((record) => {
    if (record.why !== undefined || record.id === undefined) return true;
    if (seen.has(record.id)) return false;
    seen.add(record.id);
    return true;
  });
}
