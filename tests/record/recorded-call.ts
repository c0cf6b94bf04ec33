/** Calls as they are recorded: one line of JSON each. */
import * as z from 'zod';

/** A call that a function, or anything else, made. */
export const RecordedCall = z.object({
  /** The name of the function in `serverless.yml`; absent for calls of tests and commands. */
  by: z.string().optional(),
  /** The test file or the command. */
  origin: z.string(),
  /** As the SDK and botocore name it: `SageMaker`, `SNS`. */
  service: z.string(),
  operation: z.string(),
  /** Members by name, as in the service model. A time is `{ $date: text }`, bytes are `{ $bytes: base64 }`. */
  input: z.record(z.string(), z.unknown()),
  /** `protocol`: the input has the shape of the protocol, not that of the service model. */
  shape: z.enum(['model', 'protocol']).default('model'),
  /** The file, beside the calls, of the configuration that the process had. */
  configuration: z.string().optional(),
});
export type RecordedCall = z.output<typeof RecordedCall>;

/** `input` with times and bytes as JSON can hold them. */
export function recordedInput(input: unknown): unknown {
  if (input instanceof Date) return { $date: input.toISOString() };
  if (input instanceof Uint8Array) return { $bytes: Buffer.from(input).toString('base64') };
  if (Array.isArray(input)) return input.map(recordedInput);
  if (typeof input !== 'object' || input === null) return input;
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [name, recordedInput(value)]));
}
