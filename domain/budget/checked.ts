/** What the table stores about earlier budget checks of a job. */
import type { MicroUsd } from '../cost/money.ts';
import type { LedgerId } from './ledger.ts';

/** Where a job is entered: which ledger, and under which key. */
export interface Booked extends LedgerId {
  /** The job's key in the ledger. */
  readonly key: string;
}

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
  /** When Ground Control first decided to stop the job, whether or not the stop succeeded. */
  readonly stoppingAt: Date | undefined;
  /** Key of the cap for which it decided so. */
  readonly stoppingFor: string | undefined;
  /** Keys of the caps at which people were asked whether to stop the job. */
  readonly asked: ReadonlySet<string>;
  /** When Ground Control first stopped the job. */
  readonly stoppedAt: Date | undefined;
  /** The job's own cap at the last check; absent when there was no check. */
  readonly cap: CheckedCap | undefined;
  /** When the next check is scheduled. */
  readonly nextAt: Date | undefined;
  /** The ledgers that the job is entered in. */
  readonly booked: readonly Booked[];
}

/** The state of a job that was never checked. */
export const UNCHECKED: Checked = {
  stoppingAt: undefined,
  stoppingFor: undefined,
  stoppedAt: undefined,
  cap: undefined,
  nextAt: undefined,
  asked: new Set(),
  booked: [],
};
