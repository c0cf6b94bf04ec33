/** Resources page by page: for people who look for one. It queries indexes, and never reads the whole table. */
import { type AttributeValue, DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { Remembered } from '../../../schemas/stored/resource.ts';
import { TABLE_SETTINGS } from '../../client-settings.ts';
import { BY_RUNNING, resourceOf } from '../keys.ts';
import { itemsOf } from '../reconciliation-table.ts';

/** A resource of the table: its key, and its item, unless that cannot be read. */
export interface Found {
  readonly key: string;
  readonly state: Remembered | undefined;
}

/** Some resources, and where the next page begins; absent at the end. */
export interface Page {
  readonly found: readonly Found[];
  readonly next: string | undefined;
}

export interface Resources {
  /** At most `most` resources of `type` whose names begin with `beginning`, by name. */
  readonly named: (type: string, beginning: string, most: number, from?: string) => Promise<Page>;
  /** At most `most` running resources of `type`, and those with unsent alerts; the next that reconciliation checks first. */
  readonly running: (type: string, most: number, from?: string) => Promise<Page>;
  /** The resources with these keys. Those that the table does not know are left out. */
  readonly read: (keys: readonly string[]) => Promise<Found[]>;
}

/** Index of resources by type and name. */
const BY_NAME = 'byName';
const Keyed = z.looseObject({ pk: z.string(), sk: z.string() });

/** The resources in the table called `TableName`. */
export function resourcesIn(TableName: string, client = new DynamoDBClient(TABLE_SETTINGS)): Resources {
  const read: Resources['read'] = async (keys) => {
    const found = new Map<string, Found>();
    for await (const item of itemsOf(client, TableName, keys, false)) {
      const one = foundIn(item);
      found.set(one.key, one);
    }
    return keys.flatMap((key) => found.get(key) ?? []);
  };
  return {
    read,

    async named(type, beginning, most, from) {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName,
          IndexName: BY_NAME,
          // DynamoDB refuses an empty beginning.
          KeyConditionExpression: `#type = :type${beginning === '' ? '' : ' AND begins_with(#name, :name)'}`,
          ExpressionAttributeNames: { '#type': 'type', ...(beginning !== '' && { '#name': 'name' }) },
          ExpressionAttributeValues: marshall({ ':type': type, ...(beginning !== '' && { ':name': beginning }) }),
          Limit: most,
          ExclusiveStartKey: startOf(from),
        }),
      );
      // Other items could have a type and a name one day.
      const keys = Items.map((item) => Keyed.parse(unmarshall(item))).filter(({ pk }) => pk !== resourceOf(pk));
      return { found: await read(keys.map(({ pk }) => resourceOf(pk))), next: nextOf(LastEvaluatedKey) };
    },

    async running(type, most, from) {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName,
          IndexName: BY_RUNNING,
          KeyConditionExpression: 'running = :type',
          ExpressionAttributeValues: marshall({ ':type': type }),
          Limit: most,
          ExclusiveStartKey: startOf(from),
        }),
      );
      return { found: Items.map((item) => foundIn(unmarshall(item))), next: nextOf(LastEvaluatedKey) };
    },
  };
}

const foundIn = (item: Record<string, unknown>): Found => ({
  key: resourceOf(String(item['pk'])),
  state: Remembered.safeParse(item).data,
});

type Key = Record<string, AttributeValue>;

/** The end of a page as text for an address. */
const nextOf = (last: Key | undefined): string | undefined =>
  last && Buffer.from(JSON.stringify(unmarshall(last))).toString('base64url');

/** Throws when `from` is not the end of a page. */
function startOf(from: string | undefined): Key | undefined {
  if (from === undefined) return undefined;
  const key = z.record(z.string(), z.union([z.string(), z.number()]));
  try {
    return marshall(key.parse(JSON.parse(Buffer.from(from, 'base64url').toString())));
  } catch (error) {
    throw new Error('the address does not say which page it is; begin with the first one', { cause: error });
  }
}
