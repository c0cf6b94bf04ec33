/** What one job adds to its months; `worlds.test.ts` has many jobs at random. */
import { describe, expect, it } from 'vitest';
import { type Checked, UNCHECKED } from '../../../domain/budget/checked.ts';
import { FLAT, fixed, type Line, plus, type Role, rising, type Share } from '../../../domain/budget/month/line.ts';
import { type ShareFacts, sharesOf, sharesOfGone, sharesOfStopping } from '../../../domain/budget/month/shares.ts';
import { isPriced } from '../../../domain/cost/meter.ts';
import { factsOf, instant, MINUTE, type Situation, START, USD } from '../../support/budget-facts.ts';

const DAY = 24 * 60;
const CHURN = { tag: 'project', value: 'churn', amount: 100 * USD };
/** Its value is that of the other budget. */
const TEAM = { tag: 'team', value: 'churn', amount: 100 * USD };
/** 10 USD an hour. */
const RATE = 100_000_000_000n;
const DECEMBER = new Date('2026-12-01T00:00:00Z');
const JANUARY = new Date('2027-01-01T00:00:00Z');

type Over = Partial<Omit<ShareFacts, 'checked'>> & { readonly checked?: Partial<Checked> };

/** The facts about a job that costs 10 USD an hour and counts in project churn. */
const facts = (situation: Situation, { checked, ...over }: Over = {}): ShareFacts => {
  const { change, verdict, metered, now } = factsOf(situation);
  const common = { change, verdict, metered, now, isProtected: false, monthly: [CHURN], timeZone: 'UTC', ...over };
  return { ...common, checked: { ...UNCHECKED, ...checked } };
};
const shared = (situation: Situation, over?: Over) => sharesOf(facts(situation, over));
/** The shares after a check, as the next check finds them. */
const checkedIn = (situation: Situation, over?: Over) => {
  const { shares } = shared(situation, over);
  return { shares, checkedAt: instant(situation.minutes) };
};
const told = ({ tag, value, month, role, base, rate }: Share) => [`${tag} ${value} ${month}`, role, { base, rate }];
const line = (name: string, role: Role, has: Line) => [name, role, has];

const UNPRICED = { more: { ServerlessJobConfig: {} } };
const ended = (minutes: number) => ({ status: 'Completed', more: { TrainingEndTime: START + minutes * MINUTE } });

describe('a running job', () => {
  it('has a line in this month, and one in the next that begins with that month', () => {
    expect(shared({ minutes: 60 }).shares.map(told)).toEqual([
      line('project churn 2026-11', 'running', rising(RATE, instant(0))),
      line('project churn 2026-12', 'running', rising(RATE, DECEMBER)),
    ]);
  });

  it('has the lines of its budgets all the same', () => {
    const { shares } = shared({ minutes: 60 }, { monthly: [CHURN, TEAM] });
    expect(shares.map(({ tag, month }) => `${tag} ${month}`)).toEqual([
      'project 2026-11',
      'project 2026-12',
      'team 2026-11',
      'team 2026-12',
    ]);
  });

  it.each([
    ['UTC', '2026-12-01T00:00:00Z'],
    ['Europe/Berlin', '2026-11-30T23:00:00Z'],
    ['America/New_York', '2026-12-01T05:00:00Z'],
    ['Asia/Kolkata', '2026-11-30T18:30:00Z'],
  ])('begins the next month when that begins in %s', (timeZone, begin) => {
    const [, next] = shared({ minutes: 60 }, { timeZone }).shares;
    expect(next).toMatchObject({ month: '2026-12', ...rising(RATE, new Date(begin)) });
  });

  it('changes nothing when it is checked again in the month, and gets one more line in the next', () => {
    const checked = checkedIn({ minutes: 60 });
    expect(shared({ minutes: 5 * DAY }, { checked }).changes).toEqual([]);
    const { changes } = shared({ minutes: 12 * DAY }, { checked });
    expect(changes.map(({ was, is }) => [was, is && told(is)])).toEqual([
      [undefined, line('project churn 2027-01', 'running', rising(RATE, JANUARY))],
    ]);
  });

  it('has what it cost until now, and its present price from then on, when its price has changed', () => {
    const dearer = facts({ minutes: 60 });
    if (!isPriced(dearer.metered)) throw new Error('the job has a price');
    const metered = { ...dearer.metered, amount: 4 * USD };
    expect(sharesOf({ ...dearer, metered }).shares.map(told)).toEqual([
      line('project churn 2026-11', 'running', plus(fixed(4 * USD), rising(RATE, instant(60)))),
      line('project churn 2026-12', 'running', rising(RATE, DECEMBER)),
    ]);
  });

  it('adds nothing more, and is not stopped for its month, while its capacity is interrupted', () => {
    const SecondaryStatusTransitions = [{ Status: 'Interrupted', StartTime: START + 30 * MINUTE }];
    expect(shared({ minutes: 60, more: { SecondaryStatusTransitions } }).shares.map(told)).toEqual([
      line('project churn 2026-11', 'protected', fixed(5 * USD)),
    ]);
  });

  it('has no line before it starts, or without a monthly budget', () => {
    expect(shared({ minutes: 60, more: { TrainingStartTime: undefined } })).toEqual({ shares: [], changes: [] });
    expect(shared({ minutes: 60 }, { monthly: [] })).toEqual({ shares: [], changes: [] });
  });

  it('takes all that it has spent with it when a tag moves it to another budget', () => {
    const checked = checkedIn({ minutes: 12 * DAY }, { checked: checkedIn({ minutes: 60 }) });
    const { shares, changes } = shared({ minutes: 12 * DAY }, { checked, monthly: [TEAM] });
    const months = ['2026-11', '2026-12', '2027-01'];
    expect(shares.map(({ tag, month }) => `${tag} ${month}`)).toEqual(months.map((month) => `team ${month}`));
    const gone = changes.filter(({ is }) => is === undefined).map(({ was }) => was);
    expect(gone).toEqual(checked.shares);
    expect(changes.filter(({ was }) => was === undefined).map(({ is }) => is)).toEqual(shares);
  });

  it('leaves in its budget what it spent in a month that ended more than 31 days ago', () => {
    const [january1, january2] = [42 * DAY, 42 * DAY + 1];
    const checked = checkedIn({ minutes: 20 * DAY }, { checked: checkedIn({ minutes: 60 }) });
    const monthsOf = (minutes: number) =>
      shared({ minutes }, { checked, monthly: [TEAM] }).shares.map(({ tag, month }) => `${tag} ${month}`);
    const later = ['team 2026-12', 'team 2027-01', 'team 2027-02'];
    expect(monthsOf(january1)).toEqual(['team 2026-11', ...later]);
    expect(monthsOf(january2)).toEqual(['project 2026-11', ...later]);
  });
});

