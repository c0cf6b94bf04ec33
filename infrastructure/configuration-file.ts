/** Reads `ground-control.yml`. Each mistake is one line: where it is, what is written there and what is allowed. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type Document, LineCounter, parseDocument } from 'yaml';
import * as z from 'zod';
import { statusesOf } from '../domain/alert/filter-policy.ts';
import { Configuration } from '../schemas/configuration/file.ts';
import { lookUp } from '../schemas/look-up.ts';
import { plainText } from '../schemas/text/plain-text.ts';
import { explain } from './configuration-words.ts';
import { didYouMean } from './did-you-mean.ts';
import { type Deployment, type Mistake, relayMistakes } from './relays/mistakes.ts';

/** The file cannot be read or has mistakes. `message` has one line per mistake. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'));
    this.mistakes = mistakes;
  }
}

/** The JSON Schema of the file. Editors use it, and error messages take the allowed keys from it. */
export const configurationJsonSchema = () => z.toJSONSchema(Configuration, { io: 'input', unrepresentable: 'any' });

/**
 * Reads and validates the file at `path`. With a `deployment`, it also checks which ARNs can be used there.
 * Throws a `ConfigurationError` with all mistakes.
 */
export function readConfigurationFile(path: string, deployment?: Deployment): Configuration {
  const file = basename(path);
  let source: string;
  try {
    source = readFileSync(path, 'utf8');
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const why = isMissing ? 'there is no such file' : error instanceof Error ? error.message : error;
    throw new ConfigurationError([`${isMissing ? path : file}: cannot be read (${why})`]);
  }
  return parseConfiguration(source, file, deployment);
}

/**
 * Validates the YAML text `source`. Mistakes begin with the name `file`. Throws a `ConfigurationError` with all
 * mistakes.
 */
export function parseConfiguration(
  source: string,
  file = 'ground-control.yml',
  deployment?: Deployment,
): Configuration {
  const lines = new LineCounter();
  const document = parseDocument(source, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    stringKeys: true,
  });
  if (document.errors.length > 0) {
    throw new ConfigurationError(
      document.errors.map(({ pos, message, code }) => {
        const line = lineWithoutSecrets(source.split('\n'), lines.linePos(pos[0]).line - 1);
        return plainText(
          [`${file}:${lines.linePos(pos[0]).line}`, line, lookUp(YAML_MISTAKES, code) ?? message]
            .filter((part) => part !== '')
            .join(': '),
          LONGEST_LINE,
        );
      }),
    );
  }
  const content = contentOf(document, file);
  if (content === null)
    throw new ConfigurationError([`${file}: the file is empty; without subscribers it needs: subscribers: []`]);
  const refused = prototypeKeys(content);
  if (refused.length > 0) {
    throw new ConfigurationError(
      refused.map((path) => `${file}${lineOf(path, document, lines)}: ${writePath(path)}: this key cannot be used`),
    );
  }
  const read = Configuration.safeParse(content);
  if (read.success) {
    const mistakes = [...impossibleStatuses(read.data), ...relayMistakes(read.data.relays, deployment)].map(
      ({ path, why }) => `${file}${lineOf(path, document, lines)}: ${writePath(path)}: ${why}`,
    );
    if (mistakes.length > 0) throw new ConfigurationError(mistakes.map((line) => plainText(line, LONGEST_LINE)));
    return read.data;
  }
  throw new ConfigurationError(
    read.error.issues
      .filter((issue, _, all) => !followsMisspelling(issue, all))
      .flatMap((issue) => describe(issue, content, file, document, lines))
      .map((line) => plainText(line, LONGEST_LINE)),
  );
}

/** Statuses that no alert of the subscriber's families has: the subscriber would wait in vain. */
function impossibleStatuses({ subscribers }: Configuration): readonly Mistake[] {
  return subscribers.flatMap(({ families = [], statuses = [] }, subscriber) => {
    const possible = families.length === 0 ? undefined : statusesOf(families);
    if (possible === undefined) return [];
    return statuses.flatMap((status, at) =>
      possible.has(status)
        ? []
        : [
            {
              path: ['subscribers', subscriber, 'statuses', at],
              why: `${writeValue(status)}: no alert of ${families.join(', ')} has this status; they have: ${[...possible].join(', ')}`,
            },
          ],
    );
  });
}

