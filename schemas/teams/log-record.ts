/**
 * What the exports of CloudWatch Logs wrap around an entry.
 *
 * Sources: `aws logs filter-log-events` and `get-log-events` answer `{events: [{message, timestamp, eventId?}]}` (API
 * reference). A subscription sends `{messageType, logEvents: [{id, timestamp, message}]}` (user guide,
 * "Subscriptions"); a control message only checks that the receiver is there.
 */
import * as z from 'zod/mini';
import { taskTime } from './task-time.ts';
import { identifier } from './worker-activity.ts';

/** One entry of the log as exported, not yet read, or why there is none: a few words without any content. */
export type LogRecord =
  | {
      readonly entry: unknown;
      /** The event's id in CloudWatch Logs. */
      readonly id: string | undefined;
      /** When CloudWatch Logs got it, in epoch milliseconds. */
      readonly loggedAt: number | undefined;
      readonly why?: undefined;
    }
  | { readonly why: string };

const anything = z.optional(z.unknown());
const Wrapper = z.object({ messageType: anything, events: anything, logEvents: anything, awslogs: anything });
const Wrapped = z.object({ message: anything, eventId: identifier, id: identifier, timestamp: anything });

/** What CloudWatch Logs writes into the one event of a control message. */
const CONTROL = 'CWL CONTROL MESSAGE';

/** The entries in one JSON value of an export: a wrapper, a list, an event, its message, or an entry itself. */
export function recordsIn(value: unknown): LogRecord[] {
  if (Array.isArray(value)) return value.flatMap((element) => (Array.isArray(element) ? NO_OBJECT : inside(element)));
  return inside(value);
}

const NO_OBJECT: LogRecord[] = [{ why: 'is not an object' }];

function inside(value: unknown): LogRecord[] {
  // The messages alone, as `--query 'events[].message'` lists them.
  if (typeof value === 'string') return recordOf({ message: value });
  if (typeof value !== 'object' || value === null) return NO_OBJECT;
  const { data: wrapper } = z.safeParse(Wrapper, value);
  if (wrapper === undefined) return NO_OBJECT;
  if (wrapper.messageType === 'CONTROL_MESSAGE') return [];
  if (wrapper.awslogs !== undefined) return [{ why: 'is a message of a subscription that is not decoded' }];
  const events = wrapper.logEvents ?? wrapper.events;
  return Array.isArray(events) ? events.flatMap(recordOf) : recordOf(value);
}

/** The record in `value`: an event of CloudWatch Logs, or an entry. */
function recordOf(value: unknown): LogRecord[] {
  const wrapped = z.safeParse(Wrapped, value);
  if (typeof wrapped.data?.message !== 'string') return [{ entry: value, id: undefined, loggedAt: undefined }];
  const { message, eventId, id, timestamp } = wrapped.data;
  if (message.startsWith(CONTROL)) return [];
  const entry = parseEntry(message);
  return [entry === undefined ? NOT_JSON : { entry, id: eventId ?? id, loggedAt: taskTime(timestamp) }];
}

const NOT_JSON: LogRecord = { why: 'is not JSON' };

/** The JSON value in `text`; absent when it is not JSON. */
export function parseEntry(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}
