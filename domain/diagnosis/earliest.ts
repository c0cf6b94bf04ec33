/** The entry with the smallest `time`. Entries without a time do not count; absent when none has one. */
export function earliest<T>(all: readonly T[], time: (one: T) => number | undefined): T | undefined {
  let first: { readonly one: T; readonly at: number } | undefined;
  for (const one of all) {
    const at = time(one);
    if (at !== undefined && (first === undefined || at < first.at)) first = { one, at };
  }
  return first?.one;
}
