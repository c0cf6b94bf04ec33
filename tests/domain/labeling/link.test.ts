import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkOf, nameOfLink } from '../../../domain/labeling/link.ts';
import { linkTag } from '../../support/labeling-jobs.ts';

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
  ])('is %s', (_, Tags, link) => {
    expect(linkOf({ Tags })).toBe(link);
  });
});
