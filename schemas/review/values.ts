/** Schemas of values in the outputs of A2I and Ground Truth. */
import * as z from 'zod/mini';
import * as v from '../event/values.ts';
import { plainText } from '../text/plain-text.ts';

/** Characters. Rekognition's longest moderation label has about 60; the rest is cut. */
const LONGEST_LABEL = 100;

/** The name of a label or a class, as one printable line. Refuses what is no text or has nothing printable. */
export const labelName = v
  .mapped(z.string(), (value) => plainText(value, LONGEST_LABEL))
  .check(z.refine((value) => value !== ''));

/** A confidence of the model in percent, from 0 to 100; absent when it is none. */
export const percentage = v.lenient(z.number().check(z.gte(0), z.lte(100)));

/**
 * A list of at most `most` entries of which every entry fits `item`; absent otherwise. A list with an entry left out
 * would say that people rejected it.
 */
export const wholeList = <T extends z.core.$ZodType>(item: T, most: number) =>
  v.mapped(z.optional(z.unknown()), (value): z.core.output<T>[] | undefined =>
    Array.isArray(value) && value.length <= most ? z.safeParse(z.array(item), value).data : undefined,
  );

/** Any value, also a missing one. */
export const anything = z.optional(z.unknown());

/** Text as it is. It may be text of a document: nothing may print or keep it. */
export const rawText = v.lenient(z.string());
