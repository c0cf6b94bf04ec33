/** The lines with which `redrive` lists a message. */
import type { Message } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { EventReference } from '../../schemas/message/event-reference.ts';
import { TeamReportRequest } from '../../schemas/message/team-report.ts';
import { plainText } from '../../schemas/text/plain-text.ts';

const Why = z.object({ reason: z.string(), responsePayload: z.object({ errorMessage: z.string() }) }).partial();
const What = z.object({ 'detail-type': z.string(), resources: z.array(z.string()) }).partial();

/** The type of an event and its resource. `event` may be a reference. */
function whatIs(event: unknown): { readonly type: string; readonly arn: string | undefined } {
  const { data: reference } = EventReference.safeParse(event);
  if (reference !== undefined) return { type: reference.event.detailType, arn: reference.resource.arn };
  const { data: request } = TeamReportRequest.safeParse(event);
  if (request !== undefined)
    return { type: `request of ${request.scheduledAt.slice(0, 10)} for a report on labeling teams`, arn: undefined };
  const what = What.safeParse(event).data;
  return { type: what?.['detail-type'] ?? 'not an event', arn: what?.resources?.[0] };
}

/** When, what and why, in two lines. */
export function describe({ Body = '', Attributes, MessageAttributes }: Message, event: unknown): string {
  const why = Why.safeParse(parsed(Body)).data;
  // EventBridge's own words (docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html).
  const failure = ['ERROR_CODE', 'ERROR_MESSAGE'].flatMap((name) => MessageAttributes?.[name]?.StringValue ?? []);
  const reason = why?.reason ?? why?.responsePayload?.errorMessage ?? (failure.join(': ') || 'no reason given');
  const { type, arn = '' } = whatIs(event);
  const when = new Date(Number(Attributes?.['SentTimestamp'] ?? 0)).toISOString();
  return `${when}  ${plainText(type, 128)}  ${plainText(arn, 200)}\n   why: ${plainText(reason, 300)}`;
}

/** The value of the JSON `text`. Undefined if it is not JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
