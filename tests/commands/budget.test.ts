import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import { budgetJobsIn } from '../../adapters/dynamodb/budget-jobs.ts';
import { reconciliationTableIn } from '../../adapters/dynamodb/reconciliation-table.ts';
import { fixed, type Share } from '../../domain/budget/month/line.ts';
import { handler as trainingJob } from '../../functions/training-job.ts';
import { localContext } from '../../local/play/context.ts';
import { ROOT, trainingEvent } from '../support/events.ts';
import { useLocalAws } from '../support/local-aws.ts';

const folder = mkdtempSync(join(tmpdir(), 'ground-control-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const aws = useLocalAws();

const REGION = 'us-east-1';
const TAG = 'ground-control:max-cost-usd';
const HOUR = 3_600_000;
const START = Date.parse('2026-11-20T00:00:00Z');
const arnOf = (name: string) => `arn:aws:sagemaker:${REGION}:123456789012:training-job/${name}`;
/** Events of a job on one `ml.g5.2xlarge`, at 1.515 USD per hour. */
const eventOf = (name: string, detail: object) =>
  trainingEvent(
    {
      TrainingJobName: name,
      TrainingJobArn: arnOf(name),
      CreationTime: START,
      TrainingStartTime: START,
      ResourceConfig: { InstanceType: 'ml.g5.2xlarge', InstanceCount: 1 },
      ...detail,
    },
    { resources: [arnOf(name)], region: REGION },
  );
const ended = (hours: number, tags: object = {}) => ({
  TrainingJobStatus: 'Completed',
  SecondaryStatus: 'Completed',
  TrainingEndTime: START + hours * HOUR,
  Tags: tags,
});

const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['commands/backtest.ts', ...args], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
};

describe('backtest', () => {
  const policy = join(folder, 'policy.yml');
  const events = join(folder, 'events.jsonl');
  writeFileSync(
    policy,
    'budgets: { mode: enforce, caps: { training-job: 3.03 }, projects: { big: { training-job: 1000 } } }\n',
  );
  const all = [
    eventOf('within', ended(1.5)),
    eventOf('over', ended(4)),
    eventOf('over', { TrainingJobStatus: 'InProgress', SecondaryStatus: 'Training' }),
    eventOf('raised', ended(4, { [TAG]: '4' })),
    eventOf('allowed', ended(4, { project: 'big' })),
    eventOf('sheltered', ended(4, { 'ground-control:protected': 'true' })),
    eventOf('of-tomorrow', { ...ended(4), ResourceConfig: { InstanceType: 'ml.new.large', InstanceCount: 1 } }),
    { 'detail-type': 'SageMaker Endpoint State Change', detail: {} },
    'not an event',
  ];
  writeFileSync(events, all.map((event) => `${JSON.stringify(event)}\n`).join(''));
  it('says which warnings the policy would have sent, which jobs it would have stopped, and what that saves', () => {
    const { status, stdout, stderr } = run('--json', '--config', policy, events);
    expect([status, stderr]).toEqual([1, `backtest: ${events}#9: is not an event; it is skipped\n`]);
    const verdicts = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ kind }) => kind === 'job');
    expect(
      Object.fromEntries(
        verdicts.map(({ job, warned, stoppedAt, savedUsd, reason }) => [job, [warned, stoppedAt, savedUsd, reason]]),
      ),
    ).toEqual({
      within: [[50], null, 0, 'within its cap'],
      over: [[50, 80], '2026-11-20T02:00:00.000Z', 3.03, null],
      raised: [[50, 80], '2026-11-20T02:38:24.000Z', 2.0604, null],
      allowed: [[], null, 0, 'within its cap'],
      sheltered: [[50, 80], null, 0, 'over its budget, and protected'],
      'of-tomorrow': [[], null, 0, 'not priced: no price is known for ml.new.large (Training)'],
    });
  });

  it('prints a summary, and refuses an invalid policy', () => {
    expect(run('--config', policy, events).stdout).toContain(
      [
        'Total',
        '  6 jobs cost $26.51, 1 without a known cost',
        '  0 jobs failed; $0.00 was wasted on failures',
        '  this policy would have warned about 4 jobs, stopped 2 and saved $5.09\n',
      ].join('\n'),
    );
    const wrong = join(folder, 'wrong.yml');
    writeFileSync(wrong, 'budgets: { caps: { training-job: free } }\n');
    expect(run('--config', wrong, events)).toEqual({
      status: 2,
      stdout: '',
      stderr:
        'backtest: wrong.yml:1: budgets.caps.training-job: "free": expected an amount of US dollars without a sign, like 25 or 12.50\n',
    });
    expect(run().status).toBe(2);
  });
});

