/** What handling one event uses, measured with the real handlers on the embedded AWS; and what it costs. */
import type { LocalAws } from '../../local/embedded-aws/start.ts';
import { PRICE } from '../../local/stage/list-prices.ts';
import type { MeteredDynamoDb } from './metered-dynamodb.ts';

/** What one event, or one run of a function on a schedule, uses. */
export interface Usage {
  /** Calls by `service:Operation`. */
  readonly calls: Readonly<Record<string, number>>;
  /** DynamoDB's request units. */
  readonly read: number;
  readonly write: number;
  /** Bytes by which the table and its indexes grow. */
  readonly storedBytes: number;
  /** Runs of functions: the event's, and one for each message that it puts into a queue of a function. */
  readonly invocations: number;
  /** Bytes that the functions log, with Lambda's own lines. */
  readonly logBytes: number;
}

/**
 * Lambda's own lines about an invocation (Lambda developer guide, "Log formats"), and the 26 bytes that CloudWatch adds to
 * each line.
 */
const ID = '00000000-0000-0000-0000-000000000000';
const LAMBDA_LINES = [
  `START RequestId: ${ID} Version: $LATEST\n`,
  `END RequestId: ${ID}\n`,
  `REPORT RequestId: ${ID}\tDuration: 100.00 ms\tBilled Duration: 100 ms\tMemory Size: 512 MB\tMax Memory Used: 100 MB\t\n`,
];
const OF_LINE = 26;
const bytesOf = (line: string) => Buffer.byteLength(line) + OF_LINE;

/** Runs `handle` and measures it. What the functions print meanwhile is counted, not printed. */
export async function usageOf(
  aws: LocalAws,
  dynamoDb: MeteredDynamoDb,
  handle: () => Promise<unknown>,
): Promise<Usage> {
  aws.clear();
  dynamoDb.clear();
  const printed = await collectOutput(handle);
  // The meter's own readings are among the calls that the embedded AWS received.
  const others = aws.calls.filter(({ service }) => service !== 'dynamodb');
  const names = [
    ...dynamoDb.calls.map(({ operation }) => `dynamodb:${operation}`),
    ...others.map(({ service, operation }) => `${service}:${operation}`),
  ];
  const calls: Record<string, number> = {};
  for (const name of names) calls[name] = (calls[name] ?? 0) + 1;
  const toFunctions = others.filter(
    ({ operation, input }) => operation === 'SendMessage' && /-(?:budget|labeling)$/.test(String(input['QueueUrl'])),
  );
  const invocations = 1 + toFunctions.length;
  const sum = (unit: 'read' | 'write' | 'storedBytes') => dynamoDb.calls.reduce((total, call) => total + call[unit], 0);
  const lines = printed.split('\n').filter((line) => line !== '');
  const sumOf = (all: readonly string[]) => all.reduce((total, line) => total + bytesOf(line), 0);
  return {
    calls,
    read: sum('read'),
    write: sum('write'),
    storedBytes: sum('storedBytes'),
    invocations,
    logBytes: sumOf(lines) + invocations * sumOf(LAMBDA_LINES),
  };
}

/** What is printed on standard output and standard error while `run` runs. */
async function collectOutput(run: () => Promise<unknown>): Promise<string> {
  const printed: string[] = [];
  const streams = [process.stdout, process.stderr];
  const writes = streams.map((stream) => stream.write);
  for (const stream of streams) {
    stream.write = (chunk: string | Uint8Array) => {
      printed.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
      return true;
    };
  }
  try {
    await run();
  } finally {
    for (const [at, stream] of streams.entries()) stream.write = writes[at] ?? stream.write;
  }
  return printed.join('');
}

/** How long an invocation is billed. */
export interface Speed {
  /** Milliseconds of CPU time per AWS call, measured on this machine with a whole CPU. */
  readonly cpuPerCall: number;
}

/** Megabytes of an event function, and of a function that has a whole CPU (Lambda developer guide, "Memory"). */
const MEMORY = 512;
const WHOLE_CPU = 1769;
/** Milliseconds until AWS answers a call; DynamoDB promises single digits. Assumed, not measured. */
const ANSWER = 10;

/** Bill of one use, in USD by what is billed. */
export type Bill = Readonly<Record<string, number>>;

/** What surrounds the events of a stage. */
export interface Setting {
  readonly speed: Speed;
  /** E-mails per alert. */
  readonly emails: number;
  /** Days for which the table keeps items. */
  readonly keepDays: number;
}

/** What `usage` costs, for an event of `eventBytes`. */
export function billOf(
  { calls, read, write, storedBytes, invocations, logBytes }: Usage,
  eventBytes: number,
  { speed, emails, keepDays }: Setting,
): Bill {
  const count = (service: string) =>
    Object.entries(calls).reduce((sum, [name, times]) => (name.startsWith(`${service}:`) ? sum + times : sum), 0);
  const all = Object.values(calls).reduce((sum, times) => sum + times, 0);
  const milliseconds = all * (speed.cpuPerCall * (WHOLE_CPU / MEMORY) + ANSWER);
  const published = calls['sns:Publish'] ?? 0;
  return {
    'e-mail': published * emails * PRICE.snsEmail,
    'SNS publish': published * PRICE.snsPublish,
    'DynamoDB writes': write * PRICE.dynamoDbWrite,
    'DynamoDB reads': read * PRICE.dynamoDbRead,
    Lambda: invocations * PRICE.lambdaRequest + (milliseconds / 1000) * (MEMORY / 1024) * PRICE.lambdaGbSecond,
    'DynamoDB storage': (storedBytes / 1e9) * (keepDays / 30) * (PRICE.dynamoDbGbMonth + PRICE.dynamoDbBackupGbMonth),
    // Logs and archived events are kept for 90 days.
    logs: (logBytes / 1e9) * (PRICE.logsGb + 3 * PRICE.logsStoredGbMonth),
    archive: (eventBytes / 1e9) * (PRICE.archiveGb + 3 * PRICE.archiveGbMonth),
    // A message to a function is also received and deleted.
    SQS: (count('sqs') + 2 * (invocations - 1)) * PRICE.sqsRequest,
    // A schedule that is created fires once, unless it is deleted before.
    Scheduler: (calls['scheduler:CreateSchedule'] ?? 0) * PRICE.schedulerInvocation,
    // An event of at most 64 KB counts as one.
    'custom events': (calls['events:PutEvents'] ?? 0) * PRICE.customEvent,
  };
}

export const total = (bill: Bill): number => Object.values(bill).reduce((sum, usd) => sum + usd, 0);
