/** Times of AWS that budget checks depend on. */

/**
 * Seconds by which a schedule may fire late (EventBridge Scheduler user guide). A limit that is nearer than that counts
 * as reached.
 */
export const PRECISION_SECONDS = 60;

/**
 * Time from a stop to the check whether the job has ended, milliseconds. SageMaker gives a container 120 s to end, then
 * kills it and uploads the results (API reference, StopTrainingJob).
 */
export const VERIFY_AFTER = 5 * 60_000;

/** How long a stop may take before people are told that the job has not ended. Milliseconds. */
export const STILL_STOPPING = 30 * 60_000;
