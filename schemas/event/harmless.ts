/** What no SageMaker event contains, found before anything else looks at the input. */
import * as z from 'zod/mini';

/**
 * EventBridge took events of up to 256 KiB until 2025 and takes 1 MiB now; SageMaker's own are a few KiB (the largest
 * part, hyperparameters, is bounded to 100 entries of 2,500 characters).
 */
export const LARGEST_EVENT = 256 * 1024;
/** The deepest documented event (HyperPod Cluster Event) nests six levels. */
export const DEEPEST_EVENT = 32;

interface Finding {
  readonly path: PropertyKey[];
  readonly message: string;
}

interface Waiting {
  readonly value: unknown;
  readonly parent: Waiting | undefined;
  readonly key: PropertyKey;
  readonly depth: number;
}

/** Any JSON value that is not hostile: not too large, not too deep, without keys that reach an object's prototype. */
export const harmless = z.unknown().check(
  z.superRefine((input, context) => {
    const finding = findHostile(input);
    if (finding !== undefined) context.addIssue({ code: 'custom', path: finding.path, message: finding.message });
  }),
);

/** Walks without recursion, so that deep nesting cannot exhaust the stack. Sizes are in UTF-16 units. */
function findHostile(input: unknown): Finding | undefined {
  let size = 0;
  const waiting: Waiting[] = [{ value: input, parent: undefined, key: '', depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, depth } = next;
    size += typeof value === 'string' ? value.length : 1;
    if (size > LARGEST_EVENT)
      return { path: pathOf(next), message: `input is larger than ${LARGEST_EVENT} characters` };
    if (typeof value !== 'object' || value === null) continue;
    if (depth >= DEEPEST_EVENT)
      return { path: pathOf(next), message: `input is nested deeper than ${DEEPEST_EVENT} levels` };
    for (const [key, child] of Object.entries(value)) {
      size += key.length;
      const entry: Waiting = {
        value: child,
        parent: next,
        key: Array.isArray(value) ? Number(key) : key,
        depth: depth + 1,
      };
      if (reachesPrototype(key, child)) return { path: pathOf(entry), message: 'key is not allowed' };
      waiting.push(entry);
    }
  }
  return undefined;
}

/** A tag may well be called `constructor`; then its value is text. */
function reachesPrototype(key: string, value: unknown): boolean {
  if (key === '__proto__') return true;
  return (key === 'constructor' || key === 'prototype') && typeof value === 'object' && value !== null;
}

function pathOf(entry: Waiting): PropertyKey[] {
  const path: PropertyKey[] = [];
  for (let at: Waiting | undefined = entry; at?.parent !== undefined; at = at.parent) path.unshift(at.key);
  return path;
}
