/** The lengths of names in AWS. Most names begin with service and stage, so that a long stage makes them too long. */
import * as z from 'zod';
import type { Stack } from '../per-function.ts';

/** Characters that the name of a rule, a connection or an API destination may have (EventBridge API reference). */
export const LONGEST_IN_EVENTBRIDGE = 64;

interface Named {
  /** The property with the name. */
  readonly property: string;
  /** Characters that it may have. */
  readonly longest: number;
  /** What has the name, for people. */
  readonly what: string;
}

/** The names that the stack gives, by type of resource. Sources: the API references and quotas of the services. */
const NAMES: Readonly<Record<string, Named>> = {
  'AWS::CloudWatch::Alarm': { property: 'AlarmName', longest: 255, what: 'an alarm' },
  'AWS::CloudWatch::Dashboard': { property: 'DashboardName', longest: 255, what: 'a dashboard' },
  'AWS::DynamoDB::Table': { property: 'TableName', longest: 255, what: 'a table' },
  'AWS::Events::ApiDestination': { property: 'Name', longest: LONGEST_IN_EVENTBRIDGE, what: 'an API destination' },
  'AWS::Events::Archive': { property: 'ArchiveName', longest: 48, what: 'an archive of EventBridge' },
  'AWS::Events::Connection': { property: 'Name', longest: LONGEST_IN_EVENTBRIDGE, what: 'a connection' },
  'AWS::Events::EventBus': { property: 'Name', longest: 256, what: 'an event bus' },
  'AWS::Events::Rule': { property: 'Name', longest: LONGEST_IN_EVENTBRIDGE, what: 'a rule of EventBridge' },
  'AWS::IAM::Role': { property: 'RoleName', longest: 64, what: 'a role' },
  'AWS::KMS::Alias': { property: 'AliasName', longest: 256, what: 'an alias of a key' },
  'AWS::Lambda::Function': { property: 'FunctionName', longest: 64, what: 'a Lambda function' },
  'AWS::Logs::LogGroup': { property: 'LogGroupName', longest: 512, what: 'a log group' },
  'AWS::S3::Bucket': { property: 'BucketName', longest: 63, what: 'a bucket' },
  'AWS::SNS::Topic': { property: 'TopicName', longest: 256, what: 'a topic' },
  'AWS::SQS::Queue': { property: 'QueueName', longest: 80, what: 'a queue' },
  'AWS::Scheduler::Schedule': { property: 'Name', longest: 64, what: 'a schedule' },
  'AWS::Scheduler::ScheduleGroup': { property: 'Name', longest: 64, what: 'a group of schedules' },
  'AWS::SecretsManager::Secret': { property: 'Name', longest: 512, what: 'a secret' },
};

const Resource = z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).optional() });

/** Why AWS would refuse names in the finished template; absent if it would not. Names the longest stage that fits. */
export function tooLongNames(resources: Readonly<Record<string, unknown>>, { stage }: Stack): string | undefined {
  const found = Object.values(resources).flatMap((resource) => {
    const { Type, Properties } = Resource.parse(resource);
    const named = NAMES[Type];
    const name = named && Properties?.[named.property];
    if (named === undefined || typeof name !== 'string') return [];
    const excess = name.length - named.longest;
    return excess > 0 ? [{ name, excess, ...named }] : [];
  });
  const [worst] = found.sort((one, other) => other.excess - one.excess);
  if (worst === undefined) return undefined;
  const { name, what, longest, excess } = worst;
  return (
    `The stage ${stage} is too long: ${name} has ${name.length} characters, and the name of ${what} may have ${longest}. ` +
    `Use a stage of at most ${stage.length - excess} characters.`
  );
}
