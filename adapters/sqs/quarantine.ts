/**
 * Sends unreadable input to the quarantine queue.
 *
 * Functions import this file only when they quarantine something, so that the client does not slow down other cold
 * starts.
 */
import { gzipSync } from 'node:zlib';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { CLIENT_SETTINGS } from '../client-settings.ts';
import type { Grant } from '../grant.ts';

/** Sends messages to the quarantine queue. */
export const QUARANTINE_INPUT: Grant = {
  name: 'quarantine',
  statements: [{ actions: ['sqs:SendMessage'], on: [{ 'Fn::GetAtt': ['QuarantineQueue', 'Arn'] }] }],
};

/** Bytes. The queue takes messages of up to 1 MiB (SQS quotas); the rest is room for the envelope. */
const LARGEST_BODY = 1_000_000;
/** Characters that are kept of input that is too large even when compressed. */
const KEPT_OF_TOO_LARGE = 200_000;
/** Levels of nesting that are kept of input that JSON.stringify cannot write. */
const DEEPEST_KEPT = 100;

/** Quarantines `input` for `reason`. */
export type Quarantine = (input: unknown, reason: string) => Promise<void>;

/** Sends to the queue at `queueUrl`, and counts in the metric `Quarantined` of the namespace `GroundControl`. */
export function quarantineIn(queueUrl: string): Quarantine {
  const client = new SQSClient(CLIENT_SETTINGS);
  const metrics = new Metrics({ namespace: 'GroundControl' });
  return async (input, reason) => {
    await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: quarantineBody(input, reason) }));
    metrics.addMetric('Quarantined', MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
  };
}

/**
 * The message as JSON: `reason`, and the input as `event`. Input that is too large is in `eventGzip` (base64) instead.
 * If that is too large too, `eventBeginning` has its beginning and `eventCharacters` its length. Nesting that is too
 * deep for JSON.stringify is cut.
 */
export function quarantineBody(input: unknown, reason: string): string {
  const text = writeJson(input ?? null);
  const whole = `{"reason":${JSON.stringify(reason)},"event":${text}}`;
  if (Buffer.byteLength(whole) <= LARGEST_BODY) return whole;
  const packed = JSON.stringify({ reason, eventGzip: gzipSync(text).toString('base64') });
  if (packed.length <= LARGEST_BODY) return packed;
  return JSON.stringify({ reason, eventBeginning: text.slice(0, KEPT_OF_TOO_LARGE), eventCharacters: text.length });
}

function writeJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // JSON.stringify ran out of stack: JSON.parse reads deeper nesting than JSON.stringify writes.
    if (error instanceof RangeError) return JSON.stringify(cutDeeper(value, DEEPEST_KEPT));
    throw error;
  }
}

function cutDeeper(value: unknown, levels: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) return `[cut: nested deeper than ${DEEPEST_KEPT} levels]`;
  if (Array.isArray(value)) return value.map((entry) => cutDeeper(entry, levels - 1));
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, cutDeeper(entry, levels - 1)]));
}
