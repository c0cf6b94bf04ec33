/** The templates whose permissions are checked: every setting that adds some, and both modes. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { loadConfiguration } from '../../adapters/configuration.ts';
import { writeCompiledConfiguration } from '../../infrastructure/compiled-configuration.ts';
import { type Functions, resourcesOf } from '../../infrastructure/per-function.ts';
import { packagedTemplate } from '../../infrastructure/permissions/packaged.ts';
import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { ROOT } from '../support/events.ts';
import type { PhysicalIds } from './stack.ts';

/** The names in the template of this stage are those that offline tests use. */
const STAGE = 'local';
const STACK = { service: 'ground-control', stage: STAGE };
const KEY = 'arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab';

const { relays }: { readonly relays: { readonly to: object } } = parse(
  readFileSync(join(ROOT, 'tests/fixtures/relays.yml'), 'utf8'),
);
/** A relay of each kind, by name. */
export const RELAYS = relays.to;
/** Both modes of everything that has modes, and every other setting that adds permissions. */
export const SETTINGS = {
  observe: { budgets: { mode: 'observe' }, labeling: { mode: 'observe' } },
  enforce: {
    budgets: { mode: 'enforce' },
    labeling: { mode: 'enforce', roles: ['arn:aws:iam::000000000000:role/labeling'] },
  },
} as const;
const EVERYTHING = {
  subscribers: [{ email: 'team@ground-control.test' }],
  logs: 'tail',
  dashboard: 'on',
  review: { flows: { 'fraud-review': { output: 's3://amzn-s3-demo-bucket/fraud-review/' } }, keys: [KEY] },
  teams: {
    report: 'weekly',
    live: 'on',
    names: ['us-east-1_aBcDeFgHi'],
    outputs: ['s3://amzn-s3-demo-bucket/labels/'],
    keys: [KEY],
  },
  relays,
};

const Template = z.object({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
});

export interface Packaged {
  readonly template: z.output<typeof Template>;
  readonly configuration: FunctionConfiguration;
}

/** Packages the service in `mode`, with every setting that adds permissions. Throws if packaging fails. */
export async function packaged(mode: keyof typeof SETTINGS): Promise<Packaged> {
  const folder = mkdtempSync(join(tmpdir(), 'ground-control-permissions-'));
  try {
    const settings = { ...EVERYTHING, ...SETTINGS[mode] };
    const configuration = join(folder, 'ground-control.yml');
    // JSON is YAML.
    writeFileSync(configuration, JSON.stringify(settings));
    const compiled = join(folder, 'compiled.json');
    writeCompiledConfiguration(Configuration.parse(settings), compiled);
    return {
      template: Template.parse(await packagedTemplate({ configuration, folder: join(folder, 'out'), stage: STAGE })),
      configuration: loadConfiguration(compiled),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const service: {
  readonly functions: Functions;
  readonly params: Readonly<Record<'default' | 'local', Readonly<Record<string, string>>>>;
} = parse(readFileSync(join(ROOT, 'serverless.yml'), 'utf8'), { merge: true, logLevel: 'silent' });

/** The roles that packaging makes for a configuration, as resources of a template. */
export const rolesFor = (configuration: FunctionConfiguration): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(resourcesOf(service.functions, configuration, STACK)).filter(
      ([, { Type }]) => Type === 'AWS::IAM::Role',
    ),
  );

/**
 * What unnamed resources are called in offline tests: `serverless.yml` gives stage `local` the text for each reference
 * of the other stages.
 */
export const LOCAL_IDS: PhysicalIds = Object.fromEntries(
  Object.entries(service.params.local).flatMap(([name, value]) => {
    const [id = ''] = (service.params.default[name] ?? '').split('.');
    return /^[A-Z]\w+$/.test(id) ? [[id, value]] : [];
  }),
);
