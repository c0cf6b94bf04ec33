import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprint, sha256 } from '../../adapters/hashes.ts';
import { logFiles, responseFiles } from '../../commands/workers/files.ts';
import type { Split } from '../../commands/workers/piece.ts';
import { readLogs } from '../../commands/workers/read-logs.ts';
import { readResponses } from '../../commands/workers/read-responses.ts';
import { secretOf } from '../../commands/workers/secret.ts';
import { showReport } from '../../commands/workers/show.ts';
import { split } from '../../commands/workers/split.ts';
import { csvField } from '../../domain/report/csv.ts';
import { periodOf } from '../../domain/teams/period.ts';
import { page } from '../../domain/teams/render/page.ts';
import { csvLines, jsonLines } from '../../domain/teams/render/records.ts';
import { notesOn } from '../../domain/teams/render/words.ts';
import { TeamWork } from '../../domain/teams/team-work.ts';
import { Unreadable } from '../../domain/teams/unreadable.ts';
import { BARE } from '../support/bare-environment.ts';
import { ROOT } from '../support/events.ts';
import { fingerprintOf, macOf, reportOf } from '../support/team-report.ts';
import { entryOf, FIRST_DAY, FROM, LAST_DAY, subOf, tasksOf } from '../support/team-world.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

const { folder, fileWith } = useTemporaryFolder();
const range = (count: number) => Array.from({ length: count }, (_, nth) => nth);
const ENTRIES = range(6).flatMap((worker) => tasksOf(worker, 3, [10, 20, 30]).map((task) => entryOf(task)));
const LINES = ENTRIES.map((entry) => JSON.stringify(entry));
const events = ENTRIES.map((entry, nth) => ({
  logStreamName: 'x',
  timestamp: FROM,
  message: JSON.stringify(entry),
  ingestionTime: FROM,
  eventId: `36${nth}`,
}));
const DOCUMENT = {
  events,
  searchedLogStreams: [{ logStreamName: 'x', searchedCompletely: true }],
  nextToken: 'events',
};
const message = {
  messageType: 'DATA_MESSAGE',
  logEvents: events.map((one) => ({ id: one.eventId, timestamp: one.timestamp, message: one.message })),
};

function run(args: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['commands/workers.ts', ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    input,
    env: BARE,
  });
  return { status, stdout, stderr };
}
const DAYS = ['--from', FIRST_DAY, '--to', LAST_DAY];

/** What is counted of a file with this content. */
async function read(content: string | Buffer, name = 'logs') {
  const work = new TeamWork(periodOf(FIRST_DAY, LAST_DAY, 'UTC'), fingerprint);
  const unreadable = new Unreadable();
  await readLogs([fileWith(name, content)], work, unreadable);
  const { counted, copies } = work.result();
  const lines = unreadable.lines().map((line) => line.replace(`${folder}/`, ''));
  return { counted, copies, unreadable: unreadable.total, lines };
}
const ALL = { counted: 18, copies: 0, unreadable: 0, lines: [] };

