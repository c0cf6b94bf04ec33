/** Which alerts a subscriber gets, as an SNS filter policy on message attributes. */
import type { Subscriber } from '../../schemas/configuration/file.ts';

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
