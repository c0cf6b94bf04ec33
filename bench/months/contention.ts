/** Conflicts of transactions, as DynamoDB has them: it refuses a write of an item that a transaction is writing. */
import * as z from 'zod';
import type { EmbeddedResources } from '../../local/embedded-aws/server.ts';

/** Milliseconds that a transaction takes. Assumed: DynamoDB names none. */
const TRANSACTION = 10;

const Key = z.record(z.string(), z.unknown());
const Written = z.union([
  z.object({ Key }).transform((one) => one.Key),
  z.object({ Item: Key }).transform(({ Item: { pk, sk } }) => ({ pk, sk })),
]);
const Writes = z.union([
  z
    .object({ TransactItems: z.array(z.record(z.string(), Written)) })
    .transform(({ TransactItems }) => TransactItems.flatMap((one) => Object.values(one))),
  Written.transform((one) => [one]),
]);
const SINGLE = new Set(['UpdateItem', 'PutItem', 'DeleteItem']);

/** Faults for the embedded AWS, from `begin` on. `end` returns how many writes were refused. */
export function contention() {
  const busyUntil = new Map<string, number>();
  let isOn = false;
  let refused = 0;
  const fault: NonNullable<EmbeddedResources['fault']> = ({ service, operation, input }) => {
    const isTransaction = operation === 'TransactWriteItems';
    if (!isOn || service !== 'dynamodb' || !(isTransaction || SINGLE.has(operation))) return undefined;
    const keys = Writes.parse(input).map((key) => JSON.stringify(key));
    const now = performance.now();
    if (keys.some((key) => (busyUntil.get(key) ?? 0) > now)) {
      refused++;
      return { kind: 'conflict' };
    }
    if (!isTransaction) return undefined;
    for (const key of keys) busyUntil.set(key, now + TRANSACTION);
    return { kind: 'slow', milliseconds: TRANSACTION };
  };
  return {
    fault,
    begin: () => {
      isOn = true;
      refused = 0;
    },
    end: (): number => {
      isOn = false;
      return refused;
    },
  };
}
