import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Comparison } from '../../../domain/review/comparison.ts';
import { dayWith, NO_DAY, tallyOfDays } from '../../../domain/review/day-sums.ts';
import { dayOf, storedDay } from '../../../domain/review/stored-day.ts';
import { linesOf, type ReviewLine } from '../../../domain/review/summary.ts';
import { ReviewTally } from '../../../domain/review/tally.ts';
import { StoredDay } from '../../../schemas/stored/review-day.ts';
import { compare, custom, forms, moderation, POINTERS, policyOf } from '../../support/review.ts';

const SEED = { seed: 15, numRuns: 40 };

function linesAbout(comparisons: readonly Comparison[], level?: number): ReviewLine[] {
  const tally = new ReviewTally();
  for (const comparison of comparisons) tally.add(comparison);
  return tally.flows().flatMap((flow) => linesOf(flow, level));
}
const repeat = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);
const find = (lines: readonly ReviewLine[], field: string | null) =>
  lines.find((line) => line.field === field && line.reason === null);

describe('agreement that was planted comes out exactly', () => {
  const counts = fc.record({ both: fc.nat(30), model: fc.nat(30), people: fc.nat(30), ties: fc.nat(5) });

  it('for labels of images', () => {
    fc.assert(
      fc.property(counts, ({ both, model, people, ties }) => {
        const comparisons = [
          ...repeat(both, () => moderation({ A: 80 }, [['A'], ['A'], []])),
          ...repeat(model, () => moderation({ A: 80 }, [['A'], [], []])),
          ...repeat(people, () =>
            moderation({ B: 80 }, [
              ['A', 'B'],
              ['A', 'B'],
            ]),
          ),
          ...repeat(ties, () => moderation({ A: 80 }, [['A'], []])),
        ].map((output) => compare(output, policyOf({ fields: ['A'] })));
        const line = find(linesAbout(comparisons), 'A');
        if (line === undefined) return expect(both + model + people + ties).toBe(0);
        const n = both + model + people;
        expect(line).toMatchObject({ n, agreement: n === 0 ? null : both / n, undecided: ties });
        expect(line.precision).toBe(both + model === 0 ? null : both / (both + model));
        expect(line.recall).toBe(both + people === 0 ? null : both / (both + people));
      }),
      SEED,
    );
  });

  it('for form fields', () => {
    fc.assert(
      fc.property(counts, fc.string({ minLength: 1 }), ({ both, model, people }, text) => {
        const comparisons = [
          ...repeat(both, () => forms({ A: text }, [{ A: ` ${text} ` }])),
          ...repeat(model, () => forms({ A: text }, [{ A: `${text}.` }])),
          ...repeat(people, () => forms({ A: text }, [{ A: text, B: 'b' }])),
        ].map((output) => compare(output, policyOf({ fields: ['A', 'B'] })));
        const lines = linesAbout(comparisons);
        if (both + model + people > 0)
          expect(find(lines, 'A')).toMatchObject({
            n: both + model + people,
            agreement: (both + people) / (both + model + people),
          });
        expect(find(lines, 'B')?.added ?? 0).toBe(people);
      }),
      SEED,
    );
  });

  it('for values of custom tasks, also among people', () => {
    fc.assert(
      fc.property(counts, ({ both, model, ties }) => {
        const comparisons = [
          ...repeat(both, () => custom('x', ['x', 'X '])),
          ...repeat(model, () => custom('x', ['y', 'y'])),
          ...repeat(ties, () => custom('x', ['x', 'y'])),
        ].map((output) => compare(output, policyOf(POINTERS)));
        const line = find(linesAbout(comparisons), '/a');
        if (line === undefined) return;
        const all = both + model + ties;
        expect(line).toMatchObject({
          n: both + model,
          agree: both,
          disagree: model,
          undecided: ties,
          peopleUnits: all,
        });
        expect(line.peopleAgreement).toBe((both + model) / all);
      }),
      SEED,
    );
  });
});

