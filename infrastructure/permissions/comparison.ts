/** Two templates compared: what they allow, and what else differs. */
import * as z from 'zod';
import { type Change, changesBetween } from './changes.ts';
import { propertiesRead, readGrants } from './grants.ts';

/** A resource, or a section of the template such as `Parameters`, that differs in what `readGrants` does not read. */
export interface Unread {
  /** The logical id, or the name of the section. */
  readonly id: string;
  /** Such as `AWS::IAM::User`. Of a section: `section`. */
  readonly type: string;
  /** What differs: names of properties, or that the resource is `new` or `removed`. Of a section: nothing. */
  readonly differs: readonly string[];
}

export interface Comparison {
  readonly changes: readonly Change[];
  readonly unread: readonly Unread[];
}

const Resource = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
});
type Resource = z.infer<typeof Resource>;
const Template = z.looseObject({ Resources: z.record(z.string(), Resource) });

/** Sections that change what the resources mean (CloudFormation user guide, Template sections). */
const SECTIONS = ['Transform', 'Parameters', 'Mappings', 'Conditions', 'Rules', 'Hooks'];

/** Attributes of a resource that say whether it is there, and what happens to what it holds. */
const ATTRIBUTES = ['Condition', 'DeletionPolicy', 'UpdateReplacePolicy'];

/** Types that give nobody access to anything, and hold nothing. All others are named when they differ. */
const WITHOUT_ACCESS = new Set([
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::Logs::MetricFilter',
  'AWS::Scheduler::ScheduleGroup',
]);

/** What every packaging changes, or what access does not depend on. Packaging for the template alone has no handlers. */
const WITHOUT_MEANING: Readonly<Record<string, readonly string[]>> = {
  'AWS::Lambda::Function': ['Code', 'Handler', 'Description', 'MemorySize', 'Timeout'],
};

/** Compares two templates. Throws what `readGrants` throws. */
export function compareTemplates(before: unknown, after: unknown): Comparison {
  const [oldGrants, newGrants] = [readGrants(before), readGrants(after)];
  const [old, now] = [Template.parse(before), Template.parse(after)];
  const kept = new Set(Object.keys(old.Resources).filter((id) => old.Resources[id]?.Type === now.Resources[id]?.Type));
  const changes = changesBetween(oldGrants, newGrants, kept);
  const shown = new Set(changes.map(({ id }) => id));
  const ids = [...new Set([...Object.keys(old.Resources), ...Object.keys(now.Resources)])].sort();
  const resources = ids.flatMap((id) => unreadOf(id, old.Resources[id], now.Resources[id], shown.has(id)));
  const sections = SECTIONS.filter((name) => !isSame(old[name], now[name]));
  return {
    changes,
    unread: [...resources, ...sections.map((id) => ({ id, type: 'section', differs: [] }))],
  };
}

/** What differs in one resource. `isShown` says whether a change of what it allows is shown. */
function unreadOf(id: string, old: Resource | undefined, now: Resource | undefined, isShown: boolean): Unread[] {
  const type = now?.Type ?? old?.Type ?? '';
  if (WITHOUT_ACCESS.has(type) && (old === undefined || WITHOUT_ACCESS.has(old.Type))) return [];
  if (old !== undefined && now !== undefined && old.Type !== now.Type)
    return [{ id, type, differs: [`was ${old.Type}`] }];
  const differs = [
    ...propertiesThatDiffer(type, old?.Properties, now?.Properties, isShown),
    ...ATTRIBUTES.filter((name) => old !== undefined && now !== undefined && !isSame(old[name], now[name])),
  ];
  // That a role or a policy is new or removed is shown already.
  if (isShown || (old !== undefined && now !== undefined)) return differs.length === 0 ? [] : [{ id, type, differs }];
  return [{ id, type, differs: [now === undefined ? 'removed' : 'new'] }];
}

/** Properties that are not the same, and that no shown change is about. */
function propertiesThatDiffer(
  type: string,
  old: Readonly<Record<string, unknown>> = {},
  now: Readonly<Record<string, unknown>> = {},
  isShown: boolean,
): string[] {
  const left = new Set([...(WITHOUT_MEANING[type] ?? []), ...(isShown ? propertiesRead(type) : [])]);
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
  return names.filter((name) => !left.has(name) && !isSame(old[name], now[name]));
}

const isSame = (one: unknown, other: unknown): boolean => canonical(one) === canonical(other);

/** JSON that does not depend on the order of keys, nor on which form of `Fn::GetAtt` is used. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (key, part: unknown) => {
    if (key === 'Fn::GetAtt' && typeof part === 'string') return part.split('.');
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)));
  }) ?? '';
