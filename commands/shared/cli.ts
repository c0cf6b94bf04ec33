/** Arguments, errors and exit codes, the same for all commands. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import type * as z from 'zod';
import { didYouMean } from '../../infrastructure/did-you-mean.ts';
import { describeError } from '../../local/describe-error.ts';
import { wrap } from '../../schemas/text/wrap.ts';

/** Wrong usage, or something that does not exist: a line on standard error for each mistake, exit code 2. */
export class Refused extends Error {}

/**
 * Runs a command, or prints its usage. An error is one line on standard error (a refusal one a mistake), and exit code 1
 * or 2.
 */
export async function runCommand(name: string, usage: string, run: () => Promise<number>): Promise<void> {
  if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) {
    process.stdout.write(`${usage}\n`);
    return;
  }
  try {
    process.exitCode = await run();
  } catch (error) {
    const isRefused = error instanceof Refused;
    // A refusal may have several lines: one for each mistake in a file.
    const lines = isRefused ? error.message.split('\n') : [describeError(error)];
    const width = process.stderr.isTTY ? process.stderr.columns : Number.POSITIVE_INFINITY;
    for (const what of lines.flatMap((line) => wrap(`${name}: ${line.replace(/\s+/g, ' ')}`, width)))
      process.stderr.write(`${what}\n`);
    process.exitCode = isRefused ? 2 : 1;
  }
}

/** The options of a command, read with `schema`. Refuses a wrong option by its name, with the usage. */
export function readOptions<T>(
  usage: string,
  options: NonNullable<ParseArgsConfig['options']>,
  schema: z.ZodType<T>,
): T {
  return orUsage(usage, () => {
    const read = schema.safeParse(parseArgs({ options }).values);
    if (read.success) return read.data;
    const [first] = read.error.issues;
    throw new Error(`--${first?.path[0]?.toString()}: ${first?.message}`);
  });
}

/** Reads arguments with `parse`. Refuses with the usage if `parse` throws, and what npm has kept for itself. */
export function orUsage<T>(usage: string, parse: () => T): T {
  try {
    refuseOptionsOfNpm(usage);
    return parse();
  } catch (error) {
    throw new Refused(`${whyRefused(error, usage)}; ${usage}`, { cause: error });
  }
}

/** Why `parseArgs` or its caller refused the arguments, in one line. */
export function whyRefused(error: unknown, usage: string): string {
  const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  const [, unknown] = /^Unknown option '(-[^']*)'/.exec(why) ?? [];
  if (unknown === undefined) return why;
  if (unknown === '--policy' && usage.includes('--config'))
    return '--policy is not an option: the name of this option is --config';
  const options = [...new Set(usage.match(/--[a-z-]{2,}/g))].filter((option) => option !== '--silent');
  return `Unknown option '${unknown}'${didYouMean(unknown, options)}`;
}

/**
 * npm reads an option before `--` as its own, and keeps it in the environment: `npm run redrive --dry-run -- --stage x`
 * would not be a dry run. Throws if npm has an option of `usage` that the command did not get.
 */
function refuseOptionsOfNpm(usage: string): void {
  const [, own = ''] = usage.split(' -- ');
  for (const [option = '', name = ''] of own.matchAll(/--([a-z-]+)/g)) {
    const kept = process.env[`npm_config_${name.replaceAll('-', '_')}`] ?? '';
    const isGiven = process.argv.some((argument) => argument === option || argument.startsWith(`${option}=`));
    if (!isGiven && kept !== '' && kept !== 'false')
      throw new Error(`${option} was given to npm: write it after the "--"`);
  }
}
