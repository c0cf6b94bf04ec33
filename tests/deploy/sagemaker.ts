/** A SageMaker for a test file: the emulator has none. */
import { beforeAll, beforeEach } from 'vitest';
import { readTable } from '../../local/embedded-aws/dynamodb/table.ts';
import { type EmbeddedAws, type EmbeddedResources, startEmbeddedAws } from '../../local/embedded-aws/server.ts';
import { changeFunction } from './clients.ts';
import { TOPIC } from './deployment.ts';
import { answeredFor } from './recording.ts';
import { lambda } from './stage.ts';

/** The function `name` asks it for the duration of the file. Calls are forgotten before each test; jobs stay. */
export function useSageMaker(name: string, fault?: EmbeddedResources['fault']): () => EmbeddedAws {
  let aws: EmbeddedAws;
  beforeAll(async () => {
    aws = await startEmbeddedAws({
      topicArn: TOPIC,
      queuePaths: [],
      table: readTable('none'),
      ...(fault !== undefined && { fault }),
      ...answeredFor(name),
    });
    const restore = await changeFunction(lambda, name, {
      AWS_ENDPOINT_URL_SAGEMAKER: aws.endpoint,
      AWS_ENDPOINT_URL_PRICING: aws.endpoint,
    });
    return async () => {
      await restore();
      await aws.close();
    };
  });
  beforeEach(() => {
    aws.clear();
    aws.sageMaker.created.length = 0;
  });
  return () => aws;
}
