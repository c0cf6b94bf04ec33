/** What the table stores about reviews: the sums of each flow and day, and which loops they contain. */
import { DynamoDBClient, GetItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Comparison } from '../../domain/review/comparison.ts';
import { type DaySums, dayWith, NO_DAY } from '../../domain/review/day-sums.ts';
import { dayOf, storedDay } from '../../domain/review/stored-day.ts';
import { StoredDay } from '../../schemas/stored/review-day.ts';
import { TABLE_SETTINGS } from '../client-settings.ts';
import type { Grant } from '../grant.ts';
import { areWritten } from './conditional-write.ts';
import { secondsFromNow, withinKey } from './keys.ts';

/** In addition to `USE_STATE`, which reads and writes single items. */
export const READ_REVIEWS: Grant = {
  name: 'reviews',
  statements: [{ actions: ['dynamodb:Query'], on: [{ 'Fn::GetAtt': ['StateTable', 'Arn'] }] }],
};

export interface Reviews {
  /**
   * Adds `comparison` to the sums of its flow on `day` (2026-11-22, UTC), once for each incarnation of a loop (its ARN
   * and when it was created): false when it was added before. Throws when other functions change the same day all the
   * time.
   */
  readonly count: (incarnation: string, day: string, comparison: Comparison) => Promise<boolean>;
  /** The sums of the flow on each day from `from` to `to`, both included, that has any. */
  readonly days: (flow: string, from: string, to: string) => Promise<ReadonlyMap<string, DaySums>>;
}

/** Attempts to add to a day that other loops are added to. The function runs at most twice at a time. */
const MOST_ATTEMPTS = 10;

const partition = (flow: string) => withinKey(`review#${flow}`);
const DAY = 'day#';

/** The reviews in the table called `TableName`. Items expire `daysKept` days after the last write. */
export function reviewsIn(TableName: string, daysKept: number, client = new DynamoDBClient(TABLE_SETTINGS)): Reviews {
  const read = async (key: object): Promise<Record<string, unknown> | undefined> => {
    const { Item } = await client.send(new GetItemCommand({ TableName, Key: marshall(key), ConsistentRead: true }));
    return Item && unmarshall(Item);
  };
  return {
    async count(incarnation, day, comparison) {
      const marker = { pk: partition(comparison.flow), sk: withinKey(`loop#${incarnation.toLowerCase()}`) };
      const place = { pk: marker.pk, sk: `${DAY}${day}` };
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
        if ((await read(marker)) !== undefined) return false;
        const before = await read(place);
        const sums = dayWith(before === undefined ? NO_DAY : dayOf(StoredDay.parse(before)), comparison);
        const revision = Number(before?.['revision'] ?? 0);
        const expiresAt = secondsFromNow(daysKept);
        const isFirst = before === undefined;
        const isAdded = await areWritten(client, [
          {
            Put: {
              TableName,
              Item: marshall({ ...marker, expiresAt }),
              ConditionExpression: 'attribute_not_exists(pk)',
            },
          },
          {
            Put: {
              TableName,
              Item: marshall({ ...place, ...storedDay(sums), revision: revision + 1, expiresAt }),
              ConditionExpression: isFirst ? 'attribute_not_exists(pk)' : 'revision = :revision',
              ...(!isFirst && { ExpressionAttributeValues: marshall({ ':revision': revision }) }),
            },
          },
        ]);
        if (isAdded) return true;
      }
      throw new Error(
        `the reviews of ${comparison.flow} on ${day} changed during each of ${MOST_ATTEMPTS} attempts to add one; ` +
          'the message is retried',
      );
    },

    async days(flow, from, to) {
      const found = new Map<string, DaySums>();
      const pages = paginateQuery(
        { client },
        {
          TableName,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
          ExpressionAttributeValues: marshall({ ':pk': partition(flow), ':from': DAY + from, ':to': DAY + to }),
          ConsistentRead: true,
        },
      );
      for await (const { Items = [] } of pages)
        for (const item of Items) {
          const stored = unmarshall(item);
          found.set(String(stored['sk']).slice(DAY.length), dayOf(StoredDay.parse(stored)));
        }
      return found;
    },
  };
}
