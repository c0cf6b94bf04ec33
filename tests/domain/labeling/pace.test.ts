import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { doneAt, newsOf, observe } from '../../../domain/labeling/pace.ts';
import { counters, DAY, daysIn, jobOf, labeledBeforeTag } from '../../support/labeling-jobs.ts';

const CREATED = daysIn(0).getTime();
const policy = { warnDays: 3, stalledHours: 72 };
const running = (labeled: number, left: number) =>
  jobOf({ LabelingJobStatus: 'InProgress', ...counters(labeled, left) });

/** Ground Control looked at the job on `day` of its life, when `done` of its 1,000 objects were done. */
type Look = [day: number, done: number];
/** What is stored after these looks. */
const seen = (...looks: Look[]) =>
  looks.reduce<ReturnType<typeof observe> | undefined>(
    (standing, [day, done]) => observe(running(done, 1000 - done), standing, daysIn(day)),
    undefined,
  ) ?? { changedAt: 0, samples: [] };
const lastOf = (looks: readonly Look[]): Look => looks.at(-1) ?? [0, 0];

describe('a labeling job without counters', () => {
  const silent = jobOf({ LabelingJobStatus: 'InProgress', LabelCounters: {} });

  it('changes nothing that is stored', () => {
    const before = seen([1, 10], [2, 20]);
    expect(observe(silent, before, daysIn(3))).toEqual(before);
    expect(observe(silent, undefined, daysIn(3))).toEqual({ changedAt: daysIn(3).getTime(), samples: [] });
  });

  it('is not known to stall, but is warned about before it expires', () => {
    const before = seen([1, 10], [2, 20]);
    expect(newsOf(silent, before, policy, daysIn(20))).toEqual([]);
    expect(newsOf(silent, before, policy, daysIn(28))).toEqual([
      { kind: 'late', expiresAt: daysIn(30), doneAt: undefined },
    ]);
  });
});

describe('the day on which a labeling job will be done', () => {
  it.each<[string, Look[], number | undefined]>([
    ['follows the pace since its creation, after the first look', [[10, 500]], 20],
    [
      'follows the pace of the last days only',
      [
        [1, 0],
        [13, 0],
        [20, 0],
        [20.5, 50],
        [21, 100],
      ],
      21 + 72,
    ],
    [
      'is never, when nothing was done lately',
      [
        [1, 500],
        [10, 500],
        [20, 500],
      ],
      undefined,
    ],
    ['is never, when nothing was ever done', [[10, 0]], undefined],
    [
      'is never, when the count has fallen',
      [
        [1, 500],
        [2, 400],
      ],
      undefined,
    ],
  ])('%s', (_, looks, expected) => {
    const [day, done] = lastOf(looks);
    const end = doneAt(running(done, 1000 - done), seen(...looks), daysIn(day));
    const inDays = end === undefined ? undefined : Math.round((end.getTime() - CREATED) / DAY);
    expect(inDays).toBe(expected);
  });
});

it('a labeling job that would take longer than a date can say is never done', () => {
  const job = running(1, 1e13);
  expect(doneAt(job, observe(job, undefined, daysIn(28)), daysIn(28))).toBeUndefined();
});