describe('a summary', () => {
  it('splits by reason, and never estimates accuracy from anything but the sample', () => {
    const hard = [{ ConditionType: 'ModerationLabelConfidenceCheck', EvaluationResult: true }];
    const lines = linesAbout([
      ...repeat(3, () => compare(moderation({ A: 99 }, [['A']]))),
      ...repeat(2, () => compare(moderation({ A: 51 }, [[]], hard))),
    ]);
    expect(
      lines.map(({ field, reason, n, agreement, estimatesAccuracy }) => [
        field,
        reason,
        n,
        agreement,
        estimatesAccuracy,
      ]),
    ).toEqual([
      [null, null, 5, 0.6, false],
      [null, 'sampling', 3, 1, true],
      [null, 'low-confidence', 2, 0, false],
      ['A', null, 5, 0.6, false],
      ['A', 'sampling', 3, 1, true],
      ['A', 'low-confidence', 2, 0, false],
    ]);
    for (const { estimatesAccuracy, meaning } of lines)
      expect(meaning).toContain(estimatesAccuracy ? "estimates the model's accuracy" : "not the model's accuracy");
  });

  it('of a flow that only samples estimates accuracy as a whole', () => {
    expect(
      linesAbout([compare(moderation({ A: 99 }, [['A']]))]).map(({ estimatesAccuracy }) => estimatesAccuracy),
    ).toEqual([...[true, true, true, true]]);
  });

  it('is below the level only if there are 30 answers and the upper end of the interval is below it', () => {
    const below = (agree: number, disagree: number, level: number) =>
      linesAbout(
        [...repeat(agree, () => custom('x', ['x'])), ...repeat(disagree, () => custom('x', ['y']))].map((output) =>
          compare(output, policyOf(POINTERS)),
        ),
        level,
      )[0]?.isBelowLevel;
    expect([below(0, 29, 90), below(0, 30, 90)]).toEqual([false, true]);
    expect([below(80, 20, 85), below(80, 20, 88), below(100, 0, 100)]).toEqual([false, true, false]);
  });

  it('is below the level only for random samples, or when nobody knows how the objects were chosen', () => {
    const hard = [{ ConditionType: 'ModerationLabelConfidenceCheck', EvaluationResult: true }];
    const judged = (comparisons: readonly Comparison[]) =>
      linesAbout(comparisons, 90).flatMap(({ kind, reason, isBelowLevel }) =>
        kind === 'flow' ? [[reason, isBelowLevel]] : [],
      );
    const wrong = repeat(50, () => compare(moderation({ A: 51 }, [[]], hard)));
    const right = repeat(50, () => compare(moderation({ A: 99 }, [['A']])));
    expect(judged([...wrong, ...right])).toEqual([
      [null, null],
      ['sampling', false],
      ['low-confidence', null],
    ]);
    expect(judged(wrong)).toEqual([
      [null, null],
      ['low-confidence', null],
    ]);
    const own = repeat(50, () => compare(custom('x', ['y']), policyOf(POINTERS)));
    expect(judged(own)).toEqual([
      [null, true],
      ['custom', true],
    ]);
    expect(judged([...own, ...right])).toEqual([
      [null, null],
      ['sampling', false],
      ['custom', null],
    ]);
  });

  it('has no precision for fields that people kept or changed, or for form fields that they added', () => {
    const boxes = (...outcomes: ('kept' | 'rejected' | 'added')[]): Comparison => ({
      ...{ flow: 'f', reason: 'labeling-job', skipped: 0 },
      fields: outcomes.map((outcome) => ({ field: 'dog', outcome, answers: 1, agreeing: 1, values: [] })),
    });
    expect(find(linesAbout([boxes('kept', 'kept', 'rejected', 'added')]), 'dog')).toMatchObject({
      ...{ n: 4, agreement: 0.5, kept: 2, changed: 0, rejected: 1, added: 1, confirmed: null },
      ...{ precision: null, recall: null, f1: null },
    });
    const filled = compare(forms({}, [{ Mail: 'm' }]), policyOf({ fields: ['Mail'] }));
    expect(find(linesAbout([filled]), 'Mail')).toMatchObject({
      ...{ n: 1, added: 1, kept: 0, changed: 0, rejected: null, precision: null, recall: null, f1: null },
    });
  });

  it('shows a label that people added only if the model gave it for another object, too', () => {
    const added = compare(moderation({ A: 90 }, [['A', 'John Smith']]));
    const shown = (...comparisons: Comparison[]) =>
      linesAbout(comparisons).flatMap(({ field, reason, added: count }) => (reason === null && count ? [field] : []));
    expect(shown(added, added)).toEqual([null, '(other labels)']);
    const known = compare(moderation({ 'John Smith': 90 }, [[]]));
    expect(shown(added, known)).toEqual([null, 'John Smith']);
    expect(find(linesAbout([known, added, added]), 'John Smith')).toMatchObject({ rejected: 1, added: 2, n: 3 });
  });

  it('says that nothing was compared', () => {
    const [line] = linesAbout([compare(custom('x', ['x']))]);
    expect(line).toMatchObject({ n: 0, estimatesAccuracy: false, meaning: 'nothing was compared' });
  });

  it('has each label of a listed set of labels, without counting it twice in the flow', () => {
    const policy = policyOf({ ...POINTERS, fields: ['x', 'y'] });
    const lines = linesAbout([custom('x', ['x']), custom('x', ['y'])].map((output) => compare(output, policy)));
    expect(find(lines, null)).toMatchObject({ n: 2, agree: 1, disagree: 1, confirmed: null });
    expect(find(lines, 'x')).toMatchObject({ confirmed: 1, rejected: 1, added: 0 });
    expect(find(lines, 'y')).toMatchObject({ confirmed: 0, rejected: 0, added: 1, precision: null, recall: 0 });
  });

  it('has at most 300 fields and 500 flows by name, and counts the others together', () => {
    const names = Array.from({ length: 700 }, (_, at) => `Label ${at}`);
    const lines = linesAbout(names.map((name) => compare(moderation({ [name]: 90 }, [[name]]))));
    expect(find(lines, null)?.n).toBe(700);
    expect(find(lines, '(other fields)')?.n).toBe(400);
    const flows = names.map((_, at) => ({
      ...compare(custom('x', ['x']), policyOf(POINTERS)),
      flow: `flow-${at}`,
      arn: undefined,
    }));
    expect(linesAbout(flows).filter(({ field, reason }) => field === null && reason === null)).toHaveLength(501);
  });

  it('is the same for sums of days as for all comparisons at once', () => {
    const outcome = fc.constantFrom('confirmed', 'rejected', 'added', 'undecided', 'absent' as const);
    const field = fc.record({
      field: fc.constantFrom('A', 'B', '__proto__'),
      outcome,
      confidence: fc.double({ min: 0, max: 100, noNaN: true }),
      answers: fc.constant(1),
      agreeing: fc.constant(1),
      values: fc.array(fc.nat(1), { maxLength: 3 }),
      isPart: fc.boolean(),
    });
    const comparison = fc.record({
      flow: fc.constant('f'),
      reason: fc.constantFrom('sampling', 'low-confidence' as const),
      fields: fc.array(field, { maxLength: 4 }),
      skipped: fc.nat(3),
      notComparable: fc.option(fc.constant('no-answers' as const), { nil: undefined, freq: 4 }),
    });
    fc.assert(
      fc.property(fc.array(fc.array(comparison), { minLength: 1 }), (days) => {
        const stored = days
          .map((day) => day.reduce(dayWith, NO_DAY))
          .map((day) => dayOf(StoredDay.parse(JSON.parse(JSON.stringify(storedDay(day))))));
        const tally = new ReviewTally();
        for (const one of days.flat()) tally.add(one);
        const [all] = tally.flows();
        const ofDays = tallyOfDays('f', stored);
        expect(linesOf(ofDays, 90)).toEqual(all === undefined ? linesOf(tallyOfDays('f', []), 90) : linesOf(all, 90));
        expect(ofDays.skipped).toBe(all?.skipped ?? 0);
        expect(ofDays.notComparable).toEqual(all?.notComparable ?? new Map());
      }),
      SEED,
    );
  });
});

