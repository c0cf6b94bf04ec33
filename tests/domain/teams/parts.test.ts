import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Copies } from '../../../domain/teams/copies.ts';
import { FingerprintTable, TooMuchToCount } from '../../../domain/teams/fingerprints.ts';
import { Histogram } from '../../../domain/teams/histogram.ts';
import { Minutes } from '../../../domain/teams/minutes.ts';
import { outliersAmong } from '../../../domain/teams/outliers.ts';
import { daysIn, hoursIn, periodOf, spanAt } from '../../../domain/teams/period.ts';
import { pseudonymsOf } from '../../../domain/teams/pseudonyms.ts';
import { shownJobs, shownWorkers } from '../../../domain/teams/suppression.ts';
import { idOf, mayRepeat, peopleAmong, Workers } from '../../../domain/teams/workers.ts';
import { fingerprintOf, macOf } from '../../support/team-report.ts';
import { subOf } from '../../support/team-world.ts';

const histogramOf = (values: readonly number[]) => {
  const histogram = new Histogram();
  for (const value of values) histogram.add(value);
  return histogram;
};

describe('a histogram', () => {
  /** Median and 90th percentile of sorted numbers, by their definition. */
  const quantile = (values: readonly number[], percent: number) => {
    const sorted = values.toSorted((one, other) => one - other);
    const rank = (sorted.length * percent) / 100;
    const at = (nth: number) => sorted[nth - 1] ?? Number.NaN;
    return Number.isInteger(rank) ? (at(rank) + at(rank + 1)) / 2 : at(Math.ceil(rank));
  };
  const numbers = (max: number) => fc.array(fc.integer({ min: 0, max }), { minLength: 1, maxLength: 200 });

  it('gives the median and the 90th percentile exactly below 65,536', () => {
    fc.assert(
      fc.property(numbers(65_535), (values) => {
        const expected = [50, 90].map((percent) => quantile(values, percent));
        expect(histogramOf(values).quantiles(50, 90)).toEqual(expected);
      }),
      { seed: 1 },
    );
  });

  it('is at most 0.0031 % too low above, up to 30 days in milliseconds', () => {
    fc.assert(
      fc.property(numbers(2_592_000_000), (values) => {
        for (const percent of [50, 90]) {
          const [found = Number.NaN] = histogramOf(values).quantiles(percent);
          const exact = quantile(values, percent);
          expect(Math.abs(found - exact)).toBeLessThanOrEqual(exact * 0.000031);
        }
      }),
      { seed: 1 },
    );
  });

  it('is the same when parts of the numbers are added up', () => {
    fc.assert(
      fc.property(numbers(100_000), numbers(100_000), (one, other) => {
        const merged = histogramOf(one);
        merged.merge(histogramOf(other));
        const all = histogramOf([...other, ...one]);
        expect([merged.total, ...merged.quantiles(10, 50, 90)]).toEqual([all.total, ...all.quantiles(10, 50, 90)]);
      }),
      { seed: 1 },
    );
  });

  it('has no quantiles when it is empty', () => {
    expect(new Histogram().quantiles(50, 90)).toEqual([undefined, undefined]);
  });
});

describe('a table of fingerprints', () => {
  it('remembers the state of each text while it grows', () => {
    const table = new FingerprintTable(fingerprintOf);
    const texts = Array.from({ length: 5000 }, (_, nth) => `text ${nth}`);
    for (const [nth, text] of texts.entries()) expect(table.update(text, () => (nth % 255) + 1)).toBe(0);
    for (const [nth, text] of texts.entries()) expect(table.update(text, (before) => before)).toBe((nth % 255) + 1);
  });

  it('keeps texts apart that fall into the same slot', () => {
    const table = new FingerprintTable((text) => [Number(text), 7]);
    const before = ['1', '2', '3', '2'].map((text) => table.update(text, () => Number(text)));
    expect(before).toEqual([0, 0, 0, 2]);
  });
});

