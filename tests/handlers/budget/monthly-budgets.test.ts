import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auditIn } from '../../../adapters/dynamodb/audit.ts';
import { ledgersIn } from '../../../adapters/dynamodb/ledgers.ts';
import { type Claim, totalsOf } from '../../../domain/budget/ledger.ts';
import type { BudgetServices } from '../../../handlers/budget/services.ts';
import type { SimulatedResource } from '../../../local/embedded-aws/resource.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import { useBudgetFunction } from '../../support/budget-function.ts';
import { useLocalAws } from '../../support/local-aws.ts';

const TABLE = 'ground-control-local-state';
const TAG = 'ground-control:max-cost-usd';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const USD = 1_000_000;
/** 10 USD an instance-hour, and 100 USD a month for what is tagged `project: churn`. */
const prices = { 'us-east-1': { Training: { 'ml.ten.large': 10 } } };
const aws = useLocalAws(Configuration.parse({ budgets: { prices, monthly: { project: { churn: 100 } } } }));
const fn = useBudgetFunction(aws);

const START = new Date('2026-11-10T00:00:00Z');
const hoursIn = (hours: number) => new Date(START.getTime() + hours * HOUR);
const refOf = (name: string) =>
  ({ type: 'training-job', arn: `arn:aws:sagemaker:us-east-1:123456789012:training-job/${name}` }) as const;
const NOVEMBER = { tag: 'project', value: 'churn', month: '2026-11' };

interface Planned {
  readonly tags?: Record<string, string>;
  readonly count?: number;
  readonly status?: string;
  /** Hours. */
  readonly endedAt?: number;
  readonly detail?: object;
}

/** A job of project churn that began `began` hours in. */
function put(
  name: string,
  began: number,
  { tags, count = 1, status = 'InProgress', endedAt, detail }: Planned = {},
): SimulatedResource {
  const resource = {
    ...refOf(name),
    name,
    status,
    secondaryStatus: 'Training',
    createdAt: hoursIn(began),
    modifiedAt: hoursIn(began),
    tags: { project: 'churn', ...tags },
    detail: {
      TrainingStartTime: hoursIn(began).getTime() / 1000,
      ...(endedAt !== undefined && { TrainingEndTime: hoursIn(endedAt).getTime() / 1000 }),
      ResourceConfig: { InstanceType: 'ml.ten.large', InstanceCount: count, VolumeSizeInGB: 0 },
      ...detail,
    },
  };
  aws().sageMaker.put(resource);
  return resource;
}
const end = (name: string, began: number, endedAt: number) => put(name, began, { status: 'Completed', endedAt });
const ask = (name: string, hours: number, budgets?: object) => fn.ask(refOf(name), hoursIn(hours), budgets);
/** Asks about those that others had asked about. */
const settle = async (hours: number) => {
  const asked: string[] = [];
  for (let bodies = aws().take('budget'); bodies.length > 0; bodies = aws().take('budget')) {
    for (const body of bodies) {
      const { arn } = JSON.parse(body).job;
      asked.push(arn.split('/')[1]);
      await ask(asked.at(-1) ?? '', hours);
    }
  }
  return asked;
};
/** Lets the hours pass until `until`: schedules fire, what others had asked about is asked, what is told to stop ends. */
const play = async (until: number) => {
  for (let at = armed()[0]; at !== undefined && at <= hoursIn(until); at = armed()[0]) {
    const hours = (at.getTime() - START.getTime()) / HOUR;
    for (const { input } of aws().scheduler.take(at)) await fn.ask(JSON.parse(input).job, at);
    await settle(hours);
    for (const job of aws().sageMaker.resources.values()) {
      if (job.status !== 'Stopping') continue;
      Object.assign(job, { status: 'Stopped', detail: { ...job.detail, TrainingEndTime: at.getTime() / 1000 } });
      await ask(job.name, hours);
    }
  }
};
const subjects = () => aws().publications.map(({ subject }) => subject);
const emails = () => aws().publications.map(({ bodies }) => bodies.get('email')?.replace(/\s+/g, ' ') ?? '');
const stopped = () => aws().sageMaker.stopped.map((arn) => arn.split('/')[1]);
const armed = () =>
  [...aws().scheduler.schedules.values()]
    .map(({ at }) => at)
    .filter((at) => at > fn.clock())
    .toSorted((one, other) => one.getTime() - other.getTime());
