import { describe, expect, it } from 'vitest';
import { type AnyOutput, compare, custom, forms, moderation, POINTERS, policyOf } from '../../support/review.ts';

const FORMS = 'AWS/Textract/AnalyzeDocument/Forms/V1';
// Time that grows with the square of the input would run into the time limit of a test.
describe('an output that was made to cost time', () => {
  it('with a million labels is not read', () => {
    const names = Array.from({ length: 1_000_000 }, (_, at) => `${at}`);
    const output = moderation({ A: 90 }, [names, ['A']]);
    expect(compare(output).fields).toMatchObject([{ field: 'A', answers: 1 }]);
    expect(compare(custom([], [names]), policyOf({ ...POINTERS, set: true })).notComparable).toBe('answer-not-a-set');
  });

  it('with thousands of fields that share thousands of words is read in part', () => {
    const words = Array.from({ length: 20_000 }, (_, at) => ({ blockType: 'WORD', id: `w${at}`, text: 'x' }));
    const value = {
      blockType: 'KEY_VALUE_SET',
      id: 'v',
      entityTypes: ['VALUE'],
      relationships: [{ type: 'CHILD', ids: words.map(({ id }) => id) }],
    };
    const keys = Array.from({ length: 20_000 }, (_, at) => ({
      blockType: 'KEY_VALUE_SET',
      id: `k${at}`,
      entityTypes: ['KEY'],
      relationships: [{ type: 'VALUE', ids: ['v'] }],
    }));
    const output = forms({ A: '1' }, [{ A: '1' }]);
    const blocks = [...words, value, ...keys];
    output.inputContent = { aiServiceResponse: { blocks }, selectedAiServiceResponse: { blocks } };
    output.humanAnswers[0].answerContent[FORMS].blocks = blocks;
    const { fields, skipped } = compare(output);
    expect(fields.length).toBeGreaterThan(0);
    expect(fields.length + skipped).toBe(20_000);
  });

  it('with tens of thousands of fields is compared without comparing each with each', () => {
    const names = (from: number) =>
      Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`name ${from + at}`, 'x']));
    const output = forms(names(0), [names(1_000_000)]);
    expect(compare(output)).toMatchObject({ skipped: 20_000 });
  });
});

describe('an output with wrong types', () => {
  const WRONG = [
    null,
    7,
    'x',
    true,
    [],
    {},
    [null],
    [[]],
    [{}],
    { __proto__: 1 },
    JSON.parse('{"__proto__": {"a": 1}}'),
  ];
  const paths = [
    ...['humanAnswers', 'inputContent', 'awsManagedHumanLoopRequestSource', 'humanLoopName'],
    ...['humanAnswers.0', 'humanAnswers.0.answerContent', 'humanAnswers.0.submissionTime'],
    `humanAnswers.0.answerContent.${FORMS}`,
    `humanAnswers.0.answerContent.${FORMS}.blocks`,
    `humanAnswers.0.answerContent.${FORMS}.blocks.0.relationships`,
    `humanAnswers.0.answerContent.${FORMS}.blocks.0.relationships.0.ids`,
    ...['inputContent.aiServiceResponse', 'inputContent.selectedAiServiceResponse'],
    'inputContent.selectedAiServiceResponse.blocks',
    'inputContent.selectedAiServiceResponse.blocks.0.confidence',
    'inputContent.humanTaskActivationConditionResults',
    'inputContent.humanTaskActivationConditionResults.Conditions',
    'inputContent.humanTaskActivationConditionResults.Conditions.0.ConditionParameters',
  ];

  it.each(paths)('at %s is compared or has a reason', (path) => {
    for (const wrong of WRONG) {
      const output = forms({ A: '1' }, [{ A: '1' }]);
      const keys = path.split(/\.(?![^A-Z]*\/V1)/);
      const last = keys.pop() ?? '';
      const parent = keys.reduce((value: AnyOutput, key) => value?.[key], output);
      parent[last] = wrong;
      const comparison = compare(output);
      expect(comparison.fields.length > 0 || comparison.notComparable !== undefined).toBe(true);
    }
  });
});