describe('the role of a running job', () => {
  it.each<[string, Role, Situation, Over]>([
    ['runs', 'running', { minutes: 60 }, {}],
    ['is protected', 'protected', { minutes: 60 }, { isProtected: true }],
    ['is stopping', 'stopping', { minutes: 60, status: 'Stopping' }, {}],
    ['is stopping and protected', 'stopping', { minutes: 60, status: 'Stopping' }, { isProtected: true }],
    ['saves its results', 'stopping', { minutes: 60, more: { SecondaryStatus: 'Uploading' } }, {}],
    ['was to be stopped 4 minutes ago', 'stopping', { minutes: 60 }, { checked: { stoppingAt: instant(56) } }],
    [
      'was to be stopped 5 minutes ago, and was not',
      'running',
      { minutes: 60 },
      { checked: { stoppingAt: instant(55) } },
    ],
    ['was stopped 29 minutes ago', 'stopping', { minutes: 60 }, { checked: { stoppedAt: instant(31) } }],
    ['was stopped 30 minutes ago without effect', 'running', { minutes: 60 }, { checked: { stoppedAt: instant(30) } }],
  ])('that %s is %s', (_, role, situation, over) => {
    expect(shared(situation, over).shares.map((share) => share.role)).toEqual([role, role]);
  });

  it('becomes "stopping" before Ground Control stops it, unless it may not be stopped', () => {
    const { shares } = shared({ minutes: 60 });
    const stopping = shares.map((share) => ({ ...share, role: 'stopping' }));
    expect(sharesOfStopping(shares)).toEqual({
      shares: stopping,
      changes: shares.map((was, index) => ({ was, is: stopping[index] })),
    });
    const others = shared({ minutes: 60 }, { isProtected: true }).shares;
    expect(sharesOfStopping(others)).toEqual({ shares: others, changes: [] });
  });
});