const totals = async (hours: number, id = NOVEMBER) => {
  const { spent, reserved, running } = totalsOf(await ledgersIn(TABLE, 400).read(id), hoursIn(hours));
  return { spent: spent / USD, reserved: reserved / USD, running };
};

describe('a job of a project with a monthly budget', () => {
  it('holds an hour at a time when it has no cap, and is asked about when that is over', async () => {
    put('a', 0);
    expect(await ask('a', 0.5)).toMatchObject({ reason: 'it is within its cap' });
    expect(await totals(0.5)).toEqual({ spent: 5, reserved: 10, running: 1 });
    expect(armed()).toEqual([hoursIn(1.5)]);
  });

  it('holds what it may cost by its own cap, or until its own time limit', async () => {
    put('a', 0, { tags: { [TAG]: '40' } });
    put('b', 0, { tags: { [TAG]: '40' }, detail: { StoppingCondition: { MaxRuntimeInSeconds: 7200 } } });
    await ask('a', 0.5);
    await ask('b', 0.5);
    expect(await totals(0.5)).toEqual({ spent: 10, reserved: 35 + 15, running: 2 });
  });

  it('cannot spend what another one holds: it is stopped where the rest ends, and the other goes on', async () => {
    put('a', 0, { tags: { [TAG]: '70' } });
    put('b', 1, { tags: { [TAG]: '70' } });
    await ask('a', 0.1);
    await ask('b', 1.1);
    expect(await totals(1.1)).toMatchObject({ spent: 12, reserved: 88 });
    await play(6.9);
    expect(stopped()).toEqual(['b']);
    expect(await totals(6.9)).toEqual({ spent: 99, reserved: 1, running: 1 });
  });

  it('is stopped first where it is the newest, and the oldest gets all that is left', async () => {
    put('old', 0);
    put('middle', 1, { tags: { [TAG]: '60' } });
    put('new', 2);
    for (const name of ['new', 'old', 'middle']) await ask(name, 2.1);
    await play(20);
    expect(stopped()).toEqual(['new', 'middle', 'old']);
    const { spent, reserved, running } = await totals(20);
    expect([reserved, running]).toEqual([0, 0]);
    expect(spent).toBeLessThanOrEqual(100);
    // A job is stopped up to a minute early.
    expect(spent).toBeGreaterThan(99.5);
  });

  it('asks about another one that gave up for it what it held', async () => {
    put('old', 0);
    put('new', 5, { tags: { [TAG]: '40' } });
    await ask('old', 5);
    await ask('new', 5.1);
    await ask('old', 6);
    expect(await settle(6)).toEqual(['new']);
    // An hour for the older one, and the rest for the newer.
    expect(await totals(6)).toMatchObject({ running: 2, spent: 70, reserved: 30 });
    expect(stopped()).toEqual([]);
  });

  it('counts for what it really cost when it has ended', async () => {
    put('a', 0, { tags: { [TAG]: '70' } });
    await ask('a', 1);
    end('a', 0, 2);
    await ask('a', 2.1);
    await ask('a', 2.2);
    expect(await totals(2.2)).toEqual({ spent: 20, reserved: 0, running: 0 });
    expect(armed()).toEqual([]);
  });

  it('counts when nobody knew of it before it ended', async () => {
    end('a', 0, 2);
    await ask('a', 3);
    expect(await totals(3)).toEqual({ spent: 20, reserved: 0, running: 0 });
  });

  it('counts with what it is known to have spent when it is not there any more', async () => {
    put('a', 0);
    await ask('a', 2);
    aws().sageMaker.resources.clear();
    await ask('a', 3);
    expect(await totals(3)).toEqual({ spent: 20, reserved: 0, running: 0 });
  });

  it('moves with its tag', async () => {
    const monthly = { project: { churn: 100, pricing: 50 } };
    const job = put('a', 0);
    await ask('a', 2, { monthly });
    job.tags = { project: 'pricing' };
    await ask('a', 3, { monthly });
    expect([await totals(3), await totals(3, { ...NOVEMBER, value: 'pricing' })]).toEqual([
      { spent: 0, reserved: 0, running: 0 },
      { spent: 30, reserved: 10, running: 1 },
    ]);
  });

  it('counts in both months that it runs in, by the clock of the time zone', async () => {
    put('a', 0, { detail: { TrainingStartTime: Date.parse('2026-11-30T20:00:00Z') / 1000 } });
    const job = aws().sageMaker.resources.get(refOf('a').arn);
    fn.use((built) => ({
      ...built,
      services: { ...built.services, configuration: { ...built.services.configuration, timeZone: 'Europe/Berlin' } },
    }));
    await fn.ask(refOf('a'), new Date('2026-11-30T22:30:00Z'));
    expect(armed()).toEqual([new Date('2026-11-30T23:00:00Z')]);
    await fn.ask(refOf('a'), new Date('2026-11-30T23:00:30Z'));
    await fn.ask(refOf('a'), new Date('2026-12-01T01:00:00Z'));
    const december = { ...NOVEMBER, month: '2026-12' };
    const at = (Date.parse('2026-12-01T01:00:00Z') - START.getTime()) / HOUR;
    expect([await totals(at), await totals(at, december)]).toEqual([
      { spent: 30, reserved: 0, running: 0 },
      { spent: 20, reserved: 10, running: 1 },
    ]);
    if (job !== undefined) {
      job.status = 'Completed';
      job.detail = { ...job.detail, TrainingEndTime: Date.parse('2026-12-01T02:00:00Z') / 1000 };
    }
    await fn.ask(refOf('a'), new Date('2026-12-01T03:00:00Z'));
    expect([await totals(at), await totals(at, december)]).toMatchObject([{ spent: 30 }, { spent: 30, running: 0 }]);
  });

  it('is counted in every budget that its tags belong to, and stopped by the first that is spent', async () => {
    const monthly = { project: { churn: 1000 }, team: { vision: 20 } };
    put('a', 0, { tags: { team: 'vision', [TAG]: '500' } });
    await ask('a', 0.5, { monthly });
    // What the team does not have for it, the project keeps for others.
    expect(await totals(0.5)).toEqual({ spent: 5, reserved: 15, running: 1 });
    await ask('a', 2, { monthly });
    expect([stopped(), subjects().toSorted()]).toEqual([
      ['a'],
      ['BUDGET SPENT: team vision [vision]', 'STOPPED AT BUDGET: training job a [vision]'],
    ]);
  });

  it('counts once where a tuning job speaks for its training jobs', async () => {
    const tuning = {
      type: 'tuning-job',
      arn: 'arn:aws:sagemaker:us-east-1:123456789012:hyper-parameter-tuning-job/tune',
    } as const;
    const definition = { ResourceConfig: { InstanceType: 'ml.ten.large', InstanceCount: 1, VolumeSizeInGB: 0 } };
    const detail = { TrainingJobDefinition: definition };
    aws().sageMaker.put({ ...put('x', 0), ...tuning, name: 'tune', detail });
    for (const name of ['tune-1', 'tune-2']) put(name, 0, { detail: { TuningJobArn: tuning.arn } });
    await fn.ask(tuning, hoursIn(1));
    const [holding] = (await ledgersIn(TABLE, 400).read(NOVEMBER)).running.values();
    expect(holding).toMatchObject({ job: tuning, spent: 20 * USD });
  });

  it('that tunes counts in the month in which its training jobs ran', async () => {
    const tuning = {
      type: 'tuning-job',
      arn: 'arn:aws:sagemaker:us-east-1:123456789012:hyper-parameter-tuning-job/tune',
    } as const;
    const definition = { ResourceConfig: { InstanceType: 'ml.ten.large', InstanceCount: 1, VolumeSizeInGB: 0 } };
    aws().sageMaker.put({
      ...put('x', -12 * 24),
      ...tuning,
      name: 'tune',
      detail: { TrainingJobDefinition: definition },
    });
    put('tune-1', 0, { detail: { TuningJobArn: tuning.arn } });
    await fn.ask(tuning, hoursIn(1));
    expect([(await totals(1)).spent, (await totals(1, { ...NOVEMBER, month: '2026-10' })).spent]).toEqual([10, 0]);
  });

  it('is told of once when nobody knows its price, and not stopped', async () => {
    put('a', 0, { detail: { ResourceConfig: { InstanceType: 'ml.unheard.large', InstanceCount: 1 } } });
    await ask('a', 50);
    await ask('a', 60);
    expect([subjects(), stopped(), await totals(60)]).toEqual([
      ['NOT PRICED: training job a'],
      [],
      { spent: 0, reserved: 0, running: 0 },
    ]);
    expect(emails()[0]).toContain('counts in the monthly budget of project churn, but its cost is not known');
  });
});

