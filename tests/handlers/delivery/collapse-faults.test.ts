/** Parts of an execution are told once, whatever fails on the way: in its alert, or alone when it has ended. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Call } from '../../../local/embedded-aws/protocol.ts';
import type { Fault } from '../../../local/embedded-aws/server.ts';
import { localContext } from '../../../local/play/context.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import { subjectsOf } from '../../support/deliveries.ts';
import { useLocalAws } from '../../support/local-aws.ts';
import { execution, inStep, step, training } from '../../support/pipeline-events.ts';

const ALL = 'all@example.com';
/** Hears of failed training jobs, and of no pipeline. */
const JOBS = 'jobs@example.com';
let faultOf: (call: Call) => Fault | undefined = () => undefined;
const aws = useLocalAws(
  Configuration.parse({
    subscribers: [{ email: ALL }, { email: JOBS, families: ['training-job'] }],
    budgets: { prices: { 'eu-west-1': { Training: { 'ml.m5.large': 2 } } } },
  }),
  (call) => faultOf(call),
);
const MINUTE = 60_000;
const NOW = Date.parse('2026-11-20T10:00:00Z');
const FUNCTIONS = {
  trainingJob: 'training-job',
  pipeline: 'pipeline',
  diagnosis: 'diagnosis',
  digest: 'digest',
} as const;
const QUEUES = ['diagnosis', 'digest'] as const;

beforeEach(() => {
  faultOf = () => undefined;
  // Only the date: clients need real timers.
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
});
afterEach(() => void vi.useRealTimers());

/** Invokes a function until it succeeds, like the retries of Lambda and of queues. */
async function invoke(name: keyof typeof FUNCTIONS, event: unknown): Promise<void> {
  for (let attempt = 0; attempt < 4; attempt++) {
    try {
      const { handler } = await import(`../../../functions/${FUNCTIONS[name]}.ts`);
      await handler(event, localContext(name, 60));
      return;
    } catch {
      vi.setSystemTime(Date.now() + MINUTE);
    }
  }
  throw new Error(`${name} never succeeded`);
}

/** Handles all messages, and fires all schedules that are due. */
async function work(): Promise<void> {
  for (let messages = -1; messages !== 0; ) {
    const due = aws()
      .scheduler.take(new Date())
      .map(({ input }) => ['digest', input] as const);
    const queued = QUEUES.flatMap((name) =>
      aws()
        .take(name)
        .map((body) => [name, body] as const),
    );
    const all = [...due, ...queued];
    for (const [name, body] of all) await invoke(name, { Records: [{ body }] });
    messages = all.length;
  }
}

/** An execution with a failed step, with a fault at one call. Returns the number of calls. */
async function story(fault: (call: Call, number: number) => Fault | undefined): Promise<number> {
  await aws().emptyTable();
  for (const name of QUEUES) aws().take(name);
  aws().scheduler.schedules.clear();
  aws().clear();
  vi.setSystemTime(NOW);
  let calls = 0;
  // All doors are closed in the same way.
  const isOtherDoor = ({ input }: Call) => /door#[1-7]/.test(JSON.stringify(input['Key'] ?? ''));
  faultOf = (call) => (isOtherDoor(call) ? undefined : fault(call, calls++));
  await invoke('trainingJob', training(inStep('Train')));
  await invoke('pipeline', step('Train', 'Failed', inStep('Train')));
  await work();
  await invoke('pipeline', execution('Failed'));
  await work();
  vi.setSystemTime(NOW + 30 * MINUTE);
  await work();
  faultOf = () => undefined;
  vi.setSystemTime(NOW + 49 * 60 * MINUTE);
  await work();
  return calls;
}
const got = (address: string) => subjectsOf(address, aws().publications);
const PARENT = ['FAILED: pipeline churn-weekly'];
const PART = [`FAILED: training job ${inStep('Train')}`];

describe('a part that cannot be noted', () => {
  it('does not wait, so that the alert about its parent cannot cover it without naming it', async () => {
    await story(() => undefined);
    await aws().emptyTable();
    aws().clear();
    vi.setSystemTime(NOW);
    const isPart = ({ input }: Call) => JSON.stringify(input).includes('part#');
    faultOf = (call) => (isPart(call) ? { kind: 'denied' } : undefined);
    const { handler } = await import('../../../functions/training-job.ts');
    const failed = training(inStep('Train'));
    await expect(handler(failed, localContext('trainingJob', 60))).rejects.toThrow('note-part');
    faultOf = () => undefined;
    await invoke('pipeline', execution('Failed'));
    await work();
    vi.setSystemTime(NOW + MINUTE);
    await invoke('trainingJob', failed);
    await work();
    expect([got(ALL), got(JOBS)]).toEqual([[...PARENT, ...PART], PART]);
  });
});

describe('the parts of an execution', () => {
  it('are told exactly once, whichever call is refused', async () => {
    const calls = await story(() => undefined);
    expect([calls > 40, got(ALL), got(JOBS)]).toEqual([true, PARENT, PART]);
    for (let at = 0; at < calls; at++) {
      let refused: Call | undefined;
      await story((call, number) => {
        if (number !== at) return undefined;
        refused = call;
        return { kind: 'denied' };
      });
      // After SNS has taken a message, only the record of it can be refused. Then nobody knows, and it is sent again.
      const isRecord = refused?.operation === 'TransactWriteItems';
      const seen = [at, refused?.operation, got(ALL).slice(0, 1), got(JOBS).slice(0, 1)];
      expect(seen).toEqual([at, refused?.operation, PARENT, PART]);
      expect([at, refused?.operation, got(ALL).length + got(JOBS).length <= (isRecord ? 3 : 2)]).toEqual([
        at,
        refused?.operation,
        true,
      ]);
    }
  }, 240_000);

  it('are told exactly once, whichever answer is lost, and at most twice when it is that of SNS', async () => {
    const calls = await story(() => undefined);
    for (let at = 0; at < calls; at++) {
      let lost = '';
      await story((call, number) => {
        if (number !== at) return undefined;
        lost = call.operation;
        return { kind: 'lost' };
      });
      const most = lost === 'Publish' ? 3 : 2;
      expect([at, lost, got(ALL).slice(0, 1), got(JOBS).slice(0, 1)]).toEqual([at, lost, PARENT, PART]);
      expect([at, lost, got(ALL).length + got(JOBS).length <= most]).toEqual([at, lost, true]);
    }
  }, 240_000);
});
