/** Reads the table, as an operator would. */
import { type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';

/** An item of the table; only the fields that checks read. */
export interface Item {
  readonly pk: string;
  readonly status?: string;
  readonly ended?: boolean;
  /** By the names of changes whose alerts have not been sent: the claims on them. */
  readonly untold?: Readonly<{ [change: string]: unknown }>;
  readonly record?: { key: string; action: string; result: string };
  readonly sk: string;
  /** Windows only: who gets what waits, and when that was sent. */
  readonly keys?: ReadonlySet<string>;
  readonly doneAt?: string;
  /** An alert that waits in a window. */
  readonly alert?: { readonly id: string; readonly name: string };
  /** Budget items only: when Ground Control first decided to stop the job, epoch milliseconds. */
  readonly stoppingAt?: number;
  /** Items of months only: the sums in `line`, or what one job adds. Numbers too large for JavaScript are bigints. */
  readonly base?: Whole;
  readonly rate?: Whole;
  readonly protectedRate?: Whole;
  readonly stoppingRate?: Whole;
  readonly jobs?: Whole;
  readonly unpriced?: Whole;
  readonly role?: string;
  readonly job?: { readonly arn: string };
}

/** A whole number, or its digits. */
export type Whole = number | bigint | string;

export async function items(client: DynamoDBClient): Promise<Item[]> {
  const all: Item[] = [];
  for await (const { Items = [] } of paginateScan(
    { client },
    { TableName: process.env['STATE_TABLE'] ?? '', ConsistentRead: true },
  )) {
    all.push(...Items.map((item) => unmarshall(item) as Item));
  }
  return all;
}
