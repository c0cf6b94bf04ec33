/**
 * Installs the Java programs of pom.xml at their first use, into a folder under `.tools`. Only CI needs them.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const TOOLS = join(import.meta.dirname, '..', '.tools');
const POM = join(import.meta.dirname, 'pom.xml');
/** The oldest Java version that all programs run on. */
const OLDEST = 17;

/** A program of pom.xml. */
export interface JavaProgram {
  /** What people call it. */
  readonly name: string;
  /** The profile in pom.xml that says which jars it needs. */
  readonly profile: string;
  /** The class to run, or the path of a source file: Java compiles a file that ends in `.java` when it starts. */
  readonly main: string;
}

/** Java or Maven is not on the PATH, or Java has no compiler. The message says how to install it. */
export class MissingJava extends Error {}

/**
 * The command that runs `program`, which Maven installs at its first use. Throws `MissingJava`, or why Maven failed.
 */
export function javaProgram(program: JavaProgram): { readonly command: string; readonly args: readonly string[] } {
  const found = versionOf('java', '-version', /version "(\d+)/);
  if (found === undefined || found < OLDEST)
    throw missing(
      program,
      `needs Java >= ${OLDEST}, ${found === undefined ? 'which is not on the PATH' : `but Java has version ${found}`}`,
    );
  if (isSource(program) && !hasCompiler())
    throw missing(program, 'needs the compiler of a JDK, but Java on the PATH is a JRE');
  // Another pom.xml gets another folder.
  const digest = createHash('sha256').update(readFileSync(POM)).digest('hex').slice(0, 12);
  const jars = join(TOOLS, `${program.profile}-${digest}`);
  if (!existsSync(jars)) install(program, jars);
  // Native libraries lie beside the jars.
  return { command: 'java', args: [`-Djava.library.path=${jars}`, '-cp', join(jars, '*'), program.main] };
}

const isSource = ({ main }: JavaProgram) => main.endsWith('.java');

/** Whether Java can run a source file: a JRE has no compiler. */
function hasCompiler(): boolean {
  const { stdout } = spawnSync('java', ['--list-modules'], { encoding: 'utf8' });
  return /^jdk\.compiler\b/m.test(stdout ?? '');
}

function install(program: JavaProgram, jars: string): void {
  if (versionOf('mvn', '--version', /Maven (\d+)/) === undefined)
    throw missing(program, 'needs Maven, which is not on the PATH');
  process.stderr.write(`Installing ${program.name} (tools/pom.xml) into ${jars}\n`);
  mkdirSync(TOOLS, { recursive: true });
  // Only a complete installation gets the folder's name.
  const folder = mkdtempSync(join(TOOLS, 'java-incomplete-'));
  const { status, stdout, error } = spawnSync(
    'mvn',
    [
      '--batch-mode',
      '--quiet',
      // Otherwise Maven only warns of a file with a wrong checksum.
      '--strict-checksums',
      '--file',
      POM,
      '--activate-profiles',
      program.profile,
      'dependency:copy-dependencies',
      `-DoutputDirectory=${folder}`,
      '-DincludeScope=runtime',
    ],
    { encoding: 'utf8' },
  );
  if (status === 0) {
    renameSync(folder, jars);
    return;
  }
  rmSync(folder, { recursive: true, force: true });
  const reason = /^\[ERROR\] .*/m.exec(stdout ?? '')?.[0] ?? error?.message ?? `Maven ended with exit code ${status}`;
  throw new Error(`${program.name} (tools/pom.xml) could not be installed: ${reason}`);
}

/** The major version of `command`; absent when it is not on the PATH. */
function versionOf(command: string, flag: string, pattern: RegExp): number | undefined {
  const { status, stdout, stderr } = spawnSync(command, [flag], { encoding: 'utf8' });
  const [, version] = pattern.exec(`${stdout}${stderr}`) ?? [];
  return status === 0 && version !== undefined ? Number(version) : undefined;
}

function missing(program: JavaProgram, need: string): MissingJava {
  const packages = `openjdk-${OLDEST}-${isSource(program) ? 'jdk' : 'jre'}-headless maven`;
  return new MissingJava(
    `${program.name} ${need}. Install it, on Debian and Ubuntu with ` +
      `\`apt-get install ${packages}\`. Installing, npm start, npm test and deploying do not need Java.`,
  );
}