describe('the sums of a day', () => {
  const added = (written: string) => ({
    ...compare(moderation({ A: 80 }, [['A']])),
    fields: [{ field: '(other labels)', written, outcome: 'added' as const, answers: 1, agreeing: 0, values: [] }],
  });

  it('never hold a name that a person wrote, unless the model gave the same label', () => {
    const day = [compare(moderation({ A: 80 }, [['A']])), added('my password is 1234'), added('A')].reduce(
      dayWith,
      NO_DAY,
    );
    expect(JSON.stringify(storedDay(day))).not.toContain('password');
    expect(tallyOfDays('f', [day]).fields.get('A')?.get('sampling')?.outcomes).toEqual({ confirmed: 1, added: 1 });
    expect(tallyOfDays('f', [day]).fields.get('(other labels)')?.get('sampling')?.outcomes).toEqual({ added: 1 });
  });

  it('fit into an item of the table: they have 100 fields by name, and the others together', () => {
    const names = Array.from({ length: 300 }, (_, at) => `Label ${at} ${'x'.repeat(60)}`);
    const all = names.map((name) => compare(moderation({ [name]: 90 }, [[name], [name], []])));
    const reasons = ['sampling', 'low-confidence', 'missing-key', 'other', 'custom'] as const;
    const day = reasons.flatMap((reason) => all.map((one) => ({ ...one, reason }))).reduce(dayWith, NO_DAY);
    expect(tallyOfDays('f', [day]).fields.size).toBe(100);
    expect(tallyOfDays('f', [day]).sums.get('other')?.outcomes).toEqual({ confirmed: 300 });
    expect(JSON.stringify(storedDay(day)).length).toBeLessThan(400_000);
  });
});
