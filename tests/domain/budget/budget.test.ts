import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_ALLOWANCE } from '../../../domain/budget/booking.ts';
import { type BudgetFacts, checkBudget } from '../../../domain/budget/check.ts';
import { UNCHECKED } from '../../../domain/budget/checked.ts';
import { decideBudget, situationOf } from '../../../domain/budget/decide.ts';
import { isLimited, limitsOf } from '../../../domain/budget/limits.ts';
import { standingWords } from '../../../domain/budget/month-alert.ts';
import { PRECISION_SECONDS } from '../../../domain/budget/times.ts';
import { judge } from '../../../domain/change/outcome.ts';
import { meter } from '../../../domain/cost/meter.ts';
import { pricesIn } from '../../../domain/cost/prices.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import { SCHEMAS } from '../../support/events.ts';

const START = Date.parse('2026-11-20T00:00:00Z');
const MINUTE = 60_000;
const TAG = 'ground-control:max-cost-usd';
const ARN = 'arn:aws:sagemaker:us-east-1:123456789012:training-job/churn';
/** 10 USD an hour: a cent every 3.6 seconds. */
const prices = pricesIn('us-east-1', { 'us-east-1': { Training: { 'ml.ten.large': 10 } } }, () => undefined);
const unknown = { owner: 'unknown', team: 'unknown', project: 'unknown' };
const configured = (budgets: object = {}) => Configuration.parse({ budgets });

function changeOf({
  status = 'InProgress',
  tags = {},
  more = {},
}: {
  status?: string;
  tags?: object;
  more?: object;
} = {}) {
  return SCHEMAS['training-job'].parse({
    'detail-type': 'SageMaker Training Job State Change',
    resources: [ARN],
    detail: {
      TrainingJobName: 'churn',
      TrainingJobArn: ARN,
      TrainingJobStatus: status,
      SecondaryStatus: status === 'InProgress' ? 'Training' : status,
      CreationTime: START - 60_000,
      TrainingStartTime: START,
      ResourceConfig: { InstanceType: 'ml.ten.large', InstanceCount: 1 },
      StoppingCondition: { MaxRuntimeInSeconds: 86_400 },
      Tags: tags,
      ...more,
    },
  });
}

interface Situation {
  readonly minutes: number;
  readonly status?: string;
  readonly tags?: object;
  readonly more?: object;
  readonly budgets?: object;
  readonly stoppedMinutes?: number;
  /** USD at which people were asked. */
  readonly asked?: number;
}

const instant = (minutes: number) => new Date(START + minutes * MINUTE);

const checkedOf = (stoppedMinutes: number | undefined) => {
  const stoppedAt = stoppedMinutes === undefined ? undefined : instant(stoppedMinutes);
  return { ...UNCHECKED, stoppingAt: stoppedAt, stoppingFor: String(10_000_000), stoppedAt };
};

function factsOf({ minutes, budgets, stoppedMinutes, asked, ...job }: Situation): BudgetFacts {
  const change = changeOf({ tags: { [TAG]: '10' }, ...job });
  const configuration = configured({ mode: 'enforce', ...budgets });
  const now = instant(minutes);
  return {
    job: { type: 'training-job', arn: ARN },
    monthly: [],
    timeZone: 'UTC',
    allowance: NO_ALLOWANCE,
    change,
    verdict: judge(change),
    metered: meter(change, prices, now),
    limits: limitsOf('training-job', change.tags, unknown, configuration.budgets),
    checked: { ...checkedOf(stoppedMinutes), asked: new Set(asked === undefined ? [] : [String(asked * 1_000_000)]) },
    now,
    budgets: configuration.budgets,
  };
}
const check = (situation: Situation) => {
  const { findings, stop, nextAt } = checkBudget(factsOf(situation));
  const said = findings.map((finding) => (finding.kind === 'warning' ? `${finding.threshold} %` : finding.kind));
  const next = nextAt === undefined ? undefined : Math.round((nextAt.getTime() - START) / (MINUTE / 10)) / 10;
  return { said, stop: stop === undefined ? undefined : stop.again > 0 ? 'again' : 'first', next };
};