/** The line `at` of the file. In the section `relays`, only its key: its value may be a secret. */
function lineWithoutSecrets(all: readonly string[], at: number): string {
  const line = all[at]?.trim() ?? '';
  const section = all.slice(0, at + 1).findLast((one) => /^["'\w]/.test(one)) ?? '';
  if (!/^["']?relays\b/.test(section)) return line;
  return /^[\w-]+:$/.test(line) ? line : (/^[\w-]+:/.exec(line)?.[0] ?? '').concat(' [hidden]').trim();
}

/** Replaces messages of the YAML parser that are meant for programmers. */
const YAML_MISTAKES: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'this key appears twice; write it once',
  MULTIPLE_DOCS: 'starts a second YAML document; the file may contain only one',
};
const LONGEST_LINE = 400;

/**
 * The value of the file. An alias may be missing, circular or expand without end; that shows only when the value is
 * built.
 */
function contentOf(document: Document, file: string): unknown {
  try {
    const content: unknown = document.toJS({ maxAliasCount: 100 });
    JSON.stringify(content);
    return withoutEmptySections(content);
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new ConfigurationError([
      plainText(`${file}: aliases (*name) cannot be resolved: ${why}; write the values out`, LONGEST_LINE),
    ]);
  }
}

/** Paths of the keys `__proto__`. Records drop this key in silence, and with it somebody's cap or price. */
function prototypeKeys(content: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof content !== 'object' || content === null) return [];
  return Object.entries(content).flatMap(([key, value]) => {
    const inner = [...path, Array.isArray(content) ? Number(key) : key];
    return key === '__proto__' ? [inner] : prototypeKeys(value, inner);
  });
}

/** Sections that may be empty: when all their entries are commented out, YAML reads the section as `null`. */
const MAY_BE_EMPTY = new Set([
  ...['subscribers', 'operators', 'alerts', 'tags', 'reconciliation', 'labeling', 'review', 'flows', 'relays', 'to'],
  ...['budgets', 'caps', 'teams', 'projects', 'monthly', 'prices'],
]);

/** Sections with sections that may be empty. */
const SECTIONS_IN_SECTIONS = new Set(['budgets', 'review', 'relays']);

function withoutEmptySections(content: unknown): unknown {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return content;
  return Object.fromEntries(
    Object.entries(content).flatMap(([key, value]): [string, unknown][] =>
      value === null && MAY_BE_EMPTY.has(key)
        ? []
        : [[key, SECTIONS_IN_SECTIONS.has(key) ? withoutEmptySections(value) : value]],
    ),
  );
}

/** Whether an issue about what an entry lacks comes from a key of the entry that is misspelled. */
const followsMisspelling = ({ code, path }: z.core.$ZodIssue, all: readonly z.core.$ZodIssue[]): boolean =>
  code === 'custom' &&
  all.some(
    (one) =>
      one.code === 'unrecognized_keys' &&
      isDeepStrictEqual(one.path, path) &&
      one.keys.some((key) => didYouMean(key, allowedKeys(path)) !== ''),
  );

/** The lines for one issue of the schema: one per unknown key, else one. */
function describe(
  issue: z.core.$ZodIssue,
  content: unknown,
  file: string,
  document: Document,
  lines: LineCounter,
): string[] {
  const at = (path: readonly PropertyKey[]) => `${file}${lineOf(path, document, lines)}: ${writePath(path)}`;
  if (issue.code === 'unrecognized_keys') {
    const allowed = allowedKeys(issue.path);
    return issue.keys.map((key) => {
      const meant = didYouMean(key, allowed);
      const where = hintAt(issue.path);
      const allowedHere = meant === '' ? '; allowed here' : `${meant} Allowed here`;
      return `${at([...issue.path, key])}: not a known key${allowedHere}: ${allowed.join(', ') || 'none'}${where}`;
    });
  }
  if (issue.code === 'invalid_key') {
    const why = issue.issues.map(({ message }) => message).join('; ');
    return [`${at(issue.path)}: ${writeValue(issue.path.at(-1))}: ${why}`];
  }
  return [
    `${at(issue.path)}: ${writeAt(issue.path, valueAt(content, issue.path))}: ${explain(issue)}${meantAt(issue, content)}`,
  ];
}

/** What somebody probably meant with a word that is not one of those allowed. */
function meantAt(issue: z.core.$ZodIssue, content: unknown): string {
  if (issue.code !== 'invalid_value') return '';
  const written = valueAt(content, issue.path);
  return typeof written === 'string' && issue.values.length > 1 ? didYouMean(written, issue.values.map(String)) : '';
}

/** What somebody probably meant with an unknown key at `path`. */
const hintAt = (path: readonly PropertyKey[]): string =>
  path.length === 1 && path[0] === 'relays' ? '; write relays below to' : '';

/** The line of the value at `path`. If it is missing, the line of the entry that lacks it. */
function lineOf(path: readonly PropertyKey[], document: Document, lines: LineCounter): string {
  const node: unknown = document.getIn(path, true);
  const range = z.object({ range: z.tuple([z.number()], z.number()) }).safeParse(node);
  if (range.success) return `:${lines.linePos(range.data.range[0]).line}`;
  return path.length > 1 ? lineOf(path.slice(0, -1), document, lines) : '';
}

function writePath(path: readonly PropertyKey[]): string {
  return (
    path.reduce<string>(
      (text, key) =>
        typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`,
      '',
    ) || 'the file'
  );
}

/** Kinds of relays below which nothing is shown: somebody may have written a key where the name of a secret belongs. */
const WITH_SECRETS: ReadonlySet<PropertyKey | undefined> = new Set(['webhook', 'pagerDuty']);

/**
 * The value at `path`. Of relays, it shows only the keys of an entry, only the host name of a URL, and no value of a
 * webhook or of PagerDuty.
 */
function writeAt(path: readonly PropertyKey[], value: unknown): string {
  if (path[0] !== 'relays') return writeValue(value);
  const entry = Indexable.safeParse(value);
  if (entry.success) return `{${Object.keys(entry.data).join(', ')}}`;
  if (value === undefined) return 'nothing';
  if (typeof value === 'string' && /^https?:\/\/[^/]/.test(value) && URL.canParse(value)) {
    const { protocol, hostname } = new URL(value);
    return writeValue(`${protocol}//${hostname}`);
  }
  if (WITH_SECRETS.has(path[3]) || (typeof value === 'string' && value.includes('//'))) return '[hidden]';
  return writeValue(value);
}

function writeValue(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'nothing');
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}

const Indexable = z.record(z.string(), z.unknown());

function valueAt(content: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      Array.isArray(value) ? value[Number(key)] : lookUp(Indexable.safeParse(value).data ?? {}, String(key)),
    content,
  );
}

/** A node of a JSON Schema, as far as `allowedKeys` reads it. */
const Node = z.object({
  properties: Indexable.optional(),
  items: z.unknown().optional(),
  additionalProperties: z.unknown().optional(),
  propertyNames: z
    .object({ enum: z.array(z.string()) })
    .optional()
    .catch(undefined),
});

function allowedKeys(path: readonly PropertyKey[]): readonly string[] {
  const node = path.reduce<unknown>((schema, key) => {
    const { properties, items, additionalProperties } = Node.catch({}).parse(schema);
    return typeof key === 'number' ? items : (lookUp(properties ?? {}, String(key)) ?? additionalProperties);
  }, configurationJsonSchema());
  const { properties = {}, propertyNames } = Node.catch({}).parse(node);
  return propertyNames?.enum ?? Object.keys(properties);
}
