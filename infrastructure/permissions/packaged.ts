/** Packages the service in a process of its own, to see the template that a deployment would use. */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { copyOfService } from './copy-of-service.ts';

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
  /** The folder of the service. Tests give another. */
  readonly service?: string;
}

/**
 * The CloudFormation template of the service, with every resource and permission. Its functions have no code, which
 * nobody here looks at. Nothing that another packaging of the service reads or writes is touched, so that several may run
 * at once. Needs no AWS account. Throws `PackagingError`. When this process ends first, packaging ends too, so that
 * nothing is written to `folder` any more.
 */
export async function packagedTemplate({
  configuration,
  folder,
  stage,
  region,
  service = ROOT,
}: Packaging): Promise<unknown> {
  const child = spawn(
    process.execPath,
    [
      join(service, 'node_modules/serverless/bin/serverless.js'),
      ...['package', '--stage', stage, '--package', resolve(folder)],
      ...(region === undefined ? [] : ['--region', region]),
    ],
    {
      cwd: copyOfService(service, `${folder}-service-`),
      // The copy is another working directory: a relative path would name another file there.
      env: { ...process.env, GROUND_CONTROL_FILE: resolve(configuration), GROUND_CONTROL_TEMPLATE_ONLY: 'yes' },
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
