/**
 * Runs a Python tool: `node tools/python-tool.ts cfn-lint <arguments>`. Exits with the tool's own code.
 *
 * Each tool is installed at its first use, in the version of requirements.txt, into a folder of its own under `.tools`.
 * Only CI and the deployment test need Python tools.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '..', '.tools');
/** The oldest Python version that all tools run on. */
const OLDEST = [3, 10] as const;

/** A file in an environment that is complete: pip writes commands and modules before it is done. */
const INSTALLED = 'installed';

/** There is no Python that the tools run on. */
export class MissingPython extends Error {}

/** The path of the command `tool`, which is installed first if necessary. Throws, with the reason, if it cannot be. */
export const pythonTool = (tool: string): string => join(environmentWith([tool]), 'bin', tool);

/** The path of a Python that can import `packages`, which are installed together first if necessary. Throws the same. */
export const pythonWith = (...packages: string[]): string => join(environmentWith(packages), 'bin', 'python');

/** The folder of a virtual environment that has `packages` in the versions of requirements.txt. */
function environmentWith(packages: readonly string[]): string {
  const known = readFileSync(join(import.meta.dirname, 'requirements.txt'), 'utf8').split('\n');
  const requirements = packages.map((name) => {
    const requirement = known.find((line) => line.startsWith(`${name}==`));
    if (requirement === undefined) throw new Error(`${name} is not in tools/requirements.txt`);
    return requirement;
  });
  const environment = join(FOLDER, requirements.join('+'));
  if (!existsSync(join(environment, INSTALLED))) install(requirements, environment);
  return environment;
}

function install(requirements: readonly string[], environment: string): void {
  const what = requirements.join(' and ');
  const python = findPython(what);
  process.stderr.write(`Installing ${what} into ${environment}\n`);
  const run = (command: string, args: string[]) => {
    const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
    if (status === 0) return;
    rmSync(environment, { recursive: true, force: true });
    throw new Error(`${what} could not be installed: ${(stderr ?? error?.message ?? '').trim().split('\n').at(-1)}`);
  };
  run(python, ['-m', 'venv', environment]);
  run(join(environment, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', ...requirements]);
  writeFileSync(join(environment, INSTALLED), '');
}

function findPython(what: string): string {
  for (const candidate of ['python3', 'python']) {
    const { status, stdout } = spawnSync(candidate, ['-c', 'import sys; print(*sys.version_info[:2])'], {
      encoding: 'utf8',
    });
    const [major = 0, minor = 0] = status === 0 ? stdout.trim().split(' ').map(Number) : [];
    if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return candidate;
  }
  throw new MissingPython(
    `${what} needs Python >= ${OLDEST.join('.')}, which is not on the PATH. ` +
      'Installing, npm start, npm test and deploying do not need Python.',
  );
}

if (process.argv[1] === import.meta.filename) {
  const [tool = '', ...args] = process.argv.slice(2);
  try {
    const template = args.find((argument) => argument.startsWith('.serverless/'));
    if (template !== undefined && !existsSync(template))
      throw new Error(`There is no ${template} yet: run npm run package first.`);
    execFileSync(pythonTool(tool), args, { stdio: 'inherit' });
  } catch (error) {
    const code =
      error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : undefined;
    if (code === undefined) process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = code ?? 1;
  }
}
