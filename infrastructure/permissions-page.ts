/** Renders `docs/permissions.md`: what the packaged roles allow, for people who decide whether to install. */
import * as z from 'zod';

/** IAM accepts one string or a list. */
const many = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
/** An ARN, or the logical id of the stack's resource that a reference points to. */
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

/** The one role that no function has: schedules use it to send. */
const SCHEDULES = 'SchedulesRole';

/** Rows of a Markdown table, `| action | resources | condition |`, by logical id of the role. */
function linesOf(template: unknown): ReadonlyMap<string, readonly string[]> {
  const roles = Object.entries(Template.parse(template).Resources).flatMap(([id, resource]) => {
    const role = Role.safeParse(resource).data;
    return role === undefined ? [] : [[id, role.Properties.Policies] as const];
  });
  return new Map(
    roles.map(([id, policies]) => {
      const ownLog = id.replace(/Role$/, 'LogGroup');
      const named = (target: string) => (target === ownLog ? 'its log group' : code(target));
      const statements = policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
      const lines = statements.flatMap(({ Action, Resource, Condition }) =>
        Action.map((action) => `| ${code(action)} | ${Resource.map(named).join(', ')} | ${conditionOf(Condition)} |`),
      );
      return [id, [...new Set(lines)].sort()];
    }),
  );
}

const code = (text: string) => `\`${text}\``;

const conditionOf = (condition: Readonly<Record<string, Readonly<Record<string, string>>>> = {}) =>
  Object.values(condition)
    .flatMap((tests) => Object.entries(tests).map(([key, value]) => `${code(key)} is ${code(value)}`))
    .join(', ');

const table = (lines: readonly string[]) => ['| Action | On | Only if |', '|---|---|---|', ...lines];

/** The page for a template packaged with every mode set to observe, and one with every mode set to enforce. */
export function permissionsPage(observing: unknown, enforcing: unknown): string {
  const observed = linesOf(observing);
  const functions = [...observed].filter(([id]) => id !== SCHEDULES);
  const base = (functions[0]?.[1] ?? []).filter((line) => functions.every(([, lines]) => lines.includes(line)));
  const sections = [...linesOf(enforcing)].map(([id, lines]) => {
    const always = observed.get(id) ?? [];
    const own = always.filter((line) => !base.includes(line));
    const more = lines.filter((line) => !always.includes(line));
    const extra = ['', 'Only with `labeling.mode: enforce` in `ground-control.yml`:', '', ...table(more)];
    return [
      `## ${id}`,
      '',
      ...(own.length === 0 ? ['Only what every function may do.'] : table(own)),
      ...(more.length === 0 ? [] : extra),
      '',
    ].join('\n');
  });
  return [
    '# Permissions',
    '',
    'What the roles of the packaged service allow. `npm run permissions` writes this page from the CloudFormation template;',
    'a test compares both. A word without a colon is a resource of the stack. `*` is for actions that know no resource.',
    '',
    '## Every function',
    '',
    ...table(base),
    '',
    ...sections,
  ].join('\n');
}
