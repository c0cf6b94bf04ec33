/** A deployed stage, as the console reads it: with the credentials of the caller. */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SQSClient } from '@aws-sdk/client-sqs';
import { ConfigurationError, readConfigurationFile } from '../../infrastructure/configuration-file.ts';
import type { Configuration } from '../../schemas/configuration/file.ts';
import type { Attempt } from './attempt.ts';

export interface Stage {
  readonly name: string;
  readonly region: string;
  /** The name of its table. */
  readonly table: string;
  readonly dynamoDb: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly sageMaker: SageMakerClient;
  readonly cloudWatch: CloudWatchClient;
  readonly cloudFormation: CloudFormationClient;
  readonly lambda: LambdaClient;
  readonly s3: S3Client;
  /** The path of `ground-control.yml`, and what it says now; its mistakes are the problem. */
  readonly file: string;
  /** `--config` of the command, if it was given. */
  readonly config: string | undefined;
  readonly configuration: () => Attempt<Configuration>;
}

/** The stage called `name` in `region`, and the configuration in `file`. */
export function stageIn(name: string, region: string, file: string, config?: string): Stage {
  // A page shall say soon that it could not read something.
  const settings = { region, maxAttempts: 2 };
  return {
    name,
    region,
    table: `ground-control-${name}-state`,
    dynamoDb: new DynamoDBClient(settings),
    sqs: new SQSClient(settings),
    sageMaker: new SageMakerClient(settings),
    cloudWatch: new CloudWatchClient(settings),
    cloudFormation: new CloudFormationClient(settings),
    lambda: new LambdaClient(settings),
    s3: new S3Client(settings),
    file,
    config,
    configuration: () => readNow(file),
  };
}

function readNow(file: string): Attempt<Configuration> {
  try {
    return { value: readConfigurationFile(file) };
  } catch (error) {
    if (error instanceof ConfigurationError) return { problem: error.message };
    throw error;
  }
}

/** An instant of the table (epoch milliseconds); undefined for 0, which stands for none. */
export const instantOf = (milliseconds: number | undefined): Date | undefined =>
  milliseconds === undefined || milliseconds === 0 ? undefined : new Date(milliseconds);
