/** Reads `ground-control.yml`, and says of every mistake where it stands, what is written there and what is allowed. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Document, LineCounter, parseDocument } from 'yaml';
import * as z from 'zod';
import { Configuration } from '../schemas/configuration/file.ts';
import { plainText } from '../schemas/text/plain-text.ts';

/** `message` has one line a mistake. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'));
    this.mistakes = mistakes;
  }
}

/** The JSON Schema of the file, for editors and for naming the keys that are allowed. */
export const configurationJsonSchema = () => z.toJSONSchema(Configuration, { io: 'input', unrepresentable: 'any' });

/** Reads and validates the file at `path`. Throws a `ConfigurationError`. */
export function readConfigurationFile(path: string): Configuration {
  const file = basename(path);
  let source: string;
  try {
    source = readFileSync(path, 'utf8');
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const why = isMissing ? 'there is no such file' : error instanceof Error ? error.message : error;
    throw new ConfigurationError([`${isMissing ? path : file}: cannot be read (${why})`]);
  }
  return parseConfiguration(source, file);
}

/** The same of text; `file` is what mistakes are prefixed with. */
export function parseConfiguration(source: string, file = 'ground-control.yml'): Configuration {
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
        const line = source.split('\n')[lines.linePos(pos[0]).line - 1]?.trim() ?? '';
        return plainText(
          `${file}:${lines.linePos(pos[0]).line}: ${line}: ${YAML_MISTAKES[code] ?? message}`,
          LONGEST_LINE,
        );
      }),
    );
  }
  const content = contentOf(document, file) ?? {};
  const read = Configuration.safeParse(content);
  if (read.success) return read.data;
  throw new ConfigurationError(
    read.error.issues
      .flatMap((issue) => describe(issue, content, file, document, lines))
      .map((line) => plainText(line, LONGEST_LINE)),
  );
}

/** Our words for the mistakes whose own words speak of the parser. */
const YAML_MISTAKES: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'stands twice; each key may stand once',
  MULTIPLE_DOCS: 'begins a second document; the file may hold one',
};
const LONGEST_LINE = 400;

/** Aliases may be missing, circular or multiply without end: the parser finds out when it builds the value. */
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

/** Sections whose entries are all commented out: they are left out, as if they were not there. */
const SECTIONS = new Set(['alerts', 'budgets', 'caps', 'teams', 'projects', 'monthly', 'prices', 'reconciliation']);

function withoutEmptySections(content: unknown): unknown {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return content;
  return Object.fromEntries(
    Object.entries(content).flatMap(([key, value]): [string, unknown][] =>
      value === null && SECTIONS.has(key) ? [] : [[key, key === 'budgets' ? withoutEmptySections(value) : value]],
    ),
  );
}

function describe(
  issue: z.core.$ZodIssue,
  content: unknown,
  file: string,
  document: Document,
  lines: LineCounter,
): string[] {
  const at = (path: readonly PropertyKey[]) => `${file}${lineOf(path, document, lines)}: ${writePath(path)}`;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(
      (key) => `${at([...issue.path, key])}: not a known key; allowed here: ${allowedKeys(issue.path)}`,
    );
  }
  if (issue.code === 'invalid_key') {
    const why = issue.issues.map(({ message }) => message).join('; ');
    return [`${at(issue.path)}: ${writeValue(issue.path.at(-1))}: ${why}`];
  }
  return [`${at(issue.path)}: ${writeValue(valueAt(content, issue.path))}: ${wordsOf(issue)}`];
}

function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type' && (issue.expected === 'record' || issue.expected === 'object')) {
    return 'expected entries beneath it, each like "key: value"';
  }
  return issue.message.replace(/^Invalid (?:input|option): /, '');
}

function lineOf(path: readonly PropertyKey[], document: Document, lines: LineCounter): string {
  const node: unknown = document.getIn(path, true);
  const range = z.object({ range: z.tuple([z.number()], z.number()) }).safeParse(node);
  return range.success ? `:${lines.linePos(range.data.range[0]).line}` : '';
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

function writeValue(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'nothing');
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}

const Indexable = z.record(z.string(), z.unknown());

function valueAt(content: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (Array.isArray(value) ? value[Number(key)] : Indexable.safeParse(value).data?.[String(key)]),
    content,
  );
}

const Node = z.object({
  properties: Indexable.optional(),
  items: z.unknown().optional(),
  additionalProperties: z.unknown().optional(),
  propertyNames: z
    .object({ enum: z.array(z.string()) })
    .optional()
    .catch(undefined),
});

function allowedKeys(path: readonly PropertyKey[]): string {
  const node = path.reduce<unknown>((schema, key) => {
    const { properties, items, additionalProperties } = Node.catch({}).parse(schema);
    return typeof key === 'number' ? items : (properties?.[String(key)] ?? additionalProperties);
  }, configurationJsonSchema());
  const { properties = {}, propertyNames } = Node.catch({}).parse(node);
  return (propertyNames?.enum ?? Object.keys(properties)).join(', ') || 'none';
}
