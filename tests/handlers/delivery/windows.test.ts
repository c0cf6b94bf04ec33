/** Alerts that wait, from the event to the message about them, on the embedded AWS. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { auditIn } from '../../../adapters/dynamodb/audit.ts';
import type { Call } from '../../../local/embedded-aws/protocol.ts';
import type { Fault } from '../../../local/embedded-aws/server.ts';
import { localContext } from '../../../local/play/context.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import { subjectsOf } from '../../support/deliveries.ts';
import { trainingEvent } from '../../support/events.ts';
import { useLocalAws } from '../../support/local-aws.ts';

const ALL = 'all@example.com';
const TWIN = 'twin@example.com';
const NIGHT = 'night@example.com';
const DIGEST = 'digest@example.com';
const MORNING = 'morning@example.com';

let faultOf: (call: Call) => Fault | undefined = () => undefined;
const aws = useLocalAws(
  Configuration.parse({
    timeZone: 'Europe/Berlin',
    subscribers: [
      { email: ALL },
      { email: TWIN },
      { email: NIGHT, quiet: { from: '22:00', to: '07:00' } },
      { email: DIGEST, digest: '15m' },
      { email: MORNING, digest: 'daily 06:30', quiet: { from: '22:00', to: '07:00' } },
    ],
  }),
  (call) => faultOf(call),
);
const TABLE = 'ground-control-local-state';
const MINUTE = 60_000;
/** 11:00 in Berlin. */
const DAY = Date.parse('2026-11-20T10:00:00Z');
/** 23:00 in Berlin. */
const NIGHT_TIME = Date.parse('2026-11-20T22:00:00Z');

beforeEach(async () => {
  faultOf = () => undefined;
  // Only the date: clients need real timers.
  vi.useFakeTimers({ toFake: ['Date'], now: DAY });
  await aws().emptyTable();
  aws().take('digest');
  aws().scheduler.schedules.clear();
});
afterEach(() => void vi.useRealTimers());

const handle = async (event: unknown) =>
  (await import('../../../functions/training-job.ts')).handler(event, localContext('trainingJob', 30));
const digest = async (body: string) =>
  (await import('../../../functions/digest.ts')).handler({ Records: [{ body }] }, localContext('digest', 50));

const arnOf = (name: string) => `arn:aws:sagemaker:eu-west-1:123456789012:training-job/${name}`;
const failed = (name: string, detail: object = {}) =>
  trainingEvent({ TrainingJobName: name, TrainingJobArn: arnOf(name), ...detail });
const completed = (name: string) =>
  failed(name, { TrainingJobStatus: 'Completed', SecondaryStatus: 'Completed', FailureReason: '' });

/** Handles what is in the queue of the function digest, and fires schedules that are due. */
async function work(): Promise<void> {
  const due = aws()
    .scheduler.take(new Date())
    .map(({ input }) => input);
  for (const body of [...due, ...aws().take('digest')]) await digest(body);
}
async function workUntil(instant: number): Promise<void> {
  await work();
  vi.setSystemTime(instant);
  await work();
}
const got = (address: string) => subjectsOf(address, aws().publications);
const mailTo = (address: string) =>
  aws()
    .publications.findLast((one) => subjectsOf(address, [one]).length > 0)
    ?.bodies.get('email');

