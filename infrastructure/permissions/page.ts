/** `docs/permissions.md`: what the packaged roles allow, for people who ask before they install. */
import { wrapWith } from '../../schemas/text/wrap.ts';
import { type Condition, isOfService } from './grants.ts';
import { ADDING, type Allowed, type Section, sectionsOf, type Templates } from './sections.ts';

const WIDTH = 118;

const code = (text: string) => `\`${text}\``;

const condition = ({ key, words, values }: Condition) =>
  `  - only if ${code(key)} ${words} ${values.map(code).join(' or ')}`;

function place(role: string, on: readonly string[], conditions: readonly Condition[]): string {
  const ownLog = role.replace(/Role$/, 'LogGroup');
  const line = (target: string) => {
    const where = target === ownLog ? 'its log group' : code(target);
    return `  - on${where.length > WIDTH - 6 ? '\n   ' : ''} ${where}`;
  };
  return [...on.map(line), ...conditions.map(condition)].join('\n');
}

const list = (allowed: Allowed): string[] =>
  [...allowed].flatMap(([where, actions]) => [
    ...wrapWith([...new Set(actions)].sort().map(code).join(', '), WIDTH, '- ', '  '),
    where,
  ]);

const addedLines = (added: Section['added']): string[] =>
  added.flatMap(({ setting, allowed }) => [ADDING[setting].when, '', ...list(allowed), '']);

const section = ({ id, own, added, isAlwaysThere, isBased }: Section): string =>
  [
    `## ${id}`,
    '',
    ...(own.size > 0 ? [...list(own), ''] : isAlwaysThere ? ['Only what every function may do.', ''] : []),
    ...(isBased || isOfService(id) ? [] : ['It may do nothing of what every function may do.', '']),
    ...addedLines(added),
  ].join('\n');

/** The page for these templates. */
export function permissionsPage(templates: Templates): string {
  const { base, everywhere, roles } = sectionsOf(templates, place);
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
    ...addedLines(everywhere),
    ...roles.map(section),
  ].join('\n');
}
