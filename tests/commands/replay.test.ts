import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { AlertMessage } from '../../schemas/message/alert.ts';
import { eventFiles, ROOT, trainingEvent } from '../support/events.ts';

const folder = mkdtempSync(join(tmpdir(), 'ground-control-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a file with `content` into the temporary folder; returns its path. */
function fileWith(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** Runs a script of the service as npm would, with no AWS configuration of any kind. */
function run(script: string, args: string[], input = '', environment: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    cwd: ROOT,
    input,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: folder, ...environment },
  });
  return {
    status,
    stdout,
    stderr,
    records: () =>
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
  };
}

const replay = (args: string[], input?: string, environment?: NodeJS.ProcessEnv) =>
  run('commands/replay.ts', args, input, environment);

describe('replay', () => {
  it('prints the messages that people would get', () => {
    const { status, stdout, stderr } = replay(['events/training-job/failed.json']);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('E-mail to ml-team@example.com, oncall@example.com');
    expect(stdout).toContain('Subject:  FAILED: training job churn-vit-20261120-000012 [vision]');
    expect(stdout).toContain('SMS to +15555550100');
    expect(stdout).toContain('AWS call  sns:Publish  ground-control-local-alerts');
    expect(stdout).toContain('1 event: 1 alerted (1 error), 0 ignored, 0 quarantined; 13 AWS calls');
  });

  it('prints one documented object per event with --json', () => {
    const { status, records } = replay(['--json', 'events']);
    expect(status).toBe(0);
    expect(records().map(({ file }) => file)).toEqual(eventFiles('events/**/*.json'));
    for (const record of records()) {
      expect(Object.keys(record)).toEqual([
        'file',
        'detailType',
        'outcome',
        'resource',
        'status',
        'severity',
        'subject',
        'email',
        'sms',
        'chat',
        'message',
        'actions',
        'reason',
      ]);
      if (record.outcome === 'alerted') expect(AlertMessage.safeParse(record.message).success).toBe(true);
      else expect([record.email, typeof record.reason]).toEqual([null, 'string']);
    }
  });

  it('reads every public event without an error', () => {
    const { status, records } = replay(['--json', 'tests/fixtures']);
    expect([status, records().length]).toEqual([0, eventFiles('tests/fixtures/**/*.json').length]);
  });

  it.each([
    ['a dash', ['--json', '-']],
    ['no path', ['--json']],
  ])('reads an event from standard input with %s', (_, args) => {
    const { status, records } = replay(args, JSON.stringify(trainingEvent()));
    expect([status, records()]).toMatchObject([0, [{ file: '-', outcome: 'alerted', resource: { name: 'churn' } }]]);
  });

  it.each([
    [
      'another service',
      { source: 'aws.s3', 'detail-type': 'Object Created', detail: {} },
      'no rule of serverless.yml matches source "aws.s3"',
    ],
    [
      'an API call through CloudTrail',
      { source: 'aws.sagemaker', 'detail-type': 'AWS API Call via CloudTrail', detail: {} },
      'no rule of serverless.yml',
    ],
  ])('ignores an event of %s and says why', (_, event, reason) => {
    expect(replay(['--json', '-'], JSON.stringify(event)).records()).toMatchObject([
      { outcome: 'ignored', reason: expect.stringContaining(reason), message: null, resource: null },
    ]);
  });

  it.each([
    ['a number', '7'],
    ['null', 'null'],
    ['an empty list', '[]'],
    ['a list of something else', '[1, 2]'],
    ['an empty object', '{}'],
    [
      'a megabyte of junk',
      `{"source":"aws.sagemaker","detail-type":"SageMaker Image State Change","detail":{"x":"${'j'.repeat(1_000_000)}"}}`,
    ],
    [
      'very deep nesting',
      `{"source":"aws.sagemaker","detail-type":"SageMaker Image State Change","detail":${'{"x":'.repeat(5000)}1${'}'.repeat(5000)}}`,
    ],
  ])('quarantines %s and continues', (_, input) => {
    const { status, stderr, records } = replay(['--json', '-'], input);
    expect([status, stderr]).toEqual([0, '']);
    expect(records()).toMatchObject([{ outcome: 'quarantined', actions: [{ kind: 'quarantine' }] }]);
    expect(records()[0].reason.length).toBeLessThan(500);
  });

  it.each([
    ['a list of events', JSON.stringify([trainingEvent(), trainingEvent({ TrainingJobName: 'second' })])],
    [
      'lines of events, as an archive is exported',
      `${JSON.stringify(trainingEvent())}\n${JSON.stringify(trainingEvent({ TrainingJobName: 'second' }))}\n`,
    ],
    [
      'a dump of a queue of failed events',
      JSON.stringify({
        Messages: [trainingEvent(), trainingEvent({ TrainingJobName: 'second' })].map((event) => ({
          Body: JSON.stringify({ requestContext: {}, requestPayload: event }),
        })),
      }),
    ],
    [
      'a dump of the quarantine queue',
      JSON.stringify([
        { Body: JSON.stringify({ reason: 'x', event: trainingEvent() }) },
        { Body: JSON.stringify({ reason: 'x', event: trainingEvent({ TrainingJobName: 'second' }) }) },
      ]),
    ],
    [
      'a file with a byte order mark',
      `\ufeff${JSON.stringify([trainingEvent(), trainingEvent({ TrainingJobName: 'second' })])}`,
    ],
  ])('reads %s', (_, input) => {
    expect(replay(['--json', '-'], input).records()).toMatchObject([
      { file: '-#1', outcome: 'alerted', resource: { name: 'churn' } },
      { file: '-#2', outcome: 'alerted', resource: { name: 'second' } },
    ]);
  });

  it('accepts an event that people wrote by hand, without a source', () => {
    const event = {
      'detail-type': 'SageMaker Training Job State Change',
      detail: { TrainingJobName: 'x', TrainingJobStatus: 'Failed' },
    };
    expect(replay(['--json', '-'], JSON.stringify(event)).records()).toMatchObject([{ outcome: 'alerted' }]);
  });

  it.each([
    ['a path that is not there', ['no/such/file.json'], 'replay: no/such/file.json: no such file or folder\n'],
    ['a folder without events', ['.ci'], /: holds no \.json, \.jsonl, \.ndjson or \.gz files\n$/],
    ['an option it does not know', ['--jsno', 'events'], /^replay: Unknown option '--jsno'.*usage: npm run/],
    [
      'a configuration that is wrong',
      ['--config', join(folder, 'wrong.yml'), 'events'],
      'replay: wrong.yml:1: chat: "maybe": expected on or off\n',
    ],
  ])('refuses %s in one line', (_, args, expected) => {
    writeFileSync(join(folder, 'wrong.yml'), 'chat: maybe\n');
    const { status, stdout, stderr } = replay(args);
    expect([status === 0, stdout, stderr.trimEnd().split('\n').length]).toEqual([false, '', 1]);
    expect(stderr).toMatch(
      expected instanceof RegExp ? expected : new RegExp(`^${expected.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`),
    );
  });

  const event = JSON.stringify(trainingEvent());

  it.each([
    ['text', 'notes.txt', 'Dear all,\nthe job failed.\n', 'is not JSON'],
    ['truncated JSON', 'cut.json', event.slice(0, 200), 'is JSON that ends too early'],
    [
      'truncated JSON of many lines',
      'long.json',
      JSON.stringify([trainingEvent()], null, 2).slice(0, 300),
      'is JSON that ends too early',
    ],
    ['UTF-16', 'utf16.json', Buffer.from(`\ufeff${event}`, 'utf16le'), 'is UTF-16 text; expected UTF-8'],
    [
      'UTF-16 without a mark',
      'bare.json',
      Buffer.from(event, 'utf16le'),
      'holds NUL characters: it is UTF-16 text or not text; expected UTF-8',
    ],
    ['another encoding', 'latin.json', Buffer.from('{"name": "M\xfcller"}', 'latin1'), 'is not UTF-8 text'],
    ['nothing', 'empty.json', '', 'is empty'],
    ['damaged gzip', 'damaged.json.gz', gzipSync(event).subarray(0, 60), 'is damaged gzip'],
  ])('names a file of %s as unreadable, replays the others, and exits 1', (_, name, content, why) => {
    const file = fileWith(name, content);
    const { status, stderr, records } = replay(['--json', file, 'events/training-job/failed.json']);
    expect([status, stderr]).toEqual([1, `replay: ${file}: ${why}\n`]);
    expect(records()).toMatchObject([{ outcome: 'alerted' }]);
  });

  it('names the lines of a file that are not JSON, and replays the others', () => {
    const file = fileWith('lines.jsonl', `${event}\n${event.slice(0, 50)}\n\n${event}\nnonsense\n`);
    const { status, stderr, records } = replay(['--json', file]);
    expect([status, stderr]).toEqual([
      1,
      `replay: ${file}:2: is JSON that ends too early\nreplay: ${file}:5: is not JSON\n`,
    ]);
    expect(records()).toHaveLength(2);
  });

  it('reads .json, .jsonl, .ndjson and .gz files at any depth of a folder, and nothing else', () => {
    for (const [name, content] of [
      ['archive/a.json', event],
      ['archive/2026/b.jsonl', `${event}\n${event}\n`],
      ['archive/2026/c.ndjson', `${event}\n`],
      ['archive/2026/11/d.json.gz', gzipSync(event)],
      ['archive/2026/11/firehose-1.gz', gzipSync(`${event}\n${event}\n`)],
      ['archive/readme.txt', 'text'],
      ['archive/package.json', '{}'],
    ] as const)
      fileWith(name, content);
    const { status, stderr, records } = replay(['--json', join(folder, 'archive')]);
    expect([status, stderr, records().map(({ file }) => file.replace(`${folder}/archive/`, ''))]).toEqual([
      0,
      '',
      [
        '2026/11/d.json.gz',
        '2026/11/firehose-1.gz#1',
        '2026/11/firehose-1.gz#2',
        '2026/b.jsonl#1',
        '2026/b.jsonl#2',
        '2026/c.ndjson',
        'a.json',
      ],
    ]);
  });

  it("never uses the user's own AWS endpoints, profiles or credentials", () => {
    const { status, records } = replay(['--json', 'events/training-job/failed.json'], '', {
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_ENDPOINT_URL_SNS: 'http://127.0.0.1:1',
      AWS_PROFILE: 'no-such-profile',
      AWS_REGION: 'mars-north-1',
    });
    expect([status, records()[0].outcome]).toEqual([0, 'alerted']);
  });

  it('ends quietly when its reader goes away', () => {
    const { status, stderr } = spawnSync(
      'sh',
      ['-c', `"${process.execPath}" commands/replay.ts events | head -n 1 >/dev/null`],
      {
        cwd: ROOT,
        encoding: 'utf8',
      },
    );
    expect([status, stderr]).toEqual([0, '']);
  });
});

