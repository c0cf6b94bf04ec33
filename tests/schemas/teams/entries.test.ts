import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordsIn } from '../../../schemas/teams/log-record.ts';
import { javaDate, taskTime } from '../../../schemas/teams/task-time.ts';
import { readActivity } from '../../../schemas/teams/worker-activity.ts';
import { readAnswers } from '../../../schemas/teams/worker-response.ts';
import { ROOT } from '../../support/events.ts';
import { javaText } from '../../support/team-world.ts';

const fixture = (name: string) => JSON.parse(readFileSync(join(ROOT, 'tests/fixtures/teams', name), 'utf8'));
const ENTRY = fixture('entry.json');
const AT = Date.parse('2019-08-14T16:01:04Z');
/** What is read of the documented entry. */
const READ = {
  kind: 'submitted',
  type: 'TasksSubmitted',
  at: AT,
  acceptedAt: AT - 5000,
  sub: 'd6947aeb-0650-447a-ab5d-894db61017fd',
  workerId: 'cd449a289e129409',
  teamArn: 'arn:aws:sagemaker:us-east-2:111122223333:workteam/private-crowd/Sample-labeling-team',
  jobArn: 'arn:aws:sagemaker:us-east-2:111122223333:labeling-job/metrics-demo',
  wallSeconds: 5,
};

describe('a time in the log', () => {
  it.each([
    ['Java-style', 'Wed Aug 14 16:01:04 UTC 2019', '2019-08-14T16:01:04.000Z'],
    ['Java-style in GMT', 'Wed Aug 14 16:01:04 GMT 2019', '2019-08-14T16:01:04.000Z'],
    ['Java-style with an offset', 'Wed Aug 14 18:01:04 GMT+02:00 2019', '2019-08-14T16:01:04.000Z'],
    ['Java-style west of Greenwich', 'Wed Aug 14 12:31:04 GMT-03:30 2019', '2019-08-14T16:01:04.000Z'],
    ['Java-style on a leap day', 'Thu Feb 29 00:00:00 UTC 2024', '2024-02-29T00:00:00.000Z'],
    ['with spaces around it', ' Wed Aug 14 16:01:04 UTC 2019 ', '2019-08-14T16:01:04.000Z'],
    ['epoch seconds as text', '1565798464', '2019-08-14T16:01:04.000Z'],
    ['epoch milliseconds as text', '1565798464123', '2019-08-14T16:01:04.123Z'],
    ['epoch seconds', 1565798464, '2019-08-14T16:01:04.000Z'],
    ['epoch milliseconds', 1565798464123, '2019-08-14T16:01:04.123Z'],
    ['ISO 8601', '2019-08-14T16:01:04.123Z', '2019-08-14T16:01:04.123Z'],
  ])('is read: %s', (_, text, expected) => {
    expect(new Date(taskTime(text) ?? 0).toISOString()).toBe(expected);
  });

  it.each([
    '',
    ' ',
    null,
    undefined,
    {},
    [],
    true,
    'Wed Aug 14 16:01:04 CST 2019',
    'Wed Aug 14 16:01:04 PDT 2019',
    'Wed Feb 30 16:01:04 UTC 2019',
    'Wed Foo 14 16:01:04 UTC 2019',
    'Wed constructor 14 16:01:04 UTC 2019',
    'Wed Aug 14 24:01:04 UTC 2019',
    'Wed Aug 14 16:60:04 UTC 2019',
    'Wed Aug 00 16:01:04 UTC 2019',
    'Wed Aug 14 16:01:04 UTC 19',
    'yesterday',
    '12345',
    Number.NaN,
    1e300,
  ])('is absent when it is %j', (value) => {
    expect(taskTime(value)).toBeUndefined();
  });

  it('is read for every second that Java can write', () => {
    const seconds = fc.integer({ min: 0, max: 4_102_444_800 });
    fc.assert(
      fc.property(seconds, (second) => javaDate(javaText(second * 1000)) === second * 1000),
      { seed: 1 },
    );
  });
});

