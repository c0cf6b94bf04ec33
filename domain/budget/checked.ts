/** What earlier checks of a job's cost left behind. */
import type { LedgerId } from './ledger.ts';

/** A job's place in a ledger. */
export interface Booked extends LedgerId {
  readonly key: string;
}

/** What is known of earlier checks. */
export interface Checked {
  /** When it was first to be stopped, whether or not that came about, and at which cap, by its key. */
  readonly stoppingAt: Date | undefined;
  readonly stoppingFor: string | undefined;
  /** The caps at which people were asked whether to stop it, by their keys. */
  readonly asked: ReadonlySet<string>;
  /** When it was stopped first. */
  readonly stoppedAt: Date | undefined;
  /** When it was to be asked about next. */
  readonly nextAt: Date | undefined;
  /** The ledgers in which it stands. */
  readonly booked: readonly Booked[];
}

/** Of a job that nobody has asked about yet. */
export const UNCHECKED: Checked = {
  stoppingAt: undefined,
  stoppingFor: undefined,
  stoppedAt: undefined,
  nextAt: undefined,
  asked: new Set(),
  booked: [],
};
