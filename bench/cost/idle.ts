/** What one stage costs in a month without events: what exists, and reconciliation on its schedule. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { LocalAws } from '../../local/embedded-aws/start.ts';
import { localContext } from '../../local/play/context.ts';
import { PRICE } from '../../local/stage/list-prices.ts';
import type { MeteredDynamoDb } from './metered-dynamodb.ts';
import { type Bill, billOf, type Setting, total, type Usage, usageOf } from './usage.ts';

const Template = z.object({
  Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: z.unknown() })),
});
const Alarm = z.object({ Namespace: z.string().optional(), Metrics: z.array(z.unknown()).optional() });
const Rule = z.object({ ScheduleExpression: z.string() });

const MINUTES_OF_MONTH = 30 * 24 * 60;
/**
 * Lambda polls a queue that is empty with five long polls of 20 seconds (Lambda developer guide, "Using Lambda with
 * Amazon SQS").
 */
const POLLS_PER_MINUTE = 5 * 3;
/** Reconciliation uses this metric in every run. Quarantined events use another. */
const CUSTOM_METRICS = 1;

export interface IdleMonth {
  readonly bill: Bill;
  readonly alarms: number;
  readonly runs: number;
  readonly run: Usage;
}

/** Bill of an idle month in USD. `template` is the path of the packaged template. */
export async function idleMonth(
  template: string,
  aws: LocalAws,
  dynamoDb: MeteredDynamoDb,
  setting: Setting,
): Promise<IdleMonth> {
  const resources = Object.values(Template.parse(JSON.parse(readFileSync(template, 'utf8'))).Resources);
  const ofType = (type: string) => resources.filter(({ Type }) => Type === type).map(({ Properties }) => Properties);
  // An alarm on an expression is billed for each metric in it.
  const alarms = ofType('AWS::CloudWatch::Alarm').map((alarm) => Alarm.parse(alarm).Metrics?.length ?? 1);
  const metrics = alarms.reduce((sum, count) => sum + count, 0);
  const runs = ofType('AWS::Events::Rule')
    .map((rule) => /^rate\((\d+) minutes?\)$/.exec(Rule.safeParse(rule).data?.ScheduleExpression ?? ''))
    .reduce((sum, rate) => (rate === null ? sum : sum + MINUTES_OF_MONTH / Number(rate[1])), 0);
  const queues = ofType('AWS::Lambda::EventSourceMapping').length;

  await aws.emptyTable();
  aws.sageMaker.resources.clear();
  const { handler } = await import('../../functions/reconciliation.ts');
  const reconcile = () => handler({}, localContext('reconciliation', 300));
  // The first run stores a cursor that later runs find.
  await usageOf(aws, dynamoDb, reconcile);
  const run = await usageOf(aws, dynamoDb, reconcile);
  return {
    alarms: metrics,
    runs,
    run,
    bill: {
      [`${metrics} alarms`]: metrics * PRICE.alarmMonth,
      [`${ofType('AWS::KMS::Key').length} KMS key`]: ofType('AWS::KMS::Key').length * PRICE.keyMonth,
      [`${ofType('AWS::CloudWatch::Dashboard').length} dashboards`]:
        ofType('AWS::CloudWatch::Dashboard').length * PRICE.dashboardMonth,
      [`polling ${queues} queues`]: queues * POLLS_PER_MINUTE * MINUTES_OF_MONTH * PRICE.sqsRequest,
      [`${runs} reconciliation runs`]: runs * total(billOf(run, 0, setting)),
      'custom metrics': CUSTOM_METRICS * PRICE.customMetricMonth,
    },
  };
}
