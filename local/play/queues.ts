/** Empties the functions' queues like Lambda: every message goes to the production function. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DecisionRecord } from '../../handlers/event.ts';
import type { LocalAws } from '../embedded-aws/start.ts';
import { localContext } from './context.ts';

/** Functions with a queue of the same name. The budget function comes after `diagnosis`, which sends to its queue. */
const WITH_QUEUE = ['diagnosis', 'review', 'budget', 'labeling'] as const;

/**
 * Gives all queued messages to their functions. Returns their decisions on events that another function handed over.
 */
export async function emptyQueues(
  aws: LocalAws,
): Promise<(DecisionRecord & { readonly by: (typeof WITH_QUEUE)[number] })[]> {
  const decided = [];
  for (const name of WITH_QUEUE) {
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
