/** Sizes of DynamoDB items, by the rules of the developer guide (CapacityUnitCalculations). */

/** An item in DynamoDB's own form: each value under the letter of its type. */
export type Item = Readonly<Record<string, unknown>>;

/** Bytes of `item`: its names and its values. */
export function sizeOf(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + bytes(name) + sizeOfValue(value), 0);
}

const bytes = (text: string) => Buffer.byteLength(text);
/** A list or map has 3 bytes of its own, and 1 more for each element. */
const OF_CONTAINER = 3;
const OF_ELEMENT = 1;

function sizeOfValue(value: unknown): number {
  const [type = '', content] = Object.entries(Object(value))[0] ?? [];
  const of = SIZES[type];
  if (of === undefined) throw new Error(`DynamoDB has no type "${type}": ${JSON.stringify(value)}`);
  return of(content);
}

const text = (content: unknown) => bytes(String(content));
/** Bytes after base64. */
const binary = (content: unknown) => Buffer.from(String(content), 'base64').length;
/** Half a byte per significant digit, rounded up, and one more. */
const number = (content: unknown) => {
  const digits = String(content)
    .replace(/e.*$/i, '')
    .replace(/[-+.]/g, '')
    .replace(/^0+|0+$/g, '');
  return Math.ceil(digits.length / 2) + 1;
};
const each = (of: (content: unknown) => number) => (content: unknown) =>
  elements(content).reduce<number>((sum, one) => sum + of(one), 0);
const elements = (content: unknown): unknown[] => (Array.isArray(content) ? content : []);
const one = () => 1;

const SIZES: Readonly<Record<string, (content: unknown) => number>> = {
  S: text,
  N: number,
  B: binary,
  BOOL: one,
  NULL: one,
  SS: each(text),
  NS: each(number),
  BS: each(binary),
  L: (content) => OF_CONTAINER + each((element) => OF_ELEMENT + sizeOfValue(element))(content),
  M: (content) => OF_CONTAINER + OF_ELEMENT * Object.keys(Object(content)).length + sizeOf({ ...Object(content) }),
};
