/** Reads that may fail: a page says what it could not read and why, and shows the rest. */
import { describeError } from '../describe-error.ts';

/** What was read, or why it was not, in words. */
export type Attempt<T> = { readonly value: T } | { readonly problem: string };

/** Reads `what` with `read`. */
export async function attempt<T>(what: string, read: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await read() };
  } catch (error) {
    return { problem: problemOf(what, error) };
  }
}

/** AWS's words: "is not authorized to perform: dynamodb:Query on resource: arn:aws:... because ..." */
const DENIED = /not authorized to perform: (?<action>[\w-]+:\w+)(?: on resource: (?<resource>\S+))?/;
const ABSENT = /ResourceNotFound|QueueDoesNotExist|NonExistentQueue/;

function problemOf(what: string, error: unknown): string {
  const [name, message] = error instanceof Error ? [error.name, error.message] : ['', String(error)];
  const { action, resource } = DENIED.exec(message)?.groups ?? {};
  if (action !== undefined)
    return `You may not read ${what}: your credentials lack the permission ${action}${resource === undefined ? '' : ` on ${resource}`}.`;
  if (/AccessDenied|UnauthorizedOperation/.test(name)) return `You may not read ${what}: ${describeError(error)}`;
  if (ABSENT.test(name)) return `There is no such thing in this stage: ${what}.`;
  return `Could not read ${what}: ${describeError(error)}`;
}