const TUNING = `arn:aws:sagemaker:${REGION}:123456789012:hyper-parameter-tuning-job/tune`;
const tuningOf = (HyperParameterTuningJobName: string, Tags: object) => [
  {
    'detail-type': 'SageMaker HyperParameter Tuning Job State Change',
    source: 'aws.sagemaker',
    region: REGION,
    time: new Date(START + 4 * HOUR).toISOString(),
    resources: [TUNING],
    detail: {
      HyperParameterTuningJobName,
      HyperParameterTuningJobArn: TUNING,
      HyperParameterTuningJobStatus: 'Completed',
      CreationTime: START,
      HyperParameterTuningEndTime: START + 4 * HOUR,
      Tags,
    },
  },
];

describe('backtest of a month', () => {
  const policy = join(folder, 'month.yml');
  const tags = { project: 'churn' };
  const lines = (events: readonly object[], mostStopsPerHour = 10) => {
    writeFileSync(
      policy,
      `budgets: { monthly: { project: { churn: 6.06 } }, mostStopsPerHour: ${mostStopsPerHour} }\n`,
    );
    const file = join(folder, 'month.jsonl');
    writeFileSync(file, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    const { stdout, stderr } = run('--json', '--config', policy, file);
    expect(stderr).toBe('');
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ kind }) => kind === 'job' || kind === 'month');
  };

  const later = START + HOUR / 2;
  const both = [
    eventOf('old', ended(10, tags)),
    eventOf('young', { ...ended(10, tags), CreationTime: later, TrainingStartTime: later }),
  ];

  it('stops the newest job first, and says what the month would have cost', () => {
    const [old, young, month] = lines(both);
    // The budget pays four hours in all. After an hour and three quarters, the rest lasts for half an hour.
    expect(young).toMatchObject({ stoppedFor: 'the November 2026 budget of project churn' });
    expect(young.stoppedAt).toBe('2026-11-20T01:46:00.000Z');
    expect(old).toMatchObject({ reason: null, stoppedFor: 'the November 2026 budget of project churn' });
    expect(month).toMatchObject({ budget: { tag: 'project', value: 'churn' }, month: '2026-11', budgetUsd: 6.06 });
    // The older job goes on alone until nothing is left. Schedules fire up to a minute late.
    expect(month.spentUsd).toBeGreaterThanOrEqual(6.06);
    expect(month.spentUsd).toBeLessThan(6.06 + 0.026);
  });

  it('stops no more jobs in an hour than the limit', () => {
    const [old, young, month] = lines(both, 1);
    // The older job is stopped in the next hour, when one more may be stopped.
    expect(Date.parse(old.stoppedAt) - Date.parse(young.stoppedAt)).toBeGreaterThan(HOUR / 4);
    expect(month.spentUsd).toBeGreaterThanOrEqual(6.06);
  });

  it('counts jobs without an end until the last event of its input', () => {
    const running = { TrainingJobStatus: 'InProgress', SecondaryStatus: 'Training', Tags: { [TAG]: '1.515' } };
    const [forgotten] = lines([eventOf('forgotten', running), eventOf('other', ended(4))]);
    expect(forgotten).toMatchObject({ job: 'forgotten', endedAt: null, stoppedAt: '2026-11-20T01:00:00.000Z' });
  });

  it('cuts the training jobs of a tuning job that it stops, and finds them by its ARN', () => {
    const [, tuning] = lines([
      eventOf('tune', ended(1)),
      ...tuningOf('tune', { ...tags, [TAG]: '1.515' }),
      eventOf('tune-1', { ...ended(1), TuningJobArn: TUNING }),
      eventOf('tune-2', { ...ended(4), TrainingStartTime: START + HOUR, TuningJobArn: TUNING }),
    ]);
    expect(tuning).toMatchObject({ type: 'tuning-job', stoppedAt: '2026-11-20T01:00:00.000Z', savedUsd: 4.545 });
  });

  it('leaves out the training jobs of a tuning job that has no event, and says so', () => {
    const file = join(folder, 'orphan.jsonl');
    writeFileSync(file, JSON.stringify(eventOf('tune-1', { ...ended(1), TuningJobArn: TUNING })));
    expect(run('--json', '--config', policy, file)).toEqual({
      status: 1,
      stdout: expect.stringMatching(/^\{"kind":"total","jobs":0,.*\n$/),
      stderr: 'backtest: 1 training job belongs to a tuning job without an event; it is skipped\n',
    });
  });

  it('counts a tuning job as the sum of its training jobs', () => {
    const [verdict, month] = lines([
      ...tuningOf('tune', tags),
      eventOf('tune-1', { ...ended(1), TuningJobArn: TUNING }),
      eventOf('tune-2', { ...ended(2), TuningJobArn: TUNING }),
    ]);
    expect(verdict).toMatchObject({ job: 'tune', type: 'tuning-job', costUsd: 4.545, reason: 'within its month' });
    expect(month.spentUsd).toBe(4.545);
  });
});

