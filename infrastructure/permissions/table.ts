/** The table of `docs/install.md`: a row for each function, with a line for each permission. */
import { type Condition, isOfService } from './grants.ts';
import { ADDING, type Allowed, type Section, sectionsOf, type Templates } from './sections.ts';

const BEGIN = '<!-- permissions: begin (npm run generate) -->';
const END = '<!-- permissions: end -->';

const code = (text: string) => `\`${text}\``;

/** What samples in the settings of `ADDING` stand for. */
const SAMPLES: readonly (readonly [RegExp, string])[] = [
  [/^arn:aws:kms:us-east-1:111122223333:/, 'a key of `keys`'],
  [/^amzn-s3-demo-bucket\/fraud-review\//, 'objects in an `output`'],
  [/^amzn-s3-demo-bucket\/labels\/\*annotations\/worker-response\//, 'worker responses in `outputs`'],
  [/^amzn-s3-demo-bucket$/, 'a bucket of `outputs`'],
  [/^userpool\//, 'a user pool of `names`'],
];

/** A resource without what is the same for all resources of this account and region. */
function short(arn: string): string {
  const name = arn.replace(
    /^arn:\$\{AWS::Partition\}:(?:s3:::|[\w-]+:(?:\$\{AWS::Region\}|[\w-]*):\$\{AWS::AccountId\}:)/,
    '',
  );
  const sample = SAMPLES.find(([pattern]) => pattern.test(name));
  return sample?.[1] ?? code(name);
}

function place(role: string, on: readonly string[], conditions: readonly Condition[]): string {
  const ownLog = role.replace(/Role$/, 'LogGroup');
  const where = on.map((target) =>
    target === ownLog ? 'its log group' : target === '*' ? 'all resources' : short(target),
  );
  const only = conditions.map(({ key, words, values }) => `if ${code(key)} ${words} ${values.map(code).join(' or ')}`);
  return [`on ${where.join(', ')}`, ...only].join(' ');
}

/** One line for each service: `sqs: SendMessage on BudgetQueue`. Actions of several places are grouped by place. */
function lines(allowed: Allowed): string[] {
  const places = new Map<string, string[]>();
  for (const [where, actions] of allowed)
    for (const [service, names] of Map.groupBy(new Set(actions), (action) => action.split(':')[0] ?? '')) {
      const words = names.map((name) => name.slice(service.length + 1)).sort();
      const what = `${service}: ${words.map(code).join(', ')}`;
      places.set(what, [...(places.get(what) ?? []), where]);
    }
  // The same actions on several places are one line: `on A, B`.
  return [...places].flatMap(([what, where]) => {
    const plain = where.filter((one) => !one.includes(' if '));
    const others = where.filter((one) => one.includes(' if '));
    const joined = plain.map((one) => one.replace(/^on /, '')).join(', ');
    return [...(plain.length > 0 ? [`${what} on ${joined}`] : []), ...others.map((one) => `${what} ${one}`)];
  });
}

/** What a role may do, and with which setting: `with logs: tail` … */
const bodyOf = ({ own, added, isBased }: Section): readonly string[] => [
  ...(isBased ? [] : ['nothing of what every function may do']),
  ...lines(own),
  ...added.flatMap(({ setting, allowed }) => lines(allowed).map((text) => `with ${ADDING[setting].short}: ${text}`)),
];

const nameOf = (role: string) => role.charAt(0).toLowerCase() + role.slice(1).replace(/Role$/, '');

/** The table for these templates, between its markers. */
export function permissionsTable(templates: Templates): string {
  const { base, everywhere, roles } = sectionsOf(templates, place);
  const functions = roles.filter(({ id }) => !isOfService(id));
  const every = { id: 'EveryRole', own: base, added: everywhere, isAlwaysThere: true, isBased: true };
  // Functions that may do the same stand together.
  const alike = Map.groupBy(functions, (one) => JSON.stringify(bodyOf(one)));
  const rows = [[every], ...alike.values()].map((group) => {
    const [first = every] = group;
    const names = first === every ? ['every function'] : group.map(({ id }) => nameOf(id));
    const body = bodyOf(first);
    return `| ${names.join('<br>')} | ${body.length === 0 ? 'nothing more' : body.join('<br>')} |`;
  });
  return [BEGIN, '', '| Function | May do |', '|---|---|', ...rows, '', END].join('\n');
}

/** `page` with the table for these templates. Throws if the page has no markers. */
export function withTable(page: string, templates: Templates): string {
  const [before, rest] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (before < 0 || rest < before) throw new Error(`docs/install.md lacks the lines ${BEGIN} and ${END}`);
  return page.slice(0, before) + permissionsTable(templates) + page.slice(rest + END.length);
}