describe('what is stored about a running labeling job', () => {
  it.each<[string, Look[], Look[]]>([
    [
      'begins with its creation',
      [[1, 5]],
      [
        [0, 0],
        [1, 5],
      ],
    ],
    [
      'has the last look, although it follows soon',
      [
        [1, 5],
        [1.1, 6],
        [1.2, 7],
      ],
      [
        [0, 0],
        [1, 5],
        [1.2, 7],
      ],
    ],
    [
      'has looks that are six hours apart',
      [
        [1, 5],
        [1.1, 6],
        [1.25, 7],
      ],
      [
        [0, 0],
        [1, 5],
        [1.1, 6],
        [1.25, 7],
      ],
    ],
    [
      'is without its creation after a whole observed day',
      [
        [1, 5],
        [2, 6],
      ],
      [
        [1, 5],
        [2, 6],
      ],
    ],
    [
      'does not change by a look at an earlier time',
      [
        [1, 5],
        [0.9, 4],
      ],
      [
        [0, 0],
        [1, 5],
      ],
    ],
    [
      'covers a week',
      [
        [1, 1],
        [3, 2],
        [10, 3],
      ],
      [
        [1, 1],
        [3, 2],
        [10, 3],
      ],
    ],
    [
      'has one look from before that week',
      [
        [1, 1],
        [3, 2],
        [9, 3],
        [11, 4],
      ],
      [
        [3, 2],
        [9, 3],
        [11, 4],
      ],
    ],
  ])('%s', (_, looks, expected) => {
    expect(seen(...looks).samples).toEqual(expected.map(([day, done]) => ({ at: daysIn(day).getTime(), done })));
  });

  it('counts objects that failed for good as done', () => {
    const job = jobOf({ LabelingJobStatus: 'InProgress', ...counters(5, 993, 2) });
    expect(observe(job, undefined, daysIn(1)).samples.at(-1)).toEqual({ at: daysIn(1).getTime(), done: 7 });
  });

  it('does not count earlier labels as progress', () => {
    const job = jobOf({ LabelingJobStatus: 'InProgress', Tags: [labeledBeforeTag(900)], ...counters(900, 100) });
    expect(observe(job, undefined, daysIn(5))).toMatchObject({ changedAt: CREATED });
  });

  it('has few samples after any number of looks, and always the time of the last change', () => {
    const hoursIn = (hours: number) => daysIn(hours / 24);
    fc.assert(
      fc.property(
        fc.array(fc.record({ hours: fc.double({ min: 0.1, max: 30, noNaN: true }), more: fc.nat(3) })),
        (looks) => {
          let [hours, done, changed] = [1, 0, 0];
          let standing = observe(running(0, 1000), undefined, hoursIn(1));
          for (const look of looks) {
            hours += look.hours;
            done += look.more;
            if (look.more > 0) changed = hours;
            standing = observe(running(done, 1000 - done), standing, hoursIn(hours));
          }
          expect(standing.samples.length).toBeLessThanOrEqual(32);
          expect(Math.abs(standing.changedAt - hoursIn(changed).getTime())).toBeLessThan(1000);
          expect(standing.samples.at(-1)?.done).toBe(done);
          const times = standing.samples.map((sample) => sample.at);
          expect(times).toEqual(times.toSorted((a, b) => a - b));
        },
      ),
    );
  });
});

describe('the warnings about a running labeling job', () => {
  it.each<[string, Look[], object, string[]]>([
    ['are absent long before it expires', [[20, 100]], {}, []],
    ['say that it is late, three days before it expires', [[27, 500]], {}, ['late']],
    ['are absent when it will be done in time', [[27, 990]], {}, []],
    ['are absent when the policy has no warning before the expiry', [[29, 500]], { warnDays: 0 }, []],
    ['say that it is late, earlier when the policy warns earlier', [[16, 100]], { warnDays: 14 }, ['late']],
    [
      'are absent when nothing was done for almost three days',
      [
        [10, 500],
        [12.9, 500],
      ],
      {},
      [],
    ],
    [
      'say that it is stalled when nothing was done for three days',
      [
        [10, 500],
        [13, 500],
      ],
      {},
      ['stalled'],
    ],
    [
      'are absent when an object was done after three days',
      [
        [10, 500],
        [13, 501],
      ],
      {},
      [],
    ],
    [
      'are absent when the policy does not watch for stalled jobs',
      [
        [10, 500],
        [20, 500],
      ],
      { stalledHours: undefined },
      [],
    ],
    [
      'say that it is late and stalled when nothing is done and it will expire',
      [
        [10, 500],
        [28, 500],
      ],
      {},
      ['late', 'stalled'],
    ],
    [
      'are absent when no object is left',
      [
        [10, 1000],
        [28, 1000],
      ],
      {},
      [],
    ],
  ])('%s', (_, looks, over, expected) => {
    const [day, done] = lastOf(looks);
    const news = newsOf(running(done, 1000 - done), seen(...looks), { ...policy, ...over }, daysIn(day));
    expect(news.map(({ kind }) => kind)).toEqual(expected);
  });

  it('follow the pace of its whole life when Ground Control first looks near its end, at night', () => {
    const [first, second] = [daysIn(27.1), daysIn(27.1 + 1 / 24)];
    const job = running(1000, 10);
    const standing = observe(job, observe(job, undefined, first), second);
    expect(newsOf(job, standing, policy, second)).toEqual([]);
  });

  it('follow the pace of the observed days, once there is a whole one', () => {
    // The team was fast and then stopped.
    const looks = Array.from({ length: 30 }, (_, hours): Look => [26 + hours / 24, 900]);
    const standing = seen(...looks);
    expect(doneAt(running(900, 100), standing, daysIn(27.3))).toBeUndefined();
    expect(newsOf(running(900, 100), standing, policy, daysIn(27.3)).map(({ kind }) => kind)).toEqual(['late']);
  });

  it('are absent for a job that is stopping', () => {
    const stopping = jobOf({ LabelingJobStatus: 'Stopping', ...counters(1, 999) });
    expect(newsOf(stopping, seen([10, 1]), policy, daysIn(29))).toEqual([]);
  });
});
