/** Which alerts a subscriber gets, by the attributes of an alert. */
import type { Filters } from '../../schemas/configuration/delivery/policy.ts';
import type { Family, ResourceType } from '../../schemas/vocabulary.ts';
import { kindOf } from '../kinds.ts';

/** The attribute that names who gets an alert now, by the keys of subscribers. */
export const GROUPS = 'groups';

/** Whether an alert with `attributes` passes `filters`. SNS compares exact values in the same way. */
export const passes = (filters: Filters, attributes: ReadonlyMap<string, string>): boolean =>
  Object.entries(filters).every(
    ([name, values]) => values === undefined || values.includes(attributes.get(name) ?? ''),
  );

/** The types of resources in a family. Other families may have any type: `resource` has those of tomorrow, too. */
const TYPES: Readonly<Partial<Record<Family, readonly ResourceType[]>>> = {
  'training-job': ['training-job'],
  'tuning-job': ['tuning-job'],
  'processing-job': ['processing-job'],
  'transform-job': ['transform-job'],
  endpoint: ['endpoint'],
  'labeling-job': ['labeling-job', 'labeling-task'],
  'human-review': ['human-loop', 'human-task'],
  pipeline: ['pipeline-execution', 'pipeline-step'],
};

/** The statuses that alerts of `families` may have; absent when they may have any. */
export function statusesOf(families: readonly Family[]): ReadonlySet<string> | undefined {
  const statuses = new Set(['unknown']);
  for (const family of families) {
    const types = TYPES[family];
    if (types === undefined) return undefined;
    for (const type of types) for (const status of Object.keys(kindOf(type).statuses)) statuses.add(status);
  }
  return statuses;
}
