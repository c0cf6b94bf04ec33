/** Publishes notices to the alerts topic. */

import { type MessageAttributeValue, PublishCommand, SNSClient, SNSServiceException } from '@aws-sdk/client-sns';
import { GROUPS } from '../../domain/alert/filter-policy.ts';
import type { Notice } from '../../domain/alert/render/notice.ts';
import { longestCall, PUBLISH_SETTINGS } from '../client-settings.ts';
import type { Grant } from '../grant.ts';

/**
 * SNS encrypts with the topic's key on behalf of the publisher, who needs the key too (SNS developer guide,
 * sns-key-management).
 */
export const PUBLISH_ALERTS: Grant = {
  name: 'alert',
  statements: [
    { actions: ['sns:Publish'], on: [{ Ref: 'AlertsTopic' }] },
    { actions: ['kms:GenerateDataKey*', 'kms:Decrypt'], on: [{ 'Fn::GetAtt': ['AlertsKey', 'Arn'] }] },
  ],
};

/**
 * What is published: an alert, or one message about several. The latter has no attributes of an alert, so that filters of
 * people's own subscriptions do not take it.
 */
export type Publication = Pick<Notice, 'subject' | 'email' | 'sms' | 'chat'> &
  Partial<Pick<Notice, 'attributes'>> & { readonly message: object };

/**
 * Publishes to the subscribers with the keys `to`, and to all subscriptions that people have made themselves. Returns
 * `message <id>` for the audit.
 */
export type Publish = (publication: Publication, to: readonly string[]) => Promise<string>;

/** Milliseconds that a publication may take. */
export const LONGEST_PUBLICATION = longestCall(PUBLISH_SETTINGS);

/** Errors of a connection that was never made (Node.js: `errno` of `net.connect`). */
const NOT_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH']);

/**
 * Whether SNS did not accept the notice: SNS answered with an error, or the request never reached it. For any other
 * error, such as an answer that was lost, nobody knows.
 */
export function wasRefused(error: unknown): boolean {
  if (error instanceof SNSServiceException) return error.$response !== undefined;
  if (!(error instanceof Error)) return false;
  // @smithy/node-http-handler gives this error no code.
  if (error.name === 'TimeoutError' && error.message.includes('did not establish a connection')) return true;
  return 'code' in error && NOT_CONNECTED.has(String(error.code));
}

/** Publishes to `topicArn`. One publication holds a notice in every form: mail, SMS, chat and JSON. */
export function publisherTo(topicArn: string): Publish {
  const client = new SNSClient(PUBLISH_SETTINGS);
  return async (notice, to) => {
    const { MessageId } = await client.send(
      new PublishCommand({
        TopicArn: topicArn,
        Subject: notice.subject,
        MessageStructure: 'json',
        Message: JSON.stringify(bodies(notice)),
        MessageAttributes: attributes(notice, to),
      }),
    );
    return `message ${MessageId}`;
  };
}

/** One body per protocol. Chat subscribes with `https`, which gets the JSON while chat is off. */
function bodies({ message, email, sms, chat }: Publication): Record<string, string> {
  const json = JSON.stringify(message);
  return {
    default: json,
    sqs: json,
    lambda: json,
    http: json,
    https: chat === undefined ? json : JSON.stringify(chat),
    email,
    sms,
  };
}

/** Without `groups`, no subscription of `ground-control.yml` takes it: each filters on that attribute alone. */
function attributes({ attributes: values }: Publication, to: readonly string[]): Record<string, MessageAttributeValue> {
  return {
    ...Object.fromEntries(
      Object.entries(values ?? {}).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
    ),
    ...(to.length > 0 && { [GROUPS]: { DataType: 'String.Array', StringValue: JSON.stringify(to) } }),
    // Transactional SMS take the most reliable route. The default, Promotional, takes the cheapest.
    'AWS.SNS.SMS.SMSType': { DataType: 'String', StringValue: 'Transactional' },
  };
}
