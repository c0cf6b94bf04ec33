import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Metrics } from '@aws-lambda-powertools/metrics';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WORKER_ACTIVITY } from '../../../adapters/logs/worker-activity.ts';
import { LiveTeams, OTHER_TEAMS } from '../../../domain/teams/live.ts';
import { liveHandler } from '../../../handlers/teams/live.ts';
import { type TeamPoint, teamMetrics } from '../../../handlers/teams/metrics.ts';
import { ROOT } from '../../support/events.ts';
import { entryOf, FROM, HOUR, subOf, type Task, teamArn } from '../../support/team-world.ts';

const NOW = FROM + HOUR;
const sample = (name: string) => JSON.parse(readFileSync(join(ROOT, 'tests/fixtures/teams', name), 'utf8'));
const packed = (text: string | Buffer) => ({ awslogs: { data: gzipSync(text).toString('base64') } });

/** The event with these messages. */
const eventOf = (messages: readonly unknown[], more: object = {}) =>
  packed(
    JSON.stringify({
      messageType: 'DATA_MESSAGE',
      owner: '111122223333',
      logGroup: WORKER_ACTIVITY,
      logStream: 'a',
      subscriptionFilters: ['ground-control-prod'],
      logEvents: messages.map((message, nth) => ({
        id: `id${nth}`,
        timestamp: FROM,
        message: typeof message === 'string' ? message : JSON.stringify(message),
      })),
      ...more,
    }),
  );
const tasks = (...all: Partial<Task>[]) => all.map((task) => entryOf({ worker: 1, at: FROM, ...task }));

/** What the handler wrote and returned about each of `events`. */
async function handle(...events: unknown[]) {
  const points: TeamPoint[] = [];
  const logged: unknown[][] = [];
  let unreadable = 0;
  const countUnreadable = (count: number) => {
    unreadable += count;
  };
  const log = (...line: unknown[]) => void logged.push(line);
  const handler = liveHandler({
    metrics: { publish: (point) => points.push(point), countUnreadable },
    logger: { info: log, warn: log },
    clock: () => NOW,
  });
  const results = [];
  for (const event of events) results.push(await handler(event));
  return { points, unreadable, results, logged: JSON.stringify(logged) };
}

const figures = (more: object) => ({ submitted: 0, declined: 0, returned: 0, wallSeconds: [], ...more });

describe('the function workerActivity', () => {
  it('counts what teams do, and never says who did it or for which job', async () => {
    const { points, results, logged } = await handle(
      eventOf(
        tasks(
          { worker: 1, wall: 10 },
          { worker: 2, wall: 30, job: 'dogs' },
          { worker: 1, type: 'TasksDeclined' },
          { worker: 3, type: 'TasksReturned', team: 'text' },
          { worker: 3, type: 'TasksAccepted', team: 'sound' },
        ),
      ),
    );
    const at = new Date(FROM);
    expect(points).toEqual([
      { team: 'vision', at, figures: figures({ submitted: 2, declined: 1, wallSeconds: [10, 30] }) },
      { team: 'text', at, figures: figures({ returned: 1 }) },
    ]);
    expect(results).toEqual([{ outcome: 'counted', entries: 5, unreadable: 0, unknown: 0 }]);
    expect(JSON.stringify(points) + logged).not.toMatch(/worker\d|d6947aeb|dogs|cats/);
  });

  it('reads the sample of the developer guide', async () => {
    const { points, results } = await handle(sample('subscription.encoded.json'));
    // The entry is of 2019: CloudWatch takes no such points, so that it counts now.
    const point = {
      team: 'Sample-labeling-team',
      at: new Date(NOW),
      figures: figures({ submitted: 1, wallSeconds: [5] }),
    };
    expect([points, results]).toEqual([[point], [{ outcome: 'counted', entries: 1, unreadable: 0, unknown: 0 }]]);
  });

  it('ignores a control message', async () => {
    const { points, unreadable, results } = await handle(packed(JSON.stringify(sample('subscription.control.json'))));
    expect([points, unreadable, results]).toEqual([[], 0, [{ outcome: 'ignored' }]]);
  });

  const whole = gzipSync(JSON.stringify({ messageType: 'DATA_MESSAGE', rest: randomBytes(3000).toString('hex') }));
  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'it is not from a subscription filter'],
    ['an event of another kind', { source: 'aws.sagemaker' }, 'it is not from a subscription filter'],
    ['data that is no text', { awslogs: { data: 7 } }, 'it is not from a subscription filter'],
    ['text that is not compressed', { awslogs: { data: 'eyJhIjoxfQ==' } }, 'its compressed data is damaged'],
    ['no data', { awslogs: { data: '' } }, 'its compressed data ends too early'],
    [
      'truncated data',
      { awslogs: { data: whole.subarray(0, 1000).toString('base64') } },
      'its compressed data ends too early',
    ],
    ['a gzip bomb', packed(Buffer.alloc(40 * 1024 * 1024)), 'it has more than 33554432 bytes when decompressed'],
    ['what is not JSON', packed('{"messageType":'), 'it is not JSON'],
    ['20 MB of brackets', packed('['.repeat(20 * 1024 * 1024)), 'it is nested too deeply'],
    [
      'another document',
      packed('{"__proto__":{"messageType":"DATA_MESSAGE"}}'),
      'it is not a message of CloudWatch Logs',
    ],
    ['another log, such as its own', eventOf([], { logGroup: '/aws/lambda/x' }), 'it is from another log group'],
  ])('counts %s as unreadable, and keeps nothing of it', async (_, event, why) => {
    const { points, unreadable, results, logged } = await handle(event);
    expect([points, unreadable, results]).toEqual([[], 1, [{ outcome: 'unreadable', why }]]);
    expect(logged.length).toBeLessThan(200);
  });

  it('counts entries that cannot be read, and says why without their content', async () => {
    const secret = `${subOf(7)} is not JSON`;
    const { points, unreadable, results, logged } = await handle(
      eventOf([secret, '[]', '{"a":1}', ...tasks({}, { type: 'TasksReviewed' })]),
    );
    expect(points.map(({ figures: { submitted } }) => submitted)).toEqual([1]);
    expect([unreadable, results]).toEqual([3, [{ outcome: 'counted', entries: 2, unreadable: 3, unknown: 1 }]]);
    expect(logged).toContain(
      '{"reasons":{"is not JSON":1,"is not an object":1,"is not an entry of worker activity":1}}',
    );
    expect(logged).not.toContain('d6947aeb');
  });

  it('counts a copy in one message once, and a message that comes again twice', async () => {
    const [entry] = tasks({});
    const logEvent = { id: 'same', timestamp: FROM, message: JSON.stringify(entry) };
    const event = eventOf([], { logEvents: [logEvent, logEvent] });
    const { points } = await handle(event, event);
    expect(points.map((point) => point.figures.submitted)).toEqual([1, 1]);
  });

  it.each([
    ['of the newest entry', FROM + 1000, FROM + 1000],
    ['now for entries of the future', NOW + 1, NOW],
    ['now for entries that CloudWatch would refuse', FROM - 14 * 24 * HOUR, NOW],
    ['now for entries without a time', 'soon', NOW],
  ])('writes points at the time %s', async (_, timestamp, at) => {
    const [message] = tasks({}).map((entry) => JSON.stringify(entry));
    const { points } = await handle(eventOf([], { logEvents: [{ id: 'a', timestamp, message }] }));
    expect(points.map((point) => point.at.getTime())).toEqual([at]);
  });

  it('does not fail, whatever it gets', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(), fc.jsonValue(), fc.boolean(), async (event, value, isMessage) => {
        const given = isMessage ? eventOf([value, JSON.stringify(value)]) : event;
        const { results } = await handle(given, { awslogs: event }, packed(JSON.stringify(value)));
        expect(results).toHaveLength(3);
      }),
      { seed: 15, numRuns: 200 },
    );
  });
});

