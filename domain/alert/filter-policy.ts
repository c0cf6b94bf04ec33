/** Which alerts a subscriber hears, as an SNS filter policy on message attributes. */
import type { Subscriber } from '../../schemas/configuration/file.ts';

/** Attribute name to the values that pass; every attribute named has to pass. */
export type FilterPolicy = Readonly<Partial<Record<'severity' | 'family' | 'team' | 'project', readonly string[]>>>;

/** The filter policy of `subscriber`, or none where it hears everything. */
export function filterPolicyOf({ severities, families, teams, projects }: Subscriber): FilterPolicy | undefined {
  const policy = {
    ...(severities && { severity: severities }),
    ...(families && { family: families }),
    ...(teams && { team: teams }),
    ...(projects && { project: projects }),
  };
  return Object.keys(policy).length === 0 ? undefined : policy;
}

/** Whether a message with `attributes` passes `policy`, as SNS decides it for exact values. */
export function passes(policy: FilterPolicy | undefined, attributes: ReadonlyMap<string, string>): boolean {
  return Object.entries(policy ?? {}).every(([name, values]) => values.includes(attributes.get(name) ?? ''));
}
