/** What each role may do always, and with which setting, told apart by comparing packaged templates. */
import { type Condition, isOfService, isRole, readGrants, type Statement } from './grants.ts';

/** Actions by the words about what they are allowed on, and under which condition. */
export type Allowed = ReadonlyMap<string, readonly string[]>;

/** Words about what a statement of the role called `role` is allowed on. */
export type Place = (role: string, on: readonly string[], conditions: readonly Condition[]) => string;

/** Actions by the place, in words, where `statements` allow them. */
export function allowedBy(role: string, statements: readonly Statement[], place: Place): Allowed {
  const allowed = new Map<string, string[]>();
  for (const { effect, actions, on, conditions } of statements) {
    if (effect === 'Deny') continue;
    const where = place(role, on, conditions);
    allowed.set(where, [...(allowed.get(where) ?? []), ...actions]);
  }
  return allowed;
}

const rolesIn = (template: unknown, place: Place): ReadonlyMap<string, Allowed> =>
  new Map(
    [...readGrants(template)].flatMap(([id, { type, statements }]) =>
      isRole(type) ? [[id, allowedBy(id, statements, place)] as const] : [],
    ),
  );

/** The actions of `allowed` that `without` does not have. */
export const beyond = (allowed: Allowed, without: Allowed | undefined): Allowed =>
  new Map(
    [...allowed].flatMap(([where, actions]) => {
      const more = actions.filter((action) => without?.get(where)?.includes(action) !== true);
      return more.length === 0 ? [] : [[where, more] as const];
    }),
  );

/** The actions that every one of `all` has. */
export const common = ([first = new Map<string, string[]>(), ...others]: readonly Allowed[]): Allowed =>
  new Map(
    [...first].flatMap(([where, actions]) => {
      const shared = actions.filter((action) => others.every((one) => one.get(where)?.includes(action)));
      return shared.length === 0 ? [] : [[where, shared] as const];
    }),
  );

/** Settings that add permissions, with the words of the page about each, and their short name. */
export const ADDING = {
  stopping: {
    short: '`budgets.mode: enforce`',
    settings: 'budgets: { mode: enforce }\n',
    when: 'Only with `budgets.mode: enforce` in `ground-control.yml`:',
  },
  chaining: {
    short: '`labeling.mode: enforce`',
    settings: 'labeling: { mode: enforce, roles: ["arn:aws:iam::111122223333:role/labeling"] }\n',
    when: 'Only with `labeling.mode: enforce` in `ground-control.yml`, here with one of `labeling.roles`:',
  },
  reading: { short: '`logs: tail`', settings: 'logs: tail\n', when: 'Only with `logs: tail` in `ground-control.yml`:' },
  reviewing: {
    short: '`review.flows`',
    settings:
      'review:\n  flows: { fraud-review: { output: s3://amzn-s3-demo-bucket/fraud-review/ } }\n' +
      '  keys: [arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab]\n',
    when: 'Only with an `output` under `review.flows` in `ground-control.yml`, here with one, and one of `review.keys`:',
  },
  reporting: {
    short: '`teams.report`',
    settings:
      'teams:\n  report: weekly\n  names: [us-east-1_aBcDeFgHi]\n  outputs: [s3://amzn-s3-demo-bucket/labels/]\n' +
      '  keys: [arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab]\n',
    when: 'Only with `teams.report` in `ground-control.yml`, here with one of `outputs`, `keys` and `names`:',
  },
  following: {
    short: '`teams.live: on`',
    settings: 'teams: { live: on }\n',
    when: 'Only with `teams.live: on` in `ground-control.yml`:',
  },
  relaying: {
    short: '`relays.to`',
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
export type Adding = keyof typeof ADDING;
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
export type Templates = Readonly<Record<Adding | 'observing', unknown>>;

/** The templates to compare. `packaged` gives the template for a `ground-control.yml`, and is called once at a time. */
export const templatesBy = async (packaged: (settings: string) => unknown): Promise<Templates> => ({
  observing: await packaged('budgets: { mode: observe }\nlabeling: { mode: observe }\n'),
  stopping: await packaged(ADDING.stopping.settings),
  chaining: await packaged(ADDING.chaining.settings),
  reading: await packaged(ADDING.reading.settings),
  reviewing: await packaged(ADDING.reviewing.settings),
  reporting: await packaged(ADDING.reporting.settings),
  following: await packaged(ADDING.following.settings),
  relaying: await packaged(ADDING.relaying.settings),
});

/** What a setting adds. */
export interface Added {
  readonly setting: Adding;
  readonly allowed: Allowed;
}
/** What one role may do beyond what every function may do. */
export interface Section {
  readonly id: string;
  readonly own: Allowed;
  readonly added: readonly Added[];
  /** Whether the role is there without any of the settings. */
  readonly isAlwaysThere: boolean;
  /** Whether it may do what every function may do. */
  readonly isBased: boolean;
}
export interface Sections {
  /** What every function may do. */
  readonly base: Allowed;
  /** What settings allow every function. */
  readonly everywhere: readonly Added[];
  readonly roles: readonly Section[];
}

/** The permissions in `templates`, with the words of `place`. */
export function sectionsOf(templates: Templates, place: Place): Sections {
  const observed = rolesIn(templates.observing, place);
  const packaged = NAMES.map((setting) => ({ setting, roles: rolesIn(templates[setting], place) }));
  const base = common([...observed].flatMap(([id, allowed]) => (isOfService(id) ? [] : [allowed])));
  const functions = [...observed.keys()].filter((id) => !isOfService(id));
  const everywhere = packaged.map(({ setting, roles }) => ({
    setting,
    allowed: common(functions.map((id) => beyond(roles.get(id) ?? new Map(), observed.get(id)))),
  }));
  const ids = new Set([observed, ...packaged.map(({ roles }) => roles)].flatMap((roles) => [...roles.keys()]));
  const roles = [...ids].map((id): Section => {
    const isAlwaysThere = observed.has(id);
    // Most functions that are deployed only with a setting have what every function has, and what the setting adds.
    const isBased =
      !isOfService(id) &&
      (isAlwaysThere || packaged.some(({ roles }) => roles.has(id) && beyond(base, roles.get(id)).size === 0));
    const always = observed.get(id) ?? (isBased ? base : new Map());
    const added = packaged.map(({ setting, roles }, at) => ({
      setting,
      allowed: beyond(beyond(roles.get(id) ?? new Map(), always), everywhere[at]?.allowed),
    }));
    return { id, own: beyond(always, base), added: added.filter(isSome), isAlwaysThere, isBased };
  });
  return { base, everywhere: everywhere.filter(isSome), roles };
}

const isSome = ({ allowed }: Added) => allowed.size > 0;