describe('copies of log entries', () => {
  /** How many of these are new: `x` without an id, `x1` with the id 1. */
  const newOf = (entries: readonly string[]) => {
    const copies = new Copies(fingerprintOf);
    return entries.filter((entry) => copies.isNew(entry.charAt(0), entry.slice(1) || undefined)).length;
  };

  it.each([
    [['x', 'x', 'x'], 1],
    [['x1', 'x1'], 1],
    [['x1', 'x2'], 2],
    [['x1', 'y1'], 2],
    [['x', 'x1'], 1],
    [['x', 'x1', 'x2'], 2],
    [['x1', 'x', 'x2', 'x'], 2],
    [['x', 'y', 'y7', 'x', 'x7', 'x8'], 3],
  ])('%j: %d are new', (entries, expected) => {
    expect(newOf(entries)).toBe(expected);
  });

  it('are counted the same in any order', () => {
    const entry = fc.constantFrom('x', 'x1', 'x2', 'x3', 'y', 'y1', 'y2');
    const shuffled = fc
      .array(entry, { maxLength: 12 })
      .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
    fc.assert(
      fc.property(shuffled, ([one, other]) => newOf(one) === newOf(other)),
      { seed: 1, numRuns: 300 },
    );
  });
});

describe('a period', () => {
  it.each([
    ['UTC', '2026-11-09', '2026-11-15', '2026-11-09T00:00:00Z', '2026-11-16T00:00:00Z', '2026-11-02T00:00:00Z'],
    [
      'Europe/Berlin',
      '2026-10-24',
      '2026-10-25',
      '2026-10-23T22:00:00Z',
      '2026-10-25T23:00:00Z',
      '2026-10-21T22:00:00Z',
    ],
    [
      'America/New_York',
      '2026-03-08',
      '2026-03-08',
      '2026-03-08T05:00:00Z',
      '2026-03-09T04:00:00Z',
      '2026-03-07T05:00:00Z',
    ],
    [
      'Asia/Kathmandu',
      '2026-11-09',
      '2026-11-09',
      '2026-11-08T18:15:00Z',
      '2026-11-09T18:15:00Z',
      '2026-11-07T18:15:00Z',
    ],
    // In this night, clocks went from midnight to 1 o'clock.
    [
      'America/Asuncion',
      '2023-10-01',
      '2023-10-01',
      '2023-10-01T04:00:00Z',
      '2023-10-02T03:00:00Z',
      '2023-09-30T04:00:00Z',
    ],
  ])('in %s begins at midnight', (timeZone, first, last, from, to, before) => {
    const period = periodOf(first, last, timeZone);
    expect([period.from, period.to, period.before]).toEqual([from, to, before].map((text) => Date.parse(text)));
  });

  it('includes its first instant and excludes its last', () => {
    const period = periodOf('2026-11-09', '2026-11-15', 'UTC');
    const { from, to, before } = period;
    const spans = [before - 1, before, from - 1, from, to - 1, to].map((at) => spanAt(period, at));
    expect([daysIn(period), ...spans]).toEqual([7, undefined, 'before', 'before', 'now', 'now', undefined]);
  });

  it('knows the hour of the day, also in the night in which clocks go back', () => {
    const hours = hoursIn('Europe/Berlin');
    const at = ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z', '2026-10-25T23:00:00Z', '2026-07-01T22:10:00Z'];
    expect(at.map((text) => hours(Date.parse(text)))).toEqual([2, 2, 0, 0]);
  });
});

describe('the longest idle time', () => {
  const gapOf = (...moments: number[]) => {
    const minutes = new Minutes();
    for (const at of moments) minutes.add(at);
    return minutes.longestGapSeconds();
  };

  it.each([
    [[], undefined],
    [[5000], undefined],
    [[5000, 5000], 0],
    [[5000, 64_000], 0],
    [[5000, 65_000], 60],
    [[0, 3_600_000, 3_601_000, 7_200_000], 3600],
    [[86_400_000 * 20, 1000], 86_400 * 20 - 1],
  ])('between %j is %j', (moments, expected) => {
    expect(gapOf(...moments)).toBe(expected);
  });

  it('is exact from one minute up, in any order, and also when parts of the moments are added up', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20_000_000 }), { minLength: 2 }), fc.nat(), (moments, cut) => {
        const sorted = moments.toSorted((one, other) => one - other);
        const gaps = sorted.slice(1).map((at, nth) => at - (sorted[nth] ?? 0));
        const longest = Math.max(...gaps);
        const [one, other] = [new Minutes(), new Minutes()];
        for (const [nth, at] of moments.entries()) (nth % (cut + 1) === 0 ? one : other).add(at);
        one.merge(other);
        expect(one.longestGapSeconds()).toBe(longest < 60_000 ? 0 : Math.round(longest / 1000));
      }),
      { seed: 1 },
    );
  });
});

