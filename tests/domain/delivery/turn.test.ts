import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quietUntil } from '../../../domain/delivery/quiet-hours.ts';
import { needsNobody, turnsOf } from '../../../domain/delivery/turn.ts';
import { quiet } from '../../../schemas/configuration/delivery/quiet-section.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import { readEvent, trainingEvent } from '../../support/events.ts';
import { noticeOfEvent } from '../../support/notices.ts';

const AT = new Date('2026-11-20T10:07:00Z');
const policyOf = (...subscribers: object[]) =>
  Configuration.parse({ subscribers: subscribers.map((one, at) => ({ email: `a${at}@b.co`, ...one })) });
const failed = (team = 'vision') => noticeOfEvent(trainingEvent({ Tags: { team } }), Configuration.parse({}));
const completed = () =>
  noticeOfEvent(
    trainingEvent({ TrainingJobStatus: 'Completed', SecondaryStatus: 'Completed', FailureReason: '' }),
    Configuration.parse({}),
  );
/** What decides about the delivery of `notice`. */
const toldBy = ({ attributes, message }: ReturnType<typeof failed>) => ({
  attributes: new Map(Object.entries(attributes)),
  message,
});
const turns = (notice: ReturnType<typeof failed>, at: Date, ...subscribers: object[]) =>
  turnsOf(toldBy(notice), policyOf(...subscribers).delivery, at).map(({ group, waitsIn }) => [
    group.keys.join(),
    waitsIn === undefined ? 'now' : `${waitsIn.kind} until ${new Date(waitsIn.until).toISOString()}`,
  ]);

describe('the turn of a group', () => {
  it('comes when the alert passes all its filters', () => {
    expect(
      turns(
        failed(),
        AT,
        {},
        { severities: ['critical'] },
        { severities: ['error'], teams: ['vision'] },
        { teams: ['nlp'] },
      ),
    ).toEqual([
      ['a0@b.co', 'now'],
      ['a2@b.co', 'now'],
    ]);
  });

  it.each([
    ['a failure, with a digest', failed(), { digest: '15m' }, 'now'],
    ['a completed job, with a digest', completed(), { digest: '15m' }, 'digest until 2026-11-20T10:15:00.000Z'],
    [
      'a failure in quiet hours',
      failed(),
      { quiet: { from: '10:00', to: '11:00' } },
      'quiet until 2026-11-20T11:00:00.000Z',
    ],
    [
      'a digest that would be told just after quiet hours begin',
      completed(),
      { digest: '15m', quiet: { from: '10:16', to: '11:00' } },
      'quiet until 2026-11-20T11:00:00.000Z',
    ],
    ['a failure that is excepted', failed(), { quiet: { from: '10:00', to: '11:00', except: ['error'] } }, 'now'],
    ['a family that is excepted', failed(), { quiet: { from: '10:00', to: '11:00', except: ['training-job'] } }, 'now'],
    ['an outcome that is excepted', failed(), { quiet: { from: '10:00', to: '11:00', except: ['failed'] } }, 'now'],
    [
      'another outcome that is excepted',
      failed(),
      { quiet: { from: '10:00', to: '11:00', except: ['budget'] } },
      'quiet until 2026-11-20T11:00:00.000Z',
    ],
    [
      'a digest that is due in quiet hours',
      completed(),
      { digest: '15m', quiet: { from: '10:10', to: '11:00' } },
      'quiet until 2026-11-20T11:00:00.000Z',
    ],
    [
      'an excepted alert with a digest',
      completed(),
      { digest: '15m', quiet: { from: '10:00', to: '11:00', except: ['info'] } },
      'digest until 2026-11-20T10:15:00.000Z',
    ],
  ])('for %s', (_, notice, subscriber, turn) => {
    expect(turns(notice, AT, subscriber)).toEqual([['a0@b.co', turn]]);
  });

  it('always comes, whatever its settings: an alert is delayed, and never dropped, and never told in quiet hours', () => {
    const time = fc.integer({ min: 0, max: 1439 }).map((minute) => {
      const two = (number: number) => String(number).padStart(2, '0');
      return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
    });
    const settings = fc.record(
      {
        digest: fc.oneof(
          fc.constant('off'),
          fc.constant('45m'),
          time.map((at) => `daily ${at}`),
        ),
        quiet: fc
          .record({ from: time, to: time, except: fc.constantFrom([], ['critical'], ['error']) })
          .filter((one) => quiet.safeParse(one).success),
        timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        settings,
        fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2028, 0) }),
        fc.boolean(),
        (one, instant, isFailure) => {
          const notice = isFailure ? failed() : completed();
          const policy = policyOf(one).delivery;
          const [turn, ...others] = turnsOf(toldBy(notice), policy, new Date(instant));
          expect([turn === undefined, others]).toEqual([false, []]);
          const told = turn?.waitsIn?.until ?? instant;
          expect(told - instant).toBeLessThanOrEqual(76 * 3_600_000);
          if (turn?.waitsIn === undefined) return;
          expect(told).toBeGreaterThan(instant);
          const hours = turn.group.quiet;
          if (hours === undefined || hours.except.includes(notice.message.severity)) return;
          expect([hours, new Date(told), quietUntil(hours, new Date(told))]).toEqual([
            hours,
            new Date(told),
            undefined,
          ]);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('what needs nobody', () => {
  it('is a success without a next step', () => {
    expect(needsNobody(completed().message)).toBe(true);
    expect(needsNobody(failed().message)).toBe(false);
  });

  it('is no model that waits for approval', () => {
    const event = readEvent('events/resource/model-package-pending-approval.json');
    const notice = noticeOfEvent(event, Configuration.parse({}), 'resource');
    expect([notice.message.cause?.code, needsNobody(notice.message)]).toEqual(['approval-pending', false]);
  });
});
