/** Permissions and their changes for people, in lines of at most `width` columns where names allow it. */
import { hasBase } from '../../handlers/grants.ts';
import type { Part } from '../../infrastructure/permissions/changes.ts';
import type { Comparison, Unread } from '../../infrastructure/permissions/comparison.ts';
import {
  type Condition,
  type Grants,
  isOfService,
  isRole,
  type Statement,
} from '../../infrastructure/permissions/grants.ts';
import { type Allowed, allowedBy, beyond, common } from '../../infrastructure/permissions/sections.ts';
import { agree, counted } from '../../schemas/text/count.ts';
import { wrapWith } from '../../schemas/text/wrap.ts';

/** What each role may do. What all functions may do stands once, at the top. */
export function showRoles(grants: ReadonlyMap<string, Grants>, width: number): string {
  const place = (role: string, on: readonly string[], conditions: readonly Condition[]) =>
    whereLines(on, conditions, width, role).join('\n');
  const roles = [...grants].flatMap(([id, { type, statements, usedBy }]) =>
    isRole(type) ? [{ id, usedBy, allowed: allowedBy(id, statements, place) }] : [],
  );
  const base = common(
    roles.filter(({ id }) => !isOfService(id) && hasBase(functionOf(id))).map(({ allowed }) => allowed),
  );
  const sections = roles.map(({ id, usedBy, allowed }) => {
    const own = beyond(allowed, base);
    const isBased = beyond(base, allowed).size === 0;
    const who = usedBy.flatMap((one) => one.who).join(', ');
    const usedWhen = usedBy.flatMap((one) => whereLines([], one.conditions, width, id));
    return [
      ...wrapWith(`${id}, used by ${who}`, width, '', '  '),
      ...usedWhen,
      ...(own.size === 0 ? ['  only what every function may do'] : list(own, width)),
      ...(isBased || isOfService(id) ? [] : ['  nothing of what every function may do']),
    ].join('\n');
  });
  const every = base.size === 0 ? [] : [['Every function', ...list(base, width)].join('\n')];
  const note =
    'A word without a colon is a resource of the stack. A resource without "arn:" is of the account and region of the ' +
    'deployment.';
  const count = `${counted(roles.length, 'role')} ${agree(roles.length, 'is', 'are')} in the package.`;
  return `${[...wrapWith(`${count} ${note}`, width, '', ''), '', [...every, ...sections].join('\n\n')].join('\n')}\n`;
}

const functionOf = (role: string) => role.charAt(0).toLowerCase() + role.slice(1).replace(/Role$/, '');

const list = (allowed: Allowed, width: number): string[] =>
  [...allowed].flatMap(([where, actions]) => [
    ...wrapWith([...new Set(actions)].sort().join(', '), width, '  - ', '    '),
    ...(where === '' ? [] : [where]),
  ]);

/** A name without what is the same for all resources of the account and region. */
const short = (arn: string) =>
  arn.replace(/^arn:\$\{AWS::Partition\}:([\w-]+):(?:\$\{AWS::Region\})?:\$\{AWS::AccountId\}:/, '$1 ');

function whereLines(on: readonly string[], conditions: readonly Condition[], width: number, role: string): string[] {
  const ownLog = role.replace(/Role$/, 'LogGroup');
  const names = on.map((one) => (one === ownLog ? 'its log group' : one === '*' ? 'all resources' : short(one)));
  const only = conditions.map(({ key, words, values }) => `only if ${key} ${words} ${values.map(short).join(' or ')}`);
  return [...names.map((name) => `on ${name}`), ...only].flatMap((line) => wrapWith(line, width, '      ', '        '));
}

const KINDS: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': 'role',
  'AWS::KMS::Key': 'key policy of',
  'AWS::Lambda::Permission': 'permission to call a function:',
  'AWS::Logs::LogGroup': 'policy of the log group',
  'AWS::S3::BucketPolicy': 'bucket policy',
  'AWS::SNS::TopicPolicy': 'topic policy',
  'AWS::SQS::QueuePolicy': 'queue policy',
};
const HEADS = { appears: ['+', ', new'], disappears: ['-', ', removed'], changes: ['~', ''] } as const;

/** What the comparison covers: nothing else may be called unchanged. */
const COMPARED =
  'what roles may do and who may use them, permissions to call functions, and policies in the properties ' +
  'PolicyDocument, KeyPolicy, ResourcePolicyDocument and ResourcePolicy';

/** What an update would change in what is compared, and what else differs. */
export function showComparison({ changes, unread }: Comparison, width: number): string {
  const sections = changes.map((one) => {
    const [mark, end] = HEADS[one.change];
    const lines = (sign: string, parts: readonly Part[]) =>
      parts.flatMap((part) => partLines(sign, part, one.id, width));
    return [
      ...wrapWith(`${mark} ${KINDS[one.type] ?? one.type} ${one.id}${end}`, width, '', '  '),
      ...lines('-', one.removed),
      ...lines('+', one.added),
    ].join('\n');
  });
  const sum =
    changes.length === 0
      ? 'Nothing of what was compared would change.'
      : `${counted(changes.length, 'role or policy', 'roles and policies')} would change.`;
  const compared = wrapWith(`${sum} Compared: ${COMPARED}.`, width, '', '').join('\n');
  return `${[...sections, compared, unreadLines(unread, width).join('\n')].join('\n\n')}\n`;
}

/** What the comparison leaves out (`infrastructure/permissions/comparison.ts`). */
const LEFT_OUT =
  'code, descriptions, memory and time limits of functions, alarms, dashboards, metric filters, groups of schedules, ' +
  'outputs, metadata and the order in which resources are made';

function unreadLines(unread: readonly Unread[], width: number): string[] {
  if (unread.length === 0)
    return wrapWith(`Nothing else differs, except perhaps ${LEFT_OUT}, which were not compared.`, width, '', '');
  const lines = unread.flatMap(({ id, type, differs }) =>
    wrapWith([`${type} ${id}`, ...(differs.length === 0 ? [] : [differs.join(', ')])].join(': '), width, '  ', '    '),
  );
  const also = `Nor does it look into ${LEFT_OUT}, whether or not they differ.`;
  return ['It does not look into these, which differ:', ...lines, ...wrapWith(also, width, '', '')];
}

function partLines(sign: string, { of, statement }: Part, id: string, width: number): string[] {
  return [
    ...wrapWith(`${whoWords(of, statement)}${statement.actions.join(', ')}`, width, `  ${sign} `, '    '),
    ...whereLines(statement.on, statement.conditions, width, id),
  ];
}

/** `may be used by x`, `x may`, `x may not`, or nothing before what a role itself may do. */
function whoWords(of: Part['of'], { effect, who }: Statement): string {
  const verb = effect === 'Allow' ? 'may' : 'may not';
  if (of === 'use') return `${verb} be used by ${who.join(', ')}: `;
  if (who.length > 0) return `${who.map((one) => (one === '*' ? 'everybody' : one)).join(', ')} ${verb}: `;
  return effect === 'Allow' ? '' : `${verb}: `;
}
