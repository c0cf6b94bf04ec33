/**
 * Compares what verification and adjustment jobs of Ground Truth say about labels.
 *
 * A verification job gives a class, such as `good` or `bad`, to an object that already has a label. An adjustment job
 * writes a new label beside the old one. Both say in the metadata what they are.
 * Source: developer guide of SageMaker, "Label verification and adjustment data in the output manifest".
 */
import type { ReviewPolicy } from '../../../schemas/configuration/review.ts';
import { lookUp } from '../../../schemas/look-up.ts';
import { readBoxes, readClassIds } from '../../../schemas/review/manifest-line.ts';
import type { Compared, Comparison, FieldComparison, Outcome } from '../comparison.ts';
import { labelField } from '../tasks/moderation.ts';
import { normalise } from '../tasks/normalise.ts';
import { type BoxChange, compareBoxes, MOST_BOXES } from './boxes.ts';
import { type LineLabel, labelsOf } from './labels-of-line.ts';

const VERIFICATION = 'groundtruth/label-verification';
/** Whoever creates a verification job chooses its classes. These words mean the same in all jobs. */
const APPROVING = new Set(['good', 'correct', 'right', 'approved', 'accepted', 'pass', 'passed', 'yes', 'ok']);
const REJECTING = new Set(['bad', 'incorrect', 'wrong', 'rejected', 'fail', 'failed', 'no']);

/**
 * The comparisons of one line, one for each verification and adjustment. A line without any gives one that says why;
 * absent when `line` is no object with labels.
 */
export function compareLine(line: unknown, { flows }: ReviewPolicy): Comparison[] | undefined {
  if (typeof line !== 'object' || line === null || Array.isArray(line)) return undefined;
  const labels = labelsOf(line);
  const reviews = labels.filter(isReview);
  if (reviews.length > 0)
    return reviews.map((review) => {
      const { jobName, type } = review.metadata;
      const approved = lookUp(flows, jobName)?.approved ?? [];
      const others = labels.filter(
        (label) => label !== review && !isVerification(label) && !isNewer(label.metadata, review.metadata),
      );
      return comparisonOf(review, type === VERIFICATION ? verdict(review, others, approved) : adjusted(review, others));
    });
  const [first] = labels;
  if (first !== undefined)
    return [comparisonOf(first, { why: first.metadata.hasFailed ? 'not-labeled' : emptyOr(first, 'no-review') })];
  const isObject = Object.hasOwn(line, 'source-ref') || Object.hasOwn(line, 'source');
  return isObject
    ? [{ flow: NO_JOB, reason: 'labeling-job', fields: [], skipped: 0, notComparable: 'not-labeled' }]
    : undefined;
}

/** Stands for the job of a line that names none. */
export const NO_JOB = '(no job)';

/** A later job of the chain wrote it. */
const isNewer = (one: LineLabel['metadata'], other: LineLabel['metadata']): boolean =>
  one.createdAt !== undefined && other.createdAt !== undefined && one.createdAt > other.createdAt;
const isVerification = ({ metadata }: LineLabel): boolean => metadata.type === VERIFICATION;
const isReview = (label: LineLabel): boolean => isVerification(label) || label.metadata.adjustment !== undefined;
const isEmpty = (label: unknown): boolean =>
  typeof label === 'object' && label !== null && Object.keys(label).length === 0 && !Array.isArray(label);
const emptyOr = <T>({ label }: LineLabel, why: T): T | 'empty-label' => (isEmpty(label) ? 'empty-label' : why);

/** API reference, CreateLabelingJob: at most 63 characters. */
const JOB = /^[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62}$/;

function comparisonOf({ metadata }: LineLabel, { fields = [], skipped = 0, why }: Compared): Comparison {
  const { jobName, createdAt } = metadata;
  return {
    flow: jobName !== undefined && JOB.test(jobName) ? jobName : NO_JOB,
    reason: 'labeling-job',
    at: createdAt,
    fields,
    skipped,
    notComparable: why,
  };
}

/** One answer of one person or more: how many they were, a manifest does not say. */
const field = (name: string, outcome: Outcome): FieldComparison => ({
  field: name,
  outcome,
  answers: 1,
  agreeing: outcome === 'confirmed' || outcome === 'kept' ? 1 : 0,
  values: [],
});

/**
 * The verdict is about the whole label: it counts for its class, or for its attribute when it has several. If the line
 * has several older labels, nobody can say which one it is about: it counts for the verification's own attribute.
 */
