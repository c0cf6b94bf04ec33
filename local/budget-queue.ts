/** The budget function's queue, emptied as Lambda would: every message goes to the production function. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DecisionRecord } from '../adapters/handler.ts';
import { localContext } from './context.ts';
import type { LocalAws } from './environment.ts';

/** Gives what the queue holds to the budget function; what it decided on events that were handed over to it. */
export async function emptyBudgetQueue(aws: LocalAws): Promise<DecisionRecord[]> {
  const { handler } = await import(pathToFileURL(join(import.meta.dirname, '..', 'functions', 'budget.ts')).href);
  const decided: DecisionRecord[] = [];
  for (const body of aws.take('budget')) {
    const record = await handler({ Records: [{ body }] }, localContext('budget'));
    if (record !== undefined && 'outcome' in record) decided.push(record);
  }
  return decided;
}