describe('the teams of metrics', () => {
  it('are at most 50 by name; the others are counted together', () => {
    const teams = new LiveTeams();
    const names = Array.from({ length: 60 }, (_, nth) => teams.nameOf(teamArn(`team-${nth}`)));
    expect(new Set(names).size).toBe(51);
    expect([names[49], names[50], teams.nameOf(teamArn('team-3'))]).toEqual(['team-49', OTHER_TEAMS, 'team-3']);
  });

  it.each([undefined, '', 'a/', 'x/with space', 'x/__proto__', `x/${'a'.repeat(64)}`, 'x/-a', 'x/é'])(
    'do not have the name of %j',
    (arn) => expect(new LiveTeams().nameOf(arn)).toBe(OTHER_TEAMS),
  );
});

describe('the metrics of a team', () => {
  afterEach(() => vi.restoreAllMocks());

  it('are in the embedded metric format, with every value, and at most 100 of them in an entry', () => {
    const lines: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      lines.push(String(text));
      return true;
    });
    vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
    vi.spyOn(console, 'log').mockImplementation((text) => void lines.push(String(text)));
    const now = Date.now();
    const wallSeconds = Array.from({ length: 250 }, (_, nth) => nth);
    const metrics = teamMetrics(new Metrics({ namespace: 'GroundControl', serviceName: 'ground-control-prod' }));
    metrics.publish({
      team: 'vision',
      at: new Date(now),
      figures: figures({ submitted: 250, declined: 2, wallSeconds }) as TeamPoint['figures'],
    });
    metrics.countUnreadable(3);
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    const entries = lines.map((line) => JSON.parse(line));
    const [first, ...rest] = entries;
    expect(first).toEqual({
      _aws: {
        Timestamp: now,
        CloudWatchMetrics: [
          {
            Namespace: 'GroundControl',
            Dimensions: [['service', 'team']],
            Metrics: [
              { Name: 'TasksSubmitted', Unit: 'Count' },
              { Name: 'TasksDeclined', Unit: 'Count' },
            ],
          },
        ],
      },
      service: 'ground-control-prod',
      team: 'vision',
      TasksSubmitted: 250,
      TasksDeclined: 2,
    });
    const times = rest.slice(0, -1);
    expect(times.flatMap(({ TaskWallSeconds }) => TaskWallSeconds)).toEqual(wallSeconds);
    for (const entry of times) {
      expect([entry.team, entry._aws.Timestamp]).toEqual(['vision', now]);
      expect(entry.TaskWallSeconds.length).toBeLessThanOrEqual(100);
    }
    const last = rest.at(-1);
    expect([last.WorkerActivityUnreadable, last._aws.CloudWatchMetrics[0].Dimensions]).toEqual([3, [['service']]]);
  });
});
