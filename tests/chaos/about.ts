/** Finds out which job or change an event or a call belongs to. */
import type { Call } from '../../local/embedded-aws/protocol.ts';
import { AlertMessage } from '../../schemas/message/alert.ts';

/** The job's name in the first 300 characters of an event or of a call's input. */
export const nameOf = (event: unknown): string | undefined => /job-\d+/.exec(JSON.stringify(event).slice(0, 300))?.[0];

/** The change whose alert a call publishes or records as sent: if its answer is lost, the alert may be sent twice. */
export function changeOf({ service, operation, input }: Call): string | undefined {
  if (service === 'sns' && operation === 'Publish')
    return AlertMessage.parse(JSON.parse(JSON.parse(String(input['Message'])).default)).id;
  const { pk } = Object(input['Key'] ?? input['Item']);
  const key = typeof pk?.S === 'string' ? pk.S : '';
  if (!key.startsWith('effect#notify|') || operation === 'PutItem') return undefined;
  // The alert about a created job also announces the end of the job that it continues, under the id of that end.
  return key.slice(key.startsWith('effect#notify|chain|') ? key.lastIndexOf('labeling-job|') : 'effect#notify|'.length);
}
