/** What a stage costs in a month, from what AWS counted. */
import { agree, counted } from '../../schemas/text/count.ts';
import { PRICE } from './list-prices.ts';

/** What AWS counted in 30 days. */
export interface Counted {
  readonly functions: readonly { readonly invocations: number; readonly gigabyteSeconds: number }[];
  /** Request units, and what is stored now. Each with its indexes. */
  readonly tables: readonly { readonly read: number; readonly written: number; readonly bytes: number }[];
  readonly logBytes: number;
  /** Messages that were published, and copies that subscribers got. */
  readonly published: number;
  readonly delivered: number;
  readonly queueRequests: number;
  /** Metrics that alarms look at: CloudWatch bills each. */
  readonly alarmMetrics: number;
  readonly customMetrics: number;
  readonly keys: number;
  readonly secrets: number;
}

/** A line of a bill, in USD. */
export interface BillLine {
  readonly service: string;
  /** What was counted, in words. */
  readonly amount: string;
  readonly usd: number;
}

export interface Bill {
  /** The dearest first. */
  readonly lines: readonly BillLine[];
  readonly usd: number;
}

const sum = <T>(all: readonly T[], of: (one: T) => number) => all.reduce((total, one) => total + of(one), 0);
const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });
const megabytes = (bytes: number) => `${short.format(bytes / 1e6)} MB`;

/** The bill for what was counted, at `PRICE`. What is not used has no line. */
export function billOf(month: Counted): Bill {
  const { functions, tables } = month;
  const [invocations, seconds] = [
    sum(functions, (one) => one.invocations),
    sum(functions, (one) => one.gigabyteSeconds),
  ];
  const [read, written] = [sum(tables, (one) => one.read), sum(tables, (one) => one.written)];
  const bytes = sum(tables, (one) => one.bytes);
  const lines: BillLine[] = [
    {
      service: 'Lambda',
      amount: `${whole.format(invocations)} ${agree(invocations, 'run', 'runs')}, ${whole.format(seconds)} GB-seconds`,
      usd: invocations * PRICE.lambdaRequest + seconds * PRICE.lambdaGbSecond,
    },
    {
      service: 'DynamoDB',
      amount: `${whole.format(read)} units read, ${whole.format(written)} written, ${megabytes(bytes)} stored`,
      usd:
        read * PRICE.dynamoDbRead +
        written * PRICE.dynamoDbWrite +
        (bytes / 1e9) * (PRICE.dynamoDbGbMonth + PRICE.dynamoDbBackupGbMonth),
    },
    {
      service: 'SNS',
      amount: `${whole.format(month.published)} published, ${whole.format(month.delivered)} delivered`,
      usd: month.published * PRICE.snsPublish + month.delivered * PRICE.snsEmail,
    },
    {
      service: 'SQS',
      amount: `${whole.format(month.queueRequests)} requests`,
      usd: month.queueRequests * PRICE.sqsRequest,
    },
    { service: 'Logs', amount: megabytes(month.logBytes), usd: (month.logBytes / 1e9) * PRICE.logsGb },
    {
      service: 'Alarms',
      amount: `on ${counted(month.alarmMetrics, 'metric')}`,
      usd: month.alarmMetrics * PRICE.alarmMonth,
    },
    {
      service: 'Metrics of its own',
      amount: counted(month.customMetrics, 'metric'),
      usd: month.customMetrics * PRICE.customMetricMonth,
    },
    { service: 'KMS', amount: counted(month.keys, 'key'), usd: month.keys * PRICE.keyMonth },
    {
      service: 'Secrets Manager',
      amount: counted(month.secrets, 'secret'),
      usd: month.secrets * PRICE.secretMonth,
    },
  ];
  const billed = lines.filter(({ usd }) => usd > 0).sort((one, other) => other.usd - one.usd);
  return { lines: billed, usd: sum(billed, ({ usd }) => usd) };
}