describe('an ended job', () => {
  it('has what it cost, divided among the months by time, and no line in later ones', () => {
    const checked = checkedIn({ minutes: 60 });
    const { shares } = shared({ minutes: 12 * DAY, ...ended(11 * DAY + 60) }, { checked });
    expect(shares.map(told)).toEqual([
      line('project churn 2026-11', 'ended', fixed(11 * 240 * USD)),
      line('project churn 2026-12', 'ended', fixed(10 * USD)),
    ]);
  });

  it('gives back what its lines grew after its end, when the end is noticed late', () => {
    const { shares, changes } = shared({ minutes: 9 * DAY, ...ended(60) }, { checked: checkedIn({ minutes: 50 }) });
    expect(shares.map(told)).toEqual([line('project churn 2026-11', 'ended', fixed(10 * USD))]);
    expect(changes.map(({ is, was }) => [was?.month, is?.month])).toEqual([
      ['2026-12', undefined],
      ['2026-11', '2026-11'],
    ]);
  });

  it('changes nothing when it is checked again', () => {
    const situation = { minutes: 61, ...ended(60) };
    expect(shared(situation, { checked: checkedIn(situation) }).changes).toEqual([]);
  });

  it.each([
    ['before its start', -60],
    ['in the future', 20 * DAY],
  ])('counts in the month of the check when its end is %s', (_, end) => {
    const { metered } = facts({ minutes: 60 });
    const { shares } = shared({ minutes: 60, ...ended(end) }, { metered });
    expect(shares.map(told)).toEqual([line('project churn 2026-11', 'ended', fixed(10 * USD))]);
  });

  it('that SageMaker no longer has ended when it was last checked', () => {
    const { shares, changes } = sharesOfGone({ ...UNCHECKED, ...checkedIn({ minutes: 90 }) }, 'UTC');
    expect(shares.map(told)).toEqual([
      line('project churn 2026-11', 'ended', { base: fixed(15 * USD).base, rate: 0n }),
      line('project churn 2026-12', 'ended', FLAT),
    ]);
    expect(changes).toHaveLength(2);
    expect(sharesOfGone({ ...UNCHECKED, shares, checkedAt: instant(95) }, 'UTC').changes).toEqual([]);
  });
});

describe('a job that is created again under its name', () => {
  it('closes the earlier one, which ended when it was last checked', () => {
    const checked = checkedIn({ minutes: 90 });
    const again = {
      minutes: 120,
      more: { CreationTime: START + 100 * MINUTE, TrainingStartTime: START + 110 * MINUTE },
    };
    const { shares, changes } = shared(again, { checked });
    expect(shares.map(told)).toEqual([
      line('project churn 2026-11', 'running', rising(RATE, instant(110))),
      line('project churn 2026-12', 'running', rising(RATE, DECEMBER)),
    ]);
    expect(changes.map(({ was, is }) => [was?.key === is?.key, is?.role, is?.base])).toEqual([
      [true, 'ended', fixed(15 * USD).base],
      [true, 'ended', 0n],
      [false, 'running', rising(RATE, instant(110)).base],
      [false, 'running', rising(RATE, DECEMBER).base],
    ]);
  });
});

describe('a job whose cost is not known', () => {
  it('adds nothing, but is counted as such in the month of its last check', () => {
    const checked = checkedIn({ minutes: 60, ...UNPRICED });
    expect(checked.shares.map(told)).toEqual([line('project churn 2026-11', 'unpriced', FLAT)]);
    const later = shared({ minutes: 12 * DAY, ...UNPRICED }, { checked });
    expect(later.shares.map(told)).toEqual([line('project churn 2026-12', 'unpriced', FLAT)]);
    expect(later.changes).toHaveLength(2);
  });

  it('has all that it has spent when its cost becomes known', () => {
    const { shares } = shared({ minutes: 90 }, { checked: checkedIn({ minutes: 60, ...UNPRICED }) });
    expect(shares.map(told)).toEqual(shared({ minutes: 90 }).shares.map(told));
  });

  it('counts on at the price that was known before, and is not among those that may be stopped', () => {
    const { shares } = shared({ minutes: 90, ...UNPRICED }, { checked: checkedIn({ minutes: 60 }) });
    // A check stops no job without a known cost, so it would be tried again and again in place of others.
    expect(shares.map(told)).toEqual([
      line('project churn 2026-11', 'protected', rising(RATE, instant(0))),
      line('project churn 2026-12', 'protected', rising(RATE, DECEMBER)),
    ]);
  });

  it('counts on at that price in later months, too', () => {
    const checked = checkedIn({ minutes: 60 });
    const { shares } = shared({ minutes: 12 * DAY, ...UNPRICED }, { checked });
    expect(shares.at(-1)).toMatchObject({ month: '2027-01', ...rising(RATE, JANUARY) });
    expect(shares).toHaveLength(3);
  });

  it('has spent until its end what the price was that was known before', () => {
    const situation = { minutes: 12 * DAY, ...ended(120) };
    const unpriced = { metered: { notPriced: 'the Price List does not answer' } };
    const { shares } = shared(situation, { checked: checkedIn({ minutes: 60 }), ...unpriced });
    expect(shares.map(told)).toEqual([
      line('project churn 2026-11', 'ended', fixed(20 * USD)),
      line('project churn 2026-12', 'ended', FLAT),
    ]);
  });
});
