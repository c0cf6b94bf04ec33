/** Runs effects that no change owes: stops, creations, and alerts about budgets. Event functions have none of these. */
import type { Context } from 'aws-lambda';
import { type Once, onceIn } from '../adapters/dynamodb/once.ts';
import type { Foundation } from './services.ts';

/** Runs each effect once per key, in the table of `foundation`. */
export const onceOn =
  ({ environment, configuration, dynamoDb }: Foundation) =>
  (context: Context): Once =>
    onceIn(environment.STATE_TABLE, configuration.keepDays, dynamoDb, context);
