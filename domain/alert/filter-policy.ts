/** Which alerts a subscriber gets, as an SNS filter policy on message attributes. */
import type { Subscriber } from '../../schemas/configuration/file.ts';
import type { Family, ResourceType } from '../../schemas/vocabulary.ts';
import { kindOf } from '../kinds.ts';

/** The allowed values of each attribute. A message passes if all of these attributes have an allowed value. */
export type FilterPolicy = Readonly<
  Partial<Record<'severity' | 'family' | 'status' | 'team' | 'project', readonly string[]>>
>;

/** The filter policy of `subscriber`, or `undefined` for a subscriber without filters. */
export function filterPolicyOf({
  severities,
  families,
  statuses,
  teams,
  projects,
}: Subscriber): FilterPolicy | undefined {
  const policy = {
    ...(severities && { severity: severities }),
    ...(families && { family: families }),
    ...(statuses && { status: statuses }),
    ...(teams && { team: teams }),
    ...(projects && { project: projects }),
  };
  return Object.keys(policy).length === 0 ? undefined : policy;
}

/** Whether a message with `attributes` passes `policy`. SNS compares exact values in the same way. */
export function passes(policy: FilterPolicy | undefined, attributes: ReadonlyMap<string, string>): boolean {
  return Object.entries(policy ?? {}).every(([name, values]) => values.includes(attributes.get(name) ?? ''));
}

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
