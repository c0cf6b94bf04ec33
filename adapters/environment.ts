/** The environment variables of a function. */
import * as z from 'zod/mini';

const Environment = z.object({
  ALERTS_TOPIC_ARN: z.string().check(z.startsWith('arn:')),
  QUARANTINE_QUEUE_URL: z.url(),
  FAILED_QUEUE_URL: z.url(),
  STATE_TABLE: z.string().check(z.minLength(1)),
  /** Path of the compiled configuration; packaging puts the file beside the code. */
  GROUND_CONTROL_CONFIG: z.string().check(z.minLength(1)),
});
export type Environment = z.output<typeof Environment>;

/** The environment. Throws an error that names every missing or wrong variable. */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const read = Environment.safeParse({
    ...variables,
    GROUND_CONTROL_CONFIG:
      variables['GROUND_CONTROL_CONFIG'] ?? `${variables['LAMBDA_TASK_ROOT'] ?? '.'}/.generated/ground-control.json`,
  });
  if (read.success) return read.data;
  const wrong = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Error(`wrong environment variables; deploy again with those of serverless.yml: ${wrong.join('; ')}`);
}

/**
 * The value of a variable that only some functions have. Throws an error that names the variable when it is missing.
 */
export function required(name: string, variables: NodeJS.ProcessEnv = process.env): string {
  const value = variables[name];
  if (value === undefined || value === '')
    throw new Error(`wrong environment variables; deploy again with those of serverless.yml: ${name} is missing`);
  return value;
}
