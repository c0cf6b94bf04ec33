/** Reads the owner of a resource from its tags. */
import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';
import type { Tags } from '../../schemas/event/values.ts';

/** `unknown` when no tag names one. Routes in `ground-control.yml` can match this word. */
export interface Owner {
  readonly owner: string;
  readonly team: string;
  readonly project: string;
}

/** Each value comes from the first configured tag key that has one. Keys match whatever their case. */
export function ownerOf(tags: Tags, keys: FunctionConfiguration['tags']): Owner {
  const byKey = new Map([...tags].map(([key, value]) => [key.toLowerCase(), value]));
  const first = (candidates: readonly string[]) =>
    candidates.map((key) => byKey.get(key.toLowerCase())).find((value) => value !== undefined && value !== '') ??
    'unknown';
  return { owner: first(keys.owner), team: first(keys.team), project: first(keys.project) };
}
