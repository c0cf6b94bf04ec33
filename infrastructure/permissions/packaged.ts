/** Packages the service in a process of its own, to see the template that a deployment would use. */
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** Packaging failed. The message is what the framework said, with a line for each mistake. */
export class PackagingError extends Error {}

interface Packaging {
  /** A path of a `ground-control.yml`. */
  readonly configuration: string;
  /** A folder for the packages. It need not exist. Beside it comes a folder whose name begins with this one and `-service-`. */
  readonly folder: string;
  readonly stage: string;
  /** Without it, the one that `serverless deploy` would use. */
  readonly region?: string | undefined;
}

/** What packaging writes into the folder of the service. Of a second packaging that runs meanwhile, it would be another. */
const WRITTEN = new Set(['.generated', '.serverless', '.esbuild', '.git']);

/**
 * Makes another folder of the service, whose path begins with `beginning`, so that packaging in it shares no file that it
 * writes. It holds links to folders, and copies of files: the framework takes no link for its configuration.
 */
function serviceAt(beginning: string): string {
  // In one step: on Ctrl-C, nothing may come into a folder that is being deleted.
  mkdirSync(dirname(beginning), { recursive: true });
  const folder = mkdtempSync(beginning);
  for (const name of readdirSync(ROOT)) {
    if (WRITTEN.has(name)) continue;
    const place = join(ROOT, name);
    const put = statSync(place).isDirectory() ? symlinkSync : copyFileSync;
    put(place, join(folder, name));
  }
  return folder;
}

/**
 * The CloudFormation template of the service, with every resource and permission. Its functions have no code, which
 * nobody here looks at. Needs no AWS account. Throws `PackagingError`. When this process ends
 * first, packaging ends too, so that nothing is written to `folder` any more.
 */
export async function packagedTemplate({ configuration, folder, stage, region }: Packaging): Promise<unknown> {
  const child = spawn(
    process.execPath,
    [
      join(ROOT, 'node_modules/serverless/bin/serverless.js'),
      ...['package', '--stage', stage, '--package', folder],
      ...(region === undefined ? [] : ['--region', region]),
    ],
    {
      cwd: serviceAt(`${folder}-service-`),
      env: { ...process.env, GROUND_CONTROL_FILE: configuration, GROUND_CONTROL_TEMPLATE_ONLY: 'yes' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const end = () => child.kill('SIGKILL');
  process.prependOnceListener('exit', end);
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => said.push(text));
  const status = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  process.off('exit', end);
  if (status !== 0) throw new PackagingError(mistakesIn(said.join('')));
  return JSON.parse(await readFile(join(folder, 'cloudformation-template-update-stack.json'), 'utf8'));
}

/** What the framework says after `Error:`, up to an empty line; or all it said. */
const mistakesIn = (said: string): string => (/^Error:\n([\s\S]*?)(?:\n\n|$)/m.exec(said)?.[1] ?? said).trim();
