/** docs/configuration.md: every key of `ground-control.yml`, from its JSON Schema. */
import * as z from 'zod';
import { Configuration } from '../../schemas/configuration/file.ts';
import { wrapWith } from '../../schemas/text/wrap.ts';
import { configurationJsonSchema } from '../configuration-file.ts';
import type { GeneratedFile } from '../generated-schemas.ts';

/** The parts of a JSON Schema that the page shows. */
const Node = z.object({
  description: z.string().optional(),
  type: z.string().optional(),
  default: z.unknown().optional(),
  const: z.unknown().optional(),
  enum: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  required: z.array(z.string()).default([]),
  get anyOf() {
    return z.array(Node).optional();
  },
  get items() {
    return Node.optional();
  },
  get properties() {
    return z.record(z.string(), Node).optional();
  },
  get additionalProperties() {
    return z.union([z.literal(false), Node]).optional();
  },
});
type Node = z.output<typeof Node>;

const LONGEST_LINE = 120;

const INTRODUCTION = [
  'Every key that the file may have. `npm run generate` writes this page from the schema that also checks the file.',
  'Only `subscribers` is needed; `subscribers: []` is enough. Examples are in [Route alerts](routing.md) and in the pages',
  'that it names.',
];

/** The page, and the path where it is. */
export function generatedKeys(): GeneratedFile {
  const root = Node.parse(configurationJsonSchema());
  const preset: unknown = Configuration.parse({ subscribers: [] });
  const sections = Object.entries(root.properties ?? {}).flatMap(([name, node]) => [
    '',
    `## ${name}`,
    '',
    ...wrapWith(sentence(node, root.required.includes(name), Object(preset)[name]), LONGEST_LINE, '', ''),
    ...bulletsOf(node, name, Object(preset)[name]),
  ]);
  return {
    file: 'docs/configuration.md',
    text: `${['# Keys of ground-control.yml', '', ...INTRODUCTION, ...sections].join('\n')}\n`,
  };
}

/** A bullet for each key below `path`, with a blank line before the first. */
function bulletsOf(node: Node, path: string, preset: unknown): string[] {
  const bullets = keysBelow(node, path, preset).flatMap((key) =>
    wrapWith(`\`${key.path}\`: ${sentence(key.node, key.isNeeded, key.preset)}`, LONGEST_LINE, '- ', '  '),
  );
  return bullets.length === 0 ? [] : ['', ...bullets];
}

interface Key {
  readonly path: string;
  readonly node: Node;
  readonly isNeeded: boolean;
  /** Its value when the file leaves it out, as the program reads it. */
  readonly preset: unknown;
}

function keysBelow(
  { properties = {}, items, additionalProperties, required }: Node,
  path: string,
  preset: unknown,
): Key[] {
  const named = Object.entries(properties).flatMap(([name, node]) => {
    const key = { path: `${path}.${name}`, node, isNeeded: required.includes(name), preset: Object(preset)[name] };
    return [key, ...keysBelow(node, key.path, key.preset)];
  });
  const ofItems = items?.properties === undefined ? [] : keysBelow(items, `${path}[]`, undefined);
  const ofAny =
    additionalProperties === undefined || additionalProperties === false
      ? []
      : keysBelow(additionalProperties, `${path}.<name>`, undefined);
  return [...named, ...ofItems, ...ofAny];
}

/** What it is for, what it may be, and what it is when it is left out. */
function sentence(node: Node, isNeeded: boolean, preset: unknown): string {
  const { description = '' } = node;
  const value = node.default ?? preset;
  const words = [
    allowedIn(node),
    isNeeded ? 'needed' : undefined,
    isShown(value) ? `by default \`${shown(value, node)}\`` : undefined,
  ].filter((part) => part !== undefined && part !== '');
  const facts = words.length === 0 ? '' : `(${words.join('; ')})`;
  return [description, facts].filter((part) => part !== '').join(' ');
}

/** Objects have their defaults at their keys. */
const isShown = (value: unknown): boolean =>
  value !== undefined && (typeof value !== 'object' || (Array.isArray(value) && value.length > 0));

/** As people write it in YAML. */
function shown(value: unknown, node: Node): string {
  if (Array.isArray(value)) return `[${value.map((one) => shown(one, node)).join(', ')}]`;
  if (typeof value === 'boolean' && allowedIn(node).includes('off')) return value ? 'on' : 'off';
  return String(value);
}

/** `observe or enforce`, `1 to 1440`, `a list of …`. */
function allowedIn(node: Node): string {
  const { anyOf, items, type, minimum, maximum } = node;
  if (anyOf !== undefined) {
    // YAML reads on and off as booleans: both spellings mean the same.
    const parts = anyOf
      .filter((one) => one.type !== 'boolean')
      .map(allowedIn)
      .filter((part) => part !== '');
    // The description says which texts are allowed.
    if (parts.length === 0) return '';
    const isOff = anyOf.some((one) => one.const === false) && !parts.some((part) => part.includes('off'));
    return [...parts, ...(isOff ? ['off'] : [])].join(' or ');
  }
  if (typeof node.const === 'string') return node.const;
  if (node.enum !== undefined) return node.enum.join(', ').replace(/, ([^,]*)$/, ' or $1');
  if (type === 'array') return items === undefined || items.properties ? 'a list' : listOf(items);
  if (type === 'boolean') return 'true or false';
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  return '';
}

function listOf(items: Node): string {
  const allowed = allowedIn(items);
  return allowed === '' ? 'a list' : `a list of ${allowed}`;
}
