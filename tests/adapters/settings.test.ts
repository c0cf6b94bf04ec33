import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CLIENT_SETTINGS, longestCall, PUBLISH_SETTINGS, TABLE_SETTINGS } from '../../adapters/client-settings.ts';
import { loadConfiguration } from '../../adapters/configuration.ts';
import { readEnvironment } from '../../adapters/environment.ts';
import { writeCompiledConfiguration } from '../../infrastructure/compiled-configuration.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { ROOT } from '../support/events.ts';

const folder = mkdtempSync(join(tmpdir(), 'ground-control-test-'));

describe('an AWS call', () => {
  it('without an answer ends in an error before the function reaches its timeout', async () => {
    const server = createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const client = new SNSClient({
      ...CLIENT_SETTINGS,
      maxAttempts: 1,
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
      requestHandler: { ...CLIENT_SETTINGS.requestHandler, requestTimeout: 50 },
    });
    await expect(client.send(new PublishCommand({ TopicArn: 'arn:x', Message: 'x' }))).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    server.closeAllConnections();
    server.close();
  });
});

describe('the calls for an alert', () => {
  it('take less than the timeout of an event function, whatever each of them takes', () => {
    const { provider } = parse(readFileSync(join(ROOT, 'serverless.yml'), 'utf8'), { logLevel: 'silent' });
    // The price of an instance type, the item, its write and the last transaction; and one publication.
    expect(4 * longestCall(TABLE_SETTINGS) + longestCall(PUBLISH_SETTINGS)).toBeLessThan(provider.timeout * 1000);
  });

  it.each([
    ['the table', TABLE_SETTINGS, DynamoDBClient],
    ['other services', CLIENT_SETTINGS, SNSClient],
    ['publications', PUBLISH_SETTINGS, SNSClient],
  ])('to %s are retried by the client as their settings say', async (_, settings, Client) => {
    const { config } = new Client({ ...settings, region: 'us-east-1' });
    const strategy = await config.retryStrategy();
    expect(await config.maxAttempts()).toBe(settings.maxAttempts);
    expect(strategy).toMatchObject({ mode: 'standard' });
  });
});

describe('the environment of a function', () => {
  it('names every variable that is missing or wrong', () => {
    expect(() => readEnvironment({ QUARANTINE_QUEUE_URL: 'queue' })).toThrow(
      /ALERTS_TOPIC_ARN: .*; QUARANTINE_QUEUE_URL: .*; FAILED_QUEUE_URL: /,
    );
  });

  it('points to the configuration beside the code when no variable names it', () => {
    const variables = {
      ALERTS_TOPIC_ARN: 'arn:x',
      QUARANTINE_QUEUE_URL: 'https://q',
      FAILED_QUEUE_URL: 'https://f',
      STATE_TABLE: 't',
      LAMBDA_TASK_ROOT: '/var/task',
    };
    expect(readEnvironment(variables).GROUND_CONTROL_CONFIG).toBe('/var/task/.generated/ground-control.json');
  });
});

describe('the compiled configuration', () => {
  it('has what ground-control.yml says, without the addresses of subscribers', () => {
    const path = join(folder, 'nested', 'ground-control.json');
    const configuration = Configuration.parse({
      subscribers: [{ email: 'a@example.com' }],
      chat: 'on',
      timeZone: 'Asia/Tokyo',
    });
    writeCompiledConfiguration(configuration, path);
    expect(loadConfiguration(path)).toEqual({
      chat: true,
      reasons: 'quoted',
      alerts: configuration.alerts,
      tags: configuration.tags,
      timeZone: 'Asia/Tokyo',
      keepDays: 400,
      logs: 'off',
      delivery: {
        breaker: true,
        collapse: true,
        groups: [{ id: expect.stringMatching(/^[0-9a-f]{10}$/), keys: ['08168cd80dfd'], filters: {} }],
      },
      budgets: configuration.budgets,
      labeling: configuration.labeling,
      review: configuration.review,
      teams: configuration.teams,
      relays: { on: false, tags: [] },
      dashboard: false,
    });
  });

  it('stops the function when it is invalid, and the error names the mistakes', () => {
    const path = join(folder, 'wrong.json');
    writeFileSync(path, '{"timeZone":"UTC"}');
    expect(() => loadConfiguration(path)).toThrow(/chat: Invalid input: expected boolean/);
  });
});
