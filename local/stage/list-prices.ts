/**
 * List prices of US East (N. Virginia) in USD, without the free tier, as the pricing pages of AWS had them in June 2026:
 * aws.amazon.com/{lambda,dynamodb,sns,cloudwatch,eventbridge,sqs,kms,secrets-manager}/pricing.
 */
export const PRICE = {
  region: 'us-east-1',
  asOf: '2026-06',
  /** arm64, the first 7.5 billion GB-seconds of a month. */
  lambdaGbSecond: 0.0000133334,
  lambdaRequest: 0.2 / 1e6,
  /** On demand, standard table class. */
  dynamoDbRead: 0.125 / 1e6,
  dynamoDbWrite: 0.625 / 1e6,
  dynamoDbGbMonth: 0.25,
  /** Point-in-time recovery. */
  dynamoDbBackupGbMonth: 0.2,
  snsPublish: 0.5 / 1e6,
  snsEmail: 2 / 1e5,
  sqsRequest: 0.4 / 1e6,
  /** EventBridge itself delivers events of AWS services without charge. */
  schedulerInvocation: 1 / 1e6,
  customEvent: 1 / 1e6,
  archiveGb: 0.1,
  archiveGbMonth: 0.023,
  logsGb: 0.5,
  /** CloudWatch bills stored logs after compression, to some 15 % of their size. */
  logsStoredGbMonth: 0.03 * 0.15,
  alarmMonth: 0.1,
  customMetricMonth: 0.3,
  dashboardMonth: 3,
  keyMonth: 1,
  secretMonth: 0.4,
} as const;
