/** Starts an embedded AWS for a test file, and sets the environment so that clients call it. */
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { EmbeddedResources } from '../../local/embedded-aws/server.ts';
import { type LocalAws, startLocalAws } from '../../local/embedded-aws/start.ts';
import { Configuration } from '../../schemas/configuration/file.ts';

/**
 * Starts before the file's tests and stops after them. Calls, publications and messages are cleared before each test.
 */
export function useLocalAws(
  configuration: Configuration = Configuration.parse({ chat: 'on' }),
  fault?: EmbeddedResources['fault'],
  invoke?: EmbeddedResources['invoke'],
): () => LocalAws {
  let aws: LocalAws;
  beforeAll(async () => {
    Object.assign(process.env, { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' });
    aws = await startLocalAws(configuration, fault, invoke);
  });
  beforeEach(() => aws.clear());
  afterAll(() => aws.stop());
  return () => aws;
}

/** Whether DynamoDB Local answers the calls to DynamoDB: `npm run test:engines`. */
export const isDynamoDbLocal = () => process.env['GROUND_CONTROL_DYNAMODB'] !== undefined;
