import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { marshall } from '@aws-sdk/util-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { CLIENT_SETTINGS } from '../../../adapters/client-settings.ts';
import { leaseIn } from '../../../adapters/dynamodb/lease.ts';
import { reconciliationTableIn } from '../../../adapters/dynamodb/reconciliation-table.ts';
import { resourceTableIn } from '../../../adapters/dynamodb/resource-table.ts';
import { sageMaker } from '../../../adapters/sagemaker/account.ts';
import { PATIENCE, paceCalls } from '../../../adapters/sagemaker/pace.ts';
import { continuationWith } from '../../../adapters/scheduler/continuation.ts';
import { decide } from '../../../domain/decide.ts';
import { schemas } from '../../../functions/reconciliation.ts';
import { reconciliationHandler } from '../../../handlers/reconciliation/handler.ts';
import { reconcile } from '../../../handlers/reconciliation/run.ts';
import type { EmbeddedResources } from '../../../local/embedded-aws/server.ts';
import { localContext } from '../../../local/play/context.ts';
import { isDynamoDbLocal, useLocalAws } from '../../support/local-aws.ts';
import { tellLostEnds } from '../../support/lost-ends.ts';
import { ratesOf } from '../../support/sagemaker-rates.ts';
import { IMPATIENT, SimulatedClock } from '../../support/simulated-clock.ts';

/** What befalls calls in the current test. */
let fault: NonNullable<EmbeddedResources['fault']> = () => undefined;
const aws = useLocalAws(undefined, (call, path) => fault(call, path));
beforeEach(async () => {
  fault = () => undefined;
  await aws().emptyTable();
  aws().sageMaker.resources.clear();
  aws().scheduler.schedules.clear();
});

const TABLE = 'ground-control-local-state';
const ARN = 'arn:aws:sagemaker:eu-west-1:123456789012:training-job';
const MINUTE = 60_000;
const table = () => ({
  ...resourceTableIn(TABLE, 400),
  ...reconciliationTableIn(TABLE),
  relays: { publishOwed: async () => {}, publishKept: async () => {} },
});
const handler = reconciliationHandler(schemas, decide, IMPATIENT);
const run = (seconds = 840) => handler({}, localContext('reconciliation', seconds));
const putEnded = (...names: string[]) => {
  for (const name of names)
    aws().sageMaker.put({
      type: 'training-job',
      name,
      arn: `${ARN}/${name}`,
      status: 'Failed',
      secondaryStatus: 'Failed',
      createdAt: new Date(Date.now() - 60 * MINUTE),
      modifiedAt: new Date(),
    });
};
const subjects = () =>
  aws()
    .publications.map(({ subject }) => subject)
    .sort();

describe('many lost ends', () => {
  // The simulated clock goes on while nothing happens in this process, and DynamoDB Local runs in another one.
  it.skipIf(isDynamoDbLocal())(
    'are told once each, by runs that continue one another, at the rate that SageMaker accepts',
    async () => {
      const clock = new SimulatedClock();
      fault = ratesOf((operation) => ({ rate: operation === 'ListTags' ? 3 : 5, burst: 5 }), clock);
      // 15 seconds of each run are left for work.
      const few = { ends: 130, timeoutSeconds: 105, everyMinutes: 15, mostMinutes: 14 };
      const told = await tellLostEnds(few, aws(), clock);
      const counts = told.runs.flatMap(({ result }) => (result === 'busy' ? [] : [result]));
      const sum = (of: 'calls' | 'throttled') => counts.reduce((total, one) => total + one[of], 0);
      expect([told.ends, told.alerts]).toEqual([130, 130]);
      expect(told.minutes).toBeLessThan(10);
      expect(counts.length).toBeGreaterThan(2);
      expect(counts.map(({ complete }) => complete)).toEqual(counts.map((_, at) => at === counts.length - 1));
      expect(sum('throttled')).toBeGreaterThan(0);
      expect(sum('throttled') / sum('calls')).toBeLessThan(0.05);
    },
    60_000,
  );

  it('are told once each when the first run dies in the middle of them', async () => {
    const names = Array.from({ length: 30 }, (_, at) => `job-${String(at).padStart(2, '0')}`);
    putEnded(...names);
    let steps = 0;
    const dies = () => {
      if (++steps > 20) throw new Error('the function died');
      return true;
    };
    const feed = async () => true;
    await expect(reconcile(table(), sageMaker(), feed, { clock: () => new Date(), hasTime: dies })).rejects.toThrow(
      'the function died',
    );
    await run();
    await run();
    expect(subjects()).toEqual(names.map((name) => `FAILED: training job ${name}`));
  });
});

