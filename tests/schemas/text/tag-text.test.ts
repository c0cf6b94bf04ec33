import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { passes } from '../../../domain/alert/filter-policy.ts';
import { limitsOf } from '../../../domain/budget/limits.ts';
import { ownerOf } from '../../../domain/change/owner.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import { attributeText, misspelling, tagText } from '../../../schemas/text/tag-text.ts';
import { readTraining, trainingEvent } from '../../support/events.ts';
import { noticeOfEvent } from '../../support/notices.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.string({
    unit: fc.constantFrom('a', 'B', ' ', '\t', '\u200b', '\u00a0', '\ufe0f', '😀', '\u001b', '['),
    maxLength: 8,
  }),
  fc.string({ unit: 'grapheme-ascii', maxLength: 300 }),
);
const configuration = Configuration.parse({});
const withFilter = (teams: string[]) => Configuration.safeParse({ subscribers: [{ email: 'a@b.co', teams }] });
const published = (team: string) => noticeOfEvent(trainingEvent({ Tags: { team } }), configuration).attributes;

describe('a filter', () => {
  it('may have every value that is published', () => {
    fc.assert(
      fc.property(text, (team) => {
        const read = withFilter([published(team).team]);
        expect(read.error?.issues ?? []).toEqual([]);
        const filters = read.data?.delivery.groups[0]?.filters ?? {};
        expect(passes(filters, new Map(Object.entries(published(team))))).toBe(true);
      }),
    );
  });

  it('may have no other value, and the message has the spelling that is published', () => {
    fc.assert(
      fc.property(text, (team) => {
        const read = withFilter([team]);
        expect(read.success).toBe(team !== '' && published(team).team === team);
        const spelled = /; write (".*")$/.exec(read.error?.issues[0]?.message ?? '')?.[1];
        if (spelled !== undefined) expect(withFilter([JSON.parse(spelled)]).success).toBe(true);
      }),
    );
  });
});

describe('the cap of a team', () => {
  it('applies to a job with the same tag, or is refused', () => {
    fc.assert(
      fc.property(text, (team) => {
        const read = Configuration.safeParse({ budgets: { teams: { [team]: { 'training-job': 5 } } } });
        if (!read.success || team === '__proto__') return;
        const { tags } = readTraining(trainingEvent({ Tags: { team } }));
        const { cap } = limitsOf('training-job', tags, ownerOf(tags, configuration.tags), read.data.budgets);
        expect(cap?.amount).toBe(5_000_000);
      }),
    );
  });
});

describe('what is wrong with the spelling', () => {
  it.each([
    ['a b', undefined],
    ['Ünïcode-Ω', undefined],
    ['__proto__', undefined],
    [' a', 'expected no spaces at the beginning or end: they are removed from tags; write "a"'],
    ['a  b', 'expected single spaces: several become one; write "a b"'],
    ['a\tb', 'expected no U+0009: such characters are removed or replaced; write "a b"'],
    ['a\u200bb', 'expected no U+200B: such characters are removed or replaced; write "ab"'],
    ['a\u00a0b', 'expected no U+00A0: such characters are removed or replaced; write "a b"'],
    ['team 😀', 'expected no U+1F600: such characters are removed or replaced; write "team"'],
    ['😀', 'expected no U+1F600: such characters are removed or replaced'],
    ['x'.repeat(257), `expected at most 256 characters: the rest is cut; write "${'x'.repeat(255)}…"`],
  ])('of the value %j in a filter is said in words', (value, message) => {
    expect(misspelling(value, attributeText)).toBe(message);
  });

  it('is not that a limit names a tag with an emoji, because limits compare the tag itself', () => {
    expect(misspelling('team 😀', tagText)).toBeUndefined();
  });
});
