import { describe, expect, it } from 'vitest';
import { renderNotice } from '../../../domain/alert/render/notice.ts';
import { type Allowance, NO_ALLOWANCE } from '../../../domain/budget/booking.ts';
import type { BudgetPlan } from '../../../domain/budget/check.ts';
import { decideBudget, situationOf } from '../../../domain/budget/decide.ts';
import type { Holding, MonthStanding } from '../../../domain/budget/ledger.ts';
import type { Cap } from '../../../domain/budget/limits.ts';
import { type MonthNews, monthAlert, monthNews } from '../../../domain/budget/month-alert.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import { configured, factsOf, instant, type Situation, TAG } from '../../support/budget-facts.ts';

const USD = 1_000_000;
/** 10 USD an hour. */
const RATE = 100_000_000_000n;
const JOB = 'arn:aws:sagemaker:us-east-1:123456789012:training-job/churn';

/** A running job of the month, which began `began` minutes after the first one. */
const holdingOf = (began: number, name: string): readonly [string, Holding] => {
  const arn = JOB.replace('churn', name);
  const held = { startedAt: instant(began), at: instant(60), spent: 0, perHour: RATE, isLeased: false, upTo: 5 * USD };
  return [`training-job|${arn}`, { job: { type: 'training-job', arn }, footing: 'free', ...held }];
};

/** A month's budget of 100 USD: `spent` USD are spent, and two jobs reserve 9 USD. */
const standingOf = (spent: number, over: Partial<MonthStanding> = {}): MonthStanding => ({
  tag: 'project',
  value: 'churn',
  month: '2026-11',
  budget: 100 * USD,
  spent: spent * USD,
  reserved: 9 * USD,
  running: 2,
  holdings: new Map([holdingOf(0, 'old'), holdingOf(5, 'new')]),
  perHour: 2n * RATE,
  ...over,
});

const capOf = (month: MonthStanding): Cap & { month: MonthStanding } => ({
  amount: 10 * USD,
  from: 'the November 2026 budget of project churn',
  month,
});
const allowanceOf = (month: MonthStanding, isShort = false): Allowance => ({
  ...NO_ALLOWANCE,
  left: [{ cap: capOf(month), isShort }],
});
const idle: BudgetPlan = { findings: [], stop: undefined, nextAt: undefined };

describe('the news about a monthly budget', () => {
  const newsOf = (month: MonthStanding, plan = idle) =>
    monthNews(allowanceOf(month), plan, [50, 80]).map(({ what, isLast }) => [what, isLast]);
  const { metered } = factsOf({ minutes: 60 });
  const cost = 'amount' in metered ? metered : undefined;
  if (cost === undefined) throw new Error('the job has a price');

  it.each<[number, unknown[]]>([
    [49.99, []],
    [50, [[50, false]]],
    [79.99, [[50, false]]],
    [80, [[80, true]]],
    [99, [[80, true]]],
    [100, [[100, false]]],
    [120, [[100, false]]],
  ])('at %d of 100 USD', (spent, expected) => {
    expect(newsOf(standingOf(spent, { perHour: 0n }))).toEqual(expected);
  });

  it('comes when the share is reached before a check could be scheduled', () => {
    expect(newsOf(standingOf(49.999, { perHour: 10n * RATE }))).toEqual([[50, false]]);
  });

  it('says that the rest is reserved, when a job is stopped for that or would be', () => {
    const month = standingOf(91);
    const other = standingOf(91, { value: 'other' });
    const stop = { cost, cap: capOf(month), again: 0 };
    expect(newsOf(month, { ...idle, stop })).toEqual([
      [80, true],
      ['given-away', false],
    ]);
    expect(newsOf(month, { ...idle, findings: [{ kind: 'over', why: 'observed', cost, cap: capOf(month) }] })).toEqual([
      [80, true],
      ['given-away', false],
    ]);
    expect(newsOf(month, { ...idle, stop: { ...stop, cap: capOf(other) } })).toEqual([[80, true]]);
    expect(newsOf(month, { ...idle, findings: [{ kind: 'flaw', flaws: [] }] })).toEqual([[80, true]]);
  });

  it('says only that the budget is spent, when it is', () => {
    const month = standingOf(100);
    expect(newsOf(month, { ...idle, stop: { cost, cap: capOf(month), again: 0 } })).toEqual([[100, false]]);
  });
});