describe('outliers', () => {
  const judge = (medians: readonly number[], tasks = 10) =>
    [...outliersAmong(new Map(medians.map((medianSeconds, nth) => [`${nth}`, { medianSeconds, tasks }]))).values()].map(
      (one) => one ?? '-',
    );

  it.each<[string, number[], string[]]>([
    ['none among workers of similar speed', [10, 11, 12, 13, 14], ['-', '-', '-', '-', '-']],
    ['one who is much slower', [10, 11, 12, 13, 60], ['-', '-', '-', '-', 'slower']],
    ['one who is much faster', [100, 101, 102, 103, 1], ['-', '-', '-', '-', 'faster']],
    // 0.6745 * 5.1 / 1 is 3.44, and 0.6745 * 5.2 / 1 is 3.51.
    ['none just below the limit', [9, 10, 11, 12, 16.1, 10, 12], ['-', '-', '-', '-', '-', '-', '-']],
    ['one just above the limit', [9, 10, 11, 12, 16.2, 10, 12], ['-', '-', '-', '-', 'slower', '-', '-']],
    ['one where the others are equally fast', [5, 5, 5, 5, 60], ['-', '-', '-', '-', 'slower']],
    ['none where the only difference is the resolution of the log', [5, 5, 5, 5, 5, 5, 6], Array(7).fill('-')],
    ['none where all are equally fast', [5, 5, 5, 5, 5], Array(5).fill('-')],
  ])('are %s', (_, medians, expected) => {
    expect(judge(medians)).toEqual(expected);
  });

  it('are not reported among four workers, or for a worker with nine tasks', () => {
    expect(judge([10, 11, 12, 60])).toEqual([]);
    expect(judge([10, 11, 12, 13, 60], 9)).toEqual([]);
  });
});

describe('pseudonyms', () => {
  it('are w and the first 8 characters of a keyed hash, the same in every run, and never look like numbers', () => {
    const [one, other] = [subOf(1), subOf(2)];
    const expected = new Map([
      [one, `w${macOf(one).slice(0, 8)}`],
      [other, `w${macOf(other).slice(0, 8)}`],
    ]);
    expect(pseudonymsOf([one, other, one], macOf)).toEqual(expected);
    expect(macOf(one)).toMatch(/^[0-9a-f]{64}$/);
    for (const hex of ['12345678', '12345e67'])
      expect([...pseudonymsOf([one], () => hex.repeat(8)).values()]).toEqual([`w${hex}`]);
  });

  it('are longer when two workers would have the same one', () => {
    const macs: Record<string, string> = { a: '0123456789aa', b: '0123456789ab', c: '01234567ffff', d: 'ffffffffffff' };
    expect([...pseudonymsOf(Object.keys(macs), (text) => macs[text] ?? '').values()].sort()).toEqual([
      'w0123456789aa',
      'w0123456789ab',
      'w01234567f',
      'wffffffff',
    ]);
  });

  it('are whole hashes when two workers have the same hash', () => {
    expect([...pseudonymsOf(['a', 'b'], () => 'same').values()]).toEqual(['wsame', 'wsame']);
  });
});

describe('one worker', () => {
  it('is known by the sub, even when an entry has only the worker id', () => {
    const workers = new Workers();
    const keys = [workers.keyOf(undefined, 'w1'), workers.keyOf('sub', 'w1'), workers.keyOf(undefined, 'w2')];
    expect(keys.map((key) => workers.resolve(key))).toEqual(['sub', 'sub', '#w2']);
    expect(['sub', '#w2', '##'].map(idOf)).toEqual(['sub', 'w2', '#']);
  });

  it('is unknown when a worker id belongs to several subs, in any order', () => {
    for (const subs of [
      ['a', 'b', 'a'],
      ['b', 'a', 'a'],
    ]) {
      const workers = new Workers();
      for (const sub of subs) workers.keyOf(sub, 'w');
      expect(workers.resolve(workers.keyOf(undefined, 'w'))).toBe('');
    }
    expect(new Workers().keyOf(undefined, undefined)).toBe('');
  });

  it.each<[string[], number, boolean]>([
    [[], 0, false],
    [['a', 'b', ''], 2, false],
    [['#1', '#2', ''], 2, false],
    [['a', 'b', '#1', '#2', '#3'], 3, true],
  ])('%j are at least %i people', (keys, people, repeats) => {
    expect([peopleAmong(keys), mayRepeat(keys)]).toEqual([people, repeats]);
  });

  it('is not counted twice because there are too many to remember', () => {
    const workers = new Workers();
    for (let nth = 0; nth < 200_000; nth++) workers.keyOf('sub', `${nth}`);
    expect(workers.keyOf('sub', '7')).toBe('sub');
    expect(() => workers.keyOf('sub', 'one more')).toThrow(TooMuchToCount);
  });
});