describe('a run of reconciliation', () => {
  it('leaves the work to a run that is at work, until the time of that run is over', async () => {
    putEnded('churn');
    const lease = leaseIn(TABLE, 'reconciliation');
    expect(await lease.take('other', Date.now() - 15 * MINUTE, Date.now() + MINUTE)).toBe(true);
    expect([await run(), subjects()]).toEqual(['busy', []]);
    expect(await lease.take('other', Date.now(), Date.now() - 1)).toBe(true);
    expect([await run(), subjects()]).toMatchObject([{ complete: true }, ['FAILED: training job churn']]);
    expect(await lease.take('next', Date.now(), Date.now())).toBe(true);
  });

  it('misses no change after the run that died first of all, before it began', async () => {
    const lease = leaseIn(TABLE, 'reconciliation');
    await lease.take('dead', Date.now(), Date.now() + 15 * MINUTE);
    expect(await run()).toBe('busy');
    putEnded('churn');
    const later = { ...IMPATIENT, now: () => Date.now() + 30 * MINUTE };
    await reconciliationHandler(schemas, decide, later)({}, localContext('reconciliation', 840));
    expect(subjects()).toEqual(['FAILED: training job churn']);
  });

  it('gives back only its own lease', async () => {
    const lease = leaseIn(TABLE, 'reconciliation');
    await lease.take('one', 0, 2);
    await lease.release('other');
    expect([await lease.take('other', 1, 3), await lease.take('other', 2, 3)]).toEqual([false, true]);
  });

  it('schedules one continuation when its time is up, and none when its work is done', async () => {
    putEnded('churn');
    expect(await run(80)).toMatchObject({ complete: false, found: 0 });
    const [{ at, name } = { at: new Date(0), name: '' }, ...others] = aws().scheduler.schedules.values();
    expect([others, name]).toEqual([[], expect.stringMatching(/^continuation-[0-9a-z]+$/)]);
    expect(at.getTime() - Date.now()).toBeGreaterThan(5000);
    expect(at.getTime() - Date.now()).toBeLessThan(75_000);
    aws().scheduler.schedules.clear();
    expect(await run()).toMatchObject({ complete: true, found: 1 });
    expect(aws().scheduler.schedules.size).toBe(0);
  });

  it('makes one schedule with another run of the same minute', async () => {
    const continueLater = continuationWith({
      group: 'g',
      busArn: 'arn:aws:events:eu-west-1:123456789012:event-bus/default',
      roleArn: 'arn:aws:iam::123456789012:role/schedules',
    });
    await continueLater(new Date('2026-11-20T10:00:01Z'));
    await continueLater(new Date('2026-11-20T10:00:49Z'));
    await continueLater(new Date('2026-11-20T10:00:51Z'));
    expect([...aws().scheduler.schedules.values()].map(({ at }) => at.toISOString())).toEqual([
      '2026-11-20T10:01:00.000Z',
      '2026-11-20T10:02:00.000Z',
    ]);
  });
});