describe('the alert about a monthly budget', () => {
  const told = (news: MonthNews, mode = 'enforce') => {
    const configuration = Configuration.parse({ budgets: { mode }, timeZone: 'Europe/Berlin' });
    const alert = monthAlert('id', news, factsOf({ minutes: 60 }).change, instant(60), configuration);
    const { label, severity, headline, cause } = alert;
    return [`${label}, ${severity}`, headline, `${cause?.code}: ${cause?.cause}`, cause?.nextStep];
  };
  const standing = standingOf(80);
  const MONEY = (spent: string) =>
    `${spent} of the $100.00 in the November 2026 budget of project churn is spent. ` +
    'Another $9.00 is reserved by 2 running jobs.';
  const NEXT =
    'To allow more this month, raise budgets.monthly: project: churn in ground-control.yml, and deploy. ' +
    'To see what runs now: npm run cost.';
  const STOPS = 'Ground Control stops running jobs of this budget, the newest first. It also stops new jobs.';
  const THEN =
    'Then Ground Control stops running jobs of this budget, the newest first. ' +
    'A job without checkpoints loses what it has not written.';
  const PACE = 'At the present rate of $20.00 an hour, the rest will be spent at 2026-11-20 03:00:00 Europe/Berlin.';

  it.each<[string, MonthNews, string, string[]]>([
    [
      'warns',
      { standing, what: 80, isLast: true },
      'enforce',
      [
        'BUDGET 80 %, warning',
        'Project churn has used 80 % of its budget for November 2026.',
        `monthly-budget-warning: ${MONEY('$80.00')} ${PACE} ${THEN}`,
        NEXT,
      ],
    ],
    [
      'names no time that is further away than any date',
      { standing: standingOf(80, { perHour: 1n }), what: 80, isLast: true },
      'enforce',
      [
        'BUDGET 80 %, warning',
        'Project churn has used 80 % of its budget for November 2026.',
        `monthly-budget-warning: ${MONEY('$80.00')} ` +
          `At the present rate of $0.0000000001 an hour, the rest lasts for years. ${THEN}`,
        NEXT,
      ],
    ],
    [
      'is only a notice before the last threshold, and stops nothing in mode observe',
      { standing: standingOf(50, { perHour: 0n }), what: 50, isLast: false },
      'observe',
      [
        'BUDGET 50 %, info',
        'Project churn has used 50 % of its budget for November 2026.',
        `monthly-budget-warning: ${MONEY('$50.00')} No running job is charged at this moment. ` +
          'Ground Control will stop nothing then, because ground-control.yml has budgets.mode: observe.',
        NEXT,
      ],
    ],
    [
      'says that the budget is spent',
      { standing: standingOf(101), what: 100, isLast: false },
      'enforce',
      [
        'BUDGET SPENT, error',
        'Project churn has spent its budget for November 2026.',
        `monthly-budget-spent: ${MONEY('$101.00')} ${STOPS}`,
        NEXT,
      ],
    ],
    [
      'says that running jobs have reserved the rest',
      { standing: standingOf(91), what: 'given-away', isLast: false },
      'observe',
      [
        'BUDGET RESERVED, error',
        'Project churn: running jobs have reserved all that is left of its budget for November 2026.',
        `monthly-budget-given-away: ${MONEY('$91.00')} ` +
          'Ground Control stops nothing, because ground-control.yml has budgets.mode: observe.',
        NEXT,
      ],
    ],
  ])('%s', (_, news, mode, expected) => {
    expect(told(news, mode)).toEqual(expected);
  });

  it('says how much is spent when that is more than the threshold', () => {
    expect(told({ standing: standingOf(99.99), what: 80, isLast: true }).slice(0, 2)).toEqual([
      'BUDGET 99 %, warning',
      'Project churn has used 99 % of its budget for November 2026.',
    ]);
  });

  it.each<[string, MonthNews, string]>([
    [
      'of a warning',
      { standing, what: 80, isLast: true },
      'BUDGET 80 %: $80.00 of $100.00 spent in November 2026, all at 2026-11-20 02:00:00 UTC: project churn',
    ],
    [
      'of a warning while nothing runs',
      { standing: standingOf(80, { perHour: 0n }), what: 80, isLast: true },
      'BUDGET 80 %: $80.00 of $100.00 spent in November 2026: project churn',
    ],
    [
      'of a spent budget',
      { standing: standingOf(101), what: 100, isLast: false },
      'BUDGET SPENT: $101.00 of $100.00 spent in November 2026: project churn',
    ],
    [
      'of a reserved budget',
      { standing: standingOf(91), what: 'given-away', isLast: false },
      'BUDGET RESERVED: $91.00 of $100.00 spent in November 2026, $9.00 reserved: project churn',
    ],
  ])('has an SMS %s with amount, limit and time before the tag', (_, news, expected) => {
    const alert = monthAlert('id', news, factsOf({ minutes: 60 }).change, instant(60), configured());
    expect(renderNotice(alert, configured()).sms.startsWith(expected)).toBe(true);
  });

  it('reaches the people of the budget, and says nothing about the job whose check found it', () => {
    const { change } = factsOf({ minutes: 60, tags: { team: 'vision' } });
    const alert = monthAlert('id', { standing, what: 80, isLast: true }, change, instant(60), configured());
    const { message, email } = renderNotice(alert, configured());
    expect(message).toMatchObject({
      outcome: 'budget',
      resource: { type: 'project', name: 'churn', arn: null },
      owner: { owner: 'unknown', team: 'unknown', project: 'churn' },
      status: null,
      instances: [],
      createdAt: null,
      startedAt: null,
      links: { console: null, logs: null },
      details: [
        { label: 'Month', value: 'the November 2026 budget of project churn' },
        { label: 'Spent', value: '$80.00 of $100.00' },
        { label: 'Reserved', value: '$9.00 by 2 running jobs' },
        { label: 'Running, newest first', value: 'new, old' },
      ],
    });
    expect(email).not.toContain('training-job/churn');
  });

  it.each([
    ['team', { owner: 'unknown', team: 'churn', project: 'unknown' }],
    ['owner', { owner: 'churn', team: 'unknown', project: 'unknown' }],
    ['cost-center', { owner: 'unknown', team: 'unknown', project: 'unknown' }],
  ])('reaches the %s of the budget', (tag, owner) => {
    const news = { standing: { ...standing, tag }, what: 80, isLast: true } as const;
    expect(monthAlert('id', news, factsOf({ minutes: 60 }).change, instant(60), configured()).owner).toEqual(owner);
  });

  it('names ten running jobs, and none when none runs', () => {
    const runningIn = (count: number) => {
      const holdings = new Map(Array.from({ length: count }, (_, at) => holdingOf(at, `job-${at}`)));
      const news = { standing: standingOf(80, { holdings, running: count }), what: 80, isLast: true } as const;
      const { details } = monthAlert('id', news, factsOf({ minutes: 60 }).change, instant(60), configured()).change;
      return details.filter(({ label }) => label.startsWith('Running')).map(({ value }) => value);
    };
    const ten = 'job-9, job-8, job-7, job-6, job-5, job-4, job-3, job-2, job-1, job-0';
    expect([runningIn(0), runningIn(10), runningIn(11)]).toEqual([
      [],
      [ten],
      ['job-10, job-9, job-8, job-7, job-6, job-5, job-4, job-3, job-2, job-1, …'],
    ]);
  });
});

