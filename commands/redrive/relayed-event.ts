/** Reads the event in a message of a relay's dead-letter queue. */
import * as z from 'zod';
import { parsed } from './listing.ts';
import { sourceText } from './source-text.ts';

/** What `redrive` needs of an envelope. Its other fields belong to the consumers. */
const Envelope = z.object({
  schema: z.string().regex(/^ground-control\/[a-z]+$/),
  version: z.string().regex(/^\d+\.\d+$/),
  id: z.string().min(1),
  resource: z.object({ arn: z.string().nullish() }).optional(),
});
/** An event of our bus as EventBridge wraps it. */
const Wrapped = z.object({
  'detail-type': z.string().regex(/^ground-control\./),
  resources: z.array(z.string()).default([]),
  detail: Envelope,
});

/** An event that a relay could not deliver. */
export interface RelayedEvent {
  /** The id in the envelope. It is the same in every copy of the event. */
  readonly id: string;
  readonly detailType: string;
  readonly resources: readonly string[];
  /** The envelope, byte for byte as in the message. */
  readonly detail: string;
}

/**
 * The event in a message with the body `body`; undefined if there is none. The body is the whole event, or the envelope
 * alone, which is what most targets get. AWS does not document which of the two EventBridge keeps.
 */
export function relayedEvent(body: string): RelayedEvent | undefined {
  const value = parsed(body);
  const { data: wrapped } = Wrapped.safeParse(value);
  const detail = wrapped === undefined ? body.trim() : sourceText(body, 'detail');
  const envelope = wrapped?.detail ?? Envelope.safeParse(value).data;
  if (envelope === undefined || detail === undefined) return undefined;
  const { schema, version, id, resource } = envelope;
  return {
    id,
    detailType: wrapped?.['detail-type'] ?? `${schema.replace('/', '.')}.v${version.split('.')[0]}`,
    resources: wrapped?.resources ?? [resource?.arn ?? []].flat(),
    detail,
  };
}
