import { describe, expect, it } from 'vitest';
import { renderSms } from '../../../domain/alert/render/sms.ts';
import { budgetAlert } from '../../../domain/budget/alert.ts';
import type { BudgetContext, BudgetNews } from '../../../domain/budget/alert-words.ts';
import { type Cap, limitsOf } from '../../../domain/budget/limits.ts';
import { isPriced } from '../../../domain/cost/meter.ts';
import { configured, factsOf, instant, monthWith, NOBODY, type Situation, TAG } from '../../support/budget-facts.ts';

/** What an alert is rendered from: a job that has cost 10 USD in its first hour, under a cap of 10 USD. */
function contextOf(over: Partial<BudgetContext> = {}, situation: Partial<Situation> = {}): BudgetContext {
  const { change, verdict } = factsOf({ minutes: 60, ...situation });
  return {
    change,
    verdict,
    owner: NOBODY,
    mode: 'enforce',
    protected: false,
    capTag: TAG,
    timeZone: 'Europe/Berlin',
    ...over,
  };
}
const { metered: cost } = factsOf({ minutes: 60 });
if (!isPriced(cost)) throw new Error('the job has a price');

const cap: Cap = { amount: 10_000_000, from: `the tag ${TAG}` };
const month = monthWith(99, { running: 1, perHour: 100_000_000_000n });
const ofMonth: Cap = { amount: 10_000_000, from: 'the November 2026 budget of project churn', month };
const STANDING =
  '$99.00 of the $100.00 in the November 2026 budget of project churn is spent. ' + '1 job runs at $10.00 an hour.';
const RAISE = 'To allow more this month, raise budgets.monthly: project: churn in ground-control.yml, and deploy.';
const LOST = 'The job keeps no checkpoints: what it has not written when it ends is lost.';
const SAVED = ' The stop saved up to $230.00: the cost until its time limit of 1 d.';
const STOP = 'To stop the job: aws sagemaker stop-training-job --training-job-name churn --region us-east-1';
const TIME_LIMIT = { label: 'Time limit', value: '1 d' };
const JOB = 'arn:aws:sagemaker:us-east-1:123456789012:training-job/churn';

/** Label and severity, headline, code with cause, next step, commands. */
function told(news: BudgetNews, context = contextOf()) {
  const { label, severity, headline, cause } = budgetAlert('id', news, context);
  const commands = cause?.commands?.map(({ does, command }) => `${does}: ${command}`) ?? [];
  return [`${label}, ${severity}`, headline, `${cause?.code}: ${cause?.cause}`, cause?.nextStep, ...commands];
}

