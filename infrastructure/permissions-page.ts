/** `docs/permissions.md`: what the packaged roles allow, for people who ask before they install. */
import * as z from 'zod';

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

/** Roles that are not a function's: schedules and relays send with them. */
const isOfService = (id: string): boolean =>
  ['SchedulesRole', 'ContinuationRole', 'TeamScheduleRole'].includes(id) || /^Relay\w+Role$/.test(id);

/** Actions by what they are allowed on, and under which condition. */
type Allowed = ReadonlyMap<string, readonly string[]>;

function allowedBy(id: string, policies: readonly z.output<typeof Policy>[]): Allowed {
  const ownLog = id.replace(/Role$/, 'LogGroup');
  const place = (target: string) => {
    const where = target === ownLog ? 'its log group' : code(target);
    return `  - on${where.length > WIDTH - 6 ? '\n   ' : ''} ${where}`;
  };
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

/** Settings that add permissions, each with the words of the page about it. */
const ADDING = {
  stopping: {
    settings: 'budgets: { mode: enforce }\n',
    when: 'Only with `budgets.mode: enforce` in `ground-control.yml`:',
  },
  chaining: {
    settings: 'labeling: { mode: enforce, roles: ["arn:aws:iam::111122223333:role/labeling"] }\n',
    when: 'Only with `labeling.mode: enforce` in `ground-control.yml`, here with one of `labeling.roles`:',
  },
  reading: { settings: 'logs: tail\n', when: 'Only with `logs: tail` in `ground-control.yml`:' },
  reviewing: {
    settings:
      'review:\n  flows: { fraud-review: { output: s3://amzn-s3-demo-bucket/fraud-review/ } }\n' +
      '  keys: [arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab]\n',
    when: 'Only with an `output` under `review.flows` in `ground-control.yml`, here with one, and one of `review.keys`:',
  },
  reporting: {
    settings:
      'teams:\n  report: weekly\n  names: [us-east-1_aBcDeFgHi]\n  outputs: [s3://amzn-s3-demo-bucket/labels/]\n' +
      '  keys: [arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab]\n',
    when: 'Only with `teams.report` in `ground-control.yml`, here with one of `outputs`, `keys` and `names`:',
  },
  following: { settings: 'teams: { live: on }\n', when: 'Only with `teams.live: on` in `ground-control.yml`:' },
  relaying: {
    settings:
      'relays:\n  to:\n' +
      '    central: { bus: "arn:aws:events:eu-west-1:444455556666:event-bus/central" }\n' +
      '    command:\n      runCommand:\n        document: restart-exporter\n' +
      '        instances: [i-0123456789abcdef0]\n        parameters: { Id: id }\n' +
      '    function: { lambda: "arn:aws:lambda:us-east-1:111122223333:function:on-change" }\n' +
      '    machine: { stateMachine: "arn:aws:states:us-east-1:111122223333:stateMachine:on-change" }\n' +
      '    queue:\n      queue: "arn:aws:sqs:us-east-1:111122223333:changes.fifo"\n' +
      '      key: arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab\n' +
      '    stream: { kinesis: "arn:aws:kinesis:us-east-1:111122223333:stream/changes" }\n' +
      '    topic: { topic: "arn:aws:sns:us-east-1:111122223333:changes" }\n' +
      '    webhook:\n      webhook:\n        url: https://api.acme-widgets.com/changes\n' +
      '        apiKey: { header: X-Api-Key, secret: acme-webhook }\n',
    when: 'Only with `relays.to` in `ground-control.yml`, here with one relay of each kind:',
  },
} as const;
type Adding = keyof typeof ADDING;
const NAMES = [
  'stopping',
  'chaining',
  'reading',
  'reviewing',
  'reporting',
  'following',
  'relaying',
] as const satisfies readonly Adding[];

/** Templates of the service: packaged with nothing that adds permissions, and with each setting that does. */
type Templates = Readonly<Record<Adding | 'observing', unknown>>;

/** The templates of the page. `packaged` gives the template for a `ground-control.yml`. */
export const templatesBy = (packaged: (settings: string) => unknown): Templates => ({
  observing: packaged('budgets: { mode: observe }\nlabeling: { mode: observe }\n'),
  stopping: packaged(ADDING.stopping.settings),
  chaining: packaged(ADDING.chaining.settings),
  reading: packaged(ADDING.reading.settings),
  reviewing: packaged(ADDING.reviewing.settings),
  reporting: packaged(ADDING.reporting.settings),
  following: packaged(ADDING.following.settings),
  relaying: packaged(ADDING.relaying.settings),
});

/** The page for these templates. */
export function permissionsPage(templates: Templates): string {
  const observed = rolesIn(templates.observing);
  const adding = NAMES.map((name) => ({ when: ADDING[name].when, roles: rolesIn(templates[name]) }));
  const base = common([...observed].flatMap(([id, allowed]) => (isOfService(id) ? [] : [allowed])));
  const functions = [...observed.keys()].filter((id) => !isOfService(id));
  // What a setting allows every function stands once on the page.
  const everywhere = new Map(
    adding.map(({ when, roles }) => [
      when,
      common(functions.map((id) => beyond(roles.get(id) ?? new Map(), observed.get(id)))),
    ]),
  );
  const ids = new Set([observed, ...adding.map(({ roles }) => roles)].flatMap((roles) => [...roles.keys()]));
  const sections = [...ids].map((id) => {
    // Most functions that are deployed only with a setting have what every function has, and what the setting adds.
    const isBased = adding.some(({ roles }) => roles.has(id) && beyond(base, roles.get(id)).size === 0);
    const always = observed.get(id) ?? (isBased ? base : new Map());
    const own = beyond(always, base);
    const isAlwaysThere = observed.has(id);
    const more = adding.map(({ when, roles }) => ({
      when,
      allowed: beyond(beyond(roles.get(id) ?? new Map(), always), everywhere.get(when)),
    }));
    return [
      `## ${id}`,
      '',
      ...(own.size > 0 ? [...list(own), ''] : isAlwaysThere ? ['Only what every function may do.', ''] : []),
      ...(isAlwaysThere || isBased || isOfService(id) ? [] : ['It may do nothing of what every function may do.', '']),
      ...more.flatMap(({ when, allowed }) => (allowed.size === 0 ? [] : [when, '', ...list(allowed), ''])),
    ].join('\n');
  });
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
    ...[...everywhere].flatMap(([when, allowed]) => (allowed.size === 0 ? [] : [when, '', ...list(allowed), ''])),
    ...sections,
  ].join('\n');
}
