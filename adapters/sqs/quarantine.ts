/**
 * Keeps unreadable input in the quarantine queue.
 *
 * Imported only when there is something to quarantine, so that no other event pays for the client.
 */
import { gzipSync } from 'node:zlib';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { CLIENT_SETTINGS } from '../client-settings.ts';
import type { Grant } from '../grant.ts';

export const QUARANTINE_INPUT: Grant = {
  name: 'quarantine',
  statements: [{ actions: ['sqs:SendMessage'], on: [{ 'Fn::GetAtt': ['QuarantineQueue', 'Arn'] }] }],
};

/** SQS takes messages of up to 1 MiB; the queue is configured so. Room is left for the envelope. */
const LARGEST_BODY = 1_000_000;
const KEPT_OF_TOO_LARGE = 200_000;
const DEEPEST_KEPT = 100;

export type Quarantine = (input: unknown, reason: string) => Promise<void>;

/** Sends to `queueUrl`, and counts in the metric `Quarantined` of namespace `GroundControl`. */
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
 * The message: `reason`, and the input as `event`; where that is too large as `eventGzip` (base64), and where even that
 * is, its beginning as `eventBeginning` with its whole size in `eventCharacters`. Nesting that JSON cannot write is cut.
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
    // The stack is exhausted: JSON.parse reads deeper than JSON.stringify writes.
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