describe('when the budget of a month is spent', () => {
  /** Two jobs that are past it: the older has its hour, the newer has nothing. */
  const spend = async (budgets?: object, tags?: Record<string, string>) => {
    put('ended', 0, { status: 'Completed', endedAt: 9.5 });
    put('old', 9, tags === undefined ? {} : { tags });
    put('new', 9.2, tags === undefined ? {} : { tags });
    for (const name of ['ended', 'old', 'new', 'new', 'old']) await ask(name, 9.5, budgets);
  };

  it('observed jobs go on, and people hear of each once', async () => {
    await spend({ mode: 'observe' });
    await ask('new', 10.5, { mode: 'observe' });
    expect(stopped()).toEqual([]);
    expect(subjects().filter((subject) => subject?.startsWith('OVER BUDGET'))).toEqual([
      'OVER BUDGET: training job old',
      'OVER BUDGET: training job new',
    ]);
    expect(emails().find((text) => text.startsWith('Project churn has spent'))).toContain('stops nothing');
  });

  it('protected jobs go on, and are told of', async () => {
    await spend({}, { 'ground-control:protected': 'true' });
    expect(stopped()).toEqual([]);
    expect(emails().filter((text) => text.includes('because it is protected'))).toHaveLength(2);
  });

  it('no more are stopped in an hour than may be: people are asked', async () => {
    await spend({ mostStopsPerHour: 1 });
    expect(stopped()).toHaveLength(1);
    const asked = emails().find((text) => text.includes('stops this job in the next hour'));
    expect(asked).toContain(
      'the November 2026 budget of project churn has no money left: Ground Control did not stop it',
    );
    expect(asked).toContain('raise budgets.monthly: project: churn in ground-control.yml, and deploy');
    for (const name of ['old', 'new']) await ask(name, 10.6, { mostStopsPerHour: 1 });
    expect(stopped().toSorted()).toEqual(['new', 'old']);
  });

  it('a job that begins is stopped, and the audit has the numbers', async () => {
    end('ended', 0, 10);
    await ask('ended', 10);
    put('late', 10.1);
    await ask('late', 10.2);
    expect(stopped()).toEqual(['late']);
    const records = await Array.fromAsync(auditIn(TABLE, 400).ofResource(refOf('late').arn));
    expect(records.find(({ action }) => action === 'stop-job')).toMatchObject({
      result: 'stopped',
      reason: 'the November 2026 budget of project churn has nothing left',
      numbers: { month: 'the November 2026 budget of project churn', spent: '$101.00 of $100.00' },
    });
  });

  it('it goes on with more money', async () => {
    await spend({ mode: 'observe' });
    put('next', 10, { tags: { [TAG]: '20' } });
    await ask('next', 10.1, { monthly: { project: { churn: 200 } } });
    expect(stopped()).toEqual([]);
  });
});

