/** The AWS clients of the deployment test, and how it changes a deployed function. */
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { CREDENTIALS, PREFIX, REGION } from './deployment.ts';

/** Clients of the emulator at `endpoint`. */
export function clientsOf(endpoint: string) {
  const settings = { endpoint, region: REGION, credentials: CREDENTIALS };
  return {
    cloudWatch: new CloudWatchClient(settings),
    dynamoDb: new DynamoDBClient(settings),
    events: new EventBridgeClient(settings),
    iam: new IAMClient(settings),
    lambda: new LambdaClient(settings),
    logs: new CloudWatchLogsClient(settings),
    s3: new S3Client({ ...settings, forcePathStyle: true }),
    scheduler: new SchedulerClient(settings),
    sns: new SNSClient(settings),
    sqs: new SQSClient(settings),
  };
}

/** Sets `variables` in the environment of the function `name`. Gives what sets the environment back. */
export async function changeFunction(
  lambda: LambdaClient,
  name: string,
  variables: Record<string, string>,
): Promise<() => Promise<void>> {
  const FunctionName = `${PREFIX}${name}`;
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const set = async (Variables: Record<string, string>) => {
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
  };
  await set({ ...Environment?.Variables, ...variables });
  return () => set({ ...Environment?.Variables });
}
