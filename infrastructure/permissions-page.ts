/** `docs/permissions.md`: what the packaged roles allow, for people who ask before they install. */
import * as z from 'zod';
import { OPTIONAL_FUNCTIONS } from './optional-functions.ts';
import { roleOf } from './per-function.ts';

const many = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const Target = z.union([
  z.string(),
  z.object({ Ref: z.string() }).transform(({ Ref }) => Ref),
  z.object({ 'Fn::GetAtt': z.array(z.string()) }).transform(({ 'Fn::GetAtt': path }) => path[0] ?? ''),
  z.object({ 'Fn::Sub': z.string() }).transform(({ 'Fn::Sub': arn }) => arn),
]);
const Policy = z.object({
  PolicyDocument: z.object({
    Statement: z.array(
      z.object({
        Action: many,
        Resource: z.union([Target.transform((one) => [one]), z.array(Target)]),
        Condition: z.record(z.string(), z.record(z.string(), Target)).optional(),
      }),
    ),
  }),
});
const Role = z.object({ Type: z.literal('AWS::IAM::Role'), Properties: z.object({ Policies: z.array(Policy) }) });
/** A packaged CloudFormation template. */
const Template = z.object({ Resources: z.record(z.string(), z.unknown()) });

/** Roles that are not a function's: schedules send with them. */
const OF_SCHEDULES: readonly string[] = ['SchedulesRole', 'ContinuationRole'];

/** Actions by what they are allowed on, and under which condition. */
type Allowed = ReadonlyMap<string, readonly string[]>;

function allowedBy(id: string, policies: readonly z.output<typeof Policy>[]): Allowed {
  const ownLog = id.replace(/Role$/, 'LogGroup');
  const place = (target: string) => `  - on ${target === ownLog ? 'its log group' : code(target)}`;
  const allowed = new Map<string, string[]>();
  for (const { Action, Resource, Condition } of policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)) {
    const where = [...Resource.map(place), ...conditions(Condition)].join('\n');
    allowed.set(where, [...(allowed.get(where) ?? []), ...Action]);
  }
  return allowed;
}

function rolesIn(template: unknown): ReadonlyMap<string, Allowed> {
  const roles = Object.entries(Template.parse(template).Resources).flatMap(([id, resource]) => {
    const role = Role.safeParse(resource).data;
    return role === undefined ? [] : [[id, allowedBy(id, role.Properties.Policies)] as const];
  });
  return new Map(roles);
}

const code = (text: string) => `\`${text}\``;

const conditions = (condition: Readonly<Record<string, Readonly<Record<string, string>>>> = {}) =>
  Object.values(condition).flatMap((tests) =>
    Object.entries(tests).map(([key, value]) => `  - only if ${code(key)} is ${code(value)}`),
  );

/** The actions of `allowed` that `without` does not have. */
const beyond = (allowed: Allowed, without: Allowed | undefined): Allowed =>
  new Map(
    [...allowed].flatMap(([where, actions]) => {
      const more = actions.filter((action) => without?.get(where)?.includes(action) !== true);
      return more.length === 0 ? [] : [[where, more] as const];
    }),
  );

/** The actions that every one of `all` has. */
const common = ([first = new Map<string, string[]>(), ...others]: readonly Allowed[]): Allowed =>
  new Map(
    [...first].flatMap(([where, actions]) => {
      const shared = actions.filter((action) => others.every((one) => one.get(where)?.includes(action)));
      return shared.length === 0 ? [] : [[where, shared] as const];
    }),
  );

const list = (allowed: Allowed): string[] =>
  [...allowed].flatMap(([where, actions]) => [...wrapped([...new Set(actions)].sort().map(code)), where]);

const WIDTH = 118;

/** `words` as one item of a list, in lines that fit the width of a page. */
function wrapped(words: readonly string[]): string[] {
  const lines = ['-'];
  for (const [at, word] of words.entries()) {
    const text = at === words.length - 1 ? word : `${word},`;
    const line = `${lines.at(-1)} ${text}`;
    if (line.length <= WIDTH) lines[lines.length - 1] = line;
    else lines.push(`  ${text}`);
  }
  return lines;
}

/** Templates of the service, packaged with the settings that change permissions. */
interface Templates {
  /** Every mode is `observe`, and `logs` is off. */
  readonly observing: unknown;
  /** Every mode is `enforce`. */
  readonly enforcing: unknown;
  /** `logs` is `tail`. */
  readonly reading: unknown;
  /** Every optional function is deployed. */
  readonly complete: unknown;
}

/** The templates of the page. `packaged` gives the template for a `ground-control.yml`. */
export const templatesBy = (packaged: (settings: string) => unknown): Templates => ({
  observing: packaged('budgets: { mode: observe }\nlabeling: { mode: observe }\n'),
  enforcing: packaged('budgets: { mode: enforce }\nlabeling: { mode: enforce }\n'),
  reading: packaged('logs: tail\n'),
  complete: packaged('teams: { live: on }\n'),
});

/** The page for these templates. */
export function permissionsPage({ observing, enforcing, reading, complete }: Templates): string {
  const observed = rolesIn(observing);
  const readers = rolesIn(reading);
  const base = common([...observed].flatMap(([id, allowed]) => (OF_SCHEDULES.includes(id) ? [] : [allowed])));
  const sections = [...rolesIn(enforcing)].map(([id, allowed]) => {
    const always = observed.get(id) ?? new Map();
    const own = beyond(always, base);
    const more = beyond(allowed, always);
    const logs = beyond(readers.get(id) ?? new Map(), always);
    return [
      `## ${id}`,
      '',
      ...(own.size === 0 ? ['Only what every function may do.'] : list(own)),
      ...(more.size === 0 ? [] : ['', 'Only with `mode: enforce` in `ground-control.yml`:', '', ...list(more)]),
      ...(logs.size === 0 ? [] : ['', 'Only with `logs: tail` in `ground-control.yml`:', '', ...list(logs)]),
      '',
    ].join('\n');
  });
  const optional = rolesIn(complete);
  const optionalSections = Object.entries(OPTIONAL_FUNCTIONS).map(([name, { setting }]) =>
    optionalSection(roleOf(name), setting, optional.get(roleOf(name)) ?? new Map(), base),
  );
  return [
    '# Permissions',
    '',
    'What the roles of the packaged service allow. `npm run generate` writes this page from the CloudFormation template;',
    'a test compares both. A word without a colon is a resource of the stack. `*` is for actions that know no resource.',
    '',
    '## Every function',
    '',
    ...list(base),
    '',
    ...sections,
    ...optionalSections,
  ].join('\n');
}

/** The section about the role of an optional function, which may lack what every other function may do. */
function optionalSection(id: string, setting: string, allowed: Allowed, base: Allowed): string {
  const isBased = beyond(base, allowed).size === 0;
  return [
    `## ${id}`,
    '',
    `Only with ${code(setting)} in ${code('ground-control.yml')}${isBased ? '.' : ', and nothing of what other functions may do:'}`,
    '',
    ...list(isBased ? beyond(allowed, base) : allowed),
    '',
  ].join('\n');
}
