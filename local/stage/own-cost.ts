/** What a stage itself costs: what AWS counted in the last 30 days, at list prices. */
import { type CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import {
  type CloudWatchClient,
  type MetricDataQuery,
  paginateGetMetricData,
  paginateListMetrics,
} from '@aws-sdk/client-cloudwatch';
import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { type Bill, billOf, type Counted } from './bill.ts';
import { alarmsOf } from './health.ts';
import type { Stage } from './stage.ts';

/** Days of which it counts, today included. */
export const DAYS_OF_BILL = 30;
/** Seconds. */
const DAY = 86_400;
/** What one call of `GetMetricData` takes (API reference). */
const MOST_QUERIES = 500;

/** A metric of AWS, and the names of its dimensions with their values. */
interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/**
 * The bill of `stage` up to `now`. Throws what AWS answers: CloudFormation when there is no such stack, and each service
 * when a permission is missing.
 */
export async function ownCost(
  { name: stage, cloudFormation, cloudWatch, dynamoDb, lambda }: Stage,
  now: Date,
): Promise<Bill> {
  const stack = `ground-control-${stage}`;
  const resources = await resourcesOf(stack, cloudFormation);
  const named = (type: string) => resources.get(type) ?? [];
  const sums = sumsIn(cloudWatch, now);
  const [alarms, functions, tables, logs, topics, queues, customMetrics] = await Promise.all([
    alarmsOf(stage, cloudWatch),
    Promise.all(named('AWS::Lambda::Function').map((name) => functionOf(name, lambda, sums))),
    Promise.all(named('AWS::DynamoDB::Table').map((name) => tableOf(name, dynamoDb, sums))),
    sums(named('AWS::Logs::LogGroup').map((name) => metric('AWS/Logs', 'IncomingBytes', { LogGroupName: name }))),
    topicsOf(named('AWS::SNS::Topic').map(lastOf(':')), sums),
    sums(named('AWS::SQS::Queue').map(lastOf('/')).flatMap(requestsOf)),
    countOwnMetrics(stack, cloudWatch),
  ]);
  const counted: Counted = {
    functions,
    tables,
    logBytes: total(logs),
    ...topics,
    queueRequests: total(queues),
    alarmMetrics: total(alarms.map(({ metrics }) => metrics)),
    customMetrics,
    keys: named('AWS::KMS::Key').length,
    secrets: named('AWS::SecretsManager::Secret').length,
  };
  return billOf(counted);
}

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const lastOf = (separator: string) => (id: string) => id.split(separator).at(-1) ?? '';
const metric = (namespace: string, name: string, dimensions: Metric['dimensions']): Metric => ({
  namespace,
  name,
  dimensions,
});

/** The names that AWS gave to the resources of a stack, by type. */
async function resourcesOf(stack: string, client: CloudFormationClient): Promise<ReadonlyMap<string, string[]>> {
  const resources = new Map<string, string[]>();
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName: stack })) {
    for (const { ResourceType = '', PhysicalResourceId } of StackResourceSummaries) {
      if (PhysicalResourceId !== undefined)
        resources.set(ResourceType, [...(resources.get(ResourceType) ?? []), PhysicalResourceId]);
    }
  }
  return resources;
}

type Sums = (metrics: readonly Metric[]) => Promise<number[]>;

/** Gives the sum of each metric over the last days; 0 for one that AWS has no values of. */
function sumsIn(client: CloudWatchClient, now: Date): Sums {
  // CloudWatch sums whole days of UTC.
  const today = Math.floor(now.getTime() / 1000 / DAY) * DAY;
  const [StartTime, EndTime] = [new Date((today - (DAYS_OF_BILL - 1) * DAY) * 1000), now];
  return async (metrics) => {
    const sums = metrics.map(() => 0);
    for (let from = 0; from < metrics.length; from += MOST_QUERIES) {
      const MetricDataQueries = metrics
        .slice(from, from + MOST_QUERIES)
        .map((one, at): MetricDataQuery => queryOf(one, from + at));
      const asked = { StartTime, EndTime, MetricDataQueries };
      for await (const { MetricDataResults = [] } of paginateGetMetricData({ client }, asked)) {
        for (const { Id = '', Values = [] } of MetricDataResults) {
          const at = Number(Id.slice(1));
          sums[at] = (sums[at] ?? 0) + total(Values);
        }
      }
    }
    return sums;
  };
}

const queryOf = ({ namespace: Namespace, name: MetricName, dimensions }: Metric, at: number): MetricDataQuery => ({
  Id: `m${at}`,
  MetricStat: {
    Metric: { Namespace, MetricName, Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })) },
    Period: DAY,
    Stat: 'Sum',
  },
});

async function functionOf(
  FunctionName: string,
  client: LambdaClient,
  sums: Sums,
): Promise<Counted['functions'][number]> {
  const of = (name: string) => metric('AWS/Lambda', name, { FunctionName });
  const [{ MemorySize = 128 }, [invocations = 0, milliseconds = 0]] = await Promise.all([
    client.send(new GetFunctionConfigurationCommand({ FunctionName })),
    sums([of('Invocations'), of('Duration')]),
  ]);
  return { invocations, gigabyteSeconds: (milliseconds / 1000) * (MemorySize / 1024) };
}

async function tableOf(TableName: string, client: DynamoDBClient, sums: Sums): Promise<Counted['tables'][number]> {
  const { Table = {} } = await client.send(new DescribeTableCommand({ TableName }));
  const indexes = Table.GlobalSecondaryIndexes ?? [];
  const places = [
    { TableName },
    ...indexes.map(({ IndexName = '' }) => ({ TableName, GlobalSecondaryIndexName: IndexName })),
  ];
  const of = (name: string) => sums(places.map((dimensions) => metric('AWS/DynamoDB', name, dimensions)));
  const [read, written] = await Promise.all([of('ConsumedReadCapacityUnits'), of('ConsumedWriteCapacityUnits')]);
  const bytes = total([Table.TableSizeBytes ?? 0, ...indexes.map(({ IndexSizeBytes = 0 }) => IndexSizeBytes)]);
  return { read: total(read), written: total(written), bytes };
}

async function topicsOf(names: readonly string[], sums: Sums): Promise<Pick<Counted, 'published' | 'delivered'>> {
  const of = (name: string) => sums(names.map((TopicName) => metric('AWS/SNS', name, { TopicName })));
  const [published, delivered] = await Promise.all([
    of('NumberOfMessagesPublished'),
    of('NumberOfNotificationsDelivered'),
  ]);
  return { published: total(published), delivered: total(delivered) };
}

/** What SQS counts as requests. It counts messages, of which a request may have ten. */
const requestsOf = (QueueName: string): Metric[] =>
  ['NumberOfMessagesSent', 'NumberOfMessagesReceived', 'NumberOfMessagesDeleted', 'NumberOfEmptyReceives'].map((name) =>
    metric('AWS/SQS', name, { QueueName }),
  );

/** The metrics of the stage's own that had values in the last two weeks. */
async function countOwnMetrics(service: string, client: CloudWatchClient): Promise<number> {
  let count = 0;
  const asked = { Namespace: 'GroundControl', Dimensions: [{ Name: 'service', Value: service }] };
  for await (const { Metrics = [] } of paginateListMetrics({ client }, asked)) count += Metrics.length;
  return count;
}
