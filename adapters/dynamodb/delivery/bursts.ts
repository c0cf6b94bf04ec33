/** What each group of subscribers has just got: the state of its storm breaker. */
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { type Admission, admit, STORM_WINDOW } from '../../../domain/delivery/burst.ts';
import type { Severity } from '../../../schemas/vocabulary.ts';
import { TABLE_SETTINGS } from '../../client-settings.ts';
import { isWritten, waitForOthers } from '../conditional-write.ts';
import { shortHash } from '../keys.ts';

export interface Bursts {
  /**
   * Takes a place for the alert `key` among those that `group` gets at once `now`. Until the window is over, the same alert
   * gets the same answer.
   */
  readonly take: (group: string, key: string, severity: Severity, now: number) => Promise<Admission>;
}

const Stored = z.object({
  start: z.number(),
  sent: z.array(z.object({ key: z.string(), at: z.number(), isCritical: z.boolean() })),
  revision: z.number(),
});

/** Each attempt that fails has let another alert pass, and only a few pass. */
const MOST_ATTEMPTS = 20;

/** The bursts in the table called `name`. */
export function burstsIn(name: string, client = new DynamoDBClient(TABLE_SETTINGS)): Bursts {
  return {
    async take(group, key, severity, now) {
      const Key = marshall({ pk: `burst#${group}`, sk: 'state' });
      for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
        const { Item } = await client.send(new GetItemCommand({ TableName: name, Key, ConsistentRead: true }));
        const stored = Item && Stored.parse(unmarshall(Item));
        const admission = admit(stored, shortHash(key), severity, now);
        if (admission.burst === undefined) return admission;
        const { revision = 0 } = stored ?? {};
        const item = {
          ...admission.burst,
          revision: revision + 1,
          expiresAt: Math.ceil((now + 2 * STORM_WINDOW) / 1000),
        };
        const isFree = await isWritten(() =>
          client.send(
            new PutItemCommand({
              TableName: name,
              Item: { ...Key, ...marshall(item) },
              ConditionExpression: 'attribute_not_exists(pk) OR revision = :revision',
              ExpressionAttributeValues: marshall({ ':revision': revision }),
            }),
          ),
        );
        if (isFree) return admission;
        await waitForOthers(attempt);
      }
      throw new Error(
        `others wrote the item burst#${group} during each of ${MOST_ATTEMPTS} attempts; the alert is retried`,
      );
    },
  };
}
