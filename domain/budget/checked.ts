/** What the table stores about earlier budget checks of a job. */
import type { MicroUsd } from '../cost/money.ts';
import type { Share } from './month/line.ts';

/** The cap of a job at a check. */
export interface CheckedCap {
  /** 0 when the job had no cap. */
  readonly amount: MicroUsd;
  /** Where it comes from (`Cap.from`). Absent without a cap, and when an earlier version made the check. */
  readonly from: string | undefined;
  /** The check that found this cap first; absent when an earlier version made it. */
  readonly since: Date | undefined;
}

/** The cap that a check found. */
export type FoundCap = CheckedCap & { readonly since: Date };

/** The results of earlier checks. */
export interface Checked {
  /** When the job of the item was created, epoch seconds; absent before the first check. */
  readonly generation: number | undefined;
  /** When Ground Control first decided to stop the job, whether or not the stop succeeded. */
  readonly stoppingAt: Date | undefined;
  /** Key of the cap for which it decided so. */
  readonly stoppingFor: string | undefined;
  /** When the limit of stops per hour first held back the stop of the job. */
  readonly heldSince: Date | undefined;
  /** When that stop is tried again. */
  readonly heldUntil: Date | undefined;
  /** When Ground Control first stopped the job. */
  readonly stoppedAt: Date | undefined;
  /** The job's own cap at the last check; absent when there was no check. */
  readonly cap: CheckedCap | undefined;
  /** When the next check is scheduled. */
  readonly nextAt: Date | undefined;
  /** When the last check began. */
  readonly checkedAt: Date | undefined;
  /** When a check first found that the job saves its results, in its present stretch of doing so. */
  readonly uploadingSince: Date | undefined;
  /** What the job has added to the lines of monthly budgets. */
  readonly shares: readonly Share[];
  /** Counts the writes of the item; 0 before the first. */
  readonly revision: number;
}

/** The state of a job that was never checked. */
export const UNCHECKED: Checked = {
  generation: undefined,
  stoppingAt: undefined,
  stoppingFor: undefined,
  stoppedAt: undefined,
  cap: undefined,
  nextAt: undefined,
  heldSince: undefined,
  heldUntil: undefined,
  checkedAt: undefined,
  uploadingSince: undefined,
  shares: [],
  revision: 0,
};
