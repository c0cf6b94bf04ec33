/** The operator's configuration: the JSON file that packaging compiles from `ground-control.yml`. */
import { readFileSync } from 'node:fs';
import { FunctionConfiguration } from '../schemas/configuration/compiled.ts';

/**
 * Reads and validates the compiled configuration at `path`. Throws when it is invalid. Lambda then retries the event
 * and keeps it in the failure queue, so no default rule is applied.
 */
export function loadConfiguration(path: string): FunctionConfiguration {
  const read = FunctionConfiguration.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (read.success) return read.data;
  const wrong = read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(
    `${path} is not a valid configuration; deploy again from a valid ground-control.yml: ${wrong.join('; ')}`,
  );
}