describe('the decision on the budget of a job', () => {
  const decide = (situation: Situation, allowance: Allowance = NO_ALLOWANCE, budgets: object = {}) => {
    const { job, change, metered, checked, now } = factsOf(situation);
    const configuration = configured({ mode: 'enforce', ...situation.budgets, ...budgets });
    return decideBudget(situationOf(job, change, metered, checked, now, configuration), allowance, configuration);
  };
  const monthly = { monthly: { project: { churn: 100 } } };
  const key = `training-job|${JOB}|1795132740`;

  it.each<[string, Situation, string, object?]>([
    ['it is within its cap', { minutes: 1 }, 'it is within its cap'],
    ['a threshold is reached', { minutes: 48 }, 'a warning threshold of its cap is reached'],
    ['it is stopped', { minutes: 60 }, 'it is over its cap'],
    [
      'it is protected',
      { minutes: 60, tags: { [TAG]: '10', 'ground-control:protected': 'true' } },
      'it is over its cap, and is not stopped',
    ],
    [
      'its tags have a flaw and it is over its cap',
      { minutes: 60, tags: { [TAG]: '10', 'ground-control:protected': '?' } },
      'one of its budget tags has a flaw; it is over its cap, and is not stopped',
    ],
    ['it has no cap', { minutes: 60, tags: {} }, 'it has no cap and no monthly budget'],
    ['it has only a monthly budget', { minutes: 60, tags: { project: 'churn' } }, 'it is within its cap', monthly],
    [
      'it has no price',
      { minutes: 1, more: { ServerlessJobConfig: {} } },
      'not priced: serverless training is not charged by the hour',
    ],
    ['it has ended', { minutes: 60, status: 'Completed' }, 'it has ended: Completed'],
    ['it is stopping', { minutes: 61, stoppedMinutes: 60, status: 'Stopping' }, 'Ground Control stopped it'],
    ['people stopped it', { minutes: 61, status: 'Stopping' }, 'no further check is needed'],
    [
      'it runs on after its stop',
      { minutes: 91, stoppedMinutes: 60, status: 'Stopping' },
      'Ground Control stopped it; Ground Control stopped it, and it has not ended',
    ],
  ])('gives its reason when %s', (_, situation, reason, budgets) => {
    expect(decide(situation, NO_ALLOWANCE, budgets).reason).toBe(reason);
  });

  it('stops the job once for each cap, and keeps the numbers', () => {
    const decision = decide({ minutes: 60 });
    expect(decision).toMatchObject({ spent: 10 * USD, cap: 10 * USD, status: 'InProgress' });
    expect(decision.actions[0]).toMatchObject({
      kind: 'stop-job',
      key: `stop|${key}|10000000`,
      resource: `training-job|${JOB}`,
      cap: '10000000',
      reason: 'it is over its cap',
      mostPerHour: 10,
      numbers: {
        cap: '$10.00',
        capFrom: `the tag ${TAG}`,
        cost: '$10.00 (estimate): 1 x ml.ten.large x 1 h at $10.00/h',
        prices: 'ground-control.yml',
      },
    });
  });

  it('stops the job again under a key of its own when the stop had no effect', () => {
    const again = decide({ minutes: 91, stoppedMinutes: 60 }).actions;
    expect(again.flatMap((action) => (action.kind === 'stop-job' ? [action.key] : []))).toEqual([
      `stop|${key}|10000000|again 2`,
    ]);
    expect(again[0]).toMatchObject({ kind: 'notify', key: `notify|budget|${key}|not-stopped|10000000|InProgress` });
  });

  it('stops the job for its month, tells the people of the month, and checks other jobs', () => {
    const standing = standingOf(91);
    const other = {
      job: { type: 'training-job', arn: JOB.replace('churn', 'other') } as const,
      booked: { tag: 'project', value: 'churn', month: '2026-11', key: 'other' },
    };
    const allowance = { ...allowanceOf(standing, true), monthEndsAt: instant(600), others: [other] };
    const { actions } = decide({ minutes: 60, tags: { project: 'churn' } }, allowance, monthly);
    const numbers = { month: 'the November 2026 budget of project churn', spent: '$91.00 of $100.00' };
    expect(actions).toMatchObject([
      {
        kind: 'stop-job',
        key: `stop|${key}|project|churn|2026-11|100000000`,
        reason: 'the November 2026 budget of project churn has nothing left',
        numbers,
      },
      {
        kind: 'notify',
        key: 'notify|budget|monthly-budget|project/churn|2026-11|100000000|80',
        resource: 'monthly-budget|project/churn',
        isShared: true,
        numbers,
      },
      { kind: 'notify', key: 'notify|budget|monthly-budget|project/churn|2026-11|100000000|given-away' },
      { kind: 'check-budget', delaySeconds: 0, requestedBy: undefined, ...other },
      { kind: 'arm-budget' },
    ]);
  });

  it.each<[string, Situation, object, string]>([
    ['a warning', { minutes: 48 }, {}, `warning|10000000|80`],
    [
      'a protected job',
      { minutes: 60, tags: { [TAG]: '10', 'ground-control:protected': 'true' } },
      {},
      'over|10000000|protected',
    ],
    ['a job without a price', { minutes: 1, more: { ServerlessJobConfig: {} } }, {}, 'not-priced|10000000'],
    [
      'such a job with monthly budgets',
      { minutes: 1, tags: { project: 'a|b', team: 'c' }, more: { ServerlessJobConfig: {} } },
      { monthly: { project: { 'a|b': 1 }, team: { c: 1 } } },
      'not-priced|project/a%7Cb|team/c',
    ],
    [
      'a tag that cannot be read',
      { minutes: 1, tags: { [TAG]: '25 USD' } },
      {},
      `flaw|Tag ${TAG} is "25 USD": expected US dollars from 0.01 to 1000000, such as 25 or 12.50. It has no cap then.`,
    ],
  ])('sends one alert about %s', (_, situation, budgets, identity) => {
    expect(decide(situation, NO_ALLOWANCE, budgets).actions[0]).toMatchObject({
      kind: 'notify',
      key: `notify|budget|${key}|${identity}`,
      resource: `training-job|${JOB}`,
    });
  });
});
