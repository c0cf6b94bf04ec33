import { describe, expect, it } from 'vitest';
import { type MonthNews, monthAlert, monthNotice } from '../../../domain/budget/month/month-alert.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import { instant, JOB, monthWith } from '../../support/budget-facts.ts';

type News = Omit<MonthNews, 'job'>;
const NOW = instant(80);

const configurationOf = (budgets: object) =>
  Configuration.parse({ budgets: { mode: 'enforce', ...budgets }, timeZone: 'Europe/Berlin' });
const noticeOf = (news: News, budgets: object = {}) =>
  monthNotice({ ...news, job: JOB }, NOW, configurationOf(budgets));
/** Label and severity, headline, why, next step. */
const told = (news: News, budgets: object = {}, now = NOW) => {
  const alert = monthAlert('id', { ...news, job: JOB }, now, configurationOf(budgets));
  const { label, severity, headline, cause } = alert;
  return [`${label}, ${severity}`, headline, `${cause?.code}: ${cause?.cause}`, cause?.nextStep];
};
const why = (news: News, budgets: object = {}, now = NOW) => told(news, budgets, now)[2] ?? '';
const jobsCalled = (...names: readonly string[]) =>
  names.map((name) => ({ ...JOB, arn: JOB.arn.replace('churn', name) }));

const RAISE = 'To allow more this month, raise budgets.monthly: project: churn in ground-control.yml, and deploy.';
const SEE = 'Who operates Ground Control sees what runs now with npm run cost.';
const RUN = '2 jobs run at $20.00 an hour.';
const LOST = 'A job without checkpoints loses what it has not written.';
const lasts = (time: string) => `At the present pace, the money lasts until 2026-11-20 ${time} Europe/Berlin.`;
const OBSERVE = 'Ground Control stops nothing, because ground-control.yml has budgets.mode: observe.';