describe('a job with a cap of an hour’s cost', () => {
  it.each<[string, Situation, ReturnType<typeof check>]>([
    ['is looked at again at its first threshold', { minutes: 1 }, { said: [], stop: undefined, next: 30 }],
    ['is warned of at 50 %', { minutes: 30 }, { said: ['50 %'], stop: undefined, next: 48 }],
    ['is warned of up to a minute early', { minutes: 29.1 }, { said: ['50 %'], stop: undefined, next: 48 }],
    ['and not earlier', { minutes: 28.9 }, { said: [], stop: undefined, next: 30 }],
    ['is warned of at 80 %', { minutes: 48 }, { said: ['80 %'], stop: undefined, next: 60 }],
    ['is stopped at its cap', { minutes: 60 }, { said: [], stop: 'first', next: 65 }],
    ['is stopped up to a minute early', { minutes: 59.1 }, { said: [], stop: 'first', next: 64.1 }],
    ['and not earlier', { minutes: 58.9 }, { said: ['80 %'], stop: undefined, next: 60 }],
    ['is stopped when everything came late', { minutes: 600 }, { said: [], stop: 'first', next: 605 }],
    [
      'is left alone when it has ended',
      { minutes: 600, status: 'Completed' },
      { said: [], stop: undefined, next: undefined },
    ],
    [
      'is left alone when people stop it',
      { minutes: 59, status: 'Stopping' },
      { said: [], stop: undefined, next: undefined },
    ],
    [
      'is left alone with a status nobody knows',
      { minutes: 600, status: 'Levitating' },
      { said: [], stop: undefined, next: undefined },
    ],
    ['is not stopped twice at once', { minutes: 61, stoppedMinutes: 60 }, { said: [], stop: undefined, next: 65 }],
    [
      'is stopped again when it goes on',
      { minutes: 65, stoppedMinutes: 60 },
      { said: ['not-stopped'], stop: 'again', next: 90 },
    ],
    [
      'is told of and stopped again for as long as it goes on',
      { minutes: 90, stoppedMinutes: 60 },
      { said: ['not-stopped'], stop: 'again', next: 120 },
    ],
    [
      'may take its time to end',
      { minutes: 65, stoppedMinutes: 60, status: 'Stopping' },
      { said: ['stopped'], stop: undefined, next: 90 },
    ],
    [
      'may not take half an hour',
      { minutes: 90, stoppedMinutes: 60, status: 'Stopping' },
      { said: ['stopped', 'not-stopped'], stop: undefined, next: undefined },
    ],
    [
      'is told of, and goes on, when observed',
      { minutes: 60, budgets: { mode: 'observe' } },
      { said: ['over'], stop: undefined, next: 120 },
    ],
    [
      'is told of, and goes on, when protected',
      { minutes: 60, tags: { [TAG]: '10', 'ground-control:protected': 'true' } },
      { said: ['over'], stop: undefined, next: 120 },
    ],
    [
      'goes on when its cap was raised',
      { minutes: 60, tags: { [TAG]: '20' } },
      { said: ['50 %'], stop: undefined, next: 96 },
    ],
    [
      'is stopped when its cap was lowered',
      { minutes: 30, tags: { [TAG]: '5' } },
      { said: [], stop: 'first', next: 35 },
    ],
    [
      'has no warnings without thresholds',
      { minutes: 50, budgets: { warnAt: [] } },
      { said: [], stop: undefined, next: 60 },
    ],
    [
      'is not stopped when it has no price',
      { minutes: 600, more: { ServerlessJobConfig: {} } },
      { said: ['not-priced'], stop: undefined, next: 615 },
    ],
    [
      'is looked at again while its capacity is away',
      {
        minutes: 30,
        more: { SecondaryStatusTransitions: [{ Status: 'Interrupted', StartTime: START + 10 * MINUTE }] },
      },
      { said: [], stop: undefined, next: 45 },
    ],
    ['is left to people once they were asked', { minutes: 61, asked: 10 }, { said: [], stop: undefined, next: 121 }],
    [
      'is stopped at another cap than they were asked about',
      { minutes: 61, asked: 5 },
      { said: [], stop: 'first', next: 66 },
    ],
    [
      'is looked at sooner when little is left, since capacity that comes back sends no event',
      {
        minutes: 80,
        more: { SecondaryStatusTransitions: [{ Status: 'Interrupted', StartTime: START + 57 * MINUTE }] },
      },
      { said: ['80 %'], stop: undefined, next: 83 },
    ],
    [
      'is not stopped a minute early while its capacity is away',
      {
        minutes: 80,
        more: { SecondaryStatusTransitions: [{ Status: 'Interrupted', StartTime: START + 59.5 * MINUTE }] },
      },
      { said: ['80 %'], stop: undefined, next: 80.5 },
    ],
    [
      'has no cap when its tag is none',
      { minutes: 600, tags: { [TAG]: '25 USD' } },
      { said: ['flaw'], stop: undefined, next: 660 },
    ],
    [
      'keeps the configured cap when its tag is none',
      { minutes: 60, tags: { [TAG]: '-1' }, budgets: { caps: { 'training-job': 10 } } },
      { said: ['flaw'], stop: 'first', next: 65 },
    ],
  ])('%s', (_, situation, expected) => {
    expect(check(situation)).toEqual(expected);
  });

  it('is warned of in order, and stopped once, whenever it is asked about', () => {
    const caps = fc.integer({ min: 1, max: 100_000 }).map((cents) => (cents / 100).toFixed(2));
    const steps = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(caps, steps, (cap, minutes) => {
        let now = 0;
        const said: number[] = [];
        let stopped = false;
        for (const step of minutes) {
          now += step;
          const facts = factsOf({ minutes: now, tags: { [TAG]: cap } });
          const { findings, stop } = checkBudget(facts);
          for (const finding of findings) if (finding.kind === 'warning') said.push(finding.threshold);
          // Once over its cap, it is over it for ever.
          if (stopped) expect(stop).toBeDefined();
          stopped ||= stop !== undefined;
          const left = Number(cap) - (10 * now) / 60;
          // A minute's money left is enough to go on with, and less is not.
          if (stop === undefined) expect(left).toBeGreaterThanOrEqual((10 * PRECISION_SECONDS) / 3600 - 1e-5);
          if (stop !== undefined) expect(left).toBeLessThan((10 * PRECISION_SECONDS) / 3600 + 0.01);
        }
        expect(said).toEqual([...said].sort((a, b) => a - b));
      }),
    );
  });

  it('is never looked at again later than its money lasts', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 100_000 }), fc.nat(500), (cents, minutes) => {
        const { stop, nextAt } = checkBudget(factsOf({ minutes, tags: { [TAG]: (cents / 100).toFixed(2) } }));
        if (stop !== undefined || nextAt === undefined) return;
        expect(nextAt.getTime()).toBeLessThanOrEqual(START + (cents / 1000) * 3_600_000);
        expect(nextAt.getTime()).toBeGreaterThan(instant(minutes).getTime());
      }),
    );
  });
});