describe('an exported log', () => {
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(LINES.join('\r\n'), 'utf16le')]);
  it.each<[string, string | Buffer]>([
    ['one entry a line', LINES.join('\n')],
    ['one entry a line, with a byte order mark, blank lines and CR', `\ufeff\r\n${LINES.join('\r\n\r\n')}\r\n`],
    ['one entry a line in UTF-16', utf16],
    [
      'one entry a line, compressed in two parts',
      Buffer.concat([gzipSync(LINES.slice(0, 9).join('\n').concat('\n')), gzipSync(LINES.slice(9).join('\n'))]),
    ],
    ['filter-log-events, as AWS CLI prints it', JSON.stringify(DOCUMENT, null, 4)],
    ['filter-log-events in one line', JSON.stringify(DOCUMENT)],
    [
      'filter-log-events page by page',
      range(18)
        .map((nth) => JSON.stringify({ events: [events[nth]] }, null, 4))
        .join('\n'),
    ],
    ['a list of events', JSON.stringify(events, null, 2)],
    [
      'a list of messages',
      JSON.stringify(
        events.map((one) => one.message),
        null,
        2,
      ),
    ],
    ['a list of entries', JSON.stringify(ENTRIES, null, 4)],
    ['entries over several lines', ENTRIES.map((entry) => JSON.stringify(entry, null, 2)).join('\n')],
    ['events, one a line', events.map((one) => JSON.stringify(one)).join('\n')],
    ['an export to S3', LINES.map((line) => `2026-11-09T10:00:00.000Z ${line}`).join('\n')],
    ['a compressed export to S3', gzipSync(LINES.map((line) => `2026-11-09T10:00:00.000Z ${line}`).join('\n'))],
    [
      'aws logs tail',
      LINES.map((line) => `2026-11-09T10:00:00.123456+00:00 aws/a/b {x}`.replace('{x}', line)).join('\n'),
    ],
    ['a decoded message of a subscription', JSON.stringify(message, null, 2)],
    [
      'messages of a subscription, one a line',
      `${JSON.stringify(message)}\n${JSON.stringify({ messageType: 'CONTROL_MESSAGE', logEvents: [{ id: '', message: 'CWL CONTROL MESSAGE' }] })}`,
    ],
  ])('is read as %s', async (_, content) => {
    expect(await read(content)).toEqual(ALL);
  });

  it('counts entries of several exports once', async () => {
    const both = `${LINES.join('\n')}\n${events.map((one) => JSON.stringify(one)).join('\n')}`;
    expect(await read(both)).toEqual({ ...ALL, copies: 18 });
  });

  it('names the first five places that cannot be read, without their content', async () => {
    const bad = [
      '{"worker_id": "secret',
      '7',
      '[]',
      '{}',
      '{"event_type": "TasksSubmitted"}',
      'secret',
      '"secret"',
      '{"awslogs": {"data": "secret"}}',
    ];
    const found = await read([...LINES, ...bad].join('\n'), 'bad.ndjson');
    expect(found).toEqual({
      ...ALL,
      unreadable: 7,
      lines: [
        'bad.ndjson:19: is not JSON',
        'bad.ndjson:20: is not an object',
        'bad.ndjson:22: is not an entry of worker activity',
        'bad.ndjson:23: has no time that can be read',
        'bad.ndjson:24: is not JSON',
        '2 more could not be read',
      ].map((line) => line.replace(folder, '')),
    });
  });

  it.each<[string, string | Buffer, number, string[]]>([
    [
      'a document that ends too early',
      JSON.stringify(DOCUMENT, null, 4).slice(0, -900),
      17,
      ['logs:122: is JSON that ends too early'],
    ],
    [
      'a document with a broken string',
      JSON.stringify(DOCUMENT, null, 4).replace('"eventId": "363"', '"eventId": "36'),
      3,
      ['logs:24: is not JSON; the rest of the file was not read'],
    ],
    [
      'a document with a broken event',
      JSON.stringify(DOCUMENT, null, 4).replace('"eventId": "363"', '"eventId": 36x'),
      17,
      ['logs:24: is not JSON'],
    ],
    [
      'compressed data that ends too early',
      gzipSync(LINES.join('\n')).subarray(0, -9),
      17,
      ['logs: is compressed data that ends too early; the rest was not read'],
    ],
    [
      'damaged compressed data',
      Buffer.concat([Buffer.from([0x1f, 0x8b]), Buffer.from('not gzip at all')]),
      0,
      ['logs: is damaged compressed data; the rest was not read'],
    ],
    ['bytes that are no text', Buffer.from([0, 255, 254, 3]), 0, ['logs:1: is not JSON']],
    [
      'a closing bracket too much',
      `[\n${LINES.join(',\n')}\n]\n]`,
      18,
      ['logs:21: is not JSON; the rest of the file was not read'],
    ],
    [
      'words between elements',
      `[\n${LINES.slice(0, 2).join(',\nnull, 7 ,')}\n]`,
      2,
      ['logs:3: is not an object', 'logs:3: is not an object'],
    ],
    ['a list in a list', '[\n[[[]]]\n]', 0, ['logs:2: is not an object']],
  ])('is read as far as possible: %s', async (_, content, counted, lines) => {
    const found = await read(content);
    expect([found.counted, found.lines]).toEqual([counted, lines]);
  });

  it('may be empty', async () => {
    for (const content of ['', '\n \n', '{"events": []}', '{\n"events": [\n]\n}', '[]'])
      expect(await read(content)).toEqual({ ...ALL, counted: 0 });
  });

  it('of 20 MB of brackets, or one endless line, is refused within bounds', async () => {
    const deep = await read('['.repeat(20 * 2 ** 20));
    expect(deep.lines).toEqual(['logs:1: is JSON that ends too early']);
    expect((await read(`{"a": "${'x'.repeat(20 * 2 ** 20)}`)).lines).toEqual(['logs:1: is JSON that ends too early']);
    const long = `{"event_type": "${'x'.repeat(17 * 2 ** 20)}"}`;
    expect(await read(`${LINES.join('\n')}\n${long}\n`)).toMatchObject({
      counted: 18,
      lines: ['logs:19: is longer than 16 MiB'],
    });
    expect(await read(`[\n${long},\n${LINES.join(',\n')}]`)).toMatchObject({
      counted: 18,
      lines: ['logs:2: is longer than 16 MiB'],
    });
  });
});

