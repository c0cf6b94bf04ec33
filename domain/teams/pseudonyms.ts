/** Names for workers that say nothing about who they are. */

/** HMAC-SHA256 of a text under a secret key, as 64 hexadecimal characters. Only who has the key can link the two. */
export type Mac = (text: string) => string;

const SHORTEST = 8;

/**
 * A pseudonym for each of `workers` (Cognito subs or worker ids): `w` and the first 8 characters of the MAC.
 * Spreadsheets would read digits alone, and 12345e67, as numbers. Workers whose pseudonyms would be alike get longer
 * ones. The same key gives the same pseudonym, run after run; another key gives others, which cannot be linked to the
 * first.
 */
export function pseudonymsOf(workers: Iterable<string>, mac: Mac): ReadonlyMap<string, string> {
  const pseudonyms = new Map<string, string>();
  const name = (alike: readonly { readonly worker: string; readonly hex: string }[], length: number): void => {
    for (const group of Map.groupBy(alike, ({ hex }) => hex.slice(0, length)).values()) {
      const [first] = group;
      if (first === undefined) continue;
      if (group.length === 1 || length >= first.hex.length)
        for (const { worker, hex } of group) pseudonyms.set(worker, `w${hex.slice(0, length)}`);
      else name(group, length + 1);
    }
  };
  name(
    [...new Set(workers)].map((worker) => ({ worker, hex: mac(worker) })),
    SHORTEST,
  );
  return pseudonyms;
}