describe('npm start', () => {
  it('shows every sample event and a summary, without colours in a file', () => {
    const { status, stdout, stderr } = run('commands/start.ts', []);
    expect([status, stderr]).toEqual([0, '']);
    for (const file of eventFiles('events/**/*.json')) expect(stdout).toContain(`== ${file}`);
    expect(stdout).toMatch(/\d+ events: \d+ alerted \(.*\), \d+ ignored, \d+ quarantined; \d+ AWS calls/);
    expect(stdout).not.toContain('\u001b');
  });
});

describe('replay --history', () => {
  const at = (minutes: number) => ({ time: new Date(Date.UTC(2026, 10, 20, 3, minutes)).toISOString() });
  const job = (status: string, minutes: number, more: object = {}) =>
    trainingEvent({ TrainingJobStatus: status, SecondaryStatus: status, ...more }, at(minutes));
  const history = (...events: unknown[]) => {
    const { status, stderr, records } = replay(
      ['--json', '--history', '-'],
      events.map((event) => JSON.stringify(event)).join('\n'),
    );
    expect([status, stderr]).toEqual([0, '']);
    return records().map(({ outcome, reason }) => [outcome, reason]);
  };
  const RUNNING = 'outcome "running" is not among alerts.training-job in ground-control.yml';

  it('announces a failure once, and ignores copies and late events', () => {
    expect(history(job('InProgress', 0), job('Failed', 9), job('Failed', 29), job('InProgress', 5))).toEqual([
      ['ignored', RUNNING],
      ['alerted', null],
      ['ignored', 'it has been announced already'],
      ['ignored', 'late: it has already ended: Failed'],
    ]);
  });

  it('treats a job that was created again under the same name as another job', () => {
    const first = { CreationTime: Date.UTC(2026, 10, 20, 3, 0) };
    const second = { CreationTime: Date.UTC(2026, 10, 20, 4, 0) };
    expect(history(job('Failed', 9, first), job('InProgress', 61, second), job('Failed', 70, second))).toEqual([
      ['alerted', null],
      ['ignored', RUNNING],
      ['alerted', null],
    ]);
  });

  it('announces every return of an endpoint into service', () => {
    const endpoint = (EndpointStatus: string, minutes: number) => ({
      'detail-type': 'SageMaker Endpoint State Change',
      source: 'aws.sagemaker',
      ...at(minutes),
      detail: { EndpointName: 'e', EndpointArn: 'arn:aws:sagemaker:us-east-1:1:endpoint/e', EndpointStatus },
    });
    expect(
      history(endpoint('IN_SERVICE', 0), endpoint('UPDATING', 20), endpoint('IN_SERVICE', 40)).map(
        ([outcome]) => outcome,
      ),
    ).toEqual(['alerted', 'ignored', 'alerted']);
  });

  it('differs from replay without the option, for which each event is the first of its resource', () => {
    const twice = [job('Failed', 9), job('Failed', 9)].map((event) => JSON.stringify(event)).join('\n');
    expect(
      replay(['--json', '-'], twice)
        .records()
        .map(({ outcome }) => outcome),
    ).toEqual(['alerted', 'alerted']);
  });
});
