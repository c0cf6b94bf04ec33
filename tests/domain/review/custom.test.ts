import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolvePointer } from '../../../domain/review/tasks/pointer.ts';
import { compare, custom, POINTERS, policyOf, readOutput } from '../../support/review.ts';

describe('a custom task', () => {
  it("from AWS's samples is compared at the configured pointers", () => {
    const policy = policyOf({ prediction: '/initialValue', answer: '/category/label' });
    expect(compare(readOutput('custom-classifier'), policy)).toMatchObject({
      reason: 'custom',
      fields: [{ field: '/category/label', outcome: 'disagree', answers: 1, agreeing: 0, values: [1] }],
    });
  });

  it('keeps no word of a transcription in its comparison', () => {
    const policy = policyOf({ prediction: '/original_words', answer: '/transcription' });
    const comparison = compare(readOutput('custom-transcribe'), policy);
    expect(comparison.fields).toMatchObject([{ field: '/transcription', outcome: 'disagree' }]);
    expect(JSON.stringify(comparison)).not.toMatch(/lambda|notebook|definitely/i);
  });

  it.each([
    ['case and white space do not matter by default', 'POSITIVE', ' Positive\n', {}, 'agree'],
    ['punctuation matters by default', 'a, b', 'a b', {}, 'disagree'],
    ['punctuation does not matter if configured', 'a, b.', 'A b', { normalise: ['case', 'punctuation'] }, 'agree'],
    ['everything matters if configured', 'a', 'A', { normalise: [] }, 'disagree'],
    ['accents may be written in two ways', 'caf\u00e9', 'cafe\u0301', { normalise: [] }, 'agree'],
    ['numbers are compared as numbers', 0.5, 0.5, {}, 'agree'],
    ['truth values are compared', true, false, {}, 'disagree'],
  ] as const)('%s', (_, prediction, answer, settings, outcome) => {
    const { normalise, ...rest } = { normalise: undefined, ...settings };
    const policy = policyOf({ ...POINTERS, ...rest, ...(normalise && { normalise: [...normalise] }) });
    expect(compare(custom(prediction, [answer]), policy).fields).toMatchObject([{ outcome }]);
  });

  it.each([
    ['a number and a label', 0.93, ['Fraud'], 'different-types'],
    ['a label and a number', 'Fraud', [1], 'different-types'],
    ['a number and its text', 1, ['1'], 'different-types'],
    ['no prediction', undefined, ['x'], 'prediction-not-found'],
    ['a prediction that is null', null, ['x'], 'prediction-not-a-value'],
    ['a prediction that is a list', ['x'], ['x'], 'prediction-not-a-value'],
    ['a prediction that is an object', {}, ['x'], 'prediction-not-a-value'],
    ['no answer', 'x', [undefined], 'answer-not-found'],
    ['an answer that is a list', 'x', [['x']], 'answer-not-a-value'],
    ['an answer that is null', 'x', [null], 'answer-not-a-value'],
  ])('is not comparable with %s', (_, prediction, answers, why) => {
    const comparison = compare(custom(prediction, answers), policyOf(POINTERS));
    expect(comparison).toMatchObject({ fields: [], notComparable: why });
  });

  it('compares the answers that have a value; more than half of all answers decide', () => {
    expect(compare(custom('x', ['x', undefined, null, 7, 'y', 'X']), policyOf(POINTERS)).fields).toEqual([
      { field: '/a', outcome: 'undecided', answers: 3, agreeing: 2, values: [0, 1, 0] },
    ]);
    expect(compare(custom('x', ['x', null, 'X']), policyOf(POINTERS)).fields).toMatchObject([{ outcome: 'agree' }]);
    const policy = policyOf({ ...POINTERS, set: true, fields: ['cat'] });
    expect(compare(custom(['cat'], [['cat'], null, 7]), policy).fields).toMatchObject([{ outcome: 'undecided' }]);
  });

  it('counts as different when most people correct the model, even if each corrects it differently', () => {
    expect(compare(custom('x', ['y', 'z']), policyOf(POINTERS)).fields).toMatchObject([
      { outcome: 'disagree', agreeing: 0, values: [1, 2] },
    ]);
    const policy = policyOf({ ...POINTERS, fields: ['x', 'y', 'z'] });
    expect(compare(custom('x', ['y', 'z', 'x']), policy).fields).toMatchObject([
      { field: '/a', outcome: 'disagree' },
      { field: 'x', outcome: 'rejected' },
    ]);
  });

  it('also compares each label that the configuration lists', () => {
    const policy = policyOf({ ...POINTERS, fields: ['Fraud', 'Legitimate'] });
    expect(compare(custom('fraud', ['Legitimate', 'legitimate', 'Fraud']), policy).fields).toMatchObject([
      { field: '/a', outcome: 'disagree', values: [1, 1, 0] },
      { field: 'Fraud', outcome: 'rejected', isPart: true },
      { field: 'Legitimate', outcome: 'added', isPart: true },
    ]);
    expect(compare(custom('Secret', ['secret']), policy).fields).toMatchObject([
      { field: '/a', outcome: 'agree', values: [2] },
      { field: '(other labels)', outcome: 'confirmed' },
    ]);
  });

  it('ignores the order of labels when the configuration says that they are a set', () => {
    const policy = policyOf({ ...POINTERS, set: true, fields: ['cat', 'dog', 'cow'] });
    const { fields } = compare(custom(['Cat', 'dog', 'private'], [['dog', 'fox', 'CAT', 'cat']]), policy);
    expect(fields.map(({ field, outcome, values }) => [field, outcome, ...values])).toEqual([
      ['cat', 'confirmed', 1],
      ['dog', 'confirmed', 1],
      ['(other labels)', 'rejected', 0],
      ['(other labels)', 'added', 1],
      ['cow', 'absent', 0],
    ]);
    expect(compare(custom('Cat', [['cat']]), policy).notComparable).toBe('prediction-not-a-set');
    expect(compare(custom([], [['cat', 1]]), policy).notComparable).toBe('answer-not-a-set');
    expect(compare(custom([], [undefined]), policy).notComparable).toBe('answer-not-found');
  });

  it('gives the same comparison for any order of the answers', () => {
    const answers = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(answers, fc.nat(), (given, turn) => {
        const turned = [...given.slice(turn % given.length), ...given.slice(0, turn % given.length)];
        const [one, other] = [given, turned].map((all) => compare(custom('a', all), policyOf(POINTERS)).fields[0]);
        expect({ ...one, values: one?.values.toSorted() }).toEqual({ ...other, values: other?.values.toSorted() });
      }),
      { seed: 15 },
    );
  });
});

