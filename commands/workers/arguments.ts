/** The arguments of `workers`. */
import * as z from 'zod';
import { fromUser } from '../../local/play/input.ts';
import { readOptions } from '../shared/cli.ts';

export const USAGE =
  'usage: npm run --silent workers -- --from <2026-11-09> --to <2026-11-15> ' +
  '[--file <logs | folder | ->... | --region <region>] ' +
  '[--responses [<job>=]<folder>...] [--json | --csv | --html <out.html>] [--names] [--secret-file <file>] ' +
  '[--config ground-control.yml]; or (--connect | --disconnect) --stage <stage> [--region <region>]';

/** The most days of a period. */
const MOST_DAYS = 366;
const DAY = 86_400_000;

const day = z.iso.date({
  error: ({ input }) => (input === undefined ? 'is missing' : `${JSON.stringify(input)} is not a date like 2026-11-09`),
});
const path = z.string().min(1, 'is empty').transform(fromUser);

const Options = z
  .object({
    from: day,
    to: day,
    file: z
      .array(path)
      .refine((files) => files.filter((file) => file === '-').length < 2, {
        error: 'names standard input (-) more than once',
      })
      .optional(),
    region: z.string().min(1, 'is empty').optional(),
    responses: z.array(z.string().min(1, 'is empty')).default([]),
    json: z.boolean().default(false),
    csv: z.boolean().default(false),
    html: path.optional(),
    names: z.boolean().default(false),
    'secret-file': path.optional(),
    config: z.string().optional(),
  })
  .refine(({ from, to }) => from <= to, { path: ['to'], error: 'is before --from' })
  .refine(({ from, to }) => Date.parse(to) - Date.parse(from) < MOST_DAYS * DAY, {
    path: ['to'],
    error: `is more than ${MOST_DAYS} days after --from`,
  })
  .refine(({ file, region }) => file === undefined || region === undefined, {
    path: ['region'],
    error: 'does not go with --file: files have no region',
  })
  .refine(({ json, csv, html }) => [json, csv, html !== undefined].filter(Boolean).length < 2, {
    path: ['json'],
    error: 'goes neither with --csv nor with --html, and these do not go together',
  });

export type Arguments = z.output<typeof Options>;

/** Reads the arguments of the process. Refuses wrong ones, with the usage. */
export const readArguments = (): Arguments =>
  readOptions(
    USAGE,
    {
      from: { type: 'string' },
      to: { type: 'string' },
      file: { type: 'string', multiple: true },
      region: { type: 'string' },
      responses: { type: 'string', multiple: true },
      json: { type: 'boolean' },
      csv: { type: 'boolean' },
      html: { type: 'string' },
      names: { type: 'boolean' },
      'secret-file': { type: 'string' },
      config: { type: 'string' },
    },
    Options,
  );
