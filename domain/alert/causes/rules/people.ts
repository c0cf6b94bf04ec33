/** Failures of work that people do: labeling jobs of Ground Truth, and human loops of A2I. */
import type { Key } from '../advice/advice.ts';
import { firstOf, type Rule } from './rule.ts';

/** Failure codes and reasons of human loops. Source of the codes: A2I runtime API reference, DescribeHumanLoop. */
const HUMAN_LOOP: readonly Rule[] = [
  [/^Expired\b|\bexpired\b/i, 'a2i/expired'],
  [/^InternalError\b|\binternal (?:server |service )?error\b/i, 'a2i/internal-error'],
  [
    /^ValidationError\b|\binvalid\b|\bnot valid\b|\btemplate\b|\bfailed to render\b|\binput ?content\b|\bvalidat/i,
    'a2i/validation-error',
  ],
];

/** The set-up of labeling jobs, in the words of its request (API reference, CreateLabelingJob). */
const LABELING =
  /\bmanifest\b|\blabel(?:s|ing(?! jobs?\b)| ?attribute| ?categor)|\btemplate\b|\bwork(?:ers?| ?team| ?force)\b|HumanTask|UiConfig|\bCORS\b|\bannotation|\bpre-?human|\bsource(?:-ref)?\b|\binput data(?:set)?\b|\bdata ?objects?\b|\btasks?\b/i;

/** Whether a reason without a type is about a human loop. */
export const isOfHumanLoop = (text: string): boolean =>
  /\bhuman-?\s?loop|\bflow-?\s?definition|\bhuman review\b|\bA2I\b|\bAugmented AI\b|\bhuman ?task ?ui\b|\bFailureCode\b|\bInputContent\b|^(?:ValidationError )?Task failed to render\b/i.test(
    text,
  );

/** What a failed human loop means. */
export const humanLoopIn = (text: string): Key => firstOf(HUMAN_LOOP, text) ?? 'a2i';

/** What the statement of a labeling job means, if no statement of SageMaker in general fits. */
export function labelingIn(text: string): Key | undefined {
  if (/\blambda:InvokeFunction\b|\bLambda function\b/i.test(text)) return 'labeling-configuration/lambda';
  if (/\bAccess ?Denied\b/i.test(text)) return 's3-permission';
  return LABELING.test(text) ? 'labeling-configuration' : undefined;
}