describe('the alert about the cap of a job', () => {
  const half = { ...cost, amount: 5_000_000 };
  const warning = { kind: 'warning', threshold: 50, cost: half, cap, exhaustedAt: instant(120), last: false } as const;
  const spent = 'Training job churn has cost $10.00, and its cap is $10.00';

  it.each<[string, BudgetNews, string[]]>([
    [
      'warns, and says when Ground Control stops the job',
      warning,
      [
        'BUDGET 50 %, info',
        'Training job churn has used 50 % of its budget.',
        'budget-warning: $5.00 of $10.00 is spent. Ground Control stops the job at 2026-11-20 03:00:00 Europe/Berlin ' +
          `at the present rate. ${LOST} The cap is set by the tag ${TAG}.`,
        'Raise the cap, stop the job now, or do nothing.',
        `To raise its cap: aws sagemaker add-tags --resource-arn ${JOB} --region us-east-1 --tags Key=${TAG},Value=20`,
        'To stop the job now: aws sagemaker stop-training-job --training-job-name churn --region us-east-1',
      ],
    ],
    [
      'says that a protected job is over its cap',
      { kind: 'over', why: 'protected', cost, cap },
      [
        'OVER BUDGET, error',
        `${spent}: Ground Control does not stop it, because it is protected.`,
        'budget-protected: Its tag says that it must not be stopped. The job continues and costs money.',
        'If the job is not worth its cost, stop it.',
        STOP,
      ],
    ],
    [
      'says that a job over its cap may be protected',
      { kind: 'over', why: 'unclear', cost, cap },
      [
        'OVER BUDGET, NOT STOPPED, critical',
        `${spent}: Ground Control did not stop it, because it may be protected.`,
        'budget-unclear: Ground Control cannot read the tag that says whether the job is protected. ' +
          'The job continues and costs money. You decide.',
        'Stop the job, or correct the tag.',
        STOP,
      ],
    ],
    [
      'says what mode enforce would do',
      { kind: 'over', why: 'observed', cost, cap },
      [
        'OVER BUDGET, error',
        `${spent}: in mode enforce, Ground Control would stop it now.`,
        'budget-observed: Ground Control stopped nothing, because ground-control.yml has budgets.mode: observe.',
        'Stop the job yourself, or let Ground Control do it with budgets.mode: enforce.',
        STOP,
      ],
    ],
    [
      'says that Ground Control stopped the job',
      { kind: 'stopped', cost, cap },
      [
        'STOPPED AT BUDGET, error',
        'Training job churn was told to stop by Ground Control: its budget is spent.',
        `budget-stopped: The job has cost $10.00. Its cap is $10.00, set by the tag ${TAG}. ${LOST}${SAVED}`,
        `To run the job again, set the tag ${TAG} to a higher amount. Who operates Ground Control sees the numbers with npm run audit.`,
      ],
    ],
    [
      'says when Ground Control tries again, when it may stop no more jobs now',
      { kind: 'held-back', cost, cap, most: 10, againAt: instant(120) },
      [
        'OVER BUDGET, NOT STOPPED, critical',
        `${spent}: Ground Control did not stop it yet.`,
        'budget-held-back: Ground Control has stopped 10 jobs in this hour, the most that budgets.mostStopsPerHour ' +
          'allows. It tries again at 2026-11-20 03:00:00 Europe/Berlin, until the job has ended or is protected.',
        'Stop the job, or raise its cap.',
        STOP,
        `To raise its cap: aws sagemaker add-tags --resource-arn ${JOB} --region us-east-1 --tags Key=${TAG},Value=20`,
      ],
    ],
    [
      'says that the job runs on after its stop',
      { kind: 'not-stopped', cost, cap, stoppedAt: instant(60), status: 'Stopping' },
      [
        'STILL RUNNING, critical',
        'Training job churn has not ended, although Ground Control told it to stop: its status is Stopping.',
        'budget-not-stopped: Ground Control told the job to stop at 2026-11-20 02:00:00 Europe/Berlin. ' +
          'The job still costs money: $10.00 so far.',
        'Stop the job by hand. If that does not help, ask AWS support.',
        STOP,
      ],
    ],
    [
      'says that the cost is not known',
      { kind: 'not-priced', reason: 'the Price List has no price', cap, monthly: [] },
      [
        'NOT PRICED, warning',
        'Training job churn has a cap of $10.00, but its cost is not known: Ground Control will not stop it.',
        'budget-not-priced: The Price List has no price. Ground Control stops no job without a known cost.',
        'Watch the job yourself, or add its price to ground-control.yml under budgets.prices.',
        STOP,
      ],
    ],
  ])('%s', (_, news, expected) => {
    expect(told(news)).toEqual(expected);
  });

  it('says which tags contradict each other, and how to correct them', () => {
    const tags = { [TAG]: '5', [TAG.toUpperCase()]: '6', 'ground-control:protected': 'perhaps' };
    const { flaws } = limitsOf('training-job', new Map(Object.entries(tags)), NOBODY, configured().budgets);
    const tag = (does: string, rest: string) => `${does}: aws sagemaker ${rest}`;
    expect(told({ kind: 'flaw', flaws })).toEqual([
      'BUDGET TAG, warning',
      'Training job churn has a budget tag that Ground Control cannot understand.',
      `budget-tag: Tag ${TAG} = "5" and tag ${TAG.toUpperCase()} = "6" contradict each other: ` +
        'expected US dollars from 0.01 to 1000000, such as 25 or 12.50. ' +
        'Until this is corrected, the job has no cap. ' +
        'Tag ground-control:protected is "perhaps": expected true or false. ' +
        'Until this is corrected, Ground Control does not stop the job at its cap: it asks people.',
      'Correct every tag. Ground Control reads the tags again within an hour.',
      tag(
        `To remove ${TAG.toUpperCase()}`,
        `delete-tags --resource-arn ${JOB} --region us-east-1 --tag-keys ${TAG.toUpperCase()}`,
      ),
      tag(`To set ${TAG}, for example`, `add-tags --resource-arn ${JOB} --region us-east-1 --tags Key=${TAG},Value=25`),
      tag(
        'To set ground-control:protected, for example',
        `add-tags --resource-arn ${JOB} --region us-east-1 --tags Key=ground-control:protected,Value=true`,
      ),
    ]);
  });

  it('is a warning, not only a notice, at the last threshold', () => {
    const most = { ...cost, amount: 8_000_000 };
    expect(told({ ...warning, threshold: 80, cost: most, last: true })[0]).toBe('BUDGET 80 %, warning');
  });

  it.each([
    [9_999_999, 99],
    [8_000_000, 80],
    [7_999_999, 80],
  ])('says how much is spent when that is more than the threshold: %i of 10,000,000', (amount, percent) => {
    const [label, headline] = told({ ...warning, threshold: 80, cost: { ...cost, amount }, last: true });
    expect([label, headline]).toEqual([
      `BUDGET ${percent} %, warning`,
      `Training job churn has used ${percent} % of its budget.`,
    ]);
  });

  it.each<[string, Partial<BudgetContext>, string]>([
    ['in mode enforce', {}, `Ground Control stops the job when it reaches its cap. ${LOST}`],
    [
      'in mode observe',
      { mode: 'observe' },
      'The job reaches its cap. Ground Control will not stop it, ' +
        'because ground-control.yml has budgets.mode: observe.',
    ],
    [
      'of a protected job',
      { protected: true },
      'The job reaches its cap. Ground Control will not stop it, because it is protected.',
    ],
  ])('says what happens at the cap when nobody knows the time, %s', (_, over, words) => {
    const [, , cause] = told({ ...warning, exhaustedAt: undefined }, contextOf(over));
    expect(cause).toBe(`budget-warning: $5.00 of $10.00 is spent. ${words} The cap is set by the tag ${TAG}.`);
  });

  it.each<[string, string, object, string]>([
    ['a training job with checkpoints', 'training-job', { checkpoints: true }, 'Its checkpoints are kept.'],
    ['a training job without checkpoints', 'training-job', { checkpoints: false }, LOST],
    ['a transform job', 'transform-job', {}, 'A stopped transform job stores nothing: its output is lost.'],
    ['a tuning job', 'tuning-job', {}, 'Training jobs that have ended keep their models.'],
    ['a processing job', 'processing-job', {}, 'Only what the job has written to its outputs is kept.'],
  ])('says what a stop keeps of %s', (_, type, billed, words) => {
    const { change, ...context } = contextOf();
    const { billing, resource } = change;
    if (billing === undefined) throw new Error('the job is billed');
    const other = { ...change, resource: { ...resource, type }, billing: { ...billing, ...billed } };
    const [, , cause] = told({ kind: 'stopped', cost, cap }, { ...context, change: other });
    expect(cause).toContain(`set by the tag ${TAG}. ${words}${SAVED}`);
  });

  it.each<[string, Partial<Situation>, object]>([
    ['has no time limit', { more: { StoppingCondition: {} } }, {}],
    ['has reached its time limit', { more: { StoppingCondition: { MaxRuntimeInSeconds: 3600 } } }, {}],
    ['is not charged now', {}, { perHour: 0n }],
    ['has not started', { more: { TrainingStartTime: undefined } }, {}],
  ])('claims no savings for a job that %s', (_, situation, over) => {
    const [, , cause] = told({ kind: 'stopped', cost: { ...cost, ...over }, cap }, contextOf({}, situation));
    expect(cause).not.toContain('saved');
  });

  it('has the cap and the cost among its facts', () => {
    const { change, cost: shown, outcome, status } = budgetAlert('id', { kind: 'stopped', cost, cap }, contextOf());
    expect([outcome, status, shown]).toEqual(['budget', 'InProgress', cost]);
    expect(change.details).toEqual([
      TIME_LIMIT,
      { label: 'Cap', value: `$10.00, set by the tag ${TAG}` },
      { label: 'Cost', value: '$10.00 (estimate): 1 x ml.ten.large x 1 h at $10.00/h' },
      { label: 'Prices', value: 'ground-control.yml' },
    ]);
  });

  it('has only the cap among its facts when the cost is not known, and nothing without a cap', () => {
    const detailsOf = (own: Cap | undefined) =>
      budgetAlert('id', { kind: 'not-priced', reason: 'x', cap: own, monthly: [] }, contextOf()).change.details;
    expect([detailsOf(cap), detailsOf(undefined)]).toEqual([
      [TIME_LIMIT, { label: 'Cap', value: `$10.00, set by the tag ${TAG}` }],
      [TIME_LIMIT],
    ]);
  });
});

