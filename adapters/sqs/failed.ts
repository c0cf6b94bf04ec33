/** Sends events that could not be handled to the failure queue, in the form in which Lambda itself keeps them. */
import { senderTo } from './send.ts';

/** Keeps `event` with the error. `condition` says in one word who gave up, as in Lambda's own records. */
export type ReportFailure = (event: unknown, condition: string, error: unknown) => Promise<void>;

/** Sends to the failure queue at `queueUrl`. `redrive` reads its messages. */
export function failureQueueAt(queueUrl: string): ReportFailure {
  const send = senderTo(queueUrl);
  return (event, condition, error) =>
    send({
      version: '1.0',
      timestamp: new Date().toISOString(),
      requestContext: { condition },
      requestPayload: event,
      responsePayload: { errorMessage: error instanceof Error ? error.message : String(error) },
    });
}
