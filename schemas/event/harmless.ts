/** Refuses hostile input before any other schema reads it. */
import * as z from 'zod/mini';

/**
 * Characters (UTF-16 units). EventBridge accepted events of up to 256 KiB until 2025 and accepts 1 MiB now. SageMaker's
 * own events are a few KiB: their largest part, hyperparameters, is limited to 100 entries of 2,500 characters.
 */
export const LARGEST_EVENT = 256 * 1024;
/** Levels. The deepest documented event (HyperPod Cluster Event) has six. */
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

/** Schema of any JSON value that is not too large, not too deep and has no keys that reach an object's prototype. */
export const harmless = z.unknown().check(
  z.superRefine((input, context) => {
    const finding = findHostile(input);
    if (finding !== undefined) context.addIssue({ code: 'custom', path: finding.path, message: finding.message });
  }),
);

/** Without recursion, so that deep nesting cannot exhaust the stack. */
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

/** A tag may be called `constructor`, but its value is always text, never an object. */
function reachesPrototype(key: string, value: unknown): boolean {
  if (key === '__proto__') return true;
  return (key === 'constructor' || key === 'prototype') && typeof value === 'object' && value !== null;
}

function pathOf(entry: Waiting): PropertyKey[] {
  const path: PropertyKey[] = [];
  for (let at: Waiting | undefined = entry; at?.parent !== undefined; at = at.parent) path.unshift(at.key);
  return path;
}