describe('what a job may cost', () => {
  const { budgets } = configured({
    caps: { 'training-job': 50, 'processing-job': 5 },
    teams: { vision: { 'training-job': 100 } },
    projects: { churn: { 'training-job': 200 } },
  });
  const limits = (tags: Record<string, string>, owner = {}, type = 'training-job') =>
    limitsOf(type, new Map(Object.entries(tags)), { ...unknown, ...owner }, budgets);

  it.each([
    ['its own tag', { [TAG]: '25' }, { project: 'churn' }, 25, `the tag ${TAG}`],
    [
      'its own tag, spelled otherwise',
      { 'Ground-Control:Max-Cost-USD': ' 12.50 ' },
      {},
      12.5,
      'the tag Ground-Control:Max-Cost-USD',
    ],
    ['its project', {}, { team: 'vision', project: 'churn' }, 200, 'ground-control.yml for project churn'],
    ['its team', {}, { team: 'vision', project: 'other' }, 100, 'ground-control.yml for team vision'],
    ['its kind', {}, { team: 'constructor' }, 50, 'ground-control.yml'],
  ])('is said by %s', (_, tags, owner, usd, from) => {
    expect(limits(tags, owner)).toMatchObject({ cap: { amount: usd * 1_000_000, from }, protected: false, flaws: [] });
  });

  it('is nothing in particular by default', () => {
    expect(limitsOf('training-job', new Map(), unknown, configured().budgets).cap).toBeUndefined();
    expect(limits({}, {}, 'transform-job').cap).toBeUndefined();
    expect(limits({}, {}, 'endpoint').cap).toBeUndefined();
  });

  it.each(['-5', 'abc', '25 USD', '$25', '1e99', '', '0', '0.001', '1000001', 'Infinity', '25,00', '٢٥'])(
    'is not said by the tag value %j, which is quoted, and the configured cap holds',
    (value) => {
      const { cap, flaws } = limits({ [TAG]: value });
      expect(cap).toEqual({ amount: 50_000_000, from: 'ground-control.yml' });
      expect(flaws.map(({ text }) => text)).toEqual([
        `Tag ${TAG} is "${value}": expected US dollars from 0.01 to 1000000, such as 25 or 12.50. The cap of ground-control.yml holds.`,
      ]);
      expect(flaws.map(({ explanation }) => explanation)).toEqual([
        `Tag ${TAG} is "${value}": expected US dollars from 0.01 to 1000000, such as 25 or 12.50. Until this is corrected, the cap from ground-control.yml applies.`,
      ]);
    },
  );

  it('is not said by a tag with two meanings', () => {
    const { cap, flaws } = limits({ [TAG]: '25', [TAG.toUpperCase()]: '250' });
    expect(cap?.amount).toBe(50_000_000);
    expect(flaws).toEqual([
      {
        key: TAG,
        others: [TAG.toUpperCase()],
        example: '25',
        text: expect.stringContaining(`Tag ${TAG} = "25" and tag ${TAG.toUpperCase()} = "250" contradict each other`),
        explanation: expect.stringContaining('contradict each other: expected US dollars'),
      },
    ]);
  });

  it.each([
    ['true', true, 0],
    ['TRUE', true, 0],
    ['false', false, 0],
    ['yes', false, 1],
    ['constructor', false, 1],
  ])('protects, or not, what is tagged %s', (value, isProtected, flaws) => {
    const read = limits({ 'ground-control:protected': value });
    expect([read.protected, read.flaws.length, read.isProtectionUnclear]).toEqual([isProtected, flaws, flaws > 0]);
  });

  it('is there by a cap, by a tag that wants to be one, or by a monthly budget', () => {
    const { budgets } = configured({ monthly: { project: { churn: 100 } } });
    const of = (type: string, tags: object, owner = unknown) =>
      isLimited(type, new Map(Object.entries(tags)), owner, budgets);
    expect([
      of('training-job', { [TAG]: '5' }),
      of('training-job', { [TAG]: 'five' }),
      of('training-job', {}, { ...unknown, project: 'churn' }),
      of('training-job', { team: 'x' }),
      of('endpoint', {}, { ...unknown, project: 'churn' }),
    ]).toEqual([true, true, true, false, false]);
  });
});

