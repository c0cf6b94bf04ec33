/** What commands share. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import type * as z from 'zod';

/** Wrong usage, or something that is not there: said in one line, exit code 2. */
export class Refused extends Error {}

/** Runs a command to its exit code, or tells its usage; what goes wrong is one line on standard error, and exit code 1 or 2. */
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

/** The options of a command as `schema` reads them; one that is wrong is refused by its name, with the usage. */
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

/** Reads arguments with `parse`; what it throws is refused with the usage. */
export function orUsage<T>(usage: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new Refused(`${error instanceof Error ? error.message.split('\n')[0] : error}; ${usage}`, { cause: error });
  }
}

/** The region of an SDK client. Refuses where none is configured. */
export async function regionOf(client: { readonly config: { region: () => Promise<string> } }): Promise<string> {
  try {
    return await client.config.region();
  } catch (error) {
    throw new Refused('no region is configured: set AWS_REGION or give --region', { cause: error });
  }
}
