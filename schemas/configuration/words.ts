/** Words and texts in `ground-control.yml` that must be spelled as events have them. */
import * as z from 'zod';
import { misspelling, tagText } from '../text/tag-text.ts';

/** Text that must be equal to text of tags, as `read` returns it. A misspelling would match nothing, in silence. */
export const tagged = (longest: number, read: (text: string) => string) =>
  z
    .string()
    .min(1, { abort: true })
    .max(longest, { abort: true })
    .superRefine((value, context) => {
      const message = misspelling(value, read);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    });

/** The key of a tag. Upper and lower case do not matter. */
export const tagKey = tagged(128, tagText);

/** The keys under which a tag is looked up. Without a setting, it has the key `preset`. */
export const tagKeys = (preset: string) =>
  z
    .array(tagKey)
    .min(1)
    .default([preset])
    .describe('Tag keys to look up. The first one that the resource has wins. Upper and lower case do not matter.');

/** One of `words`. The message about another spelling, such as `Critical`, has the right one. */
export const oneOf = <const T extends readonly string[]>(words: T, otherwise?: string) =>
  z.enum(words, {
    error: ({ input }) => {
      const meant = words.find((word) => folded(word) === folded(String(input)));
      return meant === undefined ? otherwise : `expected ${JSON.stringify(meant)}`;
    },
  });

/** Gives one spelling to `InService`, `IN_SERVICE` and `in service`. */
const folded = (word: string): string => word.toLowerCase().replace(/[\s_-]/g, '');
