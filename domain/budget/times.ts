/** How exact things are, and how long they take. */

/** A schedule fires within a minute of its time (EventBridge Scheduler user guide): what is nearer is done at once. Seconds. */
export const PRECISION_SECONDS = 60;

/**
 * After how long it is looked whether a stopped job has ended: a container gets 120 s to end before it is killed, then results
 * are uploaded (API reference, StopTrainingJob). Milliseconds.
 */
export const VERIFY_AFTER = 5 * 60_000;
