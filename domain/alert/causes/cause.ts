/** The cause of a change, in plain words, with the next step. */
import type { CauseCode } from '../../../schemas/message/cause-codes.ts';

/** `yes`: the same request may succeed later. `after-change`: it will fail again until somebody changes something. */
export type Retry = 'yes' | 'once' | 'after-quota' | 'after-change';

/** A command that people can paste. */
export interface Command {
  /** What the command is for: `To raise its cap`. */
  readonly does: string;
  readonly command: string;
}

/** A cause people can act on. */
export interface Cause {
  /** Stable identifier for programs. */
  readonly code: CauseCode;
  /** A finer identifier within the code, such as `vpc-s3`. Absent if the code says everything. */
  readonly detail?: string;
  /** What went wrong, one sentence. */
  readonly cause: string;
  /** What to do next, one or two sentences. */
  readonly nextStep: string;
  readonly commands?: readonly Command[];
  /** Whether it helps to try again. Absent if nothing has ended, or if the reason does not tell. */
  readonly retry: Retry | undefined;
}
