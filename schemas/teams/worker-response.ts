/**
 * A worker-response file of a labeling job in S3: who answered, when, and how long the worker was active. Answers may
 * hold text and images of other people: of a classification the labels are read, and of other answers nothing.
 *
 * Source: developer guide, "Labeling job output data" (sms-data-output). `timeSpentInSeconds` is active time: it leaves
 * out breaks. Older files have no `acceptanceTime` and no `timeSpentInSeconds`.
 */
import * as z from 'zod/mini';
import * as v from '../event/values.ts';
import { labelName, wholeList } from '../review/values.ts';
import { taskTime } from './task-time.ts';
import { identifier, LONGEST_TASK_SECONDS, subject } from './worker-activity.ts';

/** One worker's answer. */
export interface WorkerAnswer {
  readonly sub: string | undefined;
  readonly workerId: string | undefined;
  /** Epoch milliseconds. */
  readonly submittedAt: number | undefined;
  /** Active seconds, with fractions. Absent when it is not known or impossible. */
  readonly activeSeconds: number | undefined;
}

/** A file has one answer for each worker who saw the object, at most 9 (API reference, HumanTaskConfig). */
const MOST_ANSWERS = 100;

const Answer = z.object({
  workerId: identifier,
  submissionTime: v.mapped(z.optional(z.unknown()), taskTime),
  timeSpentInSeconds: v.amount,
  workerMetadata: v.part({ identityData: v.part({ sub: subject }) }),
});

/**
 * What the elements `crowd-classifier`, `crowd-image-classifier` and their variants for several labels answer:
 * `{"<name of the element>": {"label": "a"}}` or `{"…": {"labels": ["a", "b"]}}` (developer guide, "Crowd HTML elements").
 */
const Element = z.object({ label: v.lenient(labelName), labels: wholeList(labelName, 100) });

const WithContent = z.object({ answerContent: z.optional(z.unknown()) });

const File = z.object({ answers: z.array(z.unknown()) });

/** The answers in a file; absent when `value` is no worker-response file. */
export function readAnswers(value: unknown): WorkerAnswer[] | undefined {
  const file = z.safeParse(File, value);
  if (!file.success) return undefined;
  return file.data.answers.slice(0, MOST_ANSWERS).flatMap((one) => {
    const { success, data } = z.safeParse(Answer, one);
    return success ? [answerOf(data)] : [];
  });
}

/** One worker's answer, with its labels. */
export interface LabeledAnswer extends WorkerAnswer {
  /** The label of a classification (`one`), or a set of labels (`many`). Absent when the answer is neither, or both. */
  readonly classes: { readonly kind: 'one' | 'many'; readonly names: readonly string[] } | undefined;
}

/** The answers in a file, with their labels; absent when `value` is no worker-response file. */
export function readLabeledAnswers(value: unknown): LabeledAnswer[] | undefined {
  const file = z.safeParse(File, value);
  if (!file.success) return undefined;
  return file.data.answers.slice(0, MOST_ANSWERS).flatMap((one) => {
    const { success, data } = z.safeParse(Answer, one);
    return success
      ? [{ ...answerOf(data), classes: classesIn(z.safeParse(WithContent, one).data?.answerContent) }]
      : [];
  });
}

function classesIn(content: unknown): LabeledAnswer['classes'] {
  if (typeof content !== 'object' || content === null) return undefined;
  const elements = Object.values(content).flatMap((value) => z.safeParse(Element, value).data ?? []);
  const [own, ...others] = elements.filter(({ label, labels }) => label !== undefined || labels !== undefined);
  if (own === undefined || others.length > 0) return undefined;
  const { label, labels } = own;
  if (label !== undefined) return labels === undefined ? { kind: 'one', names: [label] } : undefined;
  return { kind: 'many', names: labels ?? [] };
}

function answerOf({ workerId, submissionTime, timeSpentInSeconds, workerMetadata }: z.output<typeof Answer>) {
  const active = timeSpentInSeconds ?? -1;
  return {
    sub: workerMetadata?.identityData?.sub,
    workerId: workerId || undefined,
    submittedAt: submissionTime,
    activeSeconds: active < 0 || active > LONGEST_TASK_SECONDS ? undefined : active,
  };
}
