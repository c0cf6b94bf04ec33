/**
 * The request units that a call to DynamoDB is billed for, on demand. Sources: the developer guide on read and write
 * request units, on transactions ("capacity management"), on conditional writes, and on global secondary indexes
 * ("write throughput considerations").
 */
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { type Item, sizeOf } from './item-size.ts';

export interface Units {
  readonly read: number;
  readonly write: number;
}

/** An item that a call writes: as it was before the call and as it is after. Absent: it does not exist. */
export interface Written {
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

export interface Index {
  /** Names of its key attributes. */
  readonly key: readonly string[];
  /** Names of the attributes that it has; absent: all. */
  readonly only?: readonly string[] | undefined;
}
export type Indexes = readonly Index[];

/** Keys that a call names, and how it uses them. */
export interface Access {
  /** Keys whose items are written, or checked by a transaction that writes. */
  readonly written: readonly Item[];
  /** Keys whose items are read one by one. */
  readonly read: readonly Item[];
  /** Units per read of 4 KB. */
  readonly readFactor: number;
  /** Units per write of 1 KB. */
  readonly writeFactor: number;
}

const KB = 1024;
const Attributes = z.record(z.string(), z.unknown());
const Keyed = z.object({ Key: Attributes });
const Put = z.object({ Item: Attributes });
const Consistent = z.object({ ConsistentRead: z.boolean().default(false) });
const Keys = z.object({ Keys: z.array(Attributes) }).extend(Consistent.shape);

/** The key of an item: the table's key attributes of it. */
const keyOf = (item: Item, names: readonly string[]): Item =>
  Object.fromEntries(names.map((name) => [name, item[name]]));

const NOTHING: Access = { written: [], read: [], readFactor: 0, writeFactor: 1 };
const readFactor = (input: unknown) => (Consistent.parse(input).ConsistentRead ? 1 : 0.5);

/** What each operation accesses. `names` are the table's key attributes. Queries and scans name no keys. */
const ACCESS: Readonly<Record<string, (input: unknown, names: readonly string[]) => Access>> = {
  GetItem: (input) => ({ ...NOTHING, read: [Keyed.parse(input).Key], readFactor: readFactor(input) }),
  PutItem: (input, names) => ({ ...NOTHING, written: [keyOf(Put.parse(input).Item, names)] }),
  UpdateItem: (input) => ({ ...NOTHING, written: [Keyed.parse(input).Key] }),
  DeleteItem: (input) => ({ ...NOTHING, written: [Keyed.parse(input).Key] }),
  BatchGetItem: (input) => {
    const tables = Object.values(z.object({ RequestItems: z.record(z.string(), Keys) }).parse(input).RequestItems);
    return {
      ...NOTHING,
      read: tables.flatMap(({ Keys }) => Keys),
      readFactor: Math.max(0.5, ...tables.map(readFactor)),
    };
  },
  BatchWriteItem: (input, names) => {
    const Request = z.union([z.object({ PutRequest: Put }), z.object({ DeleteRequest: Keyed })]);
    const { RequestItems } = z.object({ RequestItems: z.record(z.string(), z.array(Request)) }).parse(input);
    const requests = Object.values(RequestItems).flat();
    const written = requests.map((one) =>
      'PutRequest' in one ? keyOf(one.PutRequest.Item, names) : one.DeleteRequest.Key,
    );
    return { ...NOTHING, written };
  },
  TransactWriteItems: (input, names) => {
    const One = z.union([
      z.object({ Put }).transform(({ Put: { Item } }) => keyOf(Item, names)),
      z.object({ Update: Keyed }).transform(({ Update: { Key } }) => Key),
      z.object({ Delete: Keyed }).transform(({ Delete: { Key } }) => Key),
      z.object({ ConditionCheck: Keyed }).transform(({ ConditionCheck: { Key } }) => Key),
    ]);
    return {
      ...NOTHING,
      written: z.object({ TransactItems: z.array(One) }).parse(input).TransactItems,
      writeFactor: 2,
    };
  },
  TransactGetItems: (input) => {
    const { TransactItems } = z.object({ TransactItems: z.array(z.object({ Get: Keyed })) }).parse(input);
    return { ...NOTHING, read: TransactItems.map(({ Get }) => Get.Key), readFactor: 2 };
  },
  Query: (input) => ({ ...NOTHING, readFactor: readFactor(input) }),
  Scan: (input) => ({ ...NOTHING, readFactor: readFactor(input) }),
};

/** What a call accesses. Throws for an operation whose capacity is not known here. */
export function accessOf(operation: string, input: unknown, tableKey: readonly string[]): Access {
  const access = ACCESS[operation];
  if (access === undefined) throw new Error(`bench/cost/capacity.ts does not know the units of ${operation}; add it`);
  return access(input, tableKey);
}

const unitsOf = (size: number, block: number) => Math.max(1, Math.ceil(size / block));
const sizeOrZero = (item: Item | undefined) => (item === undefined ? 0 : sizeOf(item));

/** Units of items that are read one by one. A missing item costs as much as a small one. */
export const unitsOfReads = (items: readonly (Item | undefined)[], factor: number): number =>
  items.reduce((sum, item) => sum + factor * unitsOf(sizeOrZero(item), 4 * KB), 0);

/** Units of a query or scan, which sums the sizes before it rounds. */
export const unitsOfQuery = (items: readonly Item[], factor: number): number =>
  factor *
  unitsOf(
    items.reduce((sum, item) => sum + sizeOf(item), 0),
    4 * KB,
  );

/**
 * Units of one written item: the larger of both sizes, in the table and in each index that the item is in. A write whose
 * condition fails leaves the item as it is, and costs as much as a write to the table.
 *
 * The guide names the double price of transactions for items of the table only, so index writes count once.
 */
export function unitsOfWrite({ before, after }: Written, factor: number, indexes: Indexes): number {
  const size = Math.max(sizeOrZero(before), sizeOrZero(after));
  return indexes.reduce((sum, index) => sum + unitsOfIndex(before, after, index), factor * unitsOf(size, KB));
}

/** The item as an index has it; undefined when it does not. */
function indexed(item: Item | undefined, { key, only }: Index): Item | undefined {
  if (item === undefined || key.some((name) => item[name] === undefined)) return undefined;
  return only === undefined ? item : keyOf(item, only);
}

function unitsOfIndex(before: Item | undefined, after: Item | undefined, index: Index): number {
  const [old, present] = [indexed(before, index), indexed(after, index)];
  if (old === undefined && present === undefined) return 0;
  if (isDeepStrictEqual(old, present)) return 0;
  const each = (item: Item | undefined) => (item === undefined ? 0 : unitsOf(sizeOf(item), KB));
  const isMoved = !isDeepStrictEqual(keyOf(old ?? {}, index.key), keyOf(present ?? {}, index.key));
  return isMoved ? each(old) + each(present) : Math.max(each(old), each(present));
}

/** Bytes that DynamoDB adds to each item, in the table and in an index (pricing page, "Data storage"). */
const OF_STORED_ITEM = 100;

/** Bytes that an item takes in the table and in its indexes. */
export function storedBytesOf(item: Item | undefined, indexes: Indexes): number {
  if (item === undefined) return 0;
  const all = [item, ...indexes.map((index) => indexed(item, index))].filter((one) => one !== undefined);
  return all.reduce((sum, one) => sum + sizeOf(one) + OF_STORED_ITEM, 0);
}
