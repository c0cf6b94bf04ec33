/** Publishes notices to the alerts topic. */

import { type MessageAttributeValue, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Notice } from '../../domain/alert/render/notice.ts';
import { CLIENT_SETTINGS } from '../client-settings.ts';
import type { Grant } from '../grant.ts';

/** The key is the topic's: SNS encrypts with it on behalf of the publisher (SNS developer guide, sns-key-management). */
export const PUBLISH_ALERTS: Grant = {
  name: 'alert',
  statements: [
    { actions: ['sns:Publish'], on: [{ Ref: 'AlertsTopic' }] },
    { actions: ['kms:GenerateDataKey*', 'kms:Decrypt'], on: [{ 'Fn::GetAtt': ['AlertsKey', 'Arn'] }] },
  ],
};

/** Publishes and gives the id of the message. */
export type Publish = (notice: Notice) => Promise<string>;

/** Publishes to `topicArn`, every form of a notice in one publication. */
export function publisherTo(topicArn: string): Publish {
  const client = new SNSClient(CLIENT_SETTINGS);
  return async (notice) => {
    const { MessageId } = await client.send(
      new PublishCommand({
        TopicArn: topicArn,
        Subject: notice.subject,
        MessageStructure: 'json',
        Message: JSON.stringify(bodies(notice)),
        MessageAttributes: attributes(notice),
      }),
    );
    return `message ${MessageId}`;
  };
}

/** A body per protocol; `https` is what chat subscribes with, and gets the JSON while chat is off. */
function bodies({ message, email, sms, chat }: Notice): Record<string, string> {
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

function attributes({ attributes: values }: Notice): Record<string, MessageAttributeValue> {
  return {
    ...Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
    ),
    // Alerts are worth the reliable route; the default, Promotional, is the cheapest one.
    'AWS.SNS.SMS.SMSType': { DataType: 'String', StringValue: 'Transactional' },
  };
}
