/** Times of AWS that budget checks depend on. */

/**
 * Seconds by which a schedule may fire late (EventBridge Scheduler user guide). A limit that is nearer than that counts
 * as reached.
 */
export const PRECISION_SECONDS = 60;

/**
 * When a job that the limit of stops held back at `now` is tried again: after the next clock hour has begun, those first
 * that reached their budget last, to within six minutes. They have overspent the least. `since`: when the job was first held back.
 */
export function heldUntil(now: Date, since: Date): Date {
  const hour = (Math.floor(now.getTime() / HOUR) + 1) * HOUR;
  const age = hour - since.getTime();
  return new Date(hour + Math.min(Math.floor(age / (6 * MINUTE)), 50) * MINUTE);
}
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/**
 * Time from a stop to the check whether the job has ended, milliseconds. SageMaker gives a container 120 s to end, then
 * kills it and uploads the results (API reference, StopTrainingJob).
 */
export const VERIFY_AFTER = 5 * 60_000;

/** How long a stop may take before people are told that the job has not ended. Milliseconds. */
export const STILL_STOPPING = 30 * 60_000;
