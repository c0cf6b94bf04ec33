/** The labels in one line of an output manifest. */
import { LabelMetadata } from '../../../schemas/review/manifest-line.ts';

/** A label attribute of a line, with its metadata. */
export interface LineLabel {
  /** The label attribute's name, which whoever created the job chose. */
  readonly attribute: string;
  /** The label; `undefined` where the line has only metadata, as for an object that failed. */
  readonly label: unknown;
  readonly metadata: LabelMetadata;
}

const SUFFIX = '-metadata';
/** API reference, CreateLabelingJob, LabelAttributeName. Another name is no label attribute. */
const ATTRIBUTE = /^[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,126}$/;
/** A line with more labels was not written by jobs. */
const MOST_LABELS = 50;

/** The labels of `line`, in its order; those whose metadata is no object are left out. */
export function labelsOf(line: object): LineLabel[] {
  const labels: LineLabel[] = [];
  for (const [key, value] of Object.entries(line)) {
    const attribute = key.slice(0, -SUFFIX.length);
    if (!key.endsWith(SUFFIX) || !ATTRIBUTE.test(attribute) || labels.length === MOST_LABELS) continue;
    const metadata = LabelMetadata.safeParse(value).data;
    if (metadata === undefined) continue;
    labels.push({ attribute, label: Object.getOwnPropertyDescriptor(line, attribute)?.value, metadata });
  }
  return labels;
}