describe('an entry of worker activity', () => {
  it('is read as documented', () => {
    expect(readActivity(ENTRY)).toEqual({ activity: READ });
  });

  it.each<[string, object, object]>([
    ['without the declined time of newer entries', { task_declined_time: undefined }, {}],
    [
      'with a number as event timestamp',
      { task_submitted_time: '', event_timestamp: 1565798464 },
      { wallSeconds: undefined },
    ],
    ['with an empty event type', { event_type: '' }, { type: undefined }],
    ['with a missing event type', { event_type: undefined }, { type: undefined }],
    ['with an event type in another spelling', { event_type: 'task_submitted' }, { type: 'task_submitted' }],
    [
      'with an unknown event type',
      { event_type: 'TasksReleased' },
      { kind: undefined, type: 'TasksReleased', wallSeconds: undefined, at: AT },
    ],
    [
      'with a type that objects inherit',
      { event_type: 'constructor' },
      { kind: undefined, type: 'constructor', wallSeconds: undefined, at: AT },
    ],
    ['with a sub in capitals', { cognito_sub_id: ENTRY.cognito_sub_id.toUpperCase() }, {}],
    ['with a sub that is no UUID', { cognito_sub_id: '" or sub ^= "' }, { sub: undefined }],
    ['with a sub of another type', { cognito_sub_id: 7 }, { sub: undefined }],
    ['without any worker', { cognito_sub_id: '', worker_id: null }, { sub: undefined, workerId: undefined }],
    [
      'accepted after it was submitted',
      { task_accepted_time: 'Wed Aug 14 16:01:05 UTC 2019' },
      { acceptedAt: AT + 1000, wallSeconds: undefined },
    ],
    [
      'accepted more than 30 days before',
      { task_accepted_time: 'Wed Jun 12 16:01:05 UTC 2019' },
      { acceptedAt: Date.parse('2019-06-12T16:01:05Z'), wallSeconds: undefined },
    ],
    [
      'accepted at a time that cannot be read',
      { task_accepted_time: 'soon' },
      { acceptedAt: undefined, wallSeconds: undefined },
    ],
    [
      'with a hostile ARN',
      { workteam_arn: `a\u001b[31m\u202eb\n${'c'.repeat(3000)}` },
      { teamArn: `ab ${'c'.repeat(2044)}…` },
    ],
  ])('is read %s', (_, change, expected) => {
    expect(readActivity({ ...ENTRY, ...change })).toEqual({ activity: { ...READ, ...expected } });
  });

  it.each(['Returned', 'Declined', 'Accepted'])('is about a task that was %s', (word) => {
    const field = `task_${word.toLowerCase()}_time`;
    const entry = {
      ...ENTRY,
      event_type: `Tasks${word}`,
      task_submitted_time: '',
      [field]: 'Wed Aug 14 16:02:00 UTC 2019',
    };
    const at = Date.parse('2019-08-14T16:02:00Z');
    expect(readActivity(entry).activity).toMatchObject({ kind: word.toLowerCase(), at, wallSeconds: undefined });
  });

  it('takes the time of its log event when it has none', () => {
    const entry = { event_type: 'TasksSubmitted', worker_id: 'w' };
    expect(readActivity(entry, 5).activity?.at).toBe(5);
    expect(readActivity(entry)).toEqual({ why: 'has no time that can be read' });
  });

  it.each([null, undefined, 7, 'text', [], [ENTRY], {}, { event: 'x' }])('is refused when it is %j', (value) => {
    expect(readActivity(value).why).toMatch(/^is not an/);
  });

  it('never throws, and never reads what others wrote as a field of all objects', () => {
    const value = fc.anything({ withNullPrototype: true });
    fc.assert(
      fc.property(value, value, (one, two) => {
        readActivity(one);
        readActivity({ ...ENTRY, event_type: one, task_accepted_time: two, worker_id: one, workteam_arn: two });
        readAnswers(one);
        readAnswers({ answers: [one, { workerId: two, timeSpentInSeconds: one, workerMetadata: two }] });
        recordsIn(one);
        recordsIn({ events: [one, { message: two }], logEvents: two });
      }),
      { seed: 1 },
    );
    const hostile = JSON.parse('{"__proto__": {"event_type": "TasksSubmitted", "worker_id": "w"}}');
    expect(readActivity(hostile).why).toBe('is not an entry of worker activity');
  });
});

