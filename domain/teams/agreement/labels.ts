/** Labels of workers and of jobs in a form in which they can be compared. */

import { lookUp } from '../../../schemas/look-up.ts';
import { type LabelMetadata, readClassIds } from '../../../schemas/review/manifest-line.ts';
import { labelsOf } from '../../review/ground-truth/labels-of-line.ts';

/** The label of a classification (`kind: 'one'`), or the set of labels of a multi-label classification. */
export interface Classes {
  readonly kind: 'one' | 'many';
  readonly names: readonly string[];
}

/** The same text for equal labels only. */
export const keyOf = ({ kind, names }: Classes): string => JSON.stringify([kind, ...[...new Set(names)].sort()]);

/** What a job says about one line of its output manifest. */
export interface LineClasses {
  /** Absent when it is no classification, and for an object without a label. */
  readonly classes: Classes | undefined;
  /** Whether automated labeling wrote the label, and no person. */
  readonly isByMachine: boolean;
}

/** What the job called `jobName` says about `line`; absent when it says nothing. A chained job's line has more labels. */
export function classesOf(line: unknown, jobName: string): LineClasses | undefined {
  if (typeof line !== 'object' || line === null) return undefined;
  const [own, ...others] = labelsOf(line).filter(
    ({ metadata }) => metadata.jobName?.toLowerCase() === jobName.toLowerCase(),
  );
  if (own === undefined || others.length > 0) return undefined;
  const { label, metadata } = own;
  return {
    classes: metadata.hasFailed || label === undefined ? undefined : readClasses(label, metadata),
    isByMachine: metadata.isByMachine,
  };
}

function readClasses(label: unknown, { className, classMap = {} }: LabelMetadata): Classes | undefined {
  if (className !== undefined) return { kind: 'one', names: [className] };
  const ids = readClassIds(label);
  const names = ids?.flatMap((id) => lookUp(classMap, String(id)) ?? []);
  // A worker may say "none of these" by a label of its own, so a label without classes cannot be compared.
  return names === undefined || names.length === 0 || names.length !== ids?.length
    ? undefined
    : { kind: 'many', names };
}