describe('a question about a month', () => {
  const later = (at: string) => (Date.parse(at) - START.getTime()) / HOUR;
  const DECEMBER = { ...NOVEMBER, month: '2026-12' };
  const beganAt = (at: string) => ({ detail: { TrainingStartTime: Date.parse(at) / 1000 } });
  /** Nobody knows what anything costs. */
  const withoutPrices = () => {
    let known: BudgetServices['costs'] | undefined;
    fn.use((built) => {
      known = built.costs;
      return { ...built, costs: async () => ({ notPriced: 'for a moment' }) };
    });
    return () => fn.use((built) => ({ ...built, costs: known ?? built.costs }));
  };

  it('that comes late, from the month before, stops nothing', async () => {
    put('a', 0, beganAt('2026-11-30T18:00:00Z'));
    await ask('a', later('2026-12-01T00:00:10Z'));
    await ask('a', later('2026-11-30T23:59:50Z'));
    expect([stopped(), await totals(later('2026-12-01T00:00:10Z'))]).toMatchObject([[], { spent: 60, running: 0 }]);
  });

  it('that comes late, of a job that has ended, tells of no share that is not reached', async () => {
    const job = put('a', 0);
    await ask('a', 4.4);
    end('a', 0, 4.5);
    await ask('a', 4.6);
    aws().sageMaker.put(job);
    await ask('a', 4.45);
    expect([subjects(), await totals(4.6)]).toEqual([[], { spent: 45, reserved: 0, running: 0 }]);
  });

  it('leads to one about each job that gave up what it held, and to no more', async () => {
    const monthly = { project: { churn: 600 } };
    put('old', 0, { count: 30 });
    for (let at = 0; at < 30; at++) put(`new-${at}`, 1, { tags: { [TAG]: '10' } });
    for (let at = 0; at < 30; at++) await ask(`new-${at}`, 1, { monthly });
    await ask('old', 1.1, { monthly });
    const revoked = [...(await ledgersIn(TABLE, 400).read(NOVEMBER)).running.values()].filter(
      ({ footing }) => footing === 'revoked',
    );
    const asked = await settle(1.1);
    expect(revoked.length).toBeGreaterThan(2);
    // One that is asked about may need what a newer one holds, and so on to the newest.
    expect(asked.length).toBeLessThanOrEqual(30);
  });

  it('takes a job out of its old month though nobody knew its price for a while, and its tag moved', async () => {
    const monthly = { project: { churn: 100, pricing: 100 } };
    const job = put('a', 0);
    await ask('a', 1, { monthly });
    const withPrices = withoutPrices();
    await ask('a', 1.2, { monthly });
    withPrices();
    job.tags = { project: 'pricing' };
    await ask('a', 2, { monthly });
    expect([await totals(2), (await totals(2, { ...NOVEMBER, value: 'pricing' })).spent]).toEqual([
      { spent: 0, reserved: 0, running: 0 },
      20,
    ]);
  });

  it('closes what an earlier job of its name left, and does not ask about itself', async () => {
    put('a', 0);
    await ask('a', 1);
    put('a', 30);
    put('b', 30);
    await ask('b', 31);
    expect(await settle(31)).toEqual(['a']);
    await ask('a', 31);
    await ask('b', 31.1);
    expect([await settle(31.1), await totals(31)]).toEqual([[], expect.objectContaining({ running: 2, spent: 31 })]);
  });

  it('waits for the price of a job that has ended, and keeps the month before', async () => {
    put('a', 0, beganAt('2026-11-30T20:00:00Z'));
    await ask('a', later('2026-12-01T00:00:10Z'));
    const withPrices = withoutPrices();
    put('a', 0, { ...beganAt('2026-11-30T20:00:00Z'), status: 'Completed' });
    const job = aws().sageMaker.resources.get(refOf('a').arn);
    if (job !== undefined) job.detail = { ...job.detail, TrainingEndTime: Date.parse('2026-12-01T02:00:00Z') / 1000 };
    await ask('a', later('2026-12-01T02:01:00Z'));
    expect(armed()).toEqual([new Date('2026-12-01T02:16:00Z')]);
    withPrices();
    await ask('a', later('2026-12-01T02:16:00Z'));
    const at = later('2026-12-01T02:16:00Z');
    expect([(await totals(at)).spent, await totals(at, DECEMBER)]).toEqual([
      40,
      { spent: 20, reserved: 0, running: 0 },
    ]);
  });

  it('is answered by the cap of the job though its ledger cannot be written, and asked again', async () => {
    const { DynamoDBClient, PutItemCommand } = await import('@aws-sdk/client-dynamodb');
    const { marshall } = await import('@aws-sdk/util-dynamodb');
    const Item = marshall({ pk: 'ledger#project|churn|2026-11', sk: 'running', revision: 'x' });
    await new DynamoDBClient({}).send(new PutItemCommand({ TableName: TABLE, Item }));
    put('a', 0, { tags: { [TAG]: '10' } });
    await expect(ask('a', 2)).rejects.toThrow('cannot be read');
    expect(stopped()).toEqual(['a']);
  });

  it('escalates a stop that takes too long, though its month is over', async () => {
    put('a', 0, beganAt('2026-11-30T13:00:00Z'));
    await ask('a', later('2026-11-30T23:59:30Z'));
    expect(stopped()).toEqual(['a']);
    await ask('a', later('2026-12-01T00:10:00Z'));
    await ask('a', later('2026-12-01T00:40:00Z'));
    expect(subjects().filter((subject) => subject?.startsWith('ST'))).toEqual([
      'STOPPED AT BUDGET: training job a',
      'STILL RUNNING (critical): training job a',
    ]);
  });

  it('about a job that is over and goes on is asked again when the next month begins, and not every minute', async () => {
    put('a', 0, { ...beganAt('2026-11-30T10:00:00Z'), tags: { 'ground-control:protected': 'true' } });
    await ask('a', later('2026-11-30T21:30:00Z'));
    expect(armed()).toEqual([new Date('2026-11-30T22:30:00Z')]);
    await ask('a', later('2026-11-30T23:30:00Z'));
    expect(armed().at(-1)).toEqual(new Date('2026-12-01T00:00:00Z'));
  });

  it('about one that has not begun to cost anything is asked again in a while', async () => {
    put('a', 0, { detail: { TrainingStartTime: undefined } });
    await ask('a', 1);
    expect([armed(), stopped()]).toEqual([[hoursIn(1.25)], []]);
  });
});

