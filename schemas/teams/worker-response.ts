/**
 * A worker-response file of a labeling job in S3: who answered, when, and how long the worker was active. The answers
 * themselves are never read: they may hold text and images of other people.
 *
 * Source: developer guide, "Labeling job output data" (sms-data-output). `timeSpentInSeconds` is active time: it leaves
 * out breaks. Older files have no `acceptanceTime` and no `timeSpentInSeconds`.
 */
import * as z from 'zod/mini';
import * as v from '../event/values.ts';
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

function answerOf({ workerId, submissionTime, timeSpentInSeconds, workerMetadata }: z.output<typeof Answer>) {
  const active = timeSpentInSeconds ?? -1;
  return {
    sub: workerMetadata?.identityData?.sub,
    workerId: workerId || undefined,
    submittedAt: submissionTime,
    activeSeconds: active < 0 || active > LONGEST_TASK_SECONDS ? undefined : active,
  };
}
