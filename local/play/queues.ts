/** Empties the functions' queues like Lambda: every message goes to the production function. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DecisionRecord } from '../../handlers/event.ts';
import { EventReference } from '../../schemas/message/event-reference.ts';
import type { LocalAws } from '../embedded-aws/start.ts';
import { localContext } from './context.ts';

/** Functions with a queue of the same name. The budget function comes after `diagnosis`, which sends to its queue. */
const WITH_QUEUE = ['diagnosis', 'review', 'budget', 'labeling', 'digest'] as const;

type HandedOver = DecisionRecord & { readonly by: (typeof WITH_QUEUE)[number] };

/**
 * Gives all queued messages to their functions. Returns their decisions on events that another function handed over.
 */
export async function emptyQueues(aws: LocalAws): Promise<HandedOver[]> {
  const decided: HandedOver[] = [];
  for (const name of WITH_QUEUE) {
    for (const [at, body, all] of aws.take(name).map((one, nth, every) => [nth, one, every] as const)) {
      const without = name === 'review' ? withoutOutput(aws, body) : undefined;
      if (without !== undefined) {
        decided.push({ ...without, by: name });
        continue;
      }
      const { handler } = await import(
        pathToFileURL(join(import.meta.dirname, '../..', 'functions', `${name}.ts`)).href
      );
      const record = await handler({ Records: [{ body }] }, localContext(name)).catch((error: unknown) => {
        // SQS gives what was not handled to the function again.
        for (const left of all.slice(at)) aws.send(name, left);
        throw error;
      });
      if (typeof record === 'object' && 'outcome' in record) decided.push({ ...record, by: name });
    }
  }
  return decided;
}

/**
 * What to show instead when the embedded S3 has no output of the human loop: the function would wait for it, and then
 * fail. Absent when it has one.
 */
function withoutOutput(aws: LocalAws, body: string): DecisionRecord | undefined {
  const { data: reference } = EventReference.safeParse(JSON.parse(body));
  if (reference === undefined || aws.s3.objects.has(reference.resource.answersAt ?? '')) return undefined;
  const { type, name, arn } = reference.resource;
  return {
    outcome: 'handed-over',
    eventId: reference.event.id,
    detailType: reference.event.detailType,
    resource: { type, name, arn },
    status: reference.state.status,
    severity: undefined,
    reason:
      'the function review compares the answers with the model. To see it, put the output.json of the human loop beside the ' +
      'event: completed.output beside completed.json',
    actions: [],
  };
}
