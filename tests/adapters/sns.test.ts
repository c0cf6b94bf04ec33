import { once } from 'node:events';
import { Agent, createServer } from 'node:http';
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

it('each alert has a connection of its own, because SNS may have closed an idle one while Lambda slept', async () => {
  const server = createServer((_, response) => response.end('<PublishResponse/>'));
  let connections = 0;
  server.on('connection', () => connections++);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const client = new SNSClient({
    ...PUBLISH_SETTINGS,
    region: 'eu-west-1',
    endpoint: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  const publish = new PublishCommand({ TopicArn: 'arn:aws:sns:eu-west-1:123456789012:alerts', Message: 'x' });
  await client.send(publish);
  await client.send(publish);
  server.close();
  expect(connections).toBe(2);
});
