/** What an update would change of what a deployed template allows. */
import { type Grants, isRole, type Statement } from './grants.ts';

/** A statement, and whether it says who may use a role. */
export interface Part {
  readonly of: 'use' | 'permission';
  readonly statement: Statement;
}

/** What changes for one role, or for one policy of a resource. */
export interface Change {
  readonly id: string;
  /** Such as `AWS::IAM::Role`. */
  readonly type: string;
  readonly change: 'appears' | 'disappears' | 'changes';
  readonly added: readonly Part[];
  readonly removed: readonly Part[];
}

/**
 * Changes from `before` to `after`, as `readGrants` gives them: roles first, and by their ids. `kept` are the resources
 * that both templates have: such a resource does not appear with its first policy, nor disappear with its last one.
 */
export function changesBetween(
  before: ReadonlyMap<string, Grants>,
  after: ReadonlyMap<string, Grants>,
  kept: ReadonlySet<string> = new Set(),
): readonly Change[] {
  const ids = [...new Set([...before.keys(), ...after.keys()])].sort();
  const changes = ids.flatMap((id): Change[] => {
    const [old, now] = [before.get(id), after.get(id)];
    const [had, has] = [partsOf(old), partsOf(now)];
    const added = joined([...has].filter(([key]) => !had.has(key)).map(([, part]) => part));
    const removed = joined([...had].filter(([key]) => !has.has(key)).map(([, part]) => part));
    if (added.length + removed.length === 0 && old !== undefined && now !== undefined) return [];
    return [
      { id, type: now?.type ?? old?.type ?? '', change: kept.has(id) ? 'changes' : kindOf(old, now), added, removed },
    ];
  });
  const [roles, others] = [changes.filter(({ type }) => isRole(type)), changes.filter(({ type }) => !isRole(type))];
  return [...roles, ...others];
}

const kindOf = (old: Grants | undefined, now: Grants | undefined): Change['change'] =>
  old === undefined ? 'appears' : now === undefined ? 'disappears' : 'changes';

/** The parts of `grants` with one action and one resource each, so that they can be compared, by all that they say. */
function partsOf(grants: Grants | undefined): ReadonlyMap<string, Part> {
  const all: Part[] = [
    ...(grants?.usedBy ?? []).map((statement) => ({ of: 'use' as const, statement })),
    ...(grants?.statements ?? []).map((statement) => ({ of: 'permission' as const, statement })),
  ];
  return new Map(
    all.flatMap(({ of, statement }) =>
      statement.actions.flatMap((action) =>
        (statement.on.length === 0 ? [[]] : statement.on.map((one) => [one])).map((on) => {
          const part = { of, statement: { ...statement, who: [...statement.who].sort(), actions: [action], on } };
          return [JSON.stringify(part), part] as const;
        }),
      ),
    ),
  );
}

/** Joins parts that differ only in their action, and then those that differ only in their resource. */
function joined(parts: readonly Part[]): readonly Part[] {
  const byAction = Map.groupBy(parts, ({ of, statement }) => JSON.stringify([of, { ...statement, actions: [] }]));
  const actions = [...byAction.values()].flatMap((alike) => merged(alike, 'actions'));
  const byResource = Map.groupBy(actions, ({ of, statement }) => JSON.stringify([of, { ...statement, on: [] }]));
  return [...byResource.values()].flatMap((alike) => merged(alike, 'on'));
}

function merged(alike: readonly Part[], list: 'actions' | 'on'): readonly Part[] {
  const [first] = alike;
  if (first === undefined) return [];
  const values = alike.flatMap(({ statement }) => statement[list]).sort();
  return [{ ...first, statement: { ...first.statement, [list]: values } }];
}
