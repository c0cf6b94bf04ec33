/** Reads the output file of an A2I human loop. */
import type { ReviewPolicy } from '../../schemas/configuration/review.ts';
import { A2iOutput } from '../../schemas/review/a2i-output.ts';
import { type JsonFault, parseBounded } from '../../schemas/review/bounded-json.ts';
import { compareOutput } from './compare-output.ts';
import type { Comparison } from './comparison.ts';

/** Bytes. The input of a loop has at most 3 MB (service quotas of A2I), and each answer may repeat it. */
export const LARGEST_OUTPUT = 20 * 1024 * 1024;

/** What is wrong with JSON. */
export const FAULTS: Readonly<Record<JsonFault, string>> = {
  'not-json': 'is not JSON',
  cut: 'is JSON that ends too early',
  'too-deep': 'is nested more than 100 levels deep',
};

/** What the loop says, or why its output cannot be read: a predicate, such as `is not JSON`. */
export function readOutput(bytes: Uint8Array, policy: ReviewPolicy): Comparison | string {
  const text = textOf(bytes);
  if (text === undefined) return 'is not UTF-8 text';
  const { value, fault } = parseBounded(text);
  if (fault !== undefined) return FAULTS[fault];
  const output = A2iOutput.safeParse(value).data;
  const comparison = output === undefined ? undefined : compareOutput(output, policy);
  return comparison ?? 'is no output of A2I: it names no flow definition';
}

/** The text of a file in UTF-8, without its byte order mark; absent when it is none. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
