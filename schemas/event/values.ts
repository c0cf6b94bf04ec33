/**
 * Schemas of the values in SageMaker's events, which normalise each value once.
 *
 * Strict schemas read what decisions depend on: a status that is a number quarantines the event, with its path. Lenient
 * schemas read what only informs: a start time that cannot be read is absent.
 */
import * as z from 'zod/mini';
import { plainText } from '../text/plain-text.ts';
import { tagText } from '../text/tag-text.ts';

/** SageMaker names are at most 63 to 256 characters (API reference); ARNs at most 2,048. */
const LONGEST_NAME = 256;
const LONGEST_ARN = 2048;
/**
 * Characters. FailureReason has at most 1,024 (API reference, DescribeTrainingJob); this leaves room for longer
 * reasons.
 */
const LONGEST_REASON = 4096;
const MOST_TAGS = 100;
const MOST_ITEMS = 50;

/** A schema that parses with `schema` and then applies `change`. */
export const mapped = <T extends z.core.$ZodType, O>(schema: T, change: (value: z.core.output<T>) => O) =>
  z.pipe(schema, z.transform(change));

const strictText = (max: number) =>
  mapped(z.nullish(z.string()), (value) => (value && plainText(value, max)) || undefined);

/**
 * A name as one printable line of at most 256 characters; absent when missing, `null` or empty. Refuses other types.
 */
export const name = strictText(LONGEST_NAME);

/** A status as received (`InService`, `IN_SERVICE`); absent when missing, `null` or empty. Refuses other types. */
export const status = strictText(LONGEST_NAME);

/** The value that `schema` reads; absent when it is missing, `null`, empty or does not fit `schema`. */
export const lenient = <T extends z.core.$ZodType>(schema: T) =>
  mapped(z.optional(z.unknown()), (value): z.core.output<T> | undefined => {
    if (value === undefined || value === null || value === '') return undefined;
    const read = z.safeParse(schema, value);
    return read.success && read.data !== '' ? read.data : undefined;
  });

const lenientLine = (max: number) => lenient(mapped(z.string(), (value) => plainText(value, max)));

/** Free text as one printable line of at most 256 characters. */
export const text = lenientLine(LONGEST_NAME);

/**
 * An ARN as text of at most 2,048 characters. Its form is not checked, since samples and tests contain placeholders.
 */
export const arn = lenientLine(LONGEST_ARN);

/** An S3 key has at most 1,024 bytes, a bucket's name 63 characters (S3 user guide). */
const LONGEST_S3_URI = 1100;

/** The address of an object or a folder in S3; absent when it is none, or too long to be one. */
export const s3Uri = mapped(lenientLine(LONGEST_S3_URI + 1), (uri) =>
  uri?.startsWith('s3://') === true && uri.length <= LONGEST_S3_URI ? uri : undefined,
);

/** The same as received, to the last character: for reading the object, and not for people. */
export const s3Address = lenient(z.string().check(z.startsWith('s3://'), z.maxLength(LONGEST_S3_URI)));

/** A failure reason, cut to 4,096 characters and otherwise as received; `toStateChange` cleans it and hides secrets. */
export const rawReason = lenient(mapped(z.string(), (value) => value.slice(0, LONGEST_REASON)));

/** `true`, `false` or absent. */
export const flag = lenient(z.boolean());

/** A whole or decimal number, also as text (`"7"`, `"1.0"`). */
export const amount = lenient(
  mapped(z.union([z.number(), z.string()]), (value) => {
    if (typeof value === 'string' && !/^-?\d+(\.\d+)?$/.test(value)) return undefined;
    return Number.isFinite(Number(value)) ? Number(value) : undefined;
  }),
);

/** Nothing that is charged comes in larger numbers, in seconds, GB or instances. */
const LARGEST_QUANTITY = 1e9;

/** A number that costs are calculated from; absent when it is negative or impossibly large. */
export const quantity = mapped(amount, (value) =>
  value === undefined || value < 0 || value > LARGEST_QUANTITY ? undefined : value,
);

/**
 * A time. Captured events have the same field as epoch milliseconds (integer, float or text) and as ISO text with up to
 * nanoseconds. Epoch seconds are read, too.
 */
export const instant = lenient(mapped(z.union([z.number(), z.string()]), readInstant));

/** A smaller number (before March 1973 in milliseconds) must be in seconds: SageMaker exists since 2017. */
const FIRST_MILLISECONDS = 100_000_000_000;
const ISO_INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;

function readInstant(value: number | string): Date | undefined {
  if (typeof value === 'string' && ISO_INSTANT.test(value)) return validDate(Date.parse(value));
  if (typeof value === 'string' && !/^\d{9,15}(\.\d+)?$/.test(value)) return undefined;
  const number = Math.trunc(Number(value));
  return validDate(Math.abs(number) < FIRST_MILLISECONDS ? number * 1000 : number);
}

function validDate(milliseconds: number): Date | undefined {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** Tag keys and values. A `Map`, because a tag may be called `constructor`. */
export type Tags = ReadonlyMap<string, string>;

/** Events contain tags as a map, as a list of `{Key, Value}`, or not at all. At most 100 are read. */
export const tags = mapped(z.optional(z.unknown()), (value): Tags => new Map(tagEntries(value)));

function tagEntries(value: unknown): [string, string][] {
  if (typeof value !== 'object' || value === null) return [];
  const pairs = Array.isArray(value) ? value.map(keyAndValue) : Object.entries(value);
  return pairs.slice(0, MOST_TAGS).flatMap(([key, tagValue]): [string, string][] => {
    if (typeof key !== 'string' || typeof tagValue !== 'string') return [];
    // A key with spaces around it or invisible characters is another key: IAM policies on tag keys see the difference.
    return tagText(key) === key ? [[key, tagText(tagValue)]] : [];
  });
}

function keyAndValue(entry: unknown): [unknown, unknown] {
  const parsed = TagEntry.safeParse(entry);
  if (!parsed.success) return [undefined, undefined];
  return [parsed.data.Key ?? parsed.data.key, parsed.data.Value ?? parsed.data.value];
}

const anything = z.optional(z.unknown());
const TagEntry = z.object({ Key: anything, key: anything, Value: anything, value: anything });

/**
 * A list of `item`, at most the first `most` entries. Entries that do not fit are left out; a value that is no list
 * reads as empty.
 */
export const list = <T extends z.core.$ZodType>(item: T, most = MOST_ITEMS) =>
  mapped(z.optional(z.unknown()), (value): z.core.output<T>[] => {
    if (!Array.isArray(value)) return [];
    return value.slice(0, most).flatMap((entry) => {
      const parsed = z.safeParse(item, entry);
      return parsed.success ? [parsed.data] : [];
    });
  });

/** An object of `shape`; absent when the value does not fit. */
export const part = <T extends z.core.$ZodShape>(shape: T) => lenient(z.object(shape));
