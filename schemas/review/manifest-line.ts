/**
 * The metadata of a label in an output manifest of Ground Truth.
 *
 * Jobs with a custom template and without a post-annotation Lambda spell names with `_`, and write `{}` as the label.
 * `confidence` is not read: it is relative within one job, and 0 when one worker labeled. The comments of workers
 * (`worker-feedback`) are not read either.
 * Source: developer guide of SageMaker, "Labeling job output data", "Label verification and adjustment data".
 */
import * as z from 'zod/mini';
import * as v from '../event/values.ts';
import { anything, labelName } from './values.ts';

const lenientName = v.lenient(labelName);
/** Class names by id: `{"0": "dog"}`. */
const classMap = v.lenient(z.record(z.string(), labelName));

export const LabelMetadata = v.mapped(
  z.object({
    type: v.text,
    'class-name': lenientName,
    class_name: lenientName,
    'class-map': classMap,
    class_map: classMap,
    'job-name': v.text,
    job_name: v.text,
    'creation-date': v.text,
    creation_date: v.text,
    'adjustment-status': v.text,
    adjustment_status: v.text,
    'human-annotated': v.text,
    human_annotated: v.text,
    'failure-reason': anything,
  }),
  (read) => ({
    type: read.type,
    className: read['class-name'] ?? read.class_name,
    classMap: read['class-map'] ?? read.class_map,
    jobName: (read['job-name'] ?? read.job_name)?.replace(/^labeling-job\//, ''),
    createdAt: dateOf(read['creation-date'] ?? read.creation_date),
    adjustment: read['adjustment-status'] ?? read.adjustment_status,
    /** Automated labeling wrote it, and no person. */
    isByMachine: (read['human-annotated'] ?? read.human_annotated) === 'no',
    hasFailed: read['failure-reason'] !== undefined,
  }),
);
export type LabelMetadata = z.output<typeof LabelMetadata>;

/** `2018-10-18T22:18:13.527256`: Ground Truth writes UTC, usually without saying so. */
function dateOf(text: string | undefined): Date | undefined {
  const [, local, zone = 'Z'] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)(Z|[+-]\d\d:?\d\d)?$/.exec(text ?? '') ?? [];
  if (local === undefined) return undefined;
  const date = new Date(`${local}${zone}`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

const coordinate = z.number().check(z.gte(-1e6), z.lte(1e6));

/** A box of an image, in pixels. */
export const Box = z.object({
  class_id: z.number(),
  left: coordinate,
  top: coordinate,
  width: coordinate,
  height: coordinate,
});
export type Box = z.output<typeof Box>;

const Boxes = z.object({ annotations: z.array(Box) });
const ClassIds = z.array(z.number());

/** The boxes of a label; absent when it is no label of boxes. */
export const readBoxes = (label: unknown): readonly Box[] | undefined => Boxes.safeParse(label).data?.annotations;
/** The ids of a multi-label classification, such as `[1, 0, 8]`; absent when it is none. */
export const readClassIds = (label: unknown): readonly number[] | undefined => ClassIds.safeParse(label).data;
