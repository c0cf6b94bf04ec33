/**
 * Effects that happen once.
 *
 * Powertools Idempotency keeps a record a key: in progress while the effect runs, completed with its result after. A copy
 * of the event that comes meanwhile fails and is retried; one that comes later gets the result and does nothing. When
 * the process dies in between, the record stays in progress until the function's time would have been up, at most 30
 * seconds, and the retry after that does the effect again.
 */
import {
  IdempotencyConfig,
  IdempotencyItemAlreadyExistsError,
  IdempotencyRecordStatus,
  makeIdempotent,
} from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import type { IdempotencyRecord } from '@aws-lambda-powertools/idempotency/persistence';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { withinKey } from './keys.ts';

/** What an effect came to, and when it happened first. */
const Effect = z.object({ at: z.string(), result: z.string() });
export type Effect = z.output<typeof Effect>;

export type Once = (key: string, act: () => Promise<string>) => Promise<Effect>;

/** Milliseconds; no effect with all its retries takes longer, for the functions of events have no more. */
const LONGEST_EFFECT = 30_000;

/** Share of its time that a lock may end earlier: two that are taken in the same millisecond do not end at the same moment. */
const SPREAD = 1 / 30;

/**
 * A store that knows its own locks by the moment when they end. Where the answer to one was lost, the client's next try finds it
 * there: nobody else has the effect in hand, and whoever waited for that would wait for itself.
 */
class Store extends DynamoDBPersistenceLayer {
  protected override async _putRecord(record: IdempotencyRecord): Promise<void> {
    try {
      await super._putRecord(record);
    } catch (error) {
      if (!(error instanceof IdempotencyItemAlreadyExistsError)) throw error;
      const found = error.existingRecord ?? (await this._getRecord(record.idempotencyKey));
      const isOurs = found.inProgressExpiryTimestamp === record.inProgressExpiryTimestamp;
      if (!isOurs || found.getStatus() !== IdempotencyRecordStatus.INPROGRESS) throw error;
    }
  }
}

/** Runs effects at most once a key, remembered in table `tableName` for `daysKept` days. */
export function onceIn(tableName: string, daysKept: number, client: DynamoDBClient, context: Context): Once {
  // Reconciliation runs for minutes: if it dies, an effect of its must not be locked for as long. And no time left must
  // not read as no limit, which is what Powertools takes a 0 for: the effect would be locked until its record expires.
  const lambdaContext = Object.assign(Object.create(context), {
    getRemainingTimeInMillis: () =>
      Math.max(1, Math.min(context.getRemainingTimeInMillis(), LONGEST_EFFECT)) * (1 - SPREAD * Math.random()),
  });
  const config = new IdempotencyConfig({ expiresAfterSeconds: daysKept * 86_400, lambdaContext });
  return async (key, act) => {
    const persistenceStore = new Store({
      tableName,
      keyAttr: 'pk',
      sortKeyAttr: 'sk',
      staticPkValue: withinKey(`effect#${key}`),
      expiryAttr: 'expiresAt',
      awsSdkV3Client: client,
    });
    const effect = async (_key: string): Promise<Effect> => ({ result: await act(), at: new Date().toISOString() });
    const once = makeIdempotent(effect, { persistenceStore, config, keyPrefix: 'effect', dataIndexArgument: 0 });
    return Effect.parse(await once(key));
  };
}
