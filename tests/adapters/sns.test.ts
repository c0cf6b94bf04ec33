import { Agent } from 'node:http';
import { Socket } from 'node:net';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { expect, it } from 'vitest';
import { PUBLISH_SETTINGS } from '../../adapters/client-settings.ts';
import { wasRefused } from '../../adapters/sns/publish.ts';

/** Connections that never come about: the network drops their packets. */
class Unreachable extends Agent {
  override createConnection() {
    return Object.assign(new Socket(), { connecting: true });
  }
}

it('SNS did not accept an alert when no connection to it came about in time', async () => {
  const client = new SNSClient({
    ...PUBLISH_SETTINGS,
    region: 'eu-west-1',
    endpoint: 'http://sns.invalid',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    requestHandler: { ...PUBLISH_SETTINGS.requestHandler, httpAgent: new Unreachable() },
  });
  const publish = new PublishCommand({ TopicArn: 'arn:aws:sns:eu-west-1:123456789012:alerts', Message: 'x' });
  const error = await client.send(publish).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'TimeoutError' });
  expect(wasRefused(error)).toBe(true);
});
