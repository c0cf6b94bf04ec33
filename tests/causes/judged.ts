/** Compares causes with labels that people gave to failure reasons. */

import type { Cause } from '../../domain/alert/causes/cause.ts';
import { explainFailure } from '../../domain/alert/causes/explain.ts';

/** A reason with its true cause. `retry`: whether the same request succeeded, or could have succeeded, later. */
export interface Labeled {
  readonly id: number;
  readonly resource: string;
  readonly reason: string;
  readonly cause: string;
  readonly retry: 'helps' | 'does not help' | 'unknown';
  readonly source: string;
}

export interface Judged {
  readonly id: number;
  readonly expected: string;
  readonly got: string;
  readonly detail: string | undefined;
  readonly judgment: 'right' | 'wrong' | 'unknown';
  /** Whether the advice about running it again is the label's. */
  readonly isRetryRight: boolean;
}

/** `wrong` is a cause other than the label, or any cause where a person cannot tell. */
export function judge({ id, resource, reason, cause, retry }: Labeled): Judged {
  const explained = explainFailure(reason, { type: resource, status: 'Failed' });
  const got = explained?.code ?? 'unknown';
  const judgment = got === cause ? 'right' : got === 'unknown' ? 'unknown' : 'wrong';
  const isRetryRight = retryOf(explained) === retry;
  return { id, expected: cause, got, detail: explained?.detail, judgment, isRetryRight };
}

function retryOf(cause: Cause | undefined): Labeled['retry'] {
  if (cause?.retry === undefined) return 'unknown';
  return cause.retry === 'yes' || cause.retry === 'once' ? 'helps' : 'does not help';
}

/** The lines of a file of labeled reasons, which is JSON Lines. */
export const readLabeled = (text: string): Labeled[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line));
