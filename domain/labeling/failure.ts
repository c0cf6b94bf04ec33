/**
 * What the failure reason of a labeling job says about it.
 *
 * AWS publishes no words for the end after 30 days. It publishes that such a job fails "with an appropriate client
 * error message". So the words below decide only in one direction: a reason that names the configuration asks people.
 * Sources: API reference, LabelingJobStoppingConditions; an issue of
 * aws-samples/amazon-comprehend-semi-structured-documents-annotation-tools ("Exception invoking the Lambda function").
 */

/** A part of a job's configuration that its failure reason names. */
export type Fault = 'lambda' | 'permission' | 'template' | 'manifest' | 'categories' | 'missing' | 'invalid';

/** The first pattern that matches wins. A manifest or a template alone is no fault: advice may mention them. */
const FAULTS: readonly (readonly [Fault, RegExp])[] = [
  ['lambda', /\blambda/i],
  ['permission', /access ?denied|not authori[sz]ed|unauthori[sz]ed|forbidden|permission|assume (?:the )?role|\bkms\b/i],
  ['categories', /label ?categor|categor(?:y|ies) (?:config|file)/i],
  ['template', /\b(?:liquid|template|human ?task ?ui|ui ?config)/i],
  ['missing', /no ?such ?(?:bucket|key)|(?:does|do) ?n[o']t exist|no longer exists?|not found|cannot be found/i],
  ['manifest', /manifest.{0,80}(?:invalid|malformed|empty|pars|read|too (?:large|many|long))/i],
  ['manifest', /(?:invalid|malformed|empty|pars|read|too (?:large|many|long)).{0,80}manifest/i],
  ['invalid', /validation ?(?:exception|error)|\binvalid\b|malformed|not (?:a )?valid\b|limit ?exceeded|quota/i],
];

/** The part of the configuration that `reason` names; absent when it names none. */
export const faultIn = (reason: string | undefined): Fault | undefined =>
  FAULTS.find(([, pattern]) => pattern.test(reason ?? ''))?.[0];

const TIME =
  /expir|\b30[ -]days?\b|thirty days|\btimed?[ -]?out\b|(?:not|never) (?:completed?|finished|done) (?:with)?in\b/i;

/** Whether `reason` speaks of a time that is over. */
export const isAboutTime = (reason: string | undefined): boolean => TIME.test(reason ?? '');
