/** Counts within sentences: the noun and the verb agree with the number. */

/** `1,234`: a whole number that is not negative. Written without Intl, whose first use costs 20 ms of a cold start. */
export const formatCount = (count: number): string => String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');

/** `0 jobs`, `1 job`, `2 jobs`; `many` is for plurals that are not formed with an `s`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${agree(count, one, many)}`;

/** `one` for exactly 1, otherwise `many`: `has` or `have`, `is` or `are`. */
export const agree = (count: number, one: string, many: string): string => (count === 1 ? one : many);
