/** JSON pointers (RFC 6901) into JSON that others wrote. */

/** What a pointer finds; a wrapper, because `null` is a value. */
export type Found = { readonly value: unknown } | undefined;

/**
 * The value at `pointer` in `root`; absent when there is none. Only keys that the JSON itself has are followed, never
 * those that all objects inherit, and in lists only whole numbers without leading zeros.
 */
export function resolvePointer(root: unknown, pointer: string): Found {
  if (pointer === '') return { value: root };
  if (!pointer.startsWith('/')) return undefined;
  let value = root;
  for (const token of pointer.slice(1).split('/')) {
    // `~1` first: `~01` means `~1` (RFC 6901, section 4).
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value) && !/^(?:0|[1-9]\d*)$/.test(key)) return undefined;
    const own = Object.getOwnPropertyDescriptor(value, key);
    if (own === undefined) return undefined;
    value = own.value;
  }
  return { value };
}
