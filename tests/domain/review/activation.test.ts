import { describe, expect, it } from 'vitest';
import { compare, moderation } from '../../support/review.ts';

const met = (ConditionType: string, EvaluationResult = true) => ({ ConditionType, EvaluationResult });
const SAMPLING = met('Sampling');
const CONFIDENCE = met('ModerationLabelConfidenceCheck');
const KEY_CONFIDENCE = met('ImportantFormKeyConfidenceCheck');
const MISSING = met('MissingImportantFormKey');
const not = ({ ConditionType }: { ConditionType: string }) => met(ConditionType, false);

describe('a loop of a built-in task began because of', () => {
  it.each([
    ['its sample', [SAMPLING], 'sampling'],
    ['its sample, when other conditions were not met', [SAMPLING, not(CONFIDENCE), not(MISSING)], 'sampling'],
    ['confidence', [not(SAMPLING), CONFIDENCE], 'low-confidence'],
    ['confidence, when it was sampled too', [SAMPLING, KEY_CONFIDENCE], 'low-confidence'],
    ['confidence, in Or', [{ Or: [SAMPLING, CONFIDENCE], EvaluationResult: true }], 'low-confidence'],
    [
      'confidence, when only a sample of such cases is taken',
      [{ And: [SAMPLING, CONFIDENCE], EvaluationResult: true }],
      'low-confidence',
    ],
    ['its sample, in Or', [{ Or: [SAMPLING, not(CONFIDENCE)], EvaluationResult: true }], 'sampling'],
    ['its sample, in And', [{ And: [SAMPLING], EvaluationResult: true }], 'sampling'],
    ['conditions without a result of their own', [{ Or: [SAMPLING] }, { And: [not(CONFIDENCE)] }], 'sampling'],
    ['a missing key', [MISSING], 'missing-key'],
    ['a missing key, when it was sampled too', [MISSING, SAMPLING], 'missing-key'],
    ['several conditions', [MISSING, KEY_CONFIDENCE], 'other'],
    ['a condition that is not known', [met('Fullmoon')], 'other'],
    ['a condition called __proto__', [met('__proto__')], 'other'],
    ['no condition that was met', [not(SAMPLING)], 'other'],
    ['no condition', [], 'other'],
    ['conditions that cannot be read', [7, { And: 'x' }, { Or: [8] }], 'other'],
    ['a sample beside a condition that is no object', [SAMPLING, 7], 'other'],
    [
      'a sample beside a condition without a readable result',
      [SAMPLING, { EvaluationResult: 'true', Or: 'x' }],
      'other',
    ],
    ['a sample beside conditions that cannot be read', [SAMPLING, { Or: [CONFIDENCE, 8] }], 'other'],
    ['a sample beside a member without a result', [{ Or: [SAMPLING, { ConditionType: 'x' }] }], 'other'],
    [
      'a sample beside a member without a result, if the whole has one',
      [{ EvaluationResult: true, Or: [SAMPLING, { ConditionType: 'ModerationLabelConfidenceCheck' }] }],
      'other',
    ],
    ['a sample beside a condition that is met without a member that is', [SAMPLING, met('x'), { Or: [] }], 'other'],
    [
      'a sample beside 62 others and confidence',
      [SAMPLING, ...Array(62).fill(not(MISSING)), CONFIDENCE],
      'low-confidence',
    ],
    ['a sample beside 1,000 others', [SAMPLING, ...Array(1000).fill(not(MISSING))], 'other'],
  ])('%s', (_, conditions, reason) => {
    expect(compare(moderation({ A: 90 }, [['A']], conditions)).reason).toBe(reason);
  });
});