describe('a record of an exported log', () => {
  const subscription = fixture('subscription.decoded.json');
  const [event] = subscription.logEvents;
  const record = { entry: ENTRY, id: event.id, loggedAt: 1565798464000 };

  it.each<[string, unknown, unknown[]]>([
    ['an entry', ENTRY, [{ entry: ENTRY, id: undefined, loggedAt: undefined }]],
    ['a decoded message of a subscription', subscription, [record]],
    ['a list of messages', [subscription, subscription], [record, record]],
    ['a control message', fixture('subscription.control.json'), []],
    ['the event of a control message', fixture('subscription.control.json').logEvents[0], []],
    [
      'an encoded message',
      fixture('subscription.encoded.json'),
      [{ why: 'is a message of a subscription that is not decoded' }],
    ],
    [
      'filter-log-events',
      { events: [{ eventId: '7', timestamp: AT, message: event.message }], searchedLogStreams: [] },
      [{ entry: ENTRY, id: '7', loggedAt: AT }],
    ],
    [
      'get-log-events, which has no ids',
      { events: [{ message: event.message }] },
      [{ entry: ENTRY, id: undefined, loggedAt: undefined }],
    ],
    ['an event whose message is no JSON', { message: '{"worker_id": "secret', eventId: '7' }, [{ why: 'is not JSON' }]],
    ['the messages alone', [event.message], [{ entry: ENTRY, id: undefined, loggedAt: undefined }]],
    ['lists in lists', [[[[]]]], [{ why: 'is not an object' }]],
    ['null', null, [{ why: 'is not an object' }]],
  ])('is read from %s', (_, value, expected) => {
    expect(recordsIn(value)).toEqual(expected);
  });
});

describe('a worker-response file', () => {
  const answer = {
    answerContent: { 'crowd-image-classifier': { label: 'a private text' } },
    workerId: 'private.eu-west-1.cd449a289e129409',
    submissionTime: '2026-11-09T08:00:10.250Z',
    acceptanceTime: '2026-11-09T08:00:00.000Z',
    timeSpentInSeconds: 7.251,
    workerMetadata: { identityData: { identityProviderType: 'Cognito', issuer: 'https://x', sub: READ.sub } },
  };
  const read = {
    sub: READ.sub,
    workerId: answer.workerId,
    submittedAt: Date.parse(answer.submissionTime),
    activeSeconds: 7.251,
  };

  it('gives times and ids, and nothing of the answer', () => {
    expect(readAnswers({ answers: [answer] })).toEqual([read]);
    expect(JSON.stringify(readAnswers({ answers: [answer] }))).not.toContain('private text');
  });

  it.each<[string, object, object]>([
    ['without a time spent, as in older files', { timeSpentInSeconds: undefined }, { activeSeconds: undefined }],
    ['with a negative time', { timeSpentInSeconds: -1 }, { activeSeconds: undefined }],
    ['with an impossible time', { timeSpentInSeconds: 1e9 }, { activeSeconds: undefined }],
    ['with a time as text', { timeSpentInSeconds: '7.251' }, {}],
    ['of a public worker', { workerMetadata: undefined }, { sub: undefined }],
    ['with a broken identity', { workerMetadata: { identityData: [1] } }, { sub: undefined }],
  ])('is read %s', (_, change, expected) => {
    expect(readAnswers({ answers: [{ ...answer, ...change }] })).toEqual([{ ...read, ...expected }]);
  });

  it('has at most 100 answers that are read', () => {
    expect(readAnswers({ answers: Array.from({ length: 500 }, () => answer) })).toHaveLength(100);
    expect(readAnswers({ answers: [7, null] })).toEqual([]);
  });

  it.each([null, 7, [], {}, { answers: 'x' }])('is refused when it is %j', (value) => {
    expect(readAnswers(value)).toBeUndefined();
  });
});