function verdict(review: LineLabel, others: readonly LineLabel[], approved: readonly string[]): Compared {
  const { className, hasFailed, isByMachine } = review.metadata;
  if (hasFailed || isByMachine || review.label === undefined) return { why: 'not-labeled' };
  if (className === undefined) return { why: emptyOr(review, 'unknown-verdict') };
  const isApproval = approves(className, approved);
  if (isApproval === undefined) return { why: 'unknown-verdict' };
  const [original] = others.length === 1 ? others : [];
  const name = original?.metadata.className ?? original?.attribute ?? review.attribute;
  return { fields: [field(labelField(name), isApproval ? 'confirmed' : 'rejected')] };
}

function approves(className: string, approved: readonly string[]): boolean | undefined {
  const word = (text: string) => normalise(text, ['case', 'space', 'punctuation']);
  if (approved.length > 0) return approved.some((one) => word(one) === word(className));
  return APPROVING.has(word(className)) ? true : REJECTING.has(word(className)) ? false : undefined;
}

function adjusted(review: LineLabel, others: readonly LineLabel[]): Compared {
  const { adjustment, hasFailed, isByMachine } = review.metadata;
  if (hasFailed || isByMachine || review.label === undefined) return { why: 'not-labeled' };
  if (adjustment !== 'adjusted' && adjustment !== 'unadjusted') return { why: 'unknown-verdict' };
  const before = originalOf(review, others);
  const fields = before === undefined ? undefined : labelChanges(before, review);
  if (fields !== undefined && fields.length > 0) return { fields };
  // Masks, videos and point clouds are in other files; only whether people adjusted them is known.
  return { fields: [field(before?.attribute ?? review.attribute, adjustment === 'adjusted' ? 'changed' : 'kept')] };
}

/** The label that was adjusted: the only older one of the same type. */
function originalOf({ metadata }: LineLabel, others: readonly LineLabel[]): LineLabel | undefined {
  const candidates = others.filter((other) => other.label !== undefined && other.metadata.type === metadata.type);
  const originals = candidates.filter((other) => other.metadata.adjustment === undefined);
  const [only] = originals.length === 1 ? originals : candidates.length === 1 ? candidates : [];
  return only;
}

/** The changes by class; absent when the labels are not of a kind that can be compared. */
function labelChanges(before: LineLabel, after: LineLabel): FieldComparison[] | undefined {
  const knownName = (id: number, { metadata }: LineLabel) => lookUp(metadata.classMap ?? {}, String(id));
  const nameOf = (id: number, label: LineLabel): string => labelField(knownName(id, label) ?? `class ${id}`);
  const [old, current] = [readBoxes(before.label), readBoxes(after.label)];
  if (old !== undefined && current !== undefined) {
    if (old.length > MOST_BOXES || current.length > MOST_BOXES) return undefined;
    // Another job may number the same classes in another way.
    const isSameClass = (oldId: number, id: number): boolean => {
      const [oldName, name] = [knownName(oldId, before), knownName(id, after)];
      return oldName === undefined || name === undefined ? oldId === id : oldName === name;
    };
    return compareBoxes(old, current, isSameClass).map(({ box, change }) =>
      field(nameOf(box.class_id, change === 'added' ? after : before), BOX_OUTCOMES[change]),
    );
  }
  const [oldIds, ids] = [readClassIds(before.label), readClassIds(after.label)];
  if (oldIds !== undefined && ids !== undefined) {
    const names = (all: readonly number[], label: LineLabel) => new Set(all.map((id) => nameOf(id, label)));
    return setChanges(names(oldIds, before), names(ids, after));
  }
  const [oldClass, newClass] = [before.metadata.className, after.metadata.className];
  if (oldClass === undefined || newClass === undefined) return undefined;
  return setChanges(new Set([labelField(oldClass)]), new Set([labelField(newClass)]));
}

const BOX_OUTCOMES = {
  kept: 'kept',
  changed: 'changed',
  removed: 'rejected',
  added: 'added',
} as const satisfies Record<BoxChange['change'], Outcome>;

function setChanges(before: ReadonlySet<string>, after: ReadonlySet<string>): FieldComparison[] {
  return [...new Set([...before, ...after])].map((name) =>
    field(name, !before.has(name) ? 'added' : after.has(name) ? 'confirmed' : 'rejected'),
  );
}
