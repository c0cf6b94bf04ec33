/** The queues of functions, emptied as Lambda would: every message goes to the production function. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DecisionRecord } from '../../handlers/event.ts';
import type { LocalAws } from '../embedded-aws/start.ts';
import { localContext } from './context.ts';

/** Functions that have a queue, called after it. */
const ASKED = ['budget', 'labeling'] as const;

/** Gives what the queues hold to their functions; what these decided on events that were handed over to them. */
export async function emptyQueues(
  aws: LocalAws,
): Promise<(DecisionRecord & { readonly by: (typeof ASKED)[number] })[]> {
  const decided = [];
  for (const name of ASKED) {
    for (const body of aws.take(name)) {
      const { handler } = await import(
        pathToFileURL(join(import.meta.dirname, '../..', 'functions', `${name}.ts`)).href
      );
      const record = await handler({ Records: [{ body }] }, localContext(name));
      if (record !== undefined && 'outcome' in record) decided.push({ ...record, by: name });
    }
  }
  return decided;
}
