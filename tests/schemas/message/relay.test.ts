/** Consumers rely on version 1 of what is published: it may gain fields and words, and lose none. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { RelayedAction, RelayedChange } from '../../../schemas/message/relay.ts';
import { ROOT } from '../../support/events.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'fixtures', 'relays');
const SCHEMAS = { change: RelayedChange, action: RelayedAction } as const;
const read = (file: string): unknown => JSON.parse(readFileSync(join(FOLDER, file), 'utf8'));
const examples = readdirSync(FOLDER).filter((file) => !file.endsWith('.schema.json'));
const schemaOf = (file: string) => (file.startsWith('change') ? SCHEMAS.change : SCHEMAS.action);

const Node = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  pattern: z.string().optional(),
  format: z.string().optional(),
  const: z.unknown().optional(),
  enum: z.array(z.string()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  anyOf: z.array(z.unknown()).optional(),
});

/** What a consumer of the schema `before` would miss, or not expect, with the schema `now`. */
function broken(before: unknown, now: unknown, path: string): string[] {
  const [old, fresh] = [Node.parse(before), Node.safeParse(now).data];
  if (fresh === undefined) return [`${path} is gone`];
  const same = (['type', 'pattern', 'format', 'const'] as const).flatMap((key) =>
    isDeepStrictEqual(old[key], fresh[key]) ? [] : [`${path}: its ${key} is another`],
  );
  const words = (old.enum ?? []).flatMap((word) => (fresh.enum?.includes(word) ? [] : [`${path}: ${word} is gone`]));
  const required = (old.required ?? []).flatMap((key) =>
    fresh.required?.includes(key) ? [] : [`${path}.${key} may be missing`],
  );
  const inner = Object.entries(old.properties ?? {}).flatMap(([key, value]) =>
    broken(value, fresh.properties?.[key], `${path}.${key}`),
  );
  const either = (old.anyOf ?? []).flatMap((value, at) => broken(value, fresh.anyOf?.[at], `${path}[${at}]`));
  const more = (fresh.anyOf ?? []).length > (old.anyOf ?? []).length ? [`${path} may be something else`] : [];
  return [...same, ...words, ...required, ...inner, ...either, ...more];
}

describe('version 1 of the published events', () => {
  it('has examples of both', () => {
    expect(examples.map((file) => file.split('.')[0])).toEqual(expect.arrayContaining(['change', 'action']));
  });

  it.each(examples)('still reads the committed example %s, and drops nothing of it', (file) => {
    expect(schemaOf(file).parse(read(file))).toEqual(read(file));
  });

  it.each(['change', 'action'] as const)('of a kind %s keeps every field, type and word that it had', (kind) => {
    expect(broken(read(`${kind}.v1.schema.json`), z.toJSONSchema(SCHEMAS[kind], { io: 'input' }), kind)).toEqual([]);
  });

  it.each(['change', 'action', 'alert'])('lets the fields pass that a later version of a kind %s has', (kind) => {
    const text = readFileSync(join(ROOT, 'docs', `${kind}.schema.json`), 'utf8');
    expect(text).not.toContain('"additionalProperties": false');
  });

  it('would not pass with a field removed, renamed or of another type', () => {
    const before = z.object({ a: z.string(), b: z.enum(['x', 'y']), c: z.number().nullable() });
    const json = z.toJSONSchema(before);
    const lost = (schema: z.ZodType) => broken(json, z.toJSONSchema(schema), 'it');
    expect(lost(before.extend({ d: z.string() }))).toEqual([]);
    expect(lost(before.extend({ b: z.enum(['x', 'y', 'z']) }))).toEqual([]);
    expect(lost(before.omit({ a: true }))).toEqual(['it.a may be missing', 'it.a is gone']);
    expect(lost(before.extend({ a: z.number() }))).toEqual(['it.a: its type is another']);
    expect(lost(before.extend({ a: z.string().optional() }))).toEqual(['it.a may be missing']);
    expect(lost(before.extend({ b: z.enum(['x']) }))).toEqual(['it.b: y is gone']);
    expect(lost(before.extend({ c: z.union([z.number(), z.null(), z.string()]) }))).toEqual([
      'it.c: its type is another',
    ]);
  });
});
