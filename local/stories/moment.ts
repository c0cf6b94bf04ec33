/** One step of a story. */
import type { Call } from '../embedded-aws/protocol.ts';
import type { Publication } from '../embedded-aws/sns.ts';

export interface Moment {
  readonly at: Date;
  /** What happens, as a headline. */
  readonly what: string;
  /** What the functions published and called in this step. */
  readonly publications: readonly Publication[];
  readonly calls: readonly Call[];
}
