/** Tasks of labeling jobs: what becomes of them is counted, and told of with their job's end. */
import type { StateChange } from '../../schemas/event/state-change.ts';
import type { CountTaskAction } from '../action.ts';
import { COUNTED_TASKS, type TaskCounts } from './facts.ts';

/** What is counted of an event about a task of a labeling job. */
export function taskCount({ resource, status, event }: StateChange): CountTaskAction | undefined {
  const state = COUNTED_TASKS.find((one) => one.toLowerCase() === status?.toLowerCase());
  if (state === undefined || event.id === undefined || resource.arn === undefined || !isTask(resource))
    return undefined;
  const source = event.detailType.includes('Labeling Job') ? 'labeling-job' : 'human-task';
  return { kind: 'count-task', jobArn: resource.arn, state, source, eventId: event.id };
}

const isTask = ({ type, arn }: StateChange['resource']) =>
  (type === 'labeling-task' || type === 'human-task') && /:labeling-job\/[^/]+$/.test(arn ?? '');

/** Of a job of which no task is known. */
export const NO_TASKS: TaskCounts = { Declined: 0, Returned: 0, Expired: 0 };