describe('cost', () => {
  it('lists the running jobs with their cost and the time at which they reach their caps', async () => {
    const start = Date.now() - HOUR;
    const running = {
      TrainingJobStatus: 'InProgress',
      SecondaryStatus: 'Training',
      CreationTime: start,
      TrainingStartTime: start,
    };
    for (const [name, tags] of [
      ['capped', { [TAG]: '15.15' }],
      ['free', {}],
    ] as const) {
      await trainingJob(eventOf(name, { ...running, Tags: tags }), localContext('trainingJob'));
      aws().sageMaker.put({
        type: 'training-job',
        name,
        arn: arnOf(name),
        status: 'InProgress',
        createdAt: new Date(start),
        modifiedAt: new Date(start),
        tags,
        detail: {
          TrainingStartTime: start / 1000,
          ResourceConfig: { InstanceType: 'ml.g5.2xlarge', InstanceCount: 1 },
        },
      });
    }
    expect(
      await reconciliationTableIn('ground-control-local-state').due('training-job', Date.now() + 2 * HOUR, 9),
    ).toHaveLength(2);
    const writes = aws().calls.filter(({ operation }) => /^(Put|Update|Delete|Stop)/.test(operation)).length;
    const child = spawn(process.execPath, ['commands/cost.ts', '--stage', 'local'], { cwd: ROOT, env: process.env });
    const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    expect([code, errors]).toEqual([0, 'cost: stage local, region us-east-1 (AWS_REGION)\n']);
    expect(output).toMatch(
      /^training-job capped: \$1\.5\d \(1 x ml\.g5\.2xlarge x 1 h(?: \d+ s)? at \$1\.515\/h\); cap \$15\.15 set by the tag ground-control:max-cost-usd, reached at \d{4}-.* UTC$/m,
    );
    expect(output).toMatch(/^training-job free: \$1\.5\d \(.*\); no cap$/m);
    // It only reads.
    expect(aws().calls.filter(({ operation }) => /^(Put|Update|Delete|Stop)/.test(operation)).length).toBe(writes);
    expect(output).toMatch(/^2 jobs are running and have cost \$3\.0\d so far$/m);
  });

  it('shows what the month has spent of its budgets', async () => {
    const policy = join(folder, 'months.yml');
    writeFileSync(policy, 'budgets: { monthly: { project: { churn: 100 } } }\n');
    const now = new Date();
    const month = now.toISOString().slice(0, 7);
    const place = { tag: 'project', value: 'churn', month, key: 'ended', role: 'ended' } as const;
    const is: Share = { ...place, startedAt: now, ...fixed(20_500_000) };
    const cap = { amount: 0, from: undefined, since: now };
    const spent = { spent: 20_500_000, cap, nextAt: undefined, checkedAt: now, uploadingSince: undefined };
    await budgetJobsIn('ground-control-local-state', 400).note(
      { type: 'training-job', arn: arnOf('ended') },
      0,
      { revision: 0, generation: undefined },
      { ...spent, shares: [is], changes: [{ is }] },
    );
    const show = async (...args: string[]) => {
      const all = ['commands/cost.ts', '--stage', 'local', '--config', policy, ...args];
      const child = spawn(process.execPath, all, { cwd: ROOT, env: process.env });
      return (await text(child.stdout)).trim().split('\n').at(-1) ?? '';
    };
    expect(await show()).toMatch(
      /^project churn, \w+ \d{4}: \$20\.50 of \$100\.00 is spent \(20 %\); no job is running$/,
    );
    expect(JSON.parse(await show('--json'))).toMatchObject({
      budget: { tag: 'project', value: 'churn' },
      spentUsd: 20.5,
      budgetUsd: 100,
      perHourUsd: 0,
      running: 0,
      notPriced: 0,
    });
  });

  it('refuses a stage that does not exist', async () => {
    const child = spawn(process.execPath, ['commands/cost.ts', '--stage', 'nowhere'], { cwd: ROOT, env: process.env });
    const [errors, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect([code, errors]).toEqual([
      2,
      'cost: stage nowhere, region us-east-1 (AWS_REGION)\n' +
        'cost: there is no table ground-control-nowhere-state in us-east-1: ' +
        'is stage "nowhere" deployed there, or in another --region?\n',
    ]);
  });
});
