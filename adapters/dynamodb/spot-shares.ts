/** What the last ended spot jobs paid, in the table: one item for each region and instance type. */
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { type PaidShare, withShare } from '../../domain/cost/spot.ts';
import { isWritten } from './conditional-write.ts';
import { secondsFromNow } from './keys.ts';

export interface SpotShares {
  /** What the newest spot jobs on instances of `type` paid; empty when none is known. */
  readonly recall: (region: string, type: string) => Promise<readonly PaidShare[]>;
  /** Adds one job. A job that is known already is not written again. Throws when other writers are always faster. */
  readonly keep: (region: string, type: string, share: PaidShare) => Promise<void>;
}

/** Days for which the item is kept after the last job. Older prices of spot capacity say little. */
const DAYS_KEPT = 90;
const MOST_ATTEMPTS = 5;

const Kept = z.object({
  shares: z.array(z.object({ job: z.string(), endedAt: z.number(), percent: z.number() })),
  /** Counts the writes, so that two writers do not undo each other. */
  written: z.number(),
});
type Kept = z.output<typeof Kept>;

/** The shares in the table called `TableName`. */
export function spotSharesIn(TableName: string, client: DynamoDBClient): SpotShares {
  const keyOf = (region: string, type: string) => ({ pk: `spot#${region}|${type}`, sk: 'shares' });

  async function read(region: string, type: string, ConsistentRead: boolean): Promise<Kept | undefined> {
    const Key = marshall(keyOf(region, type));
    const { Item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead }));
    return Item === undefined ? undefined : Kept.safeParse(unmarshall(Item)).data;
  }

  return {
    recall: async (region, type) => (await read(region, type, false))?.shares ?? [],

    async keep(region, type, share) {
      for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
        const kept = await read(region, type, true);
        const known = kept?.shares ?? [];
        const shares = withShare(known, share);
        if (shares === known) return;
        const written = (kept?.written ?? 0) + 1;
        const item = { ...keyOf(region, type), shares, written, expiresAt: secondsFromNow(DAYS_KEPT) };
        const write = new PutItemCommand({
          TableName,
          Item: marshall(item),
          ConditionExpression: 'attribute_not_exists(#written) OR #written = :before',
          ExpressionAttributeNames: { '#written': 'written' },
          ExpressionAttributeValues: marshall({ ':before': written - 1 }),
        });
        if (await isWritten(() => client.send(write))) return;
      }
      throw new Error(`what a spot job on ${type} (${region}) paid could not be kept: too many writers`);
    },
  };
}
