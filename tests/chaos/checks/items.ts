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
  /** Ledger items only: an ended job and what it cost (`job`, `amount`), or the running jobs (`jobs`). */
  readonly job?: string;
  readonly amount?: number;
  readonly jobs?: Readonly<{ [key: string]: { footing: string; upTo: number; spent: number } }>;
}

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
