/**
 * Runs each effect once per idempotency key.
 *
 * Powertools Idempotency keeps one record per key: in progress while the effect runs, then completed with its result. A
 * copy of the event that comes while the effect runs fails and is retried. A later copy gets the stored result. When
 * the process dies during the effect, retries are refused for up to 30 seconds; the next retry then runs the effect
 * again.
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
import type { Grant } from '../grant.ts';
import { withinKey } from './keys.ts';

/** Keeps the records of effects. The record of a failed one is deleted, so that a retry runs it again. */
export const RUN_ONCE: Grant = {
  name: 'once',
  statements: [
    {
      actions: ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
      on: [{ 'Fn::GetAtt': ['StateTable', 'Arn'] }],
    },
  ],
};

/** The result of an effect, and when it first ran. */
const Effect = z.object({ at: z.string(), result: z.string() });
export type Effect = z.output<typeof Effect>;

/** Runs `act`, unless it has run under `key` before; then it returns the stored result. */
export type Once = (key: string, act: () => Promise<string>) => Promise<Effect>;

/** Milliseconds of a lock: event functions have no more time for an effect with its retries. */
const LONGEST_EFFECT = 30_000;

/**
 * Share by which a lock is shortened at random, so that two locks of the same millisecond have different expiry times.
 */
const SPREAD = 1 / 30;

/**
 * A store that recognises its own lock by the lock's expiry time. When DynamoDB's answer is lost, the client writes the
 * lock again and finds its own. Without this check, the invocation would wait for itself.
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

/** Runs effects once per key. The table `tableName` keeps their results for `daysKept` days. */
export function onceIn(tableName: string, daysKept: number, client: DynamoDBClient, context: Context): Once {
  // Reconciliation runs for minutes, but must not lock an effect for that long if it dies. At least 1 ms, because
  // Powertools takes 0 for no limit, and would lock the effect until its record expires.
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
