/** The arguments of `workers`. */
import * as z from 'zod';
import { REPORT_NAME } from '../../domain/teams/render/files.ts';
import { fromUser } from '../../local/play/input.ts';
import { readOptions } from '../shared/cli.ts';
import { STAGE } from '../shared/place.ts';

export const USAGE =
  'usage: npm run --silent workers -- --from <2026-11-09> --to <2026-11-15> ' +
  '[--file <logs | folder | ->... | --region <region>] ' +
  '[--responses [<job>=]<folder>...] [--json | --csv | --html <out.html>] [--names] [--secret-file <file>] ' +
  '[--config ground-control.yml]; or of a deployed stage: --stage <stage> [--list | --open <report> | ' +
  '[--from <day> --to <day>] [--json | --csv | --html <out.html>] [--names]] [--region <region>]; ' +
  'or (--connect | --disconnect) --stage <stage> [--region <region>]';

/** The most days of a period. */
const MOST_DAYS = 366;
const DAY = 86_400_000;

const day = z.iso.date({
  error: ({ input }) => `${JSON.stringify(input)} is not a date like 2026-11-09`,
});
/** What `--stage` replaces. */
const NOT_OF_A_STAGE = ['file', 'responses', 'secret-file'] as const;
/** What a report has and a list of reports has not. */
const OF_A_REPORT = ['from', 'to', 'json', 'csv', 'html', 'names'] as const;
const isGiven = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
const path = z.string().min(1, 'is empty').transform(fromUser);

const Options = z
  .object({
    from: day.optional(),
    to: day.optional(),
    stage: z.string().regex(STAGE, 'is not a name of letters, digits and hyphens').optional(),
    list: z.boolean().default(false),
    open: z.string().regex(REPORT_NAME, 'is not the name of a report, like 2026-11-09_2026-11-15').optional(),
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
  .check(({ value, issues }) => {
    const refuse = (option: string, message: string) =>
      issues.push({ code: 'custom', path: [option], message, input: value });
    const isOfStage = value.stage !== undefined;
    for (const end of ['from', 'to'] as const)
      if (value[end] === undefined && (!isOfStage || isGiven(value.from) || isGiven(value.to)))
        refuse(end, 'is missing');
    for (const option of ['list', 'open'] as const) {
      if (!isGiven(value[option])) continue;
      if (!isOfStage) refuse(option, 'needs --stage');
      for (const other of OF_A_REPORT) if (isGiven(value[other])) refuse(other, `does not go with --${option}`);
    }
    if (value.list && isGiven(value.open)) refuse('list', 'does not go with --open');
    for (const option of NOT_OF_A_STAGE)
      if (isOfStage && isGiven(value[option])) refuse(option, 'does not go with --stage');
  })
  .refine(({ from = '', to = from }) => from <= to, { path: ['to'], error: 'is before --from' })
  .refine(({ from = '', to = from }) => !(Date.parse(to) - Date.parse(from) >= MOST_DAYS * DAY), {
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
      stage: { type: 'string' },
      list: { type: 'boolean' },
      open: { type: 'string' },
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
