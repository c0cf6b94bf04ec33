/**
 * `npm run bench:workers [-- --entries 1000000]`: measures the time and memory that `npm run workers` needs for a log
 * of worker activity, in three forms: one entry a line, what an export to S3 writes, and the one JSON document that AWS
 * CLI prints, with the ids of the events. Copies are a tenth of the entries.
 *
 * The command runs in a process of its own, three times for each form. Memory is also measured once with a small heap,
 * which shows how much is really needed, and for a tenth of the entries.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { median, round } from './statistics.ts';

const RUNS = 3;
const { values } = parseArgs({ options: { entries: { type: 'string', default: '1000000' } } });
const entries = z.coerce.number().int().min(100).max(7_000_000).parse(values.entries);
const folder = mkdtempSync(join(tmpdir(), 'ground-control-workers-'));

const FROM = Date.parse('2026-11-02');
const DAYS = 14;
const [WORKERS, TEAMS, JOBS] = [1000, 10, 50];

const javaDate = (at: number): string => {
  const [, weekday = '', day = '', month = '', year = '', time = ''] =
    /^(\w+), (\d+) (\w+) (\d+) ([\d:]+) GMT$/.exec(new Date(at).toUTCString()) ?? [];
  return `${weekday} ${month} ${day} ${time} UTC ${year}`;
};

/** The entry of a task. One of 14 tasks is declined, another one returned; workers submit the rest. */
function entryOf(nth: number): string {
  const at = FROM + Math.floor((nth / entries) * DAYS * 86_400) * 1000;
  const type = ['TasksDeclined', 'TasksReturned'][nth % 14] ?? 'TasksSubmitted';
  const time = (own: string) => (type === own ? javaDate(at) : '');
  const worker = (nth * 7919) % WORKERS;
  return JSON.stringify({
    worker_id: `cd449a289e12${worker}`,
    cognito_user_pool_id: 'us-east-2_IpicJXXXX',
    cognito_sub_id: `d6947aeb-0650-447a-ab5d-${String(worker).padStart(12, '0')}`,
    task_accepted_time: javaDate(at - ((nth * 104_729) % 900) * 1000),
    task_submitted_time: time('TasksSubmitted'),
    task_returned_time: time('TasksReturned'),
    task_declined_time: time('TasksDeclined'),
    workteam_arn: `arn:aws:sagemaker:us-east-2:111122223333:workteam/private-crowd/team-${worker % TEAMS}`,
    labeling_job_arn: `arn:aws:sagemaker:us-east-2:111122223333:labeling-job/job-${nth % JOBS}`,
    work_requester_account_id: '111122223333',
    job_reference_code: '111122223333-example',
    job_type: 'Private',
    event_type: type,
    event_timestamp: String(at / 1000),
  });
}

/** How an entry is written in each form, and what is around all of them. */
const FORMS = {
  lines: { before: '', between: '\n', after: '\n', write: (entry: string) => entry },
  export: { before: '', between: '\n', after: '\n', write: (entry: string) => `2026-11-09T10:00:00.000Z ${entry}` },
  document: {
    before: '{\n    "events": [\n',
    between: ',\n',
    after: '\n    ],\n    "searchedLogStreams": []\n}\n',
    write: (entry: string, nth: number) =>
      JSON.stringify(
        { logStreamName: 'x', timestamp: FROM, message: entry, eventId: `3492321324518736${nth}` },
        null,
        4,
      ),
  },
} as const;
type Form = keyof typeof FORMS;

async function generate(file: string, form: Form, count: number): Promise<void> {
  const { before, between, after, write } = FORMS[form];
  const out = createWriteStream(file);
  out.write(before);
  for (let at = 0; at < count; at++) {
    // Every tenth entry is a copy of the one before.
    const nth = at % 10 === 9 ? at - 1 : at;
    if (!out.write(`${at === 0 ? '' : between}${write(entryOf(nth), nth)}`)) await once(out, 'drain');
  }
  out.end(after);
  await finished(out);
}

/** With a large young generation, V8 puts garbage collection off. */
const SMALL_HEAP = ['--max-old-space-size=128', '--max-semi-space-size=4'];

/** Seconds, and peak memory in MB. */
async function measure(file: string, ...flags: readonly string[]): Promise<{ seconds: number; megabytes: number }> {
  const started = performance.now();
  const report = `process.on('exit', () => process.stderr.write('peak ' + process.resourceUsage().maxRSS + '\\n'))`;
  const args = ['--from', '2026-11-09', '--to', '2026-11-15', '--json', '--file', file];
  const child = spawn(
    process.execPath,
    [...flags, '--import', `data:text/javascript,${encodeURIComponent(report)}`, 'commands/workers.ts', ...args],
    { cwd: join(import.meta.dirname, '..'), stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [code] = await once(child, 'close');
  const [, kilobytes] = /^peak (\d+)$/m.exec(said) ?? [];
  if (code !== 0 || kilobytes === undefined) throw new Error(`${file}: exit ${code}: ${said}`);
  return { seconds: (performance.now() - started) / 1000, megabytes: Number(kilobytes) / 1024 };
}

try {
  process.stdout.write(`${entries} entries, medians of ${RUNS} runs, Node ${process.version}\n`);
  for (const form of ['lines', 'export', 'document'] satisfies Form[]) {
    const [all, tenth] = [join(folder, `${form}.log`), join(folder, `${form}-tenth.log`)];
    await generate(all, form, entries);
    await generate(tenth, form, Math.floor(entries / 10));
    const runs: { seconds: number; megabytes: number }[] = [];
    for (let run = 0; run < RUNS; run++) runs.push(await measure(all));
    const [seconds, megabytes] = [median(runs.map((one) => one.seconds)), median(runs.map((one) => one.megabytes))];
    const small = await measure(all, ...SMALL_HEAP);
    const few = await measure(tenth, ...SMALL_HEAP);
    process.stdout.write(
      `${form.padEnd(9)} ${round(statSync(all).size / 2 ** 20, 0)} MiB: ${round(seconds, 1)} s, peak ${round(megabytes, 0)} MB; ` +
        `with a heap of 128 MB ${round(small.seconds, 1)} s, ${round(small.megabytes, 0)} MB; ` +
        `for a tenth of the entries ${round(few.megabytes, 0)} MB\n`,
    );
    rmSync(all);
    rmSync(tenth);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
