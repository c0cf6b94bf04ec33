/**
 * `npm run bench:relays [-- --quick]`: what an event costs more with relays than without: calls, request units of the
 * table, dollars at list prices, and milliseconds. Without and with relays alternate, each in a process of its own, so that
 * the ratio is reliable on a noisy machine. It never fails on a slow machine: people judge the figures.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { median, medianRatio, round } from './statistics.ts';

const quick = process.argv.includes('--quick');
const RUNS = quick ? 3 : 11;
const EVENTS = quick ? 100 : 400;

const Time = z.object({ wall: z.number(), cpu: z.number() });
const Uses = z.array(
  z.object({
    family: z.string(),
    kind: z.string(),
    calls: z.record(z.string(), z.number()),
    read: z.number(),
    write: z.number(),
    usdPerMillion: z.number(),
  }),
);

const execute = promisify(execFile);

/** The result of one process. */
async function measure(relays: 'with' | 'without', what: 'time' | 'use', given: number): Promise<unknown> {
  const child = join(import.meta.dirname, 'relays-child.ts');
  const { stderr } = await execute(process.execPath, [child, relays, what, String(given)], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(stderr.trim().split('\n').at(-1) ?? '');
}

const without: z.output<typeof Time>[] = [];
const withRelays: z.output<typeof Time>[] = [];
for (let run = 0; run < RUNS; run++) {
  without.push(Time.parse(await measure('without', 'time', EVENTS)));
  withRelays.push(Time.parse(await measure('with', 'time', EVENTS)));
  if (process.stderr.isTTY) process.stderr.write(`\r${run + 1} of ${RUNS} runs`);
}
/** An alert about a training job takes some four calls; with the same time per call, only what is used differs. */
const cpuPerCall = median(without.map(({ cpu }) => cpu)) / 4;
const usesOff = Uses.parse(await measure('without', 'use', cpuPerCall));
const usesOn = Uses.parse(await measure('with', 'use', cpuPerCall));

const signed = (value: number) => `${value < 0 ? '' : '+'}${round(value, 2)}`;
const lines = usesOn.map((one) => {
  const before = usesOff.find(({ family, kind }) => family === one.family && kind === one.kind);
  const names = new Set([...Object.keys(one.calls), ...Object.keys(before?.calls ?? {})]);
  const calls = [...names].flatMap((name) => {
    const more = (one.calls[name] ?? 0) - (before?.calls[name] ?? 0);
    return more === 0 ? [] : [`${signed(more)} ${name}`];
  });
  const usd = one.usdPerMillion - (before?.usdPerMillion ?? 0);
  const share = Math.round((100 * usd) / (before?.usdPerMillion ?? 1));
  return (
    `  ${`${one.family}: ${one.kind}`.padEnd(34)} ${(calls.join(', ') || 'no call more').padEnd(56)} ` +
    `${signed(one.write - (before?.write ?? 0))} written, ${signed(one.read - (before?.read ?? 0))} read, $${signed(usd)} a million (${signed(share)} %)`
  );
});
const of = (unit: 'wall' | 'cpu') => {
  const [off, on] = [without.map((one) => one[unit]), withRelays.map((one) => one[unit])];
  return `${round(median(off))} ms without, ${round(median(on))} with (x ${round(medianRatio(on, off))})`;
};
process.stdout.write(
  [
    'With relays, more than without, for each kind of event',
    ...lines,
    `Medians of ${RUNS} alternating runs of ${EVENTS} failed training jobs, Node ${process.version}; AWS is in the same process`,
    `  an event          ${of('wall')}`,
    `  CPU of an event   ${of('cpu')}`,
    '',
  ].join('\n'),
);