describe('what people are told', () => {
  const decide = (situation: Situation) => {
    const facts = factsOf(situation);
    const configuration = configured({ mode: 'enforce', ...situation.budgets });
    const { job, change, metered, checked, now, allowance } = facts;
    return decideBudget(situationOf(job, change, metered, checked, now, configuration), allowance, configuration);
  };
  const notices = (situation: Situation) =>
    decide(situation).actions.flatMap((action) => {
      if (action.kind === 'notify') return [action.notice];
      return action.kind === 'stop-job' ? [action.whenStopped.notice, action.whenAsked.notice] : [];
    });

  it('says at the last threshold when the job will be stopped, what is lost, and how to raise the cap', () => {
    const [warning] = notices({ minutes: 48 });
    expect(warning?.subject).toBe('BUDGET 80 %: training job churn');
    expect(warning?.email).toBe(`Training job churn has used 80 % of its budget.

WHY
  $8.00 of $10.00 is spent. Ground Control stops the job at 2026-11-20
  01:00:00 UTC at the present rate. The job keeps no checkpoints: what
  it has not written when it ends is lost. The cap is set by the tag
  ground-control:max-cost-usd.
  Next: Raise the cap, stop the job now, or do nothing.
  To raise its cap:
    aws sagemaker add-tags --resource-arn arn:aws:sagemaker:us-east-1:123456789012:training-job/churn --region us-east-1 --tags Key=ground-control:max-cost-usd,Value=20
  To stop the job now:
    aws sagemaker stop-training-job --training-job-name churn --region us-east-1

OWNER
  Owner unknown: no owner, team or project tag.

FACTS
  Status:     InProgress (Training)
  Started:    2026-11-20 00:00:00 UTC
  Instances:  1 x ml.ten.large
  Time limit: 1 d
  Cap:        $10.00, set by the tag ground-control:max-cost-usd
  Cost:       $8.00 (estimate): 1 x ml.ten.large x 48 m at $10.00/h
  Prices:     on demand, ground-control.yml

WHERE TO LOOK
  Console: https://us-east-1.console.aws.amazon.com/sagemaker/home?region=us-east-1#/jobs/churn
  Logs:    https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logsV2:log-groups/log-group/$252Faws$252Fsagemaker$252FTrainingJobs$3FlogStreamNameFilter$3Dchurn$252F
  ARN:     arn:aws:sagemaker:us-east-1:123456789012:training-job/churn

--
Ground Control, severity warning, account 123456789012, us-east-1
`);
    expect(warning?.sms).toBe(
      'BUDGET 80 %: training job churn (us-east-1). $8.00 of $10.00 is spent. Ground Control stops the job at 2026-11-20 01:00:00 UTC at the present rat...',
    );
  });

  it('says when it was stopped what that saved, and otherwise what people can do', () => {
    const [stopped, asked] = notices({ minutes: 60 });
    expect(stopped?.subject).toBe('STOPPED AT BUDGET: training job churn');
    expect(stopped?.email).toContain('was told to stop by Ground Control: its');
    expect(stopped?.email.replace(/\s+/g, ' ')).toContain(
      'The stop saved up to $230.00: the cost until its time limit of 1 d.',
    );
    expect(asked?.subject).toBe('OVER BUDGET, NOT STOPPED (critical): training job churn');
    expect(asked?.email.replace(/\s+/g, ' ')).toContain(
      'Ground Control has stopped 10 jobs in this hour, the most that budgets.mostStopsPerHour allows.',
    );
  });

  it.each([
    [0, 'so Ground Control asks people each time.'],
    [1, 'Ground Control has stopped 1 job in this hour,'],
    [2, 'Ground Control has stopped 2 jobs in this hour,'],
  ])('agrees with the number of stops: %i', (mostStopsPerHour, words) => {
    const [, asked] = notices({ minutes: 60, budgets: { mostStopsPerHour } });
    expect(asked?.email.replace(/\s+/g, ' ')).toContain(words);
  });

  it.each([
    [0, ''],
    [1, ' Another $2.00 is reserved by 1 running job.'],
    [2, ' Another $2.00 is reserved by 2 running jobs.'],
  ])('agrees with the number of running jobs: %i', (running, words) => {
    const id = { tag: 'project', value: 'churn', month: '2026-11' };
    const totals = { spent: 1_000_000, reserved: 2_000_000, running, holdings: new Map(), perHour: 0n };
    expect(standingWords({ ...id, ...totals, budget: 5_000_000 })).toBe(
      `$1.00 of the $5.00 in the November 2026 budget of project churn is spent.${words}`,
    );
  });

  it.each<[string, Situation, string, string]>([
    [
      'observed',
      { minutes: 60, budgets: { mode: 'observe' } },
      'OVER BUDGET: training job churn',
      'in mode enforce, Ground Control would stop it now',
    ],
    [
      'protected',
      { minutes: 60, tags: { [TAG]: '10', 'ground-control:protected': 'true' } },
      'OVER BUDGET: training job churn',
      'Ground Control does not stop it, because it is protected',
    ],
    [
      'warned of and observed',
      { minutes: 48, budgets: { mode: 'observe' } },
      'BUDGET 80 %: training job churn',
      'Ground Control will not stop it, because ground-control.yml has budgets.mode: observe.',
    ],
    [
      'warned of and protected',
      { minutes: 48, tags: { [TAG]: '10', 'ground-control:protected': 'true' } },
      'BUDGET 80 %: training job churn',
      'Ground Control will not stop it, because it is protected.',
    ],
    [
      'not stopped',
      { minutes: 66, stoppedMinutes: 60 },
      'STILL RUNNING (critical): training job churn',
      'has not ended',
    ],
    [
      'not priced',
      { minutes: 1, more: { ServerlessJobConfig: {} } },
      'NOT PRICED: training job churn',
      'Ground Control stops no job without a known cost.',
    ],
    [
      'perhaps protected',
      { minutes: 60, tags: { [TAG]: '10', 'ground-control:protected': 'yes' } },
      'BUDGET TAG: training job churn',
      '--tags Key=ground-control:protected,Value=true',
    ],
    ['tagged wrongly', { minutes: 1, tags: { [TAG]: '25 USD' } }, 'BUDGET TAG: training job churn', 'is "25 USD"'],
  ])('is told of a job that is %s', (_, situation, subject, words) => {
    const [notice] = notices(situation);
    expect(notice?.subject).toBe(subject);
    expect(notice?.email.replace(/\s+/g, ' ')).toContain(words);
  });

  it('leaves alone a job that may be protected, and asks people', () => {
    const situation = { minutes: 60, tags: { [TAG]: '10', 'ground-control:protected': 'yes' } };
    expect(decide(situation).actions.map(({ kind }) => kind)).toEqual(['notify', 'notify', 'arm-budget']);
    expect(notices(situation)[1]?.subject).toBe('OVER BUDGET, NOT STOPPED (critical): training job churn');
  });

  it('is said once of each threshold, and again when the cap was changed', () => {
    const keys = (situation: Situation) => notices(situation).map(({ id }) => id);
    expect(keys({ minutes: 31 })).toEqual(keys({ minutes: 40 }));
    expect(keys({ minutes: 31 })).not.toEqual(keys({ minutes: 49 }));
    expect(keys({ minutes: 31 })).not.toEqual(keys({ minutes: 31, tags: { [TAG]: '10.10' } }));
  });

  it('is followed by a schedule, or by the end of it', () => {
    const last = (situation: Situation) => decide(situation).actions.at(-1);
    expect(last({ minutes: 1 })).toMatchObject({ kind: 'arm-budget', at: new Date(START + 29 * MINUTE + 59_000) });
    expect(last({ minutes: 1, status: 'Completed' })).toMatchObject({ kind: 'disarm-budget' });
  });
});
