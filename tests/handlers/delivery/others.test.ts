/** Alerts that no event of a function family leads to wait like all others, and nothing that waits is forgotten. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { unowedAlertsIn, type Waiting } from '../../../adapters/dynamodb/delivery/waiting.ts';
import { windowsIn } from '../../../adapters/dynamodb/delivery/windows.ts';
import { decide } from '../../../domain/decide.ts';
import { windowId } from '../../../domain/delivery/window.ts';
import { schemas } from '../../../functions/reconciliation.ts';
import { reconciliationHandler } from '../../../handlers/reconciliation/handler.ts';
import type { Call } from '../../../local/embedded-aws/protocol.ts';
import type { Fault } from '../../../local/embedded-aws/server.ts';
import { localContext } from '../../../local/play/context.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import { openWindowOf } from '../../../schemas/message/window.ts';
import { useBudgetFunction } from '../../support/budget-function.ts';
import { cappedJob, JOB, minutesIn, TABLE } from '../../support/capped-job.ts';
import { subjectsOf } from '../../support/deliveries.ts';
import { useLocalAws } from '../../support/local-aws.ts';
import { pendingAlert } from '../../support/pending-alerts.ts';
import { quietNow } from '../../support/quiet-now.ts';
import { IMPATIENT } from '../../support/simulated-clock.ts';
import { logTasks, OUTPUTS, runReport } from '../../support/team-log.ts';

const NOW = 'now@example.com';
const QUIET = 'quiet@example.com';
const MINUTE = 60_000;
let faultOf: (call: Call) => Fault | undefined = () => undefined;
const aws = useLocalAws(
  Configuration.parse({
    teams: { report: 'weekly', outputs: [OUTPUTS] },
    subscribers: [{ email: NOW }, { email: QUIET, quiet: quietNow() }],
  }),
  (call) => faultOf(call),
);
const budget = useBudgetFunction(aws);
beforeEach(() => {
  faultOf = () => undefined;
  aws().take('digest');
});

const windows = () => windowsIn(TABLE, 400);
const unowed = () => unowedAlertsIn(TABLE);
/** Lets the alert `key` wait, as an invocation does that has read where it waits. */
const letWait = async (key: string, waiting: readonly Waiting[]) =>
  unowed().add(key, waiting, await unowed().addedTo(key));
/** The windows that the function digest has heard of. */
const announced = (): string[] =>
  aws()
    .take('digest')
    .map((body) => JSON.parse(body).window);
const waiting = async () => Promise.all(announced().map((id) => windows().waitingIn(id)));
const got = (address: string) => subjectsOf(address, aws().publications);

describe('a warning about a budget', () => {
  it('waits in quiet hours, once', async () => {
    aws().sageMaker.put(cappedJob());
    await budget.check(JOB, minutesIn(31));
    expect([got(NOW).length, got(QUIET)]).toEqual([1, []]);
    const [alerts = []] = await waiting();
    expect(alerts.map(({ subject }) => subject)).toEqual(got(NOW));
  });

  it('waits once although its function dies between the note that it waits and the alert', async () => {
    aws().sageMaker.put(cappedJob());
    faultOf = ({ service }) => (service === 'sns' ? { kind: 'throttle' } : undefined);
    await expect(budget.check(JOB, minutesIn(31))).rejects.toThrow();
    faultOf = () => undefined;
    await budget.check(JOB, minutesIn(31));
    const all = (await waiting()).flat();
    expect([new Set(all.map(({ id }) => id)).size, got(NOW).length]).toEqual([1, 1]);
  });
});

describe('a warning that is sent again', () => {
  it('waits for a group whose quiet hours began meanwhile, too', async () => {
    const alert = pendingAlert();
    const window = (group: string) => ({ kind: 'quiet' as const, group, keys: [group], until: Date.now() + MINUTE });
    await letWait('warning', [{ window: window('early'), alert }]);
    await letWait('warning', [{ window: window('late'), alert }]);
    expect([...(await unowed().addedTo('warning')).keys()].sort()).toEqual(['early', 'late']);
    const early = new Map([['early', windowId(window('early'))]]);
    await expect(unowed().add('warning', [{ window: window('late'), alert }], early)).rejects.toThrow(
      'another invocation',
    );
  });
});

describe('a report on labeling teams', () => {
  it('waits in quiet hours', async () => {
    logTasks(aws());
    await runReport();
    expect([got(NOW).length, got(QUIET)]).toEqual([1, []]);
    expect((await waiting()).flat()).toHaveLength(1);
  });
});

describe('reconciliation', () => {
  const run = () => reconciliationHandler(schemas, decide, IMPATIENT)({}, localContext('reconciliation', 840));

  it('lets an alert wait that it found', async () => {
    await run();
    aws().sageMaker.put({
      type: 'training-job',
      name: 'lost',
      arn: 'arn:aws:sagemaker:eu-west-1:123456789012:training-job/lost',
      status: 'Failed',
      secondaryStatus: 'Failed',
      createdAt: new Date(Date.now() - 60 * MINUTE),
      modifiedAt: new Date(),
    });
    await run();
    // The function diagnosis sends it.
    const { handler } = await import('../../../functions/diagnosis.ts');
    for (const body of aws().take('diagnosis')) await handler({ Records: [{ body }] }, localContext('diagnosis'));
    expect([got(NOW).length, got(QUIET)]).toEqual([1, []]);
    expect((await waiting()).flat()).toHaveLength(1);
  });

  it('asks for a window whose schedule never fired, and asks again only after some minutes', async () => {
    const until = Date.now() - 7 * MINUTE;
    await windows().open({ kind: 'quiet', group: 'abc', keys: ['k'], until });
    await run();
    expect(announced()).toEqual([`quiet-abc-${until}`]);
    await run();
    expect(announced()).toEqual([]);
  });

  it('adds a subscriber to a window that is open: what waits is told to who has joined the group, too', async () => {
    const window = { kind: 'quiet' as const, group: 'abc', until: Date.now() + MINUTE };
    expect(await windows().open({ ...window, keys: ['one'] })).toBe(true);
    await windows().scheduled(`quiet-abc-${window.until}`);
    expect(await windows().open({ ...window, keys: ['one', 'two'] })).toBe(false);
    expect((await windows().read(`quiet-abc-${window.until}`))?.keys).toEqual(['one', 'two']);
  });

  it('asks for no window that may still be sent in time', async () => {
    await windows().open({ kind: 'quiet', group: 'abc', keys: ['k'], until: Date.now() - 5 * MINUTE });
    await run();
    expect(announced()).toEqual([]);
  });
});

