/**
 * What a subscription filter of CloudWatch Logs sends to a Lambda function.
 *
 * Source: CloudWatch Logs user guide, "Subscriptions": `{awslogs: {data}}`, where `data` is base64 of gzip of JSON.
 */
import * as z from 'zod/mini';
import { identifier } from './worker-activity.ts';

/** The event that Lambda gets. */
export const SubscriptionEvent = z.object({ awslogs: z.object({ data: z.string() }) });

/** The decoded message, without its log events: `recordsIn` reads these. */
export const SubscriptionMessage = z.object({
  /** `DATA_MESSAGE`, or `CONTROL_MESSAGE`, which only checks that the function can be reached. */
  messageType: z.enum(['DATA_MESSAGE', 'CONTROL_MESSAGE']),
  logGroup: identifier,
});
