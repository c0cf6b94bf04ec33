/** Reads the table's definition from infrastructure/state.yml, for the embedded DynamoDB. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';

const list = z.array(z.record(z.string(), z.unknown()));
const State = z.object({
  Resources: z.object({
    StateTable: z.object({
      Properties: z.object({
        BillingMode: z.string(),
        AttributeDefinitions: list,
        KeySchema: list,
        GlobalSecondaryIndexes: list,
      }),
    }),
  }),
});

/** Input of `CreateTable` for the state table with the name `name`. */
export function readTable(name: string): object {
  const file = join(import.meta.dirname, '../../..', 'infrastructure', 'state.yml');
  const { Resources } = State.parse(parse(readFileSync(file, 'utf8'), { merge: true, logLevel: 'silent' }));
  return { TableName: name, ...Resources.StateTable.Properties };
}
