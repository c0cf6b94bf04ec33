/** Counts within sentences: the noun and the verb agree with the number. */

/** `0 jobs`, `1 job`, `2 jobs`; with `many`, `2 entries`. */
export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${agree(count, one, many)}`;

/** `one` for exactly 1, otherwise `many`: `has` or `have`, `is` or `are`. */
export const agree = (count: number, one: string, many: string): string => (count === 1 ? one : many);
