/** The arguments of `backtest`. */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fromUser } from '../../local/play/input.ts';
import { orUsage } from '../shared/cli.ts';

/** The most days that `--days` takes. */
const MOST_DAYS = 365;

export const USAGE =
  `usage: npm run --silent backtest -- (--days <1-${MOST_DAYS}> [--region <region>] [--save <folder>] | ` +
  '<file | folder | ->...) [--config ground-control.yml] [--ask-prices] [--json | --csv]';

/** How the result is written. */
export type Format = 'text' | 'json' | 'csv';

/** Where the jobs come from: the account, or files of events. */
export type JobSource =
  | {
      readonly kind: 'account';
      readonly days: number;
      readonly region: string | undefined;
      /** The folder to save the events in. */
      readonly save: string | undefined;
    }
  | { readonly kind: 'files'; readonly paths: readonly string[] };

export interface Arguments {
  readonly from: JobSource;
  readonly format: Format;
  readonly askPrices: boolean;
  readonly config: string | undefined;
}

/** Reads the arguments of the process. Refuses wrong ones, with the usage. */
export function readArguments(): Arguments {
  return orUsage(USAGE, () => {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        days: { type: 'string' },
        region: { type: 'string' },
        save: { type: 'string' },
        config: { type: 'string' },
        'ask-prices': { type: 'boolean' },
        json: { type: 'boolean' },
        csv: { type: 'boolean' },
      },
    });
    if (values.json === true && values.csv === true) throw new Error('give --json or --csv, not both');
    return {
      from: sourceOf(values, positionals),
      format: values.json === true ? 'json' : values.csv === true ? 'csv' : 'text',
      askPrices: values['ask-prices'] === true,
      config: values.config,
    };
  });
}

function sourceOf(
  { days, region, save }: { readonly days?: string; readonly region?: string; readonly save?: string },
  paths: readonly string[],
): JobSource {
  if (days === undefined) {
    if (region !== undefined) throw new Error('--region goes with --days');
    if (save !== undefined) throw new Error('--save goes with --days');
    if (paths.length === 0) throw new Error('no --days, file, folder or - given');
    const files = paths.map(fromUser);
    // Of `npm run backtest --days 30`, npm hands on only the number.
    if (files.some((path, at) => /^\d{1,3}$/.test(paths[at] ?? '') && !existsSync(path)))
      throw new Error('--days was given to npm: write it after the "--"');
    return { kind: 'files', paths: files };
  }
  if (paths.length > 0) throw new Error('give --days or files, not both');
  if (!/^\d{1,3}$/.test(days) || Number(days) < 1 || Number(days) > MOST_DAYS)
    throw new Error(`--days ${days} is not a whole number from 1 to ${MOST_DAYS}`);
  if (save === '') throw new Error('--save "" is not a folder');
  return { kind: 'account', days: Number(days), region, save: save === undefined ? undefined : fromUser(save) };
}
