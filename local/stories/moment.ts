/** One moment of a story: the time, what happened, and the resulting publications and AWS calls. */
import type { Call } from '../embedded-aws/protocol.ts';
import type { Publication } from '../embedded-aws/sns.ts';

export interface Moment {
  readonly at: Date;
  readonly what: string;
  readonly publications: readonly Publication[];
  readonly calls: readonly Call[];
}
