/** The template of a deployed stage, from a file. */
import { readFileSync } from 'node:fs';
import { type CollectionTag, parse, type ScalarTag, type YAMLMap, type YAMLSeq } from 'yaml';
import * as z from 'zod';
import { type Grants, isRole, readGrants, UnreadablePolicyError } from '../../infrastructure/permissions/grants.ts';
import { Refused } from '../shared/cli.ts';

/** Short forms of functions in YAML: `!Ref x` is `{ Ref: x }` (CloudFormation user guide, Intrinsic functions). */
const FUNCTIONS = [
  'Base64',
  'Cidr',
  'FindInMap',
  'GetAtt',
  'GetAZs',
  'If',
  'ImportValue',
  'Join',
  'Select',
  'Split',
  'Sub',
];
const TAGS: readonly (ScalarTag | CollectionTag)[] = [
  ['Ref', 'Ref'] as const,
  ['Condition', 'Condition'] as const,
  ...FUNCTIONS.map((name) => [name, `Fn::${name}`] as const),
].flatMap(([tag, name]) => [
  { tag: `!${tag}`, resolve: (value: string) => ({ [name]: value }) },
  {
    tag: `!${tag}`,
    collection: 'seq' as const,
    resolve: (value: YAMLSeq.Parsed | YAMLMap.Parsed) => ({ [name]: value.toJSON() }),
  },
  {
    tag: `!${tag}`,
    collection: 'map' as const,
    resolve: (value: YAMLSeq.Parsed | YAMLMap.Parsed) => ({ [name]: value.toJSON() }),
  },
]);

/** What `aws cloudformation get-template` answers, without and with `--query TemplateBody`. */
const Answer = z.object({ TemplateBody: z.unknown() });
const Named = z.object({
  Resources: z.object({ StateTable: z.object({ Properties: z.object({ TableName: z.string() }) }) }),
});

/**
 * The template in the file at `path`. Refuses, with `name`, a file that cannot be read, that is no template, that has no
 * roles or a policy that is not written out, and the template of another stage than `stage`.
 */
export function readDeployed(path: string, name: string, stage: string): unknown {
  const template = templateIn(textOf(path, name), name);
  const grants = grantsIn(template, name);
  if (![...grants.values()].some(({ type }) => isRole(type)))
    throw new Refused(`${name}: the template has no roles: is it that of a deployed stage of Ground Control?`);
  const { data } = Named.safeParse(template);
  const deployed = /^ground-control-(.+)-state$/.exec(data?.Resources.StateTable.Properties.TableName ?? '')?.[1];
  if (deployed !== undefined && deployed !== stage)
    throw new Refused(`${name}: the template is that of stage "${deployed}": give --stage ${deployed}`);
  return template;
}

function textOf(path: string, name: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : code;
    throw new Refused(`${name}: cannot be read: ${why}`, { cause: error });
  }
}

function templateIn(text: string, name: string): unknown {
  const value = valueIn(text, name);
  const { data } = Answer.safeParse(value);
  const body = data === undefined ? value : data.TemplateBody;
  // The AWS CLI gives a template in YAML as one string.
  return typeof body === 'string' ? valueIn(body, name) : body;
}

function valueIn(text: string, name: string): unknown {
  try {
    return parse(text, { customTags: [...TAGS], logLevel: 'error' });
  } catch (error) {
    throw new Refused(`${name}: is neither JSON nor YAML`, { cause: error });
  }
}

function grantsIn(template: unknown, name: string): ReadonlyMap<string, Grants> {
  try {
    return readGrants(template);
  } catch (error) {
    if (error instanceof UnreadablePolicyError) throw new Refused(`${name}: ${error.message}`, { cause: error });
    if (!(error instanceof z.ZodError)) throw error;
    throw new Refused(`${name}: is no CloudFormation template with readable Resources`, { cause: error });
  }
}
