/** Parts of an exported log that hold one entry each. */

/** One JSON value, or a line of an export to S3. */
export interface Piece {
  /** The line on which it begins, from 1. */
  readonly line: number;
  readonly text: string;
  readonly why?: undefined;
}
/** What cannot be read, and why. */
export interface Broken {
  readonly line: number;
  readonly why: string;
}
export type Split = Piece | Broken;

/** Characters. CloudWatch Logs takes events of at most 1 MiB, and a subscription sends messages of that size. */
export const LONGEST_PIECE = 16 * 1024 * 1024;
export const TOO_LONG = 'is longer than 16 MiB';
