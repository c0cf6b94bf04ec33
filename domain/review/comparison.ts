/**
 * What one reviewed object says: where people agree with the model and where not.
 *
 * A comparison holds names of fields and labels, and numbers. It never holds reviewed content: no text of a document,
 * no transcription, no comment.
 */

/** Why a human loop began. Only a random sample says how often the model is right. */
export const REASONS = [
  /** A random sample, and no other condition. */
  'sampling',
  /** A condition about the model's confidence; also when the loop would have been sampled, too. */
  'low-confidence',
  /** Textract did not find an important form field. */
  'missing-key',
  /** Several conditions, or one that is not known. */
  'other',
  /** The customer's own code began the loop (StartHumanLoop). */
  'custom',
  /** No human loop: a verification or adjustment job of Ground Truth. */
  'labeling-job',
] as const;
export type Reason = (typeof REASONS)[number];

/**
 * What people say about one field. More than half of all answers of the loop decide; `undecided` means that neither
 * most people agree with the model, nor most people disagree.
 *
 * - `confirmed`, `rejected`, `added`: labels, which the model gave or did not give
 * - `kept`, `changed`: form fields, and labels of adjustment jobs
 * - `filled`: a form field that the model did not find, and people added
 * - `agree`, `disagree`: a value of a custom task
 * - `absent`: neither the model nor most people gave the label; it only says whether people agree among themselves
 */
export const OUTCOMES = [
  'confirmed',
  'rejected',
  'added',
  'kept',
  'changed',
  'filled',
  'agree',
  'disagree',
  'undecided',
  'absent',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Outcomes in which people agree with the model. */
export const AGREEING: ReadonlySet<Outcome> = new Set(['confirmed', 'kept', 'agree']);

export interface FieldComparison {
  /** The name of the field or label; `OTHER_FIELDS` or `OTHER_LABELS` where its name may not be shown. */
  readonly field: string;
  readonly outcome: Outcome;
  /**
   * The label as a person wrote it, where `field` is `OTHER_LABELS`. It may be any words: nothing may show it, unless
   * the model gave the same label for another object of the flow.
   */
  readonly written?: string | undefined;
  /** The model's confidence in percent, from 0 to 100. */
  readonly confidence?: number | undefined;
  /** How many people answered readably. */
  readonly answers: number;
  /** How many of them agree with the model. */
  readonly agreeing: number;
  /**
   * What each person said, as opaque codes; empty where people were not all asked. The same code means the same in every
   * object of the field: absent or present, or the place in the configured list of labels. Without a list, 0 is what
   * the model said, 1 the most frequent other value of the object, and so on.
   */
  readonly values: readonly number[];
  /** Whether it is one label of a field that is already compared as a whole. Sums of a flow leave it out. */
  readonly isPart?: boolean | undefined;
}

/** Name for form fields whose names may be text of a document. */
export const OTHER_FIELDS = '(other fields)';
/** Name for labels of custom tasks that the configuration does not list, and what does not look like a label. */
export const OTHER_LABELS = '(other labels)';

/** Why an object cannot be compared, in words. */
export const NOT_COMPARABLE = {
  'no-answers': 'it has no answer of a person: the loop failed, expired or was stopped',
  'unreadable-output': 'its output cannot be read: it is not JSON, or no output of A2I',
  'too-large': 'its output has more than 20 MB',
  'too-many-answers': 'it has more than 50 answers',
  elsewhere: 'its output lies outside of review.flows.<flow>.output in ground-control.yml',
  'other-loop': 'its output is of another human loop or workflow',
  'unreadable-answers': 'no answer has the form that its task writes',
  'no-prediction': 'it has no prediction of the model in the form that its task writes',
  'unknown-task': 'its task is not of Rekognition moderation, Textract forms, or custom',
  'not-configured': 'ground-control.yml has no pointers for this flow: set review.flows.<flow>.prediction and answer',
  'prediction-not-found': 'the pointer to the prediction finds nothing',
  'prediction-not-a-value': 'the pointer to the prediction finds an object, a list or null',
  'prediction-not-a-set': 'the pointer to the prediction does not find a list of labels, which set: true expects',
  'answer-not-found': 'the pointer to the answer finds nothing',
  'answer-not-a-value': 'the pointer to the answer finds an object, a list or null',
  'answer-not-a-set': 'the pointer to the answer does not find a list of labels, which set: true expects',
  'different-types': 'prediction and answer are of different types, such as a number and a label',
  'nothing-to-compare': 'neither the model nor people said anything about a field',
  'not-labeled': 'people did not label it',
  'no-review': 'its job neither verifies nor adjusts labels',
  'unknown-verdict':
    'its class is neither approval nor rejection: list approving classes in review.flows.<job>.approved',
  'empty-label': 'its label is empty: a custom template without a post-annotation Lambda',
} as const;
export type NotComparable = keyof typeof NOT_COMPARABLE;

/** One reviewed object. */
export interface Comparison {
  /** The human review workflow (flow definition), or the labeling job. */
  readonly flow: string;
  /** The flow's ARN: names are unique only within an account and region. Absent for a labeling job. */
  readonly arn?: string | undefined;
  /** The human loop; absent for a line of a manifest. */
  readonly loop?: string | undefined;
  readonly reason: Reason;
  /** When the last person answered. */
  readonly at?: Date | undefined;
  readonly fields: readonly FieldComparison[];
  /** Fields that nobody answered readably. They are not compared. */
  readonly skipped: number;
  readonly notComparable?: NotComparable | undefined;
}

/** What a task's own comparison returns. */
export type Compared =
  | { readonly fields: readonly FieldComparison[]; readonly skipped?: number; readonly why?: undefined }
  | { readonly fields?: undefined; readonly skipped?: undefined; readonly why: NotComparable };