describe('the function digest', () => {
  const tell = async (message: unknown, seconds = 50) =>
    (await import('../../../functions/digest.ts')).handler(
      { Records: [{ body: JSON.stringify(message) }] },
      localContext('digest', seconds),
    );

  it('does nothing about a window that does not exist', async () => {
    expect(await tell(openWindowOf('quiet-abc-1'))).toBe('nothing');
  });

  it('refuses what is no message about a window, so that its queue keeps it', async () => {
    await expect(tell({ window: 'quiet-abc-1' })).rejects.toThrow('this is no message about a window');
  });

  it('leaves a window that another invocation sends now', async () => {
    const id = `quiet-abc-${Date.now() - MINUTE}`;
    await windows().open({ kind: 'quiet', group: 'abc', keys: ['k'], until: Number(id.split('-')[2]) });
    await windows().claim(id, 'another', Date.now(), Date.now() + MINUTE);
    await expect(tell(openWindowOf(id))).rejects.toThrow('another invocation sends the window');
  });

  it('tells operators when SNS confirms none of three attempts, and does not send it again', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      await letWait('key', [
        {
          window: { kind: 'quiet', group: 'abc', keys: ['k'], until: Date.now() - MINUTE },
          alert: pendingAlert(),
        },
      ]);
      const id = `quiet-abc-${Date.now() - MINUTE}`;
      await windows().open({ kind: 'quiet', group: 'abc', keys: ['k'], until: Date.now() - MINUTE });
      faultOf = ({ service }) => (service === 'sns' ? { kind: 'lost' } : undefined);
      for (let attempt = 0; attempt < 3; attempt++) {
        await expect(tell(openWindowOf(id))).rejects.toThrow();
        vi.setSystemTime(Date.now() + MINUTE);
      }
      expect(await tell(openWindowOf(id))).toBe('given-up');
      const [failed = ''] = aws().take('failed');
      expect(failed).toContain('SNS confirmed none of 3 attempts');
      expect(aws().calls.filter(({ operation }) => operation === 'Publish')).toHaveLength(3);
      expect(await windows().overdue(new Date(Date.now() + 60 * MINUTE), 10)).toEqual([]);
      // What redrive puts back: people try again.
      faultOf = () => undefined;
      expect(await tell(JSON.parse(failed).requestPayload)).toBe('sent');
      expect(await tell(openWindowOf(id))).toBe('nothing');
      expect(aws().calls.filter(({ operation }) => operation === 'Publish')).toHaveLength(4);
    } finally {
      vi.useRealTimers();
    }
  });

  it('gives no window up that it never sent, however often its invocations fail before', async () => {
    const window = { kind: 'quiet' as const, group: 'abc', keys: ['k'], until: Date.now() - MINUTE };
    await windows().open(window);
    await letWait('key', [{ window, alert: pendingAlert() }]);
    faultOf = ({ operation }) => (operation === 'Query' ? { kind: 'denied' } : undefined);
    for (let attempt = 0; attempt < 5; attempt++)
      await expect(tell(openWindowOf(`quiet-abc-${window.until}`))).rejects.toThrow();
    faultOf = () => undefined;
    expect(await tell(openWindowOf(`quiet-abc-${window.until}`))).toBe('sent');
  });

  it('tells an alert that it cannot read by its subject, and the others as they are', async () => {
    const window = { kind: 'quiet' as const, group: 'abc', keys: ['k'], until: Date.now() - MINUTE };
    await windows().open(window);
    const strange = { ...pendingAlert({ id: 'strange', subject: 'EXPLODED: job x' }), outcome: 'exploded' };
    await letWait('a', [{ window, alert: strange as never }]);
    await letWait('b', [{ window, alert: pendingAlert() }]);
    expect(await tell(openWindowOf(`quiet-abc-${window.until}`))).toBe('sent');
    expect(aws().publications[0]?.subject).toBe('AFTER QUIET HOURS: 1 x FAILED, 1 x EXPLODED');
  });

  it('closes a window before it is sent: what would wait in it then is refused, and nothing of it is written', async () => {
    const window = { kind: 'quiet' as const, group: 'abc', keys: ['k'], until: Date.now() - MINUTE };
    await windows().open(window);
    await tell(openWindowOf(`quiet-abc-${window.until}`));
    await expect(letWait('late', [{ window, alert: pendingAlert() }])).rejects.toThrow('has been sent');
    expect([...(await unowed().addedTo('late'))]).toEqual([]);
    expect(await windows().waitingIn(`quiet-abc-${window.until}`)).toEqual([]);
  });
});
