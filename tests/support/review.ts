/** Outputs of human loops for tests. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareOutput } from '../../domain/review/compare-output.ts';
import type { Comparison } from '../../domain/review/comparison.ts';
import type { FlowPolicy, ReviewPolicy } from '../../schemas/configuration/review.ts';
import { A2iOutput } from '../../schemas/review/a2i-output.ts';
import { ROOT } from './events.ts';

export const REVIEW_FIXTURES = join(ROOT, 'tests/fixtures/review');
// biome-ignore lint/suspicious/noExplicitAny: tests build outputs of any shape, right and wrong
export type AnyOutput = any;

export const readOutput = (name: string): AnyOutput =>
  JSON.parse(readFileSync(join(REVIEW_FIXTURES, `a2i-output.${name}.json`), 'utf8'));

/** The settings of the flow in all samples, and in `outputOf`. */
export const policyOf = (settings: Partial<FlowPolicy>, flow = 'flow-definition-name'): ReviewPolicy => ({
  ...NO_POLICY,
  flows: { [flow]: { fields: [], set: false, approved: [], ...settings } },
});
export const NO_POLICY: ReviewPolicy = { flows: {}, keys: [], windowDays: 7 };

/** Fails when `output` is no output of A2I. */
export function compare(output: AnyOutput, policy = NO_POLICY): Comparison {
  const comparison = compareOutput(A2iOutput.parse(output), policy);
  if (comparison === undefined) throw new Error('it is no output of A2I');
  return comparison;
}

const ARN = 'arn:aws:sagemaker:us-west-2:111122223333:flow-definition/flow-definition-name';
const MODERATION = 'AWS/Rekognition/DetectModerationLabels/Image/V3';
const FORMS = 'AWS/Textract/AnalyzeDocument/Forms/V1';
const SAMPLED = [{ ConditionType: 'Sampling', EvaluationResult: true, ConditionParameters: {} }];

/** A moderation loop: labels of the model with their confidences, and what each person chose. */
export const moderation = (
  labels: Readonly<Record<string, number>>,
  answers: readonly (readonly string[])[],
  conditions: readonly unknown[] = SAMPLED,
): AnyOutput => {
  const moderationLabels = Object.entries(labels).map(([name, confidence]) => ({ name, confidence, parentName: '' }));
  return {
    awsManagedHumanLoopRequestSource: MODERATION,
    flowDefinitionArn: ARN,
    humanLoopName: 'loop-1',
    humanAnswers: answers.map((names, at) => ({
      answerContent: { [MODERATION]: { moderationLabels: names.map((name) => ({ name, parentName: '' })) } },
      submissionTime: `2026-10-0${(at % 9) + 1}T10:00:00.000Z`,
      workerId: `worker-${at}`,
    })),
    inputContent: {
      aiServiceResponse: { moderationLabels: [...moderationLabels] },
      selectedAiServiceResponse: { moderationLabels },
      humanTaskActivationConditionResults: { Conditions: conditions },
    },
  };
};

/** Blocks of a form: each field is a key and its value, of one word each. */
export const formBlocks = (fields: Readonly<Record<string, string>>, confidence = 90): object[] =>
  Object.entries(fields).flatMap(([key, value], at) => [
    {
      blockType: 'KEY_VALUE_SET',
      confidence,
      entityTypes: ['KEY'],
      id: `k${key}`,
      relationships: [
        { ids: [`v${at}`], type: 'VALUE' },
        { ids: [`w${at}`], type: 'CHILD' },
      ],
    },
    {
      blockType: 'KEY_VALUE_SET',
      confidence,
      entityTypes: ['VALUE'],
      id: `v${at}`,
      relationships: [{ ids: [`x${at}`], type: 'CHILD' }],
    },
    { blockType: 'WORD', confidence: 99, id: `w${at}`, text: key },
    { blockType: 'WORD', confidence, id: `x${at}`, text: value },
  ]);

/** A forms loop: the fields of the model, and what each person submitted. */
export const forms = (
  model: Readonly<Record<string, string>>,
  answers: readonly Readonly<Record<string, string>>[],
  conditions: readonly object[] = SAMPLED,
): AnyOutput => ({
  awsManagedHumanLoopRequestSource: FORMS,
  flowDefinitionArn: ARN,
  humanLoopName: 'loop-1',
  humanAnswers: answers.map((fields) => ({ answerContent: { [FORMS]: { blocks: formBlocks(fields, 100) } } })),
  inputContent: {
    aiServiceResponse: { blocks: formBlocks(model) },
    selectedAiServiceResponse: { blocks: formBlocks(model) },
    humanTaskActivationConditionResults: { Conditions: conditions },
  },
});

/** A custom loop with the prediction at `/p` and each person's answer at `/a`. */
export const custom = (prediction: unknown, answers: readonly unknown[], loop = 'loop-1'): AnyOutput =>
  // JSON has no undefined: such values are missing.
  JSON.parse(JSON.stringify(customOutput(prediction, answers, loop)));

const customOutput = (prediction: unknown, answers: readonly unknown[], loop: string): AnyOutput => ({
  flowDefinitionArn: ARN,
  humanLoopName: loop,
  humanAnswers: answers.map((a) => ({ answerContent: { a }, submissionTime: '2026-10-01T10:00:00Z' })),
  inputContent: { p: prediction },
});
export const POINTERS: Partial<FlowPolicy> = { prediction: '/p', answer: '/a' };
