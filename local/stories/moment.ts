/** What happened at one moment of a story. */
import type { Call } from '../embedded-aws/protocol.ts';
import type { Publication } from '../embedded-aws/sns.ts';

export interface Moment {
  readonly at: Date;
  readonly what: string;
  readonly publications: readonly Publication[];
  readonly calls: readonly Call[];
}
