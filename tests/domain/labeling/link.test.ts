import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labeledBefore, linkOf, nameOfLink } from '../../../domain/labeling/link.ts';
import { labeledBeforeTag, linkTag } from '../../support/labeling-jobs.ts';

const PREDECESSOR = { Key: 'ground-control:chained-from', Value: 'x' };
/** A job that people created. */
const theirs = (LabelingJobName: string) => ({ LabelingJobName, Tags: [] });
/** A job that Ground Control created. */
const ours = (LabelingJobName: string) => ({ LabelingJobName, Tags: [PREDECESSOR] });

describe('the name of a link', () => {
  it.each([
    ['the first link of a job', theirs('species'), 1, 'species-chain-1'],
    ['the second link', ours('species-chain-1'), 2, 'species-chain-2'],
    ['the tenth link', ours('species-chain-9'), 10, 'species-chain-10'],
    // A name that people chose does not make a job a link.
    ['a job that people named like a link', theirs('supply-chain-2024'), 1, 'supply-chain-2024-chain-1'],
    ['the longest name that needs no cut', theirs('a'.repeat(55)), 1, `${'a'.repeat(55)}-chain-1`],
  ])('has the number at its end: %s', (_, job, link, expected) => {
    expect(nameOfLink(job, link)).toBe(expected);
  });

  const NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;
  const names = fc
    .stringMatching(/^[a-zA-Z0-9](-{0,2}[a-zA-Z0-9]){0,20}$/)
    .chain((one) =>
      fc.constantFrom(
        one,
        `${one}${'x'.repeat(63)}`.slice(0, 63),
        `${one}${'-x'.repeat(31)}`.slice(0, 63).replace(/-+$/, ''),
      ),
    );

  it('is valid, and does not change when it is made from a later link', () => {
    fc.assert(
      fc.property(
        names.filter((name) => NAME.test(name)),
        fc.integer({ min: 1, max: 99 }),
        (name, link) => {
          const first = nameOfLink(theirs(name), link);
          expect(first).toMatch(NAME);
          expect(first.length).toBeLessThanOrEqual(63);
          expect(first.endsWith(`-chain-${link}`)).toBe(true);
          expect(nameOfLink(ours(first), link)).toBe(first);
          expect(nameOfLink(ours(first), link + 1).toLowerCase()).not.toBe(first.toLowerCase());
        },
      ),
    );
  });

  // FNV-1a in base 36, computed elsewhere. These names have to stay: a repeated message creates no second job because SageMaker refuses its name.
  it.each([
    ['x'.repeat(60), 'x'.repeat(48), 'fhjhv9'],
    [`${'x'.repeat(46)}--${'y'.repeat(12)}`, 'x'.repeat(46), 'rdbcmr'],
    [`${'x'.repeat(20)}--${'X'.repeat(38)}`, `${'x'.repeat(20)}--${'X'.repeat(26)}`, 'wkz62f'],
  ])('is always the same for the long name %s', (name, beginning, hash) => {
    expect(nameOfLink(theirs(name), 1)).toBe(`${beginning}-${hash}-chain-1`);
  });

  it('has the same hash whatever the case of the name, which SageMaker ignores', () => {
    const long = 'species-'.repeat(7);
    expect(nameOfLink(theirs(long.toUpperCase()), 1).toLowerCase()).toBe(nameOfLink(theirs(long), 1));
  });

  it('differs for long names that begin alike', () => {
    const long = 'x'.repeat(60);
    expect(nameOfLink(theirs(`${long}a`), 1)).not.toBe(nameOfLink(theirs(`${long}b`), 1));
    expect(nameOfLink(theirs(`${long}a`), 1)).toHaveLength(63);
  });
});

describe('the number of a link', () => {
  it.each([
    ['0 without a tag', [], 0],
    ['the number in its tag', [linkTag(3)], 3],
    ['the number in its tag, whatever the case of the key', [{ ...linkTag(3), Key: 'Ground-Control:Chain-Link' }], 3],
    ['0 when its tag is negative', [linkTag(-3)], 0],
    ['0 when its tag is no number', [linkTag('x')], 0],
    ['0 when its tag has more than a number', [linkTag('3x')], 0],
    ['0 when its tag has too many digits', [linkTag('12345')], 0],
    ['its number of several digits, after other tags', [{ Key: 'team', Value: '7' }, linkTag(12)], 12],
  ])('is %s', (_, Tags, link) => {
    expect(linkOf({ Tags })).toBe(link);
  });
});

describe('the number of objects that had labels before a link', () => {
  it.each([
    ['900', 900],
    ['0', 0],
    ['x900', undefined],
    ['900x', undefined],
    ['1'.repeat(16), undefined],
  ])('is read from its tag: %s', (Value, expected) => {
    expect(labeledBefore({ Tags: [{ ...labeledBeforeTag(0), Value }] })).toBe(expected);
  });

  it('is not known without the tag', () => {
    expect(labeledBefore({ Tags: [{ Key: 'team', Value: '7' }] })).toBeUndefined();
  });
});