describe('cutting a log into pieces', () => {
  const pieces = async (text: string, sizes: readonly number[]) => {
    const chunks: string[] = [];
    for (let from = 0, nth = 0; from < text.length; nth++) {
      const size = sizes[nth % sizes.length] ?? 1;
      chunks.push(text.slice(from, from + size));
      from += size;
    }
    const all: Split[] = [];
    for await (const batch of split(Readable.from(chunks))) all.push(...batch);
    return all;
  };
  const value = fc.jsonValue({ maxDepth: 3 });

  it('gives the events of any document, wherever its chunks end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(value),
        value,
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
        async (list, other, sizes) => {
          const text = JSON.stringify({ other: { events: other }, events: list, searchedLogStreams: [other] }, null, 2);
          const found = await pieces(text, sizes);
          expect(found.map((one) => JSON.parse(one.why === undefined ? one.text : one.why))).toEqual(
            JSON.parse(JSON.stringify(list)),
          );
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });

  it('never throws, whatever the text is', async () => {
    const text = fc.array(fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', '\n', 'x', '1', '"events":[', ' '), {
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 9 }), async (parts, size) => {
        const whole = await pieces(parts.join(''), [1000]);
        expect(await pieces(parts.join(''), [size])).toEqual(whole);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('worker-response files', () => {
  const answer = (worker: number, seconds: number) =>
    JSON.stringify({
      answers: [
        {
          answerContent: 'private',
          workerId: `worker${worker}`,
          submissionTime: new Date(FROM).toISOString(),
          timeSpentInSeconds: seconds,
          workerMetadata: { identityData: { sub: subOf(worker) } },
        },
      ],
    });

  const readFolder = (given: string) => {
    const work = new TeamWork(periodOf(FIRST_DAY, LAST_DAY, 'UTC'), fingerprint);
    const unreadable = new Unreadable();
    const files = readResponses([given], work, unreadable);
    const { answers, answersWithoutJob } = work.result();
    return {
      files,
      answers,
      answersWithoutJob,
      lines: unreadable.lines().map((line) => line.replace(`${folder}/`, '')),
    };
  };

  it('are found below the folder of a job, and other output is left out', () => {
    const responses = 'out/cats/annotations/worker-response/iteration-1';
    fileWith(`${responses}/0/2026-11-09_08:00:00.json`, answer(1, 5));
    fileWith(`${responses}/1/2026-11-09_08:00:01.json`, answer(2, 5));
    fileWith(`${responses}/2/2026-11-09_08:00:02.json`, '{"answers": [');
    fileWith(`${responses}/3/2026-11-09_08:00:03.json`, '{"a": "private"}');
    fileWith(`${responses}/4/2026-11-09_08:00:04.json`, Buffer.alloc(20 * 2 ** 20 + 1, '['));
    fileWith(`${responses}/5/2026-11-09_08:00:05.json`, Buffer.alloc(20 * 2 ** 20, '['));
    fileWith('out/cats/annotations/consolidated-annotation/1.json', '{"a": 1}');
    fileWith('out/cats/manifests/output/output.json', '{"a": 1}');
    const { lines, ...counts } = readFolder(join(folder, 'out'));
    expect(counts).toEqual({ files: 6, answers: 2, answersWithoutJob: 2 });
    const place = (nth: number) => `${responses}/${nth}/2026-11-09_08:00:0${nth}.json`;
    expect(lines.sort()).toEqual([
      `${place(2)}: is not JSON`,
      `${place(3)}: is not a worker-response file`,
      `${place(4)}: is larger than 20 MiB`,
      `${place(5)}: is not JSON`,
    ]);
  });

  it('may have the name of the job before the folder', () => {
    fileWith('copied/0/a.json', answer(1, 5));
    expect(readFolder(join(folder, 'copied')).files).toBe(0);
    expect(readFolder(`cats=${join(folder, 'copied')}`)).toMatchObject({ files: 1, answers: 1 });
  });

  it('give active times to the job of the log', () => {
    for (const worker of range(6))
      fileWith(`active/cats/annotations/worker-response/iteration-1/${worker}/x.json`, answer(worker, worker + 1));
    const { stdout, status } = run(
      [...DAYS, '--file', '-', '--responses', join(folder, 'active'), '--json'],
      LINES.join('\n'),
    );
    const [team] = stdout.split('\n').map((line) => JSON.parse(line || 'null'));
    expect([status, team]).toMatchObject([
      0,
      {
        kind: 'team',
        medianWallSeconds: 20,
        medianActiveSeconds: 3.5,
        p90ActiveSeconds: 6,
        activeTasks: 6,
        wallTasks: 18,
      },
    ]);
    expect(stdout).not.toContain('private"');
  });
});

describe('workers', () => {
  it.each<[string[], string]>([
    [[], '--from: is missing'],
    [[...DAYS, '--file', '-', '--region', 'eu-west-1'], '--region: does not go with --file'],
    [['--from', '2026-11-31', '--to', LAST_DAY, '--file', '-'], '--from: "2026-11-31" is not a date like 2026-11-09'],
    [['--from', '2020-01-01', '--to', LAST_DAY, '--file', '-'], '--to: is more than 366 days after --from'],
    [[...DAYS, '--file', '-', '--file', '-'], '--file: names standard input \\(-\\) more than once'],
    [[...DAYS, '--file', '-', '--json', '--csv'], '--json: goes neither with --csv nor with --html'],
    [[...DAYS, '--file', '-', '--names', 'on'], "Unexpected argument 'on'"],
  ])('refuses wrong arguments: %j', (args, what) => {
    const { status, stdout, stderr } = run(args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(new RegExp(`^workers: ${what}.*; usage: npm run .*\n$`));
  });

  it('refuses what it cannot find', () => {
    expect(() => logFiles([join(folder, 'nothing-here')])).toThrow('nothing-here: no such file or folder');
    expect(() => logFiles([join(ROOT, 'tests/lint')])).toThrow('tests/lint holds no .json, .jsonl');
    expect(() => [...responseFiles(['nothing-here'])]).toThrow('nothing-here: no such file or folder');
    expect(() => [...responseFiles(['package.json'])]).toThrow('--responses package.json is not a folder');
    expect(() => secretOf('nothing-here')).toThrow('cannot read nothing-here: ENOENT');
    for (const text of ['', 'fifteen bytes..\n', 'x'.repeat(4097)])
      expect(() => secretOf(fileWith('short', text))).toThrow('does not hold a secret of 16 to 4096 bytes');
    const { status, stdout, stderr } = run([...DAYS, '--file', 'nothing-here']);
    expect([status, stdout, stderr]).toEqual([2, '', 'workers: nothing-here: no such file or folder\n']);
  });

  it('reports from standard input, and ends with 1 if something cannot be read', () => {
    const { status, stdout, stderr } = run([...DAYS, '--file', '-'], `${LINES.join('\n')}\n{"worker_id": "sec`);
    expect([status, stderr]).toEqual([1, 'workers: standard input:19: is not JSON\n']);
    expect(stdout).toContain('\nvision: 18 tasks by 6 workers\n  wall time     median 20 s, p90 30 s, of 18 tasks\n');
    expect(stdout).toContain('random secret');
  });

  it('gives the same pseudonyms with the same secret, and others without', () => {
    const secret = fileWith('secret', 'a secret of the tests\r\n');
    const pseudonyms = (...args: string[]) =>
      [...run([...DAYS, '--file', '-', '--json', ...args], LINES.join('\n')).stdout.matchAll(/"worker":"(\w+)"/g)].map(
        ([, one]) => one,
      );
    const expected = range(6)
      .map((worker) => `w${macOf(subOf(worker)).slice(0, 8)}`)
      .sort();
    expect(pseudonyms('--secret-file', secret)).toEqual(expected);
    const random = pseudonyms();
    expect([random.length, random.filter((one) => one !== undefined && expected.includes(one))]).toEqual([6, []]);
  });
});

describe('the report in text', () => {
  const hostile = '=HYPERLINK("x")\u001b[31m,\u202e<b>';
  const world = [
    ...range(7).flatMap((worker) => tasksOf(worker, 12, [worker === 6 ? 4000 : 8 + worker])),
    ...tasksOf(1, 2, [5], { type: 'TasksDeclined' }),
    ...range(2).flatMap((worker) => tasksOf(worker, 3, [40], { team: 'text', job: 'x'.repeat(63) })),
    ...tasksOf(1, 3, [40], { team: hostile, job: hostile }),
  ];
  const report = reportOf([...world.map((task) => entryOf(task)), { ...ENTRIES[0], event_type: hostile }]);
  const lines = showReport(report, notesOn(report, true, 0));

  it('fits 80 columns, and has no character that could mislead', () => {
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(lines).toContain('vision: 84 tasks by 7 workers');
    expect(lines.filter((line) => line.endsWith(' *'))).toHaveLength(1);
    expect(lines.join('\n')).toContain('Fewer than 5 workers: only figures of the whole team are shown.');
  });

  it('says that it does not know who is the same person', () => {
    const mixed = reportOf(ENTRIES.map((entry, nth) => ({ ...entry, [nth % 2 ? 'cognito_sub_id' : 'worker_id']: '' })));
    const text = showReport(mixed, []).join('\n');
    expect(text).toContain('vision: 18 tasks by at least 6 workers\n');
    expect(text).toContain('\n\n  Some entries have a sub only, others a worker id only, and none links the two');
    const records = jsonLines(mixed).map((line) => JSON.parse(line));
    expect(records.map(({ kind, workers }) => [kind, workers])).toEqual([
      ['team', null],
      ['job', null],
    ]);
  });

  it('says that figures of workers are hidden', () => {
    const alone = reportOf(
      [...range(5).flatMap((one) => tasksOf(one, 3, [9])), ...tasksOf(5, 3, [9], { job: 'dogs' })].map((task) =>
        entryOf(task),
      ),
    );
    const text = showReport(alone, []);
    const hidden = text.filter((line) => line.startsWith('       3    hidden    hidden'));
    expect([hidden.length, text.filter((line) => line.length > 80)]).toEqual([6, []]);
    expect(text.join(' ')).toContain('hidden: these figures would be those of jobs of fewer than 5 workers');
    expect(page(alone, [], sha256).match(/<td>3<\/td><td>hidden<\/td>/g)).toHaveLength(6);
  });

  it('says when nothing was done', () => {
    const nothing = reportOf([]);
    expect(showReport(nothing, notesOn(nothing, false, undefined))).toEqual([
      'Labeling teams, 2026-11-09 to 2026-11-15 (7 days, UTC)',
      '',
      'No log entry was read, so nothing is known of these days.',
      '',
      'Notes',
      '  - Wall time is submitted minus accepted by the log, breaks included. Active',
      '    time is from worker responses, without breaks. The two are never mixed.',
    ]);
  });

  it('tells a log without work in these days from a log without entries', () => {
    const elsewhere = reportOf([entryOf({ worker: 1, at: FROM - 90 * 86_400_000 })]);
    expect(showReport(elsewhere, [])[2]).toBe('No team did anything in these days.');
    const { status, stdout, stderr } = run([...DAYS, '--file', '-', '--json']);
    expect([status, stdout, stderr.split('\n')[0]]).toEqual([
      0,
      '',
      'workers: No log entry was read, so nothing is known of these days.',
    ]);
  });

  it.runIf(existsSync('/dev/full'))('ends with 1 and one line if its output cannot be written', () => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, ['commands/workers.ts', ...DAYS, '--file', '-'], {
      cwd: ROOT,
      encoding: 'utf8',
      input: LINES.join('\n'),
      env: BARE,
      stdio: ['pipe', full, 'pipe'],
    });
    closeSync(full);
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^standard output cannot be written: ENOSPC.*\n$/)]);
  });

  it('is the same in JSON and CSV, where unknown is null or empty', () => {
    const records = jsonLines(report).map((line) => JSON.parse(line));
    const [header = '', ...rows] = csvLines(report);
    expect(Object.keys(records[0])).toEqual(['version', ...header.split(',')]);
    expect(records.length).toBe(rows.length);
    const worker = records.find(({ kind, outlier }) => kind === 'worker' && outlier);
    expect(worker).toEqual({
      ...Object.fromEntries(['version', ...header.split(',')].map((name) => [name, null])),
      version: 1,
      kind: 'worker',
      team: 'vision',
      worker: `w${macOf(subOf(6)).slice(0, 8)}`,
      tasks: 12,
      medianWallSeconds: 4000,
      p90WallSeconds: 4000,
      declined: 0,
      outlier: true,
      outlierSide: 'slower',
      wallTasks: 12,
      declinedShare: 0,
      sharesFrom: 'log',
      teamArn: entryOf({ worker: 1, at: FROM }).workteam_arn,
      from: FIRST_DAY,
      to: LAST_DAY,
      timeZone: 'UTC',
    });
    expect(rows.find((row) => row.includes('HYPERLINK'))).toContain(`team,"'=HYPERLINK(""x""),<b>",,,3,40,`);
    expect(rows.find((row) => row.startsWith('team,vision'))).toContain(',0 1 2 3 4 5 6 7 8 9 10 11,');
  });

  it('says of a job of two people how many tasks it has, and nothing else', () => {
    const job = jsonLines(report)
      .map((line) => JSON.parse(line))
      .find(({ kind, team }) => kind === 'job' && team === 'text');
    const unknown = ['medianWallSeconds', 'p90WallSeconds', 'declined', 'returned', 'declinedShare', 'workers'];
    expect([job.tasks, ...unknown.map((field) => job[field])]).toEqual([6, ...unknown.map(() => null)]);
    const row = `${'6'.padStart(8)}${'hidden'.padStart(10).repeat(2)}${'-'.padStart(10).repeat(2)}${'hidden'.padStart(9)}${'-'.padStart(9)}`;
    expect(lines).toContain(row);
  });

  it('orders teams and jobs by name and workers by pseudonym, never by a figure', () => {
    const records = jsonLines(report).map((line) => JSON.parse(line));
    expect(records.filter(({ kind }) => kind === 'team').map(({ team }) => team)).toEqual([
      '=HYPERLINK("x"),<b>',
      'text',
      'vision',
    ]);
    const workers = records.filter(({ kind }) => kind === 'worker').map(({ worker }) => worker);
    expect(workers).toEqual(workers.toSorted());
    expect([workers.length, jsonLines(report).join('')]).toEqual([
      7,
      expect.not.stringMatching(/d6947aeb|worker\d|IpicJ/),
    ]);
  });
});

it('takes the first 64 bits of SHA-256 as fingerprint of an entry', () => {
  for (const text of ['', 'text', 'ü'.repeat(99)]) expect(fingerprint(text)).toEqual(fingerprintOf(text));
});

describe('a field of CSV', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@x', "'@x"],
    ['\t=x', "'\t=x"],
    ['\r=x', '"\'\r=x"'],
    ['a,"b"', '"a,""b"""'],
    [-1, '-1'],
    [null, ''],
    [[1, 2], '1 2'],
  ])('%j is %j', (value, expected) => {
    expect(csvField(value)).toBe(expected);
  });
});
