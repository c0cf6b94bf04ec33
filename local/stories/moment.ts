/** One step of a story. */
import type { Configuration } from '../../schemas/configuration/file.ts';
import type { Call } from '../embedded-aws/protocol.ts';
import type { Publication } from '../embedded-aws/sns.ts';

export interface Moment {
  readonly at: Date;
  /** What happens, as a headline. */
  readonly what: string;
  /** What the functions published and called in this step. */
  readonly publications: readonly Publication[];
  readonly calls: readonly Call[];
  /** What came in: the event of SageMaker. Absent when a schedule fired, or when several events came. */
  readonly event?: unknown;
  /** Why nobody was told, in the words of the decision. */
  readonly nobody?: string | undefined;
}

/**
 * `configuration` for a story whose clock jumps: the storm breaker looks at the clock of this machine, by which all alerts
 * of the story come at once.
 */
export const withoutBreaker = (configuration: Configuration): Configuration => ({
  ...configuration,
  delivery: { ...configuration.delivery, breaker: false },
});
