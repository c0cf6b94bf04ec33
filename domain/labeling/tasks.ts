/** Counts tasks of labeling jobs. The alert about the end of a job has the counts. */
import type { StateChange } from '../../schemas/event/state-change.ts';
import type { CountTaskAction } from '../action.ts';
import { COUNTED_TASKS, type TaskCounts } from './facts.ts';

/** The count for an event about a task of a labeling job; absent for other events and for states not counted. */
export function taskCount({ resource, status, event }: StateChange): CountTaskAction | undefined {
  const state = COUNTED_TASKS.find((one) => one.toLowerCase() === status?.toLowerCase());
  if (state === undefined || event.id === undefined || resource.arn === undefined || !isTask(resource))
    return undefined;
  const source = event.detailType.includes('Labeling Job') ? 'labeling-job' : 'human-task';
  return { kind: 'count-task', jobArn: resource.arn, state, source, eventId: event.id };
}

const isTask = ({ type, arn }: StateChange['resource']) =>
  (type === 'labeling-task' || type === 'human-task') && /:labeling-job\/[^/]+$/.test(arn ?? '');

/** The counts of a job without counted tasks. */
export const NO_TASKS: TaskCounts = { Declined: 0, Returned: 0, Expired: 0 };
