/** Arguments, errors and exit codes, the same for all commands. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import type * as z from 'zod';

/** Wrong usage, or something that does not exist: one line on standard error, exit code 2. */
export class Refused extends Error {}

/** Runs a command, or prints its usage. An error is one line on standard error, and exit code 1 or 2. */
export async function runCommand(name: string, usage: string, run: () => Promise<number>): Promise<void> {
  if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) {
    process.stdout.write(`${usage}\n`);
    return;
  }
  try {
    process.exitCode = await run();
  } catch (error) {
    const isRefused = error instanceof Refused;
    const what = error instanceof Error ? `${isRefused ? '' : `${error.name}: `}${error.message}` : String(error);
    process.stderr.write(`${name}: ${what.replace(/\s+/g, ' ')}\n`);
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

/** Reads arguments with `parse`. Refuses with the usage if `parse` throws. */
export function orUsage<T>(usage: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new Refused(`${error instanceof Error ? error.message.split('\n')[0] : error}; ${usage}`, { cause: error });
  }
}

/** The region of an SDK client. Refuses if no region is configured. */
export async function regionOf(client: { readonly config: { region: () => Promise<string> } }): Promise<string> {
  try {
    return await client.config.region();
  } catch (error) {
    throw new Refused('no region is configured: set AWS_REGION or give --region', { cause: error });
  }
}
