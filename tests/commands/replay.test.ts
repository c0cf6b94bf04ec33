import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AlertMessage } from '../../schemas/message/alert.ts';
import { BARE } from '../support/bare-environment.ts';
import { eventFiles, ROOT, readEvent, trainingEvent } from '../support/events.ts';
import { moderation } from '../support/review.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

const { folder, fileWith } = useTemporaryFolder();

/** Runs a script of the service as npm would, with no AWS configuration of any kind. */
function run(script: string, args: string[], input = '', environment: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    cwd: ROOT,
    input,
    encoding: 'utf8',
    env: { ...BARE, HOME: folder, ...environment },
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
    expect(stdout).toContain('From the stream churn-vit-20261120-000012/algo-1-');
    expect(stdout).toContain('SMS to +15555550100');
    expect(stdout).toContain('AWS call  sns:Publish  ground-control-local-alerts');
    expect(stdout).toContain('1 event: 1 alerted (1 error), 0 ignored, 0 quarantined; 22 AWS calls');
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
      // Nobody gets an alert about a trial alone.
      const isTold = record.outcome === 'alerted' && record.file !== 'events/training-job/of-tuning-job.json';
      if (isTold) expect(AlertMessage.safeParse(record.message).success).toBe(true);
      else expect([record.email, typeof record.reason]).toEqual([null, 'string']);
    }
  });

  it('shows with --relays what each relay would get', () => {
    const config = fileWith(
      'relays.yml',
      [
        'relays:',
        '  to:',
        '    warehouse: { kinesis: "arn:aws:kinesis:us-east-1:123456789012:stream/sagemaker" }',
        '    endpoints: { lambda: "arn:aws:lambda:us-east-1:123456789012:function:f", families: [endpoint] }',
        '    repair: { runCommand: { document: repair, instances: [i-1234567890abcdef0], parameters: { Id: resource.id } } }',
        '    hub: { bus: "arn:aws:events:us-east-1:123456789012:event-bus/hub" }',
      ].join('\n'),
    );
    const file = 'events/training-job/failed.json';
    const [record] = replay(['--relays', '--json', '--config', config, file]).records();
    const [warehouse, endpoints, repair, hub] = record.relays;
    const { id } = warehouse.body.resource;
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    expect(warehouse).toMatchObject({
      relay: 'warehouse',
      kind: 'kinesis',
      body: { schema: 'ground-control/change', status: 'Failed', cause: { code: 'gpu-memory' }, cost: { usd: 9.595 } },
      with: { 'partition key': id },
    });
    expect(endpoints).toEqual({ relay: 'endpoints', kind: 'lambda', with: {} });
    expect(repair.body).toEqual({ Id: [id] });
    expect(hub.body).toMatchObject({ 'detail-type': 'ground-control.change.v1', detail: warehouse.body });
    const { stdout } = replay(['--relays', '--config', config, file]);
    expect(stdout).toContain(`Relay  warehouse (kinesis): this, partition key ${id}`);
    expect(stdout).toContain('Relay  endpoints (lambda): nothing, by its filters');
  });

  it('refuses --relays when the file names none', () => {
    const { status, stdout, stderr } = replay(['--relays', 'events/training-job/failed.json']);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^replay: .*: relays\.to names no relay: there is nothing to show \(docs\/relays\.md\)\n$/);
  });

  it('reads every public event without an error', () => {
    const folders = ['documented', 'labeling', 'public'].map((folder) => `tests/fixtures/${folder}`);
    const { status, records } = replay(['--json', ...folders]);
    const files = folders.flatMap((folder) => eventFiles(`${folder}/**/*.json`));
    expect([status, records().length]).toEqual([0, files.length]);
  });

  it('compares a human loop with the model by the output that lies beside its event', () => {
    const event = readEvent('events/human-review/completed.json');
    const output = moderation({ Violence: 90 }, [['Violence']]);
    Object.assign(output, event.detail);
    const flow = "{ invoice-review: { output: 's3://amzn-s3-demo-bucket/' } }";
    const config = fileWith('review.yml', `alerts: { human-review: [completed] }\nreview: { flows: ${flow} }\n`);
    event.detail.humanLoopOutput.outputS3Uri = 's3://amzn-s3-demo-bucket/output.json';
    const completed = fileWith('loops/completed.json', JSON.stringify(event));
    const args = ['--json', '--config', config, completed];
    expect(replay(args).records()).toMatchObject([
      { outcome: 'handed-over', reason: expect.stringContaining('completed.output beside completed.json') },
    ]);
    fileWith('loops/completed.output', JSON.stringify(output));
    expect(replay(args).records()).toMatchObject([
      { outcome: 'alerted', email: expect.stringContaining('people agree with the model on 1 of 1') },
    ]);
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

  it('quarantines input that is JSON and not an event, and continues', () => {
    const inputs = [
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
    ] as const;
    const files = inputs.map(([name, content]) => fileWith(`quarantined/${name}.json`, content));
    const { status, stderr, records } = replay(['--json', ...files]);
    expect([status, stderr]).toEqual([0, '']);
    expect(records().map(({ file, outcome, actions }) => [file, outcome, actions[0].kind])).toEqual(
      files.map((file) => [file, 'quarantined', 'quarantine']),
    );
    for (const { reason } of records()) expect(reason.length).toBeLessThan(500);
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

  it('names files that are not readable as events, replays the others, and exits 1', () => {
    const file = fileWith('notes.txt', 'Dear all,\nthe job failed.\n');
    const { status, stderr, records } = replay(['--json', file, 'events/training-job/failed.json']);
    expect([status, stderr]).toEqual([1, `replay: ${file}: is not JSON\n`]);
    expect(records()).toMatchObject([{ outcome: 'alerted' }]);
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

describe('replay --history', () => {
  it('remembers the events before, and announces a failure once', () => {
    const twice = ['events/training-job/failed.json', 'events/training-job/failed.json'];
    const outcomes = (...args: string[]) =>
      replay(['--json', ...args, ...twice])
        .records()
        .map(({ outcome }) => outcome);
    expect([outcomes('--history'), outcomes()]).toEqual([
      ['alerted', 'ignored'],
      ['alerted', 'alerted'],
    ]);
  });

  it('shows what would be sent when: storms, digests and quiet hours end by the times of the events', () => {
    const failures = Array.from({ length: 7 }, (_, number) => {
      const arn = `arn:aws:sagemaker:eu-west-1:123456789012:training-job/sweep-${number}`;
      const event = trainingEvent({ TrainingJobName: `sweep-${number}`, TrainingJobArn: arn });
      return { ...event, time: `2026-11-20T21:00:0${number}Z` };
    });
    const later = { ...trainingEvent(), time: '2026-11-20T22:00:00Z' };
    const file = fileWith(
      'quiet.yml',
      'timeZone: Europe/Berlin\nsubscribers:\n  - email: now@example.com\n' +
        '  - { email: quiet@example.com, quiet: { from: "22:00", to: "07:00" } }\n',
    );
    const { status, records } = replay(
      ['--json', '--history', '--config', file],
      [...failures, later].map((event) => JSON.stringify(event)).join('\n'),
    );
    const told = records().flatMap(({ at, subject }) => (at === undefined ? [] : [[at.slice(0, 16), subject]]));
    expect([status, told]).toEqual([
      0,
      [
        ['2026-11-20T21:05', 'AND 2 MORE: 2 x FAILED'],
        ['2026-11-21T06:00', 'AFTER QUIET HOURS: 8 x FAILED'],
      ],
    ]);
    // The storm is told before the event that came an hour later.
    expect(records().findIndex(({ at }) => at !== undefined)).toBe(7);
  });
});
