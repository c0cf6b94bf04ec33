/** Looks up text that others wrote in a table. */

/**
 * The entry of `table` at `key`; absent when the table has none. Every table that is read with text from outside is read
 * with this: `table['constructor']` would be a function that all objects have.
 */
export const lookUp = <T>(table: Readonly<Record<string, T>>, key: string | undefined): T | undefined =>
  key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
