/**
 * Runs a Python tool: `node tools/python-tool.ts cfn-lint <arguments>`. Exits with the tool's own code.
 *
 * Each tool is installed at its first use, in the version of requirements.txt, into a folder of its own under `.tools`.
 * Only CI and the deployment test need Python tools.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '..', '.tools');
/** The oldest Python version that all tools run on. */
const OLDEST = [3, 10] as const;

/** The path of the command `tool`, which is installed first if necessary. Throws, with the reason, if it cannot be. */
export function pythonTool(tool: string): string {
  const requirement = readFileSync(join(import.meta.dirname, 'requirements.txt'), 'utf8')
    .split('\n')
    .find((line) => line.startsWith(`${tool}==`));
  if (requirement === undefined) throw new Error(`${tool} is not in tools/requirements.txt`);
  const environment = join(FOLDER, requirement);
  const command = join(environment, 'bin', tool);
  if (!existsSync(command)) install(requirement, environment);
  return command;
}

function install(requirement: string, environment: string): void {
  const python = findPython(requirement);
  process.stderr.write(`Installing ${requirement} into ${environment}\n`);
  // After a failure the environment is deleted: otherwise the next call would take it for a complete one.
  const run = (command: string, args: string[]) => {
    const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
    if (status === 0) return;
    rmSync(environment, { recursive: true, force: true });
    throw new Error(
      `${requirement} could not be installed: ${(stderr ?? error?.message ?? '').trim().split('\n').at(-1)}`,
    );
  };
  run(python, ['-m', 'venv', environment]);
  run(join(environment, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', requirement]);
}

function findPython(requirement: string): string {
  for (const candidate of ['python3', 'python']) {
    const { status, stdout } = spawnSync(candidate, ['-c', 'import sys; print(*sys.version_info[:2])'], {
      encoding: 'utf8',
    });
    const [major = 0, minor = 0] = status === 0 ? stdout.trim().split(' ').map(Number) : [];
    if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return candidate;
  }
  throw new Error(
    `${requirement} needs Python >= ${OLDEST.join('.')}, which is not on the PATH. ` +
      'Installing, npm start, npm test and deploying do not need Python.',
  );
}

if (process.argv[1] === import.meta.filename) {
  const [tool = '', ...args] = process.argv.slice(2);
  try {
    execFileSync(pythonTool(tool), args, { stdio: 'inherit' });
  } catch (error) {
    const code =
      error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : undefined;
    if (code === undefined) process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = code ?? 1;
  }
}
