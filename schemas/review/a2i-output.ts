/**
 * `output.json`, which Amazon A2I writes when a human loop ends: for Rekognition, Textract, and custom tasks.
 *
 * Nothing about workers is read. Facts: a list of moderation labels that is empty says that people rejected all labels,
 * a list that is missing says nothing. Names are camelCase, but PascalCase within conditions. Built-in tasks have no
 * acceptance times.
 * Source: developer guide of SageMaker, "Amazon A2I Output Data".
 */
import * as z from 'zod/mini';
import * as v from '../event/values.ts';
import { Block } from './blocks.ts';
import { anything, labelName, percentage, wholeList } from './values.ts';

const ModerationLabel = z.object({ name: labelName, confidence: percentage });
export type ModerationLabel = z.output<typeof ModerationLabel>;

/** Rekognition has about a hundred moderation labels. */
export const MOST_LABELS = 1000;
/** A2I asks few people (API reference, CreateFlowDefinition, TaskCount). An answer left out would change majorities. */
const MOST_ANSWERS = 1000;
/** A page has some thousand blocks. */
const MOST_BLOCKS = 100_000;

/** What the model said, or what a person said instead: labels of an image, or blocks of a document. */
const said = { moderationLabels: wholeList(ModerationLabel, MOST_LABELS), blocks: wholeList(Block, MOST_BLOCKS) };

export const Said = z.object(said);
export type Said = z.output<typeof Said>;

/** A condition without conditions in it. Source: "JSON schema for human loop activation conditions". */
const SimpleCondition = z.object({
  ConditionType: v.text,
  EvaluationResult: v.flag,
  ConditionParameters: v.part({
    ImportantFormKey: v.text,
    ImportantFormKeyAliases: v.list(labelName),
    ModerationLabelName: v.lenient(labelName),
  }),
});
export type SimpleCondition = z.output<typeof SimpleCondition>;

/** More conditions than a flow has. A list with one left out would turn hard cases into a random sample. */
const MOST_CONDITIONS = 1000;

const Condition = z.extend(SimpleCondition, {
  And: wholeList(SimpleCondition, MOST_CONDITIONS),
  Or: wholeList(SimpleCondition, MOST_CONDITIONS),
});
export type Condition = z.output<typeof Condition>;

const Answer = z.object({
  /** What a custom task's worker submitted, or for built-in tasks an object with the source's name as only key. */
  answerContent: anything,
  submissionTime: v.instant,
});

/** Conditions and predictions of the built-in tasks. A custom task has any JSON here. */
const BuiltInInput = z.object({
  aiServiceResponse: v.part(said),
  selectedAiServiceResponse: v.part(said),
  humanTaskActivationConditionResults: v.part({ Conditions: wholeList(Condition, MOST_CONDITIONS) }),
});
export type BuiltInInput = z.output<typeof BuiltInInput>;

export const readBuiltInInput = (inputContent: unknown): BuiltInInput | undefined =>
  BuiltInInput.safeParse(inputContent).data;

export const A2iOutput = z.object({
  flowDefinitionArn: v.arn,
  humanLoopName: v.text,
  /** Absent for a custom task, which the customer's own code began with StartHumanLoop. */
  awsManagedHumanLoopRequestSource: v.text,
  /** An answer that is no object is an absent entry: a person answered, but nobody can read what. */
  humanAnswers: v.list(v.lenient(Answer), MOST_ANSWERS),
  inputContent: anything,
});
export type A2iOutput = z.output<typeof A2iOutput>;
