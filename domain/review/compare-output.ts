/** Compares the output of an A2I human loop with the model. */
import type { ReviewPolicy } from '../../schemas/configuration/review.ts';
import { lookUp } from '../../schemas/look-up.ts';
import { type A2iOutput, type BuiltInInput, readBuiltInInput, Said } from '../../schemas/review/a2i-output.ts';
import { plainText } from '../../schemas/text/plain-text.ts';
import { importantKeys, labelsOfConditions, reasonOf } from './activation.ts';
import type { Compared, Comparison } from './comparison.ts';
import { compareCustom } from './tasks/custom.ts';
import { compareForms } from './tasks/forms.ts';
import { compareLabels } from './tasks/moderation.ts';
import { sameName } from './tasks/normalise.ts';

/** A2I asks at most three people (API reference, CreateFlowDefinition, TaskCount). */
const MOST_ANSWERS = 50;

/** A flow's name has at most 63 characters (API reference, CreateFlowDefinition). */
const FLOW = /:flow-definition\/([a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62})$/;

const FLOW_ARN = /^arn:[a-z-]+:sagemaker:[a-z0-9-]+:\d{12}:flow-definition\/[a-zA-Z0-9-]+$/;

/** The name of the flow definition in `arn`; absent when it is no ARN of one. */
export const flowOf = (arn: string | undefined): string | undefined => FLOW.exec(arn ?? '')?.[1];

/**
 * What the loop says; absent when `output` names no flow, and so is no output of A2I. Names of fields and labels, and
 * numbers are all that is handed on.
 */
export function compareOutput(output: A2iOutput, { flows }: ReviewPolicy): Comparison | undefined {
  const flow = flowOf(output.flowDefinitionArn);
  if (flow === undefined) return undefined;
  const { awsManagedHumanLoopRequestSource: source, humanAnswers, inputContent, humanLoopName } = output;
  const input = source === undefined ? undefined : readBuiltInInput(inputContent);
  const conditions = input?.humanTaskActivationConditionResults?.Conditions ?? [];
  const policy = lookUp(flows, flow);
  const contents = humanAnswers.map((answer) => answer?.answerContent);
  const compared = (): Compared => {
    if (contents.length === 0) return { why: 'no-answers' };
    if (contents.length > MOST_ANSWERS) return { why: 'too-many-answers' };
    if (source === undefined) return compareCustom(inputContent, contents, policy);
    const answers = contents.map((content) => saidIn(content, source));
    if (isModeration(source)) {
      const labels = shownAndAll(input, 'moderationLabels');
      if (labels === undefined) return { why: 'no-prediction' };
      return compareLabels(labels, answers, new Set([...labelsOfConditions(conditions), ...(policy?.fields ?? [])]));
    }
    if (!isForms(source)) return { why: 'unknown-task' };
    const blocks = shownAndAll(input, 'blocks');
    if (blocks === undefined) return { why: 'no-prediction' };
    return compareForms(blocks, answers, {
      shown: new Map([
        ...importantKeys(conditions).flatMap(({ name, spellings }) =>
          spellings.map((spelling) => [sameName(spelling), plainText(name, 100)] as const),
        ),
        ...(policy?.fields ?? []).map((name) => [sameName(name), name] as const),
      ]),
      normalisers: policy?.normalise,
    });
  };
  const { fields = [], skipped = 0, why } = compared();
  const times = humanAnswers.flatMap((answer) => answer?.submissionTime?.getTime() ?? []);
  return {
    flow,
    arn: FLOW_ARN.exec(output.flowDefinitionArn ?? '')?.[0],
    loop: humanLoopName,
    reason: source === undefined ? 'custom' : reasonOf(conditions),
    at: times.length === 0 ? undefined : new Date(Math.max(...times)),
    fields,
    skipped,
    notComparable: why,
  };
}

/** `AWS/Rekognition/DetectModerationLabels/Image/V3`, and `AWS/Textract/AnalyzeDocument/Forms/V1`. */
const isModeration = (source: string): boolean => source.startsWith('AWS/Rekognition/DetectModerationLabels/');
const isForms = (source: string): boolean => source.startsWith('AWS/Textract/AnalyzeDocument/');

/** What a person said: the object under the name of the source. */
function saidIn(content: unknown, source: string): Said | undefined {
  if (typeof content !== 'object' || content === null) return undefined;
  return Said.safeParse(Object.getOwnPropertyDescriptor(content, source)?.value).data;
}

/** What people saw, and everything that the model said. If one of both is missing, the other is taken. */
function shownAndAll<K extends keyof Said>(
  input: BuiltInInput | undefined,
  key: K,
): { readonly shown: NonNullable<Said[K]>; readonly all: NonNullable<Said[K]> } | undefined {
  const all = input?.aiServiceResponse?.[key];
  const shown = input?.selectedAiServiceResponse?.[key] ?? all;
  return shown === undefined || shown === null ? undefined : { shown, all: all ?? shown };
}