describe('the alert about a job whose monthly budget runs out', () => {
  const spent = 'Training job churn has cost $10.00, and the November 2026 budget of project churn is running out';

  it.each<[string, BudgetNews, string[]]>([
    [
      'says that Ground Control stopped the job',
      { kind: 'stopped', cost, cap: ofMonth },
      [
        'STOPPED AT BUDGET, error',
        'Training job churn was told to stop by Ground Control: ' +
          'the November 2026 budget of project churn is running out.',
        `budget-stopped: ${STANDING} Ground Control stops the newest jobs, so that older ones go on. ` +
          `This job has cost $10.00. ${LOST}${SAVED}`,
        `${RAISE} Who operates Ground Control sees the numbers with npm run audit.`,
      ],
    ],
    [
      'says that a protected job continues',
      { kind: 'over', why: 'protected', cost, cap: ofMonth },
      [
        'OVER BUDGET, error',
        `${spent}: Ground Control does not stop it, because it is protected.`,
        `budget-protected: ${STANDING} Its tag says that it must not be stopped. The job continues and costs money.`,
        'If the job is not worth its cost, stop it.',
        STOP,
      ],
    ],
  ])('%s', (_, news, expected) => {
    expect(told(news)).toEqual(expected);
  });

  it('says that nothing is left only when nothing is', () => {
    const told99 = told({ kind: 'stopped', cost, cap: { ...ofMonth, month: monthWith(99.999999) } });
    const told100 = told({ kind: 'stopped', cost, cap: { ...ofMonth, month: monthWith(100) } });
    expect(told99.join(' ')).not.toContain('nothing');
    expect(told100[1]).toBe(
      'Training job churn was told to stop by Ground Control: ' +
        'the November 2026 budget of project churn has nothing left.',
    );
    expect(told100[2]).toContain('Ground Control stops all its jobs, because nothing is left. This job has cost');
  });

  it('leaves the job to people when Ground Control may stop none', () => {
    const own: Cap = { ...cap, isOwn: true };
    const [, , cause] = told({ kind: 'held-back', cost, cap: own, most: 0, againAt: instant(120) });
    expect(cause).toBe(
      'budget-held-back: ground-control.yml has budgets.mostStopsPerHourByTag: 0, ' +
        'so Ground Control does not stop this job: you decide.',
    );
  });

  it('names the month among its facts, and every monthly budget of a job without a known cost', () => {
    const { change } = budgetAlert('id', { kind: 'stopped', cost, cap: ofMonth }, contextOf());
    expect(change.details[1]).toEqual({
      label: 'Month',
      value: 'the November 2026 budget of project churn: $99.00 of $100.00 is spent',
    });
    const monthly = [
      { tag: 'project', value: 'churn', amount: 1 },
      { tag: 'team', value: 'vision', amount: 1 },
    ];
    expect(told({ kind: 'not-priced', reason: 'x', cap: undefined, monthly })[1]).toBe(
      'Training job churn counts in the monthly budget of project churn and of team vision, ' +
        'but its cost is not known: Ground Control will not stop it.',
    );
  });
});

