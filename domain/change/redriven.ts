/** Marks an event that people put back. An alert about it that was given up is sent again. */

/** The field that holds the mark. */
export const MARK = 'ground-control-redriven';

/**
 * `event` with the mark of the redrive `id`. A queue may deliver it several times; the id shows that people asked once.
 * Input that is no object stays as it is.
 */
export const redriven = (event: unknown, id: string): unknown => (isObject(event) ? { ...event, [MARK]: id } : event);

/** Which redrive put the event back; undefined when none did. */
export const redriveOf = (event: unknown): string | undefined =>
  isObject(event) && MARK in event ? String(event[MARK]) : undefined;

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