describe('people hear of a month', () => {
  it('at each share of its budget once, with what is spent and when the rest will be', async () => {
    put('a', 0, { count: 2 });
    put('b', 0, { count: 2 });
    for (const hours of [0.1, 1, 1.2, 1.25, 1.25, 1.9, 2, 2.4]) for (const name of ['a', 'b']) await ask(name, hours);
    expect(subjects().slice(0, 2)).toEqual(['BUDGET 50 %: project churn', 'BUDGET 80 %: project churn']);
    expect(emails()[1]).toContain(
      'Project churn has used 80 % of its budget for November 2026. WHY $80.00 of the $100.00 in the November 2026 budget of project churn is spent. Another $9.00 is reserved by 2 running jobs. At the present rate of $40.00 an hour, the rest will be spent at 2026-11-10 02:30:00 UTC. Then Ground Control stops running jobs of this budget, the newest first. A job without checkpoints loses what it has not written. Next: To allow more this month, raise budgets.monthly: project: churn in ground-control.yml, and deploy.',
    );
    expect(JSON.parse(aws().publications[1]?.bodies.get('default') ?? '')).toMatchObject({
      outcome: 'budget',
      severity: 'warning',
      resource: { type: 'project', name: 'churn', arn: null },
      owner: { project: 'churn', team: 'unknown', owner: 'unknown' },
    });
  });

  it('in time: jobs are asked about when all of them together will have spent the next share', async () => {
    put('a', 0, { count: 2, tags: { [TAG]: '50' } });
    put('b', 0, { count: 2, tags: { [TAG]: '50' } });
    await ask('a', 0);
    await ask('b', 0);
    expect(armed().at(-1)).toEqual(hoursIn(1.25));
  });
});