describe('the mail about a monthly budget', () => {
  it('says what is spent, until when the money lasts, what Ground Control does then, and what people can do', () => {
    const standing = monthWith(80, { unpriced: 1 });
    const { notice } = noticeOf({ standing, what: 80, isLast: true, notPriced: jobsCalled('wine') });
    expect(notice.subject).toBe('BUDGET 80 %: project churn');
    expect(notice.email).toBe(`Project churn has used 80 % of its budget for November 2026.

WHY
  $80.00 of $100.00 is spent. At the present pace, the money lasts until
  2026-11-20 03:20:00 Europe/Berlin. 2 jobs run at $20.00 an hour. The
  amount spent does not contain 1 job whose cost is not known: wine.
  When the rest lasts less than 30 m, Ground Control stops the newest
  jobs, so that older ones go on. When nothing is left, it stops all. A
  job without checkpoints loses what it has not written.
  Next: To allow more this month, raise budgets.monthly: project: churn
  in ground-control.yml, and deploy. Who operates Ground Control sees
  what runs now with npm run cost.

OWNER
  Owner:   unknown
  Team:    unknown
  Project: churn

FACTS
  Month:      the November 2026 budget of project churn
  Spent:      $80.00 of $100.00
  Running:    2 jobs at $20.00 an hour
  Not priced: 1 job

--
Ground Control, severity warning, account 123456789012, us-east-1
`);
    expect(notice.sms).toMatch(
      /^BUDGET 80 %: \$80\.00 of \$100\.00 spent in November 2026, all at 2026-11-20 03:20:00 Europe\/Berlin: project churn/,
    );
  });

  it.each<[string, News, object, string[]]>([
    [
      'is only for information before the last threshold',
      { standing: monthWith(50), what: 50, isLast: false },
      {},
      [
        'BUDGET 50 %, info',
        'Project churn has used 50 % of its budget for November 2026.',
        `monthly-budget-warning: $50.00 of $100.00 is spent. ${lasts('04:50:00')} ${RUN} When the rest lasts less ` +
          'than 30 m, Ground Control stops the newest jobs, so that older ones go on. ' +
          `When nothing is left, it stops all. ${LOST}`,
        `${RAISE} ${SEE}`,
      ],
    ],
    [
      'says that the newest jobs are stopped',
      { standing: monthWith(91), what: 'short' },
      {},
      [
        'BUDGET RUNS OUT, error',
        'Project churn: the rest of its budget for November 2026 lasts less than 30 m at the present pace.',
        `monthly-budget-short: $91.00 of $100.00 is spent. ${lasts('02:47:00')} ${RUN} Ground Control stops the ` +
          `newest jobs, as few as needed for the rest to last 30 m. Older jobs go on. ${LOST}`,
        `${RAISE} ${SEE}`,
      ],
    ],
    [
      'says that all jobs are stopped when nothing is left',
      { standing: monthWith(101), what: 100 },
      {},
      [
        'BUDGET SPENT, error',
        'Project churn has spent its budget for November 2026.',
        `monthly-budget-spent: $101.00 of $100.00 is spent. ${RUN} Ground Control stops the running jobs of this ` +
          'budget, and those that start later this month.',
        `${RAISE} ${SEE}`,
      ],
    ],
    [
      'says which jobs would be stopped in mode enforce',
      { standing: monthWith(91), what: 'short', wouldStop: jobsCalled('young', 'younger') },
      { mode: 'observe' },
      [
        'BUDGET RUNS OUT, error',
        'Project churn: the rest of its budget for November 2026 lasts less than 30 m at the present pace.',
        `monthly-budget-short: $91.00 of $100.00 is spent. ${lasts('02:47:00')} ${RUN} ${OBSERVE} ` +
          'In mode enforce, it would stop now: young, younger.',
        `Stop jobs yourself, or let Ground Control do it with budgets.mode: enforce. ${RAISE} ${SEE}`,
      ],
    ],
    [
      'promises no stop in mode observe',
      { standing: monthWith(80), what: 80, isLast: true },
      { mode: 'observe' },
      [
        'BUDGET 80 %, warning',
        'Project churn has used 80 % of its budget for November 2026.',
        `monthly-budget-warning: $80.00 of $100.00 is spent. ${lasts('03:20:00')} ${RUN} ${OBSERVE}`,
        `${RAISE} ${SEE}`,
      ],
    ],
    [
      'says that jobs go on because too many were stopped, and until when',
      { standing: monthWith(91), what: 'held-back', againAt: instant(120) },
      {},
      [
        'BUDGET RUNS OUT, NOT STOPPED, critical',
        'Project churn: the rest of its budget for November 2026 lasts less than 30 m, and jobs go on.',
        `monthly-budget-held-back: $91.00 of $100.00 is spent. ${lasts('02:47:00')} ${RUN} Ground Control has ` +
          'stopped 10 jobs in this hour, the most that budgets.mostStopsPerHour allows. ' +
          'It may stop more from 2026-11-20 03:00:00 Europe/Berlin on.',
        `Stop jobs yourself, or let them go on. ${RAISE} ${SEE}`,
      ],
    ],
    [
      'leaves all to people who allow no stops',
      { standing: monthWith(101), what: 'held-back' },
      { mostStopsPerHour: 0 },
      [
        'OVER BUDGET, NOT STOPPED, critical',
        'Project churn has spent its budget for November 2026, and jobs go on.',
        `monthly-budget-held-back: $101.00 of $100.00 is spent. ${RUN} Ground Control stops nothing, ` +
          'because ground-control.yml has budgets.mostStopsPerHour: 0. You decide.',
        `Stop jobs yourself, or let them go on. ${RAISE} ${SEE}`,
      ],
    ],
  ])('%s', (_, news, budgets, expected) => {
    expect(told(news, budgets)).toEqual(expected);
  });

  it.each([50, 60, 80, 99.5, 99.999999])('has the true percentage in its headline: %d', (spent) => {
    const [label, headline] = told({ standing: monthWith(spent), what: spent < 80 ? 50 : 80 });
    expect(headline).toBe(`Project churn has used ${Math.floor(spent)} % of its budget for November 2026.`);
    expect(label).toContain(`BUDGET ${Math.floor(spent)} %`);
  });

  it('says that the budget is spent, or that jobs are stopped, only where it is so', () => {
    const whats = [50, 80, 'short', 'held-back'] as const;
    for (const mode of ['enforce', 'observe']) {
      for (const what of whats) {
        const [label, headline] = told({ standing: monthWith(99.999999), what }, { mode });
        expect(`${label} ${headline}`).not.toMatch(/SPENT|OVER|has spent/);
      }
      for (const what of [...whats, 100] as const) {
        for (const budgets of [{ mode: 'observe' }, { mostStopsPerHour: 0 }]) {
          expect(why({ standing: monthWith(100), what }, budgets)).not.toMatch(/Ground Control stops (?!nothing)/);
        }
      }
    }
  });

  it('says that protected jobs go on', () => {
    const standing = monthWith(100, { protectedPerHour: 1n });
    expect(why({ standing, what: 100 })).toMatch(/ those that start later this month\. Protected jobs go on\.$/);
  });

  it.each<[string, bigint, number, string | undefined]>([
    ['less than a minute', 200_000_000_000n, 99.7, 'At the present pace, the money lasts less than a minute.'],
    ['until a time', 200_000_000_000n, 99.6, lasts('02:21:12')],
    ['until the month ends, when that comes first', 300_000_000n, 90, 'the money lasts until the month ends.'],
    ['until the month ends, when no date is so far away', 1n, 90, 'the money lasts until the month ends.'],
    ['for no time when nothing is charged', 0n, 90, undefined],
    ['for no time when nothing is left', 200_000_000_000n, 100, undefined],
  ])('says that the money lasts %s', (_, perHour, spent, words) => {
    const text = why({ standing: monthWith(spent, { perHour }), what: 80 });
    if (words === undefined) expect(text).not.toContain('lasts until');
    else expect(text).toContain(words);
  });

  it.each([
    [0, ''],
    [1, ' 1 job runs at $20.00 an hour.'],
    [2, ' 2 jobs run at $20.00 an hour.'],
  ])('agrees with the number of running jobs: %i', (running, words) => {
    const text = why({ standing: monthWith(100, { running }), what: 100 });
    expect(text).toBe(
      `monthly-budget-spent: $100.00 of $100.00 is spent.${words} Ground Control stops the running jobs of this ` +
        'budget, and those that start later this month.',
    );
  });

  it('agrees with the number of jobs whose cost is not known, and names ten of them', () => {
    const names = Array.from({ length: 12 }, (_, index) => `job-${index}`);
    const unknown = (unpriced: number) => {
      const notPriced = jobsCalled(...names.slice(0, unpriced));
      return /does not contain (.*?)\./.exec(why({ standing: monthWith(80, { unpriced }), what: 80, notPriced }))?.[1];
    };
    expect([unknown(0), unknown(1), unknown(2), unknown(10)]).toEqual([
      undefined,
      '1 job whose cost is not known: job-0',
      '2 jobs whose cost is not known: job-0, job-1',
      `10 jobs whose cost is not known: ${names.slice(0, 10).join(', ')}`,
    ]);
    expect(unknown(12)).toBe(`12 jobs whose cost is not known: ${names.slice(0, 10).join(', ')}, and 2 more`);
  });

  it('agrees with the number of stops', () => {
    const most = (mostStopsPerHour: number) =>
      /has stopped (.*) in this hour/.exec(
        why({ standing: monthWith(91), what: 'held-back' }, { mostStopsPerHour }),
      )?.[1];
    expect([most(1), most(2)]).toEqual(['1 job', '2 jobs']);
  });

  it.each([
    ['team', { owner: 'unknown', team: 'churn', project: 'unknown' }],
    ['owner', { owner: 'churn', team: 'unknown', project: 'unknown' }],
    ['cost-center', { owner: 'unknown', team: 'unknown', project: 'unknown' }],
  ])('reaches the %s of the budget, and says nothing about the job whose check found it', (tag, owner) => {
    const { notice } = noticeOf({ standing: monthWith(80, { tag }), what: 80 });
    expect(notice.message).toMatchObject({
      outcome: 'budget',
      resource: { type: tag, name: 'churn', arn: null },
      owner,
      status: null,
      instances: [],
      startedAt: null,
      links: { console: null, logs: null },
    });
    expect(notice.email).not.toContain('training-job');
  });

  it.each<[string, News, string]>([
    ['a share', { standing: monthWith(80), what: 80 }, '2026-11|100000000|80'],
    ['the same share later', { standing: monthWith(85), what: 80 }, '2026-11|100000000|80'],
    ['another budget', { standing: monthWith(80, { budget: 90_000_000 }), what: 80 }, '2026-11|90000000|80'],
    ['another month', { standing: monthWith(80, { month: '2026-12' }), what: 80 }, '2026-12|100000000|80'],
    ['money that runs out', { standing: monthWith(95), what: 'short' }, '2026-11|100000000|short'],
    [
      'an hour in which no more is stopped',
      { standing: monthWith(95), what: 'held-back', againAt: instant(120) },
      '2026-11|100000000|held-back|2026-11-20T02:00:00.000Z',
    ],
  ])('is sent once about %s', (_, news, id) => {
    expect(noticeOf(news)).toMatchObject({
      kind: 'notify',
      key: `notify|budget|monthly-budget|project/churn|${id}`,
      resource: 'monthly-budget|project/churn',
      isShared: true,
    });
  });

  it('has a name of its own for tags with any characters', () => {
    const { resource } = noticeOf({ standing: monthWith(80, { tag: 'a/b', value: 'c|d' }), what: 80 });
    expect(resource).toBe('monthly-budget|a%2Fb/c%7Cd');
  });

  it('keeps its numbers in the audit', () => {
    expect(noticeOf({ standing: monthWith(80, { unpriced: 1 }), what: 80 }).numbers).toEqual({
      month: 'the November 2026 budget of project churn',
      spent: '$80.00 of $100.00',
      running: '2 jobs at $20.00 an hour',
      'not priced': '1 job',
    });
  });
});
