/** Marks an event that people put back. An alert about it that was given up is sent again. */

const MARK = 'ground-control-redriven';

/** `event` with the mark. Input that is no object stays as it is. */
export const redriven = (event: unknown): unknown => (isObject(event) ? { ...event, [MARK]: true } : event);

/** Whether people put the event back. */
export const wasRedriven = (event: unknown): boolean => isObject(event) && Object.hasOwn(event, MARK);

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