const claimOf = (name: string, spent: number, wanted: number): Claim => ({
  job: refOf(name),
  startedAt: START,
  at: START,
  spent,
  perHour: 0n,
  wanted,
  footing: 'free',
  isLeased: false,
});

describe('the ledger in the table', () => {
  it('gives no money twice, to however many at once', async () => {
    const ledgers = ledgersIn(TABLE, 400);
    const names = Array.from({ length: 15 }, (_, at) => `job-${at}`);
    const granted = await Promise.all(
      names.map((key) => ledgers.claim({ ...NOVEMBER, key }, 1000, claimOf(key, 0, 100), START)),
    );
    expect(granted.reduce((sum, { holding }) => sum + holding.upTo, 0)).toBe(1000);
    expect((await totals(0)).reserved).toBe(1000 / USD);
  });

  it('comes to the sum of its jobs, whatever is told twice, late or at once', async () => {
    const event = fc.record({ job: fc.nat(4), spent: fc.nat(1000), ends: fc.boolean() });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(event, { maxLength: 4 }), { maxLength: 6 }), async (rounds) => {
        const id = { ...NOVEMBER, value: `run-${run++}` };
        const ledgers = ledgersIn(TABLE, 400);
        const amounts = new Map<string, number>();
        for (const round of rounds) {
          // What happens at once is about different jobs: one job's questions come one after the other, or say the same.
          const atOnce = [...new Map(round.map((one) => [one.job, one])).values()];
          await Promise.all(
            atOnce.map(async ({ job, spent, ends }) => {
              const key = `job-${job}`;
              const place = { ...id, key };
              if (ends || amounts.has(key)) {
                amounts.set(key, amounts.get(key) ?? spent);
                await ledgers.close(place, amounts.get(key), START);
                await ledgers.close(place, undefined, START);
              }
              await ledgers.claim(place, 10 ** 9, claimOf(key, spent, spent), START);
            }),
          );
        }
        const { ended, running } = await ledgers.read(id);
        expect(new Map(ended)).toEqual(amounts);
        expect([...running.keys()].filter((key) => amounts.has(key))).toEqual([]);
        const told = new Set(rounds.flat().map(({ job }) => `job-${job}`));
        expect(ended.size + running.size).toBe(told.size);
      }),
      { numRuns: 20 },
    );
  });

  it('is not acted on where it cannot be read', async () => {
    const { DynamoDBClient, PutItemCommand } = await import('@aws-sdk/client-dynamodb');
    const { marshall } = await import('@aws-sdk/util-dynamodb');
    const Item = marshall({ pk: 'ledger#project|churn|2026-11', sk: 'running', revision: 'x' });
    await new DynamoDBClient({}).send(new PutItemCommand({ TableName: TABLE, Item }));
    put('a', 0);
    await expect(ask('a', 50)).rejects.toThrow('the item ledger#project|churn|2026-11, running of table');
    expect([stopped(), subjects()]).toEqual([[], []]);
  });
});
