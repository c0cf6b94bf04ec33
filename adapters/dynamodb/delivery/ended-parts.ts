/** The parts of a parent that have ended, for the functions that tell of them. */
import { DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { type Parent, Part } from '../../../schemas/stored/part.ts';
import { TABLE_SETTINGS } from '../../client-settings.ts';
import type { Grant } from '../../grant.ts';
import { PARTS_KEPT, updateParent } from './parts.ts';
import { closeDoors, familyOf } from './waiting.ts';

/** Reads all parts of a parent. */
export const READ_PARTS: Grant = {
  name: 'read-parts',
  statements: [{ actions: ['dynamodb:Query'], on: [{ 'Fn::GetAtt': ['StateTable', 'Arn'] }] }],
};

export interface EndedParts {
  /** From now on, no alert waits for the end of the parent. Returns since when, epoch milliseconds. */
  readonly close: (parent: string) => Promise<number>;
  /** Notes that people have been warned. */
  readonly warned: (parent: string) => Promise<unknown>;
  /** All parts that have ended, in no order, with the parent's name if one of them tells it. */
  readonly endedOf: (parent: string) => Promise<Part[]>;
}

/** The parts in the table called `TableName`. */
export function endedPartsIn(TableName: string, client = new DynamoDBClient(TABLE_SETTINGS)): EndedParts {
  /** Notes under `name` when something happened first. */
  const note = (parent: string, name: 'closedAt' | 'warnedAt') =>
    updateParent(
      client,
      TableName,
      parent,
      `SET ${name} = if_not_exists(${name}, :value), expiresAt = :expiresAt`,
      new Date().toISOString(),
    );

  return {
    async close(parent) {
      const { closedAt } = await note(parent, 'closedAt');
      await closeDoors(client, TableName, familyOf(parent), PARTS_KEPT);
      return Date.parse(String(closedAt));
    },

    warned: (parent) => note(parent, 'warnedAt'),

    async endedOf(parent) {
      const ended: Part[] = [];
      // The name of a job tells only the execution's id, while a step tells the pipeline too.
      let named: Parent | undefined;
      const pages = paginateQuery(
        { client },
        {
          TableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :part)',
          ExpressionAttributeValues: marshall({ ':pk': familyOf(parent), ':part': 'part#' }),
          ConsistentRead: true,
        },
      );
      for await (const { Items = [] } of pages) {
        for (const item of Items) {
          // A part that another version wrote is left out of the counts. Its alert waits all the same.
          const { part, step } = unmarshall(item);
          const known = [part, step].flatMap((noted) => Part.safeParse(noted).data ?? []);
          named ??= known.find(({ parent: { arn } }) => arn !== undefined)?.parent;
          ended.push(...known.slice(0, 1));
        }
      }
      return named === undefined ? ended : ended.map((part) => ({ ...part, parent: named }));
    },
  };
}
