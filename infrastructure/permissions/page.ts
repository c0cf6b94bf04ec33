/** `docs/permissions.md`: what the packaged roles allow, for people who ask before they install. */
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
  [...allowed].flatMap(([where, actions]) => [...wrapped([...new Set(actions)].sort().map(code)), where]);

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
