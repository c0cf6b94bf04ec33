/** Finds out which life or alert an event or a call is about. */
import type { Call } from '../../../local/embedded-aws/protocol.ts';

/** The life's name in the first 300 characters of an event or of a call's input. */
export const nameOf = (event: unknown): string | undefined => nameIn(JSON.stringify(event).slice(0, 300));

/** The first name of a life in `text`. */
export const nameIn = (text: string): string | undefined => /job-\d+/.exec(text)?.[0];

/** The id of the alert that a call publishes; absent for other calls. */
export function alertIn({ service, operation, input }: Call): string | undefined {
  if (service !== 'sns' || operation !== 'Publish') return undefined;
  return JSON.parse(JSON.parse(String(input['Message'])).default).id;
}

const WRITES: ReadonlySet<string> = new Set(['PutItem', 'UpdateItem', 'TransactWriteItems', 'BatchWriteItem']);

/** Whether a call writes to the table. */
export const isWrite = ({ service, operation }: Call): boolean => service === 'dynamodb' && WRITES.has(operation);