describe('a storm', () => {
  it('sends each group the first five alerts, and one message about the others when five minutes are over', async () => {
    for (let at = 0; at < 12; at++) {
      await handle(failed(`job-${at}`));
      vi.setSystemTime(Date.now() + 1);
    }
    expect(got(ALL)).toHaveLength(5);
    expect(aws().publications).toHaveLength(12);
    await workUntil(DAY + 5 * MINUTE + 29_000);
    expect(got(ALL)).toHaveLength(5);
    await workUntil(DAY + 6 * MINUTE);
    expect(got(ALL).slice(5)).toEqual(['AND 7 MORE: 7 x FAILED']);
    expect(mailTo(ALL)).toContain('job-5, job-6, job-7, job-8, job-9, job-10, job-11');
    expect(got(TWIN)).toEqual(got(ALL));
    expect(aws().publications.filter(({ subject }) => subject?.startsWith('AND'))).toHaveLength(4);
  });

  it('is over when its schedule fires, although schedules know no parts of a second', async () => {
    vi.setSystemTime(DAY + 999);
    for (let at = 0; at < 6; at++) await handle(failed(`job-${at}`));
    await work();
    const [first] = [...aws().scheduler.schedules.values()].map(({ at }) => at.getTime());
    await workUntil(first ?? 0);
    expect(got(ALL)).toHaveLength(6);
  });

  it('sends the message once, however often its time comes', async () => {
    for (let at = 0; at < 6; at++) await handle(failed(`job-${at}`));
    await work();
    const [one] = [...aws().scheduler.schedules.values()].filter(({ input }) => input.includes('storm'));
    await workUntil(DAY + 6 * MINUTE);
    const before = aws().publications.length;
    expect(await digest(one?.input ?? '')).toBe('nothing');
    expect(aws().publications).toHaveLength(before);
  });

  it('lets a critical alert pass', async () => {
    for (let at = 0; at < 6; at++) await handle(failed(`job-${at}`));
    const { handler } = await import('../../../functions/endpoint.ts');
    const { readEvent } = await import('../../support/events.ts');
    const event = readEvent('events/endpoint/rollback-failed.json');
    await handler(event, localContext('endpoint', 30));
    expect(got(ALL)).toHaveLength(6);
    expect(got(ALL)[5]).toContain('(critical)');
  });

  it('begins anew after five minutes', async () => {
    for (let at = 0; at < 6; at++) await handle(failed(`job-${at}`));
    vi.setSystemTime(DAY + 5 * MINUTE);
    await handle(failed('later'));
    expect(got(ALL)).toHaveLength(6);
  });

  it('leaves an audit record of what waits and of what was told', async () => {
    for (let at = 0; at < 6; at++) await handle(failed(`job-${at}`));
    await workUntil(DAY + 6 * MINUTE);
    const records = await Array.fromAsync(auditIn(TABLE, 400).ofDay('2026-11-20'));
    expect(records.filter(({ resource }) => resource.includes('job-5'))[0]?.result).toMatch(
      /^message [-\w]+, waits in storm-\w+-\d+, waits in storm-/,
    );
    expect(records.filter(({ resource }) => resource.startsWith('window|')).map(({ reason }) => reason)).toEqual(
      Array.from({ length: 4 }, () => 'storm, 1 alert'),
    );
  });
});

describe('quiet hours', () => {
  it('delay everything to their end, and no group hears of another', async () => {
    vi.setSystemTime(NIGHT_TIME);
    await handle(failed('bad'));
    await handle(completed('good'));
    expect([got(ALL).length, got(NIGHT), got(MORNING)]).toEqual([2, [], []]);
    await workUntil(Date.parse('2026-11-21T05:59:00Z'));
    expect(got(NIGHT)).toEqual([]);
    await workUntil(Date.parse('2026-11-21T06:01:00Z'));
    expect(got(NIGHT)).toEqual(['AFTER QUIET HOURS: 1 x FAILED, 1 x COMPLETED']);
    expect(got(MORNING)).toEqual(got(NIGHT));
    expect(got(ALL)).toHaveLength(2);
  });

  it('tell a single alert with its own subject', async () => {
    vi.setSystemTime(NIGHT_TIME);
    await handle(failed('bad'));
    await workUntil(Date.parse('2026-11-21T06:01:00Z'));
    expect(got(NIGHT)).toEqual(got(ALL));
  });

  it('let pass what is excepted', async () => {
    vi.setSystemTime(NIGHT_TIME);
    const { handler } = await import('../../../functions/endpoint.ts');
    const { readEvent } = await import('../../support/events.ts');
    await handler(readEvent('events/endpoint/rollback-failed.json'), localContext('endpoint', 30));
    expect(got(NIGHT)).toHaveLength(1);
  });

  it('hold a digest back until they end', async () => {
    vi.setSystemTime(Date.parse('2026-11-20T20:30:00Z'));
    await handle(completed('good'));
    await workUntil(Date.parse('2026-11-21T05:45:00Z'));
    expect([got(NIGHT).length, got(MORNING)]).toEqual([1, []]);
    await workUntil(Date.parse('2026-11-21T06:01:00Z'));
    expect(got(MORNING)).toHaveLength(1);
  });
});

