import { describe, expect, it } from 'vitest';
import { type AnyOutput, compare, forms, moderation, policyOf, readOutput } from '../../support/review.ts';

const outcomes = (output: AnyOutput, policy?: Parameters<typeof compare>[1]) =>
  compare(output, policy).fields.map(({ field, outcome }) => [field, outcome]);

describe("AWS's sample outputs", () => {
  it('from Rekognition: people confirmed the label that they saw', () => {
    expect(compare(readOutput('rekognition'))).toEqual({
      flow: 'flow-definition-name',
      arn: 'arn:aws:sagemaker:us-west-2:111122223333:flow-definition/flow-definition-name',
      loop: 'human-loop-name',
      reason: 'low-confidence',
      at: new Date('2020-09-28T19:22:35.508Z'),
      fields: [
        {
          field: 'Suggestive',
          outcome: 'confirmed',
          confidence: 96.7122802734375,
          answers: 1,
          agreeing: 1,
          values: [1],
        },
      ],
      skipped: 0,
      notComparable: undefined,
    });
  });

  it('from Textract: people changed the value, and the name of the field is hidden', () => {
    const comparison = compare(readOutput('textract'));
    expect(comparison).toMatchObject({
      reason: 'low-confidence',
      fields: [{ field: '(other fields)', outcome: 'changed', confidence: 61.3, answers: 1, agreeing: 0, values: [1] }],
    });
    expect(JSON.stringify(comparison)).not.toMatch(/Address|12B|128/);
  });

  it('from Textract: the name of a field is shown when the configuration lists it', () => {
    expect(outcomes(readOutput('textract'), policyOf({ fields: ['address'] }))).toEqual([['address', 'changed']]);
  });

  it('from a custom task cannot be compared until the configuration has pointers', () => {
    expect(compare(readOutput('custom-classifier'))).toMatchObject({
      reason: 'custom',
      fields: [],
      notComparable: 'not-configured',
    });
  });
});

describe('moderation labels', () => {
  it.each([
    [
      'an empty list rejects all',
      { A: 90, B: 60 },
      [[]],
      [
        ['A', 'rejected'],
        ['B', 'rejected'],
      ],
    ],
    [
      'people add a label',
      { A: 90 },
      [['A', 'C']],
      [
        ['A', 'confirmed'],
        ['(other labels)', 'added'],
      ],
    ],
    [
      'the majority counts',
      { A: 90, B: 60 },
      [['A'], ['A', 'B'], []],
      [
        ['A', 'confirmed'],
        ['B', 'rejected'],
      ],
    ],
    ['a tie is undecided', { A: 90 }, [['A'], []], [['A', 'undecided']]],
    ['a label that a minority adds is not added', { A: 90 }, [['A', 'C'], ['A'], ['A']], [['A', 'confirmed']]],
    [
      'what looks like no label has no name',
      { A: 90 },
      [['A', 'mail bob@example.com!']],
      [
        ['A', 'confirmed'],
        ['(other labels)', 'added'],
      ],
    ],
  ])('%s', (_, labels, answers, expected) => {
    expect(outcomes(moderation(labels, answers))).toEqual(expected);
  });

  it('that people add are counted by name only if the settings or the conditions list them', () => {
    const words = 'John Smith of 12 Main St';
    const conditions = [
      { ConditionType: 'Sampling', EvaluationResult: true },
      { ConditionType: 'x', EvaluationResult: false, ConditionParameters: { ModerationLabelName: 'C' } },
    ];
    const output = moderation({ A: 90 }, [['A', 'B', 'C', words]], conditions);
    expect(outcomes(output, policyOf({ fields: ['B'] }))).toEqual([
      ['A', 'confirmed'],
      ['B', 'added'],
      ['C', 'added'],
      ['(other labels)', 'added'],
    ]);
  });

  it('that people did not see are not counted, even when people name them', () => {
    const output = moderation({ A: 90 }, [
      ['A', 'B'],
      ['B', 'A'],
    ]);
    output.inputContent.aiServiceResponse.moderationLabels.push(
      { name: 'B', confidence: 55 },
      { name: 'C', confidence: 51 },
    );
    expect(compare(output).fields).toMatchObject([{ field: 'A', outcome: 'confirmed' }]);
  });

  it('need a list as an answer: an answer without a list, or with other things in the list, is skipped', () => {
    const output = moderation({ A: 90 }, [['A'], [], []]);
    const [, second, third] = output.humanAnswers;
    second.answerContent = {};
    third.answerContent[output.awsManagedHumanLoopRequestSource].moderationLabels = [7];
    // One person of three is no majority.
    expect(compare(output).fields).toMatchObject([{ field: 'A', outcome: 'undecided', answers: 1, agreeing: 1 }]);
    output.humanAnswers.shift();
    expect(compare(output)).toMatchObject({ fields: [], notComparable: 'unreadable-answers' });
  });

  it.each([
    ['no answer', (output: AnyOutput) => Object.assign(output, { humanAnswers: [] }), 'no-answers'],
    ['answers that are no list', (output: AnyOutput) => Object.assign(output, { humanAnswers: 'x' }), 'no-answers'],
    ['no prediction', (output: AnyOutput) => Object.assign(output, { inputContent: null }), 'no-prediction'],
    ['no label at all', () => moderation({}, [[]]), 'nothing-to-compare'],
    [
      'another task of AWS',
      (output: AnyOutput) => Object.assign(output, { awsManagedHumanLoopRequestSource: 'AWS/New/Thing/V1' }),
      'unknown-task',
    ],
    [
      'the task __proto__',
      (output: AnyOutput) => Object.assign(output, { awsManagedHumanLoopRequestSource: '__proto__' }),
      'unknown-task',
    ],
  ])('with %s are not comparable', (_, change, why) => {
    expect(compare(change(moderation({ A: 90 }, [['A']])))).toMatchObject({ fields: [], notComparable: why });
  });
});

