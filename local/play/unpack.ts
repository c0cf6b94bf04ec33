/** Unpacks events from lists, queue messages, Lambda's failure records and quarantine records. */
import { gunzipSync } from 'node:zlib';
import * as z from 'zod';
import { HandedOverEvent } from '../../schemas/message/budget-message.ts';

const text = z.string();
/** The answer of `aws sqs receive-message`. */
const Messages = z.object({ Messages: z.array(z.object({ Body: text })) });
const Message = z.object({ Body: text });
/** Lambda's record of a failed asynchronous invocation; reconciliation writes the same form. */
const Failure = z.object({ requestContext: z.unknown(), requestPayload: z.unknown() });
/** A message in the quarantine queue; `eventGzip` is gzip in base64, for large events. */
const Quarantined = z.object({ reason: text, event: z.unknown() });
const QuarantinedPacked = z.object({ reason: text, eventGzip: text });

/** The events in `value`. A value in no known packing is returned as it is. */
export function unpack(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [value];
  if ('detail-type' in value) return [value];
  if (Array.isArray(value)) {
    const isList =
      value.length > 0 &&
      value.every(
        (entry) => typeof entry === 'object' && entry !== null && ('detail-type' in entry || 'Body' in entry),
      );
    return isList ? value.flatMap(unpack) : [value];
  }
  const messages = Messages.safeParse(value);
  if (messages.success) return messages.data.Messages.flatMap(unpack);
  const message = Message.safeParse(value);
  if (message.success) return unpack(parsed(message.data.Body));
  const failure = Failure.safeParse(value);
  if (failure.success && 'requestPayload' in value) return unpack(failure.data.requestPayload);
  const packed = QuarantinedPacked.safeParse(value);
  if (packed.success) return [inflated(packed.data.eventGzip) ?? value];
  const handedOver = HandedOverEvent.safeParse(value);
  if (handedOver.success) return unpack(handedOver.data.event);
  const quarantined = Quarantined.safeParse(value);
  if (quarantined.success && 'event' in value) return [quarantined.data.event];
  return [value];
}

/** The unpacked value; `undefined` when the data is damaged. */
function inflated(base64: string): unknown {
  try {
    return parsed(gunzipSync(Buffer.from(base64, 'base64')).toString('utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return body;
    throw error;
  }
}