describe('a storm just before quiet hours', () => {
  it('is told at their end', async () => {
    // 21:58 in Berlin.
    vi.setSystemTime(Date.parse('2026-11-20T20:58:00Z'));
    for (let at = 0; at < 9; at++) await handle(failed(`job-${at}`));
    await workUntil(Date.parse('2026-11-20T21:10:00Z'));
    expect([got(NIGHT).length, got(ALL).length]).toEqual([5, 6]);
    await workUntil(Date.parse('2026-11-21T06:01:00Z'));
    expect(got(NIGHT).slice(5)).toEqual(['AFTER QUIET HOURS: 4 x FAILED']);
  });

  it('is told at their end also when its message is late', async () => {
    vi.setSystemTime(Date.parse('2026-11-20T20:50:00Z'));
    for (let at = 0; at < 9; at++) await handle(failed(`job-${at}`));
    await work();
    const inputs = aws()
      .scheduler.take(new Date(Date.now() + 10 * MINUTE))
      .map(({ input }) => input);
    vi.setSystemTime(Date.parse('2026-11-20T21:20:00Z'));
    for (const input of inputs) await digest(input);
    expect([got(NIGHT).length, got(ALL).length]).toEqual([5, 6]);
    await workUntil(Date.parse('2026-11-21T06:01:00Z'));
    expect(got(NIGHT)).toHaveLength(6);
  });
});

describe('a digest', () => {
  it('tells what needs nobody every 15 minutes, and failures at once', async () => {
    vi.setSystemTime(DAY + MINUTE);
    await handle(completed('good'));
    await handle(completed('better'));
    await handle(failed('bad'));
    expect(got(DIGEST)).toEqual(['FAILED: training job bad']);
    await workUntil(DAY + 16 * MINUTE);
    expect(got(DIGEST).slice(1)).toEqual(['DIGEST: 2 x COMPLETED']);
  });
});

describe('what waits', () => {
  /** A night with one alert, with a fault at one call. Every invocation that fails is retried, like in AWS. */
  async function night(fault: (call: Call, number: number) => Fault | undefined): Promise<number> {
    await aws().emptyTable();
    aws().take('digest');
    aws().scheduler.schedules.clear();
    aws().clear();
    vi.setSystemTime(NIGHT_TIME);
    let calls = 0;
    faultOf = (call) => fault(call, calls++);
    const untilDone = async (act: () => Promise<unknown>) => {
      for (let attempt = 0; attempt < 4; attempt++) {
        try {
          await act();
          return;
        } catch {
          vi.setSystemTime(Date.now() + MINUTE);
        }
      }
      throw new Error('it never succeeded');
    };
    await untilDone(() => handle(failed('bad')));
    for (const body of aws().take('digest')) await untilDone(() => digest(body));
    vi.setSystemTime(Date.parse('2026-11-21T06:01:00Z'));
    for (const { input } of aws().scheduler.take(new Date())) await untilDone(() => digest(input));
    faultOf = () => undefined;
    return calls;
  }

  const once = ['FAILED: training job bad'];

  it('is told exactly once, whichever call is refused', async () => {
    const calls = await night(() => undefined);
    expect([calls > 12, got(NIGHT)]).toEqual([true, once]);
    for (let at = 0; at < calls; at++) {
      let refused: Call | undefined;
      await night((call, number) => {
        if (number !== at) return undefined;
        refused = call;
        return { kind: 'denied' };
      });
      // After SNS has taken it, only the record of it can be refused. Then nobody knows, and it is sent again.
      const isRecord = JSON.stringify(refused?.input['TransactItems'] ?? []).includes('doneAt');
      expect([at, isRecord ? once : got(NIGHT)]).toEqual([at, once]);
      expect(got(NIGHT).length).toBeLessThanOrEqual(isRecord ? 2 : 1);
    }
  }, 60_000);

  it('is told exactly once, whichever answer is lost, and at most twice when it is that of SNS', async () => {
    const calls = await night(() => undefined);
    for (let at = 0; at < calls; at++) {
      let lost = '';
      await night((call, number) => {
        if (number !== at) return undefined;
        lost = call.operation;
        return { kind: 'lost' };
      });
      const times = lost === 'Publish' && got(NIGHT).length === 2 ? [...once, ...once] : once;
      expect([at, lost, got(NIGHT)]).toEqual([at, lost, times]);
    }
  }, 60_000);
});
