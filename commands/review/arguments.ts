/** The arguments of `review`. */
import { parseArgs } from 'node:util';
import { fromUser } from '../../local/play/input.ts';
import { orUsage } from '../shared/cli.ts';
import { readStage } from '../shared/place.ts';

export const USAGE =
  'usage: npm run --silent review -- [--flow <name>] [--from <date>] [--to <date>] ' +
  '[--json | --csv | --html <out.html>] [--config ground-control.yml] ' +
  '<file | folder>... | --stage <stage> [--region <region>]';

/** How the result is written. */
export type Output =
  | { readonly format: 'text' | 'json' | 'csv' }
  | { readonly format: 'html' /** The file to write. */; readonly path: string };

/** What is reported on. */
export interface Scope {
  /** The name of a human review workflow, or of a labeling job. */
  readonly flow: string | undefined;
  /** The first moment of the first day, and the first moment after the last day; days are in UTC. */
  readonly from: Date | undefined;
  readonly until: Date | undefined;
}

/** A deployed stage, whose sums are read. */
export interface Stage {
  readonly stage: string;
  readonly region: string | undefined;
}

export interface Arguments extends Scope {
  /** Files and folders; or the stage. */
  readonly source: readonly string[] | Stage;
  readonly output: Output;
  readonly config: string | undefined;
}

const DAY = 86_400_000;

/** Reads the arguments of the process. Refuses wrong ones, with the usage. */
export function readArguments(): Arguments {
  return orUsage(USAGE, () => {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        flow: { type: 'string' },
        from: { type: 'string' },
        to: { type: 'string' },
        json: { type: 'boolean' },
        csv: { type: 'boolean' },
        html: { type: 'string' },
        config: { type: 'string' },
        stage: { type: 'string' },
        region: { type: 'string' },
      },
    });
    const from = dayOf('--from', values.from);
    const to = dayOf('--to', values.to);
    if (from !== undefined && to !== undefined && from > to) throw new Error('--from is after --to');
    if (values.flow === '') throw new Error('--flow "" is not a name');
    return {
      flow: values.flow,
      from,
      until: to === undefined ? undefined : new Date(to.getTime() + DAY),
      source: sourceOf(positionals, values),
      output: outputOf(values),
      config: values.config,
    };
  });
}

function sourceOf(
  paths: readonly string[],
  { stage, region }: { stage?: string; region?: string },
): Arguments['source'] {
  if (stage === undefined) {
    if (region !== undefined) throw new Error('--region goes with --stage');
    if (paths.length === 0) throw new Error('no file, folder or --stage given');
    return paths.map(fromUser);
  }
  if (paths.length > 0) throw new Error('give files and folders, or --stage');
  return { stage: readStage(stage), region };
}

function outputOf({ json, csv, html }: { json?: boolean; csv?: boolean; html?: string }): Output {
  const given = [json === true, csv === true, html !== undefined].filter(Boolean).length;
  if (given > 1) throw new Error('give one of --json, --csv and --html');
  if (html === '') throw new Error('--html "" is not a file');
  if (html !== undefined) return { format: 'html', path: fromUser(html) };
  return { format: json === true ? 'json' : csv === true ? 'csv' : 'text' };
}

/** The first moment of the day. */
function dayOf(option: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
  // `2026-02-30` would become a day of March.
  if (day === undefined || Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== text)
    throw new Error(`${option} ${JSON.stringify(text)} is not a date like 2026-10-31`);
  return day;
}