describe('the workers of a team whose figures are shown', () => {
  /** Jobs by worker; a worker who did less has a later name. */
  const shown = (workers: Record<string, string>) => {
    const all = Object.entries(workers);
    const members = new Map(
      [...new Set(all.flatMap(([, jobs]) => [...jobs]))].map((job) => [
        job,
        new Set(all.flatMap(([worker, jobs]) => (jobs.includes(job) ? [worker] : []))),
      ]),
    );
    const contributions = all.map(([worker, jobs], nth) => [worker, { jobs: [...jobs], tasks: 9 - nth }] as const);
    return [...shownWorkers(new Map(contributions), members)].join('');
  };

  it.each<[string, Record<string, string>, string]>([
    ['all, if they share a job of five', { a: 'J', b: 'J', c: 'J', d: 'J', e: 'J' }, 'abcde'],
    ['also those who did more than this', { a: 'JK', b: 'J', c: 'J', d: 'J', e: 'J' }, 'abcde'],
    ['also those whose small jobs had five workers together', { a: 'KL', b: 'KM', c: 'KM', d: 'LM', e: 'LM' }, 'abcde'],
    ['not one who was alone in a job, nor four others', { a: 'J', b: 'J', c: 'J', d: 'J', e: 'J', f: 'K' }, 'a'],
    ['none of two jobs of three', { a: 'J', b: 'J', c: 'J', d: 'K', e: 'K', f: 'K' }, ''],
  ])('are %s', (_, workers, expected) => {
    expect(shown(workers)).toBe(expected);
  });
});

describe('the jobs of a team whose figures are shown', () => {
  const shown = (jobs: Record<string, string>) =>
    [
      ...shownJobs(
        new Map(
          Object.entries(jobs).map(([name, workers]) => [
            name,
            { workers: new Set(workers.match(/#?[a-z]/g)), hasUnknown: workers.includes('?') },
          ]),
        ),
      ),
    ].sort();

  it.each<[string, Record<string, string>, string[]]>([
    ['all, if each has five workers', { one: 'abcde', two: 'efghi' }, ['one', 'two']],
    ['none of fewer than five', { one: 'abcd' }, []],
    ['not one whose difference to the team is about two', { one: 'abcdef', two: 'fg' }, []],
    ['those whose rest is about five', { one: 'abcdefgh', two: 'abcde', three: 'yz' }, ['one']],
    ['those whose rest is about five in two jobs', { one: 'abcdef', two: 'abc', three: 'xyz' }, ['one']],
    ['not one whose difference to the team is about an unknown worker', { one: 'abcde', two: '?' }, []],
    ['not one of six ids that may be of three people', { one: 'abc#d#e#f' }, []],
    ['all, if nobody contributed to another one', { one: 'abcde', two: '' }, ['one']],
  ])('are %s', (_, jobs, expected) => {
    expect(shown(jobs)).toEqual(expected);
  });

  it('never leave a remainder about fewer than five people', () => {
    const team = fc.dictionary(fc.constantFrom(...'abcdefg'), fc.subarray([...'0123456789']), { maxKeys: 7 });
    fc.assert(
      fc.property(team, (jobs) => {
        const all = new Map(
          Object.entries(jobs).map(([name, workers]) => [name, { workers: new Set(workers), hasUnknown: false }]),
        );
        const visible = shownJobs(all);
        const rest = [...all].filter(([name, { workers }]) => workers.size > 0 && !visible.has(name));
        const people = new Set(rest.flatMap(([, { workers }]) => [...workers]));
        if (visible.size > 0) expect(people.size === 0 || people.size >= 5).toBe(true);
        for (const name of visible) expect(all.get(name)?.workers.size).toBeGreaterThanOrEqual(5);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
