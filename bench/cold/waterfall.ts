/** Where each millisecond of a cold start goes that the bare handler does not need. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { buildTimedBundles } from '../bundles.ts';
import { median, medianRatio, round } from '../statistics.ts';

const Time = z.object({ wall: z.number(), cpu: z.number() });
const Cold = z.object({ imports: Time, event: Time, cold: Time, parts: z.record(z.string(), Time) });
type Cold = z.output<typeof Cold>;

/** A part of a cold start: medians in milliseconds, of our function and of the bare handler. */
export interface Part {
  readonly name: string;
  readonly ours: { readonly wall: number; readonly cpu: number };
  readonly bare: { readonly wall: number; readonly cpu: number };
}

export interface Waterfall {
  /** The largest difference to the bare handler comes first. */
  readonly parts: readonly Part[];
  /** Median ratio of our imports to the bare handler's. */
  readonly importsToBare: { readonly wall: number; readonly cpu: number };
  readonly imports: Part;
  readonly event: Part;
}

const execute = promisify(execFile);

async function measure(bundle: string, event: string): Promise<Cold> {
  const { stderr } = await execute(process.execPath, [join(import.meta.dirname, 'child.ts'), bundle, event]);
  return Cold.parse(JSON.parse(stderr.trim().split('\n').at(-1) ?? ''));
}

/** Measures `runs` cold starts of each, in turn, with bundles built in `folder`. AWS must be running. */
export async function measureWaterfall(
  folder: string,
  event: string,
  runs: number,
  afterEach: () => void,
): Promise<Waterfall> {
  const bundles = await buildTimedBundles(folder);
  const all: Record<keyof typeof bundles, Cold[]> = { bare: [], ours: [] };
  for (const bundle of Object.values(bundles)) await measure(bundle, event);
  for (let run = 0; run < runs; run++) {
    for (const name of ['bare', 'ours'] as const) all[name].push(await measure(bundles[name], event));
    afterEach();
  }
  const partOf = (name: string, time: (cold: Cold) => z.output<typeof Time> | undefined): Part => {
    const of = (which: keyof typeof all, unit: 'wall' | 'cpu') =>
      median(all[which].map((cold) => time(cold)?.[unit] ?? 0));
    return {
      name,
      ours: { wall: of('ours', 'wall'), cpu: of('ours', 'cpu') },
      bare: { wall: of('bare', 'wall'), cpu: of('bare', 'cpu') },
    };
  };
  const names = new Set([...all.ours, ...all.bare].flatMap(({ parts }) => Object.keys(parts)));
  const ratio = (unit: 'wall' | 'cpu') =>
    medianRatio(
      all.ours.map(({ imports }) => imports[unit]),
      all.bare.map(({ imports }) => imports[unit]),
    );
  return {
    parts: [...names].map((name) => partOf(name, ({ parts }) => parts[name])).sort((a, b) => over(b) - over(a)),
    importsToBare: { wall: ratio('wall'), cpu: ratio('cpu') },
    imports: partOf('imports', ({ imports }) => imports),
    event: partOf('first event', ({ event }) => event),
  };
}

/** Milliseconds of wall time more than the bare handler. */
const over = ({ ours, bare }: Part): number => ours.wall - bare.wall;

/** Parts below this many milliseconds are one line. */
const SMALL = 0.5;

/** The waterfall as lines of text. */
export function showWaterfall({ parts, imports, event, importsToBare }: Waterfall): string[] {
  const line = ({ name, ours, bare }: Part) =>
    `  ${name.padEnd(44)}${[ours.wall, bare.wall, ours.wall - bare.wall, ours.cpu - bare.cpu].map((value) => value.toFixed(1).padStart(9)).join('')}`;
  const small = parts.filter((part) => Math.abs(over(part)) < SMALL);
  const sum = (which: 'ours' | 'bare', unit: 'wall' | 'cpu') =>
    small.reduce((total, part) => total + part[which][unit], 0);
  const rest: Part = {
    name: `${small.length} smaller parts`,
    ours: { wall: sum('ours', 'wall'), cpu: sum('ours', 'cpu') },
    bare: { wall: sum('bare', 'wall'), cpu: sum('bare', 'cpu') },
  };
  return [
    `Cold start, part by part; milliseconds ${' '.repeat(11)}ours     bare over bare  CPU over`,
    line(imports),
    line(event),
    'of these',
    ...parts.filter((part) => !small.includes(part)).map(line),
    line(rest),
    `imports to bare               x ${round(importsToBare.wall)} wall, x ${round(importsToBare.cpu)} CPU (target x 1.6)`,
  ];
}
