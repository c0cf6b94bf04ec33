/** The operator's configuration, as packaging compiled it from `ground-control.yml`. */
import { readFileSync } from 'node:fs';
import { FunctionConfiguration } from '../schemas/configuration/compiled.ts';

/**
 * Reads and validates the compiled configuration at `path`.
 * A wrong one stops the function at its cold start: the event is retried and kept, never judged by guessed rules.
 */
export function loadConfiguration(path: string): FunctionConfiguration {
  const read = FunctionConfiguration.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (read.success) return read.data;
  const wrong = read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(
    `${path} is not a valid configuration; deploy again from a valid ground-control.yml: ${wrong.join('; ')}`,
  );
}
