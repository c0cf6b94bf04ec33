/** The schema of the `review` section of `ground-control.yml`. */
import * as z from 'zod';
import { kmsKeys, s3Prefix } from './places.ts';
import { NORMALISERS } from './review.ts';

/** The most names of one flow that are shown. Sums are kept for each of them. */
const MOST_FIELDS = 50;

/** Where pointers of users often begin, although they are read inside of these. */
const TOP_KEY = /^\/(inputContent|humanAnswers|answerContent)(\/|$)/;

const pointerInto = (where: string, example: string) =>
  z
    .string({ error: `expected a JSON pointer, like ${example}` })
    .max(500)
    .regex(/^\/(?:[^~]|~[01])*$/, {
      error: `expected a JSON pointer (RFC 6901) that begins with "/", like ${example}`,
      abort: true,
    })
    .refine((pointer) => !TOP_KEY.test(pointer), `expected a pointer inside of ${where}, without its name: ${example}`)
    .optional();

const shownName = z.string().trim().min(1).max(100);

const Flow = z
  .strictObject({
    prediction: pointerInto('inputContent', '/initialValue').describe(
      'Custom tasks: JSON pointer into inputContent, to what the model predicted.',
    ),
    answer: pointerInto('answerContent', '/category/label').describe(
      'Custom tasks: JSON pointer into answerContent, to what people answered.',
    ),
    normalise: z
      .array(z.enum(NORMALISERS))
      .optional()
      .describe(
        'What does not matter when answers are compared: case, space, punctuation. By default case and space for custom tasks, and space for forms.',
      ),
    fields: z
      .array(shownName)
      .max(MOST_FIELDS)
      .default([])
      .describe(
        'Form fields, or labels, that may be shown by name. Others are counted together, because names of form fields are text of documents.',
      ),
    level: z
      .number({ error: 'expected a percentage, like 90' })
      .min(1, 'expected a percentage, like 90')
      .max(100)
      .optional()
      .describe('The agreement that you expect, in percent. Reports say when people agree less than this.'),
    set: z
      .boolean()
      .default(false)
      .describe('Custom tasks: whether prediction and answer are lists of labels, whose order does not matter.'),
    approved: z
      .array(shownName)
      .max(MOST_FIELDS)
      .default([])
      .describe('Verification jobs: the classes with which people approve a label. All other classes reject it.'),
    output: s3Prefix
      .optional()
      .describe(
        "The output location of the human review workflow. With it, Ground Control reads each loop's output when the loop ends, and says in its alert how people and model compare.",
      ),
  })
  .refine(
    ({ prediction, answer }) => (prediction === undefined) === (answer === undefined),
    'expected both prediction and answer, or neither',
  )
  .refine(({ set, prediction }) => !set || prediction !== undefined, 'set: expected prediction and answer, too');

/** The inline policies of a role may have 10,240 characters (IAM quotas), and each output takes some more. */
const MOST_CHARACTERS = 5000;
const lengthOf = (flows: Readonly<Record<string, { readonly output?: string | undefined }>>): number =>
  [...new Set(Object.values(flows).flatMap(({ output }) => output ?? []))].join('').length;

export const Review = z.strictObject({
  flows: z
    .record(
      z
        .string()
        .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/, 'expected the name of a human review workflow or a labeling job'),
      Flow,
    )
    .default({})
    .refine(
      (flows) => lengthOf(flows) <= MOST_CHARACTERS,
      `expected outputs of at most ${MOST_CHARACTERS} characters together: the policies of a role have no room for more`,
    )
    .describe('How to compare answers with the model, by the name of the human review workflow or the labeling job.'),
  keys: kmsKeys.describe('KMS keys that encrypt the outputs of human review workflows.'),
  windowDays: z
    .int()
    .min(1)
    .max(30)
    .default(7)
    .describe(
      'People are told when, over so many days, even the upper bound of the agreement is below the level of a flow.',
    ),
});
