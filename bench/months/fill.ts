/** Puts jobs into a month of the table as the checks of these jobs would have, but without the checks. */
import { BatchWriteItemCommand, DynamoDBClient, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { monthsIn, writesOf } from '../../adapters/dynamodb/months.ts';
import { fixed, type LineId, rising, type Share, sumOf } from '../../domain/budget/month/line.ts';

/** An instance costs 10 USD an hour. */
export const PRICES = { 'us-east-1': { Training: { 'ml.ten.large': 10 } } } as const;
const TEN_USD = 10n * 10n ** 10n;
export const MONTH = '2026-11';
/** All jobs of a month began in the hour after this, one after the other. */
const BEGAN = Date.parse('2026-11-01T01:00:00Z');
/** What an ended job cost, micro-USD. */
const COST = 2_500_000;
/** Items of one request (DynamoDB quotas). */
const BATCH = 25;

export const arnOf = (name: string) => `arn:aws:sagemaker:us-east-1:000000000000:training-job/${name}`;
export const lineOf = (value: string): LineId => ({ tag: 'project', value, month: MONTH });

/** Adds `running` running jobs and `ended` ended ones to the month of project `value`, which has none yet. */
export async function fillMonth(tableName: string, value: string, running: number, ended: number): Promise<void> {
  const client = new DynamoDBClient({});
  const all = running + ended;
  const shares = Array.from({ length: all }, (_, at): Share => {
    const startedAt = new Date(BEGAN + Math.floor((at * 3_600_000) / all));
    const key = `training-job|${arnOf(`${value}-${at}`)}|0`;
    const line = at < running ? rising(TEN_USD, startedAt) : fixed(COST);
    return { ...lineOf(value), key, startedAt, role: at < running ? 'running' : 'ended', ...line };
  });
  const writes = shares.map((is, at) => writesOf(tableName, jobOf(value, at), [{ is }]));
  // The first job makes the line, the others are added to its sums at once.
  await client.send(new TransactWriteItemsCommand({ TransactItems: writes[0] }));
  const others = sumOf(shares.slice(1).map((is) => ({ is })));
  if (!(await monthsIn(tableName, client).correct(lineOf(value), 1, others))) throw new Error('the month had jobs');
  const items = writes.flatMap((ofJob) => ofJob.flatMap(({ Put }) => (Put?.Item === undefined ? [] : [Put.Item])));
  for (let from = 0; from < items.length; from += BATCH) {
    const requests = items.slice(from, from + BATCH).map((Item) => ({ PutRequest: { Item } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: requests } }));
  }
}

const jobOf = (value: string, at: number) => ({ type: 'training-job', arn: arnOf(`${value}-${at}`) }) as const;
