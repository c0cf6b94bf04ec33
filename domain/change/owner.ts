/** Whose a resource is, by its tags. */
import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';
import type { Tags } from '../../schemas/event/values.ts';

/** `unknown` where no tag says; the word is also what routes match. */
export interface Owner {
  readonly owner: string;
  readonly team: string;
  readonly project: string;
}

/** The owner named by the first of the configured tag keys that is present. Upper and lower case do not matter. */
export function ownerOf(tags: Tags, keys: FunctionConfiguration['tags']): Owner {
  const byKey = new Map([...tags].map(([key, value]) => [key.toLowerCase(), value]));
  const first = (candidates: readonly string[]) =>
    candidates.map((key) => byKey.get(key.toLowerCase())).find((value) => value !== undefined && value !== '') ??
    'unknown';
  return { owner: first(keys.owner), team: first(keys.team), project: first(keys.project) };
}