describe('form fields', () => {
  const KEY = {
    ConditionType: 'ImportantFormKeyConfidenceCheck',
    EvaluationResult: true,
    ConditionParameters: { ImportantFormKey: 'Total', ImportantFormKeyAliases: ['Sum:'] },
  };

  it('are shown by name when the conditions name them; all other names are hidden', () => {
    const output = forms({ 'SUM :': '10', Secret: 'x' }, [{ 'SUM :': '10', Secret: 'y' }], [KEY]);
    expect(outcomes(output)).toEqual([
      ['Total', 'kept'],
      ['(other fields)', 'changed'],
    ]);
    expect(JSON.stringify(compare(output))).not.toContain('Secret');
  });

  it('count as kept when only white space differs; further normalisers ignore further differences', () => {
    const output = forms({ Total: 'US$ 10' }, [{ Total: ' us$  10. ' }], [KEY]);
    expect(outcomes(output)).toEqual([['Total', 'changed']]);
    expect(outcomes(output, policyOf({ normalise: ['case', 'space', 'punctuation'] }))).toEqual([['Total', 'kept']]);
    expect(outcomes(forms({ Total: 'a  b' }, [{ Total: 'a b' }], [KEY]))).toEqual([['Total', 'kept']]);
  });

  it('count as added when only people gave them', () => {
    const output = forms({ A: '1' }, [{ A: '1', Total: '5' }], [{ ...KEY, ConditionType: 'MissingImportantFormKey' }]);
    expect(compare(output)).toMatchObject({
      reason: 'missing-key',
      fields: [{ outcome: 'kept' }, { field: 'Total', outcome: 'filled' }],
    });
  });

  it('are decided by the majority of the people who answered', () => {
    const answers = [{ A: '1' }, { A: '2' }, { A: '2' }];
    expect(compare(forms({ A: '1' }, answers)).fields).toMatchObject([
      { outcome: 'changed', answers: 3, agreeing: 1, values: [0, 1, 1] },
    ]);
    expect(compare(forms({ A: '1' }, [{ A: '1' }, { A: '2' }])).fields).toMatchObject([{ outcome: 'undecided' }]);
  });

  it('count as changed when most people correct the model, even if each corrects it differently', () => {
    expect(compare(forms({ A: '1' }, [{ A: '1' }, { A: '2' }, { A: '3' }])).fields).toMatchObject([
      { outcome: 'changed', agreeing: 1, values: [0, 1, 2] },
    ]);
    expect(compare(forms({ A: '1' }, [{ A: '2' }, { A: '3' }])).fields).toMatchObject([{ outcome: 'changed' }]);
  });

  it('need more than half of all answers to agree; an answer that lacks the field, or is unreadable, agrees with nobody', () => {
    expect(compare(forms({ A: '1' }, [{ A: '1' }, {}, {}])).fields).toMatchObject([
      { outcome: 'undecided', answers: 1 },
    ]);
    expect(compare(forms({ A: '1' }, [{ A: '1' }, { A: '1' }, {}])).fields).toMatchObject([{ outcome: 'kept' }]);
    const output = forms({ A: '1' }, [{ A: '1' }, {}, {}]);
    output.humanAnswers[1] = null;
    output.humanAnswers[2].answerContent = 'x';
    expect(compare(output).fields).toMatchObject([{ outcome: 'undecided', answers: 1 }]);
  });

  it('are skipped when nobody answered them, or when their blocks are missing', () => {
    expect(compare(forms({ A: '1', B: '2' }, [{ A: '1' }]))).toMatchObject({
      fields: [{ outcome: 'kept' }],
      skipped: 1,
    });
    const output = forms({ A: '1', B: '2' }, [{ A: '1', B: '2' }]);
    output.inputContent.selectedAiServiceResponse.blocks.pop();
    expect(compare(output)).toMatchObject({ fields: [{ outcome: 'kept' }], skipped: 1 });
  });
});
