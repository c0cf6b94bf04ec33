/** What the console and its worker thread for trials say to each other. */
import type { Configuration } from '../../../../schemas/configuration/file.ts';
import type { Beside } from '../../../play/beside.ts';
import type { Moment } from '../../../stories/moment.ts';

/** How an event comes: once; twice with the same id; or as one that is an hour older than it says. */
export const WAYS = ['once', 'twice', 'late'] as const;
export type Way = (typeof WAYS)[number];

/**
 * What goes wrong meanwhile. `throttle`: SNS refuses the first request. `lost`: SNS takes the message, and its answer never
 * arrives. `dead`: the function dies after SNS has taken the message. `denied`: SNS refuses everything.
 */
export const FAULTS = ['none', 'throttle', 'lost', 'dead', 'denied'] as const;
export type FaultName = (typeof FAULTS)[number];

export type Request =
  | {
      readonly kind: 'send';
      readonly what: string;
      readonly event: unknown;
      readonly beside: Beside | undefined;
      readonly way: Way;
      readonly fault: FaultName;
    }
  /** Moves the clock on, by so many minutes, or to the next schedule. */
  | { readonly kind: 'advance'; readonly minutes: number | 'next' }
  | { readonly kind: 'end' };

/** The clock of the trial, and what waits. */
export interface Standing {
  readonly now: Date;
  /** When schedules fire, the earliest first. */
  readonly schedules: readonly Date[];
}

export type Answer =
  | { readonly kind: 'moment'; readonly moment: Moment }
  /** All requests so far are done. */
  | { readonly kind: 'idle'; readonly standing: Standing }
  | { readonly kind: 'failed'; readonly why: string };

export interface TrialTask {
  readonly configuration: Configuration;
}
