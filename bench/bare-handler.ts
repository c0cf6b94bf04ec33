/** The baseline of `npm run bench`: a handler that only publishes the event to SNS. */
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';

let client: SNSClient | undefined;

export const handler = async (event: unknown): Promise<void> => {
  client ??= new SNSClient({});
  await client.send(new PublishCommand({ TopicArn: process.env['ALERTS_TOPIC_ARN'], Message: JSON.stringify(event) }));
};