describe('a JSON pointer', () => {
  const document = JSON.parse('{"a": [10, {"b/c": 1, "m~n": 2, "~1": 3}], "": 4, "__proto__": {"x": 5}}');

  it.each([
    ['', document],
    ['/a/0', 10],
    ['/a/1/b~1c', 1],
    ['/a/1/m~0n', 2],
    ['/a/1/~01', 3],
    ['/', 4],
    ['/__proto__/x', 5],
  ])('%s finds what RFC 6901 says', (pointer, value) => {
    expect(resolvePointer(document, pointer)).toEqual({ value });
  });

  it.each([
    '/constructor',
    '/toString',
    '/__proto__/__proto__',
    '/a/length',
    '/a/00',
    '/a/-',
    '/a/2',
    '/a/0/x',
    'a',
    '/__proto__/constructor/name',
  ])('%s finds nothing', (pointer) => {
    expect(resolvePointer(document, pointer)).toBeUndefined();
    expect(resolvePointer(JSON.parse('{"a": []}'), pointer)).toBeUndefined();
  });

  it.each(['/__proto__', '/constructor/name', '/a/__proto__/length'])('%s compares nothing', (pointer) => {
    const policy = policyOf({ prediction: pointer, answer: pointer });
    expect(compare(custom('x', ['x']), policy).notComparable).toBe('prediction-not-found');
  });
});
