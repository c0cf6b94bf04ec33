/** An embedded AWS for a file of tests, and the environment that points at it. */
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type LocalAws, startLocalAws } from '../../local/environment.ts';
import { Configuration } from '../../schemas/configuration.ts';

/** Starts before the file's tests and stops after them; calls are forgotten between tests. */
export function useLocalAws(configuration: Configuration = Configuration.parse({ chat: 'on' })): () => LocalAws {
  let aws: LocalAws;
  beforeAll(async () => {
    Object.assign(process.env, { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' });
    aws = await startLocalAws(configuration);
  });
  beforeEach(() => aws.clear());
  afterAll(() => aws.stop());
  return () => aws;
}
