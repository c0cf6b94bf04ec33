/** What the deployment tells a function, read once on first use. */
import * as z from 'zod/mini';

const Environment = z.object({
  ALERTS_TOPIC_ARN: z.string().check(z.startsWith('arn:')),
  QUARANTINE_QUEUE_URL: z.url(),
  STATE_TABLE: z.string().check(z.minLength(1)),
  /** Path of the configuration as JSON; packaging puts it beside the code. */
  GROUND_CONTROL_CONFIG: z.string().check(z.minLength(1)),
});
export type Environment = z.output<typeof Environment>;

/** The environment, or an error that names every variable that is missing or wrong. */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const read = Environment.safeParse({
    ...variables,
    GROUND_CONTROL_CONFIG:
      variables['GROUND_CONTROL_CONFIG'] ?? `${variables['LAMBDA_TASK_ROOT'] ?? '.'}/.generated/ground-control.json`,
  });
  if (read.success) return read.data;
  const wrong = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Error(`The function's environment is not as serverless.yml sets it: ${wrong.join('; ')}`);
}

/** A variable that only some functions have; an error that names it where it is missing. */
export function required(name: string, variables: NodeJS.ProcessEnv = process.env): string {
  const value = variables[name];
  if (value === undefined || value === '')
    throw new Error(`The function's environment is not as serverless.yml sets it: ${name} is missing`);
  return value;
}