describe('the SMS about the budget of a job says amount, limit and time before any name', () => {
  const half = { ...cost, amount: 5_000_000 };
  const warning = { kind: 'warning', threshold: 50, cost: half, cap, exhaustedAt: instant(120), last: false } as const;
  const stoppedAt = instant(30);

  it.each<[string, BudgetNews, Partial<BudgetContext>, string]>([
    [
      'that it will be stopped',
      warning,
      {},
      'BUDGET 50 %: $5.00 of $10.00 spent, stop at 2026-11-20 03:00:00 Europe/Berlin: training job churn',
    ],
    [
      'that it will be stopped, at no known time',
      { ...warning, exhaustedAt: undefined },
      {},
      'BUDGET 50 %: $5.00 of $10.00 spent, stop at the cap: training job churn',
    ],
    [
      'that it will not be stopped',
      warning,
      { protected: true },
      'BUDGET 50 %: $5.00 of $10.00 spent, all at 2026-11-20 03:00:00 Europe/Berlin, no stop: training job churn',
    ],
    [
      'that it will not be stopped, at no known time',
      { ...warning, exhaustedAt: undefined },
      { mode: 'observe' },
      'BUDGET 50 %: $5.00 of $10.00 spent, no stop: training job churn',
    ],
    ['that it was stopped', { kind: 'stopped', cost, cap }, {}, 'STOPPED AT BUDGET: $10.00 of $10.00 spent: training'],
    [
      'that its month has no money left',
      { kind: 'stopped', cost, cap: ofMonth },
      {},
      'STOPPED AT BUDGET: $99.00 of $100.00 spent in November 2026: training job churn',
    ],
    [
      'that it is tried again',
      { kind: 'held-back', cost, cap, most: 10, againAt: instant(120) },
      {},
      'OVER BUDGET, NOT STOPPED (critical): $10.00 of $10.00 spent, not stopped yet: training job churn',
    ],
    [
      'that it is protected',
      { kind: 'over', why: 'protected', cost, cap },
      {},
      'OVER BUDGET: $10.00 of $10.00 spent, not stopped: training job churn',
    ],
    [
      'that it does not end',
      { kind: 'not-stopped', cost, cap, stoppedAt, status: 'InProgress' },
      {},
      'STILL RUNNING (critical): $10.00 of $10.00 spent, told to stop at 2026-11-20 01:30:00 Europe/Berlin: training',
    ],
  ])('%s', (_, news, over, expected) => {
    expect(renderSms(budgetAlert('id', news, contextOf(over)))).toContain(expected);
  });
});