describe('the backlog', () => {
  const now = Date.now();
  const reconcileAt = (time: number, hasTime = () => true, described: () => void = () => undefined) => {
    const real = sageMaker();
    const client = {
      ...real,
      describe: async (...asked: Parameters<typeof real.describe>) => {
        described();
        return real.describe(...asked);
      },
    };
    return reconcile(table(), client, async () => true, { clock: () => new Date(time), hasTime });
  };
  const refuse = () => {
    throw new Error('AccessDenied');
  };

  it('is empty after a run that did everything', async () => {
    putEnded('churn');
    expect(await reconcileAt(now)).toMatchObject({ complete: true, backlog: { waiting: 0, oldestSeconds: 0 } });
  });

  it('counts a resource that cannot be described, from the first time', async () => {
    putEnded('churn');
    expect(await reconcileAt(now, undefined, refuse)).toMatchObject({ backlog: { waiting: 1, oldestSeconds: 0 } });
    const { failures, backlog } = await reconcileAt(now + 70 * MINUTE, undefined, refuse);
    expect(new Set(failures.map(({ message }) => message))).toEqual(
      new Set([`training-job ${ARN}/churn: AccessDenied`]),
    );
    expect(backlog).toEqual({ waiting: 1, oldestSeconds: 4200 });
  });

  it('is as old as the last complete comparison while lists are not read to their end', async () => {
    await reconcileAt(now);
    expect(await reconcileAt(now + 15 * MINUTE, () => false)).toMatchObject({ backlog: { oldestSeconds: 900 } });
    expect(await reconcileAt(now + 30 * MINUTE, () => false)).toMatchObject({ backlog: { oldestSeconds: 1800 } });
    expect(await reconcileAt(now + 31 * MINUTE)).toMatchObject({ backlog: { oldestSeconds: 0 } });
  });

  it('counts due resources, and the time since the first of them was due', async () => {
    await reconcileAt(now);
    for (const [at, minutes] of [10, 20, 30].entries()) {
      const Item = { pk: `resource#endpoint|e${at}`, sk: 'state', running: 'endpoint', askAt: now - minutes * MINUTE };
      await new DynamoDBClient({}).send(new PutItemCommand({ TableName: TABLE, Item: marshall(Item) }));
    }
    expect(await table().allDue(now)).toEqual({ count: 3, since: now - 30 * MINUTE });
    expect(await reconcileAt(now, () => false)).toMatchObject({ backlog: { waiting: 3, oldestSeconds: 1800 } });
  });
});

describe('a call to SageMaker that is throttled', () => {
  const client = (clock: SimulatedClock) => {
    const made = new SageMakerClient({ ...CLIENT_SETTINGS, retryMode: 'standard', maxAttempts: 1 });
    const takeCounts = paceCalls(made, clock);
    const describe = () => sageMaker(made).describe('training-job', { name: 'churn', arn: `${ARN}/churn` });
    return { describe, takeCounts };
  };

  it('is sent again, ever more slowly, and fails after a minute', async () => {
    const clock = new SimulatedClock();
    fault = () => ({ kind: 'throttle' });
    const { describe, takeCounts } = client(clock);
    const began = clock.now();
    await expect(clock.during(describe())).rejects.toThrow('Rate exceeded');
    expect(clock.now() - began).toBeGreaterThanOrEqual(PATIENCE);
    expect(clock.now() - began).toBeLessThan(PATIENCE + 3000);
    const { calls, throttled } = takeCounts();
    expect([calls < 45, throttled]).toEqual([true, calls]);
    expect(takeCounts()).toEqual({ calls: 0, throttled: 0 });
  });

  it('does not slow down calls of other operations', async () => {
    const clock = new SimulatedClock();
    putEnded('churn');
    const described: number[] = [];
    fault = ({ operation }) => {
      if (operation === 'DescribeTrainingJob') described.push(clock.now());
      return operation === 'ListTags' && described.length < 20 ? { kind: 'throttle' } : undefined;
    };
    const { describe } = client(clock);
    await clock.during(Promise.all(Array.from({ length: 20 }, describe)));
    // 19 intervals at the first rate of 4 a second take 4750 ms.
    expect((described.at(-1) ?? 0) - (described[0] ?? 0)).toBeLessThan(4800);
  });
});
