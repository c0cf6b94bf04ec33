/** What events and calls are about. */
import type { Call } from '../../local/embedded-aws/protocol.ts';
import { AlertMessage } from '../../schemas/message/alert.ts';

/** The job that an event or a call's input is about. */
export const nameOf = (event: unknown): string | undefined => /job-\d+/.exec(JSON.stringify(event).slice(0, 300))?.[0];

/** The change a call is about, where its effect hangs on the answer: telling, and recording that it was told. */
export function changeOf({ service, operation, input }: Call): string | undefined {
  if (service === 'sns' && operation === 'Publish')
    return AlertMessage.parse(JSON.parse(JSON.parse(String(input['Message'])).default)).id;
  const { pk } = Object(input['Key'] ?? input['Item']);
  const key = typeof pk?.S === 'string' ? pk.S : '';
  if (!key.startsWith('effect#notify|') || operation === 'PutItem') return undefined;
  // What came of carrying a job on is told with its end.
  return key.slice(key.startsWith('effect#notify|chain|') ? key.lastIndexOf('labeling-job|') : 'effect#notify|'.length);
}
