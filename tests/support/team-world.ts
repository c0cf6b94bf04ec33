/** Log entries of labeling teams whose figures are known. */

export const FIRST_DAY = '2026-11-09';
export const LAST_DAY = '2026-11-15';
/** The first instant of the period in UTC. */
export const FROM = Date.parse(FIRST_DAY);
export const HOUR = 3_600_000;

/** One task that a worker submitted, or what else the worker did with it. */
export interface Task {
  readonly worker: number;
  readonly team?: string;
  readonly job?: string;
  /** Epoch milliseconds, whole seconds. */
  readonly at: number;
  /** Seconds from accepting to the end. */
  readonly wall?: number;
  readonly type?: string;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (number: number) => String(number).padStart(2, '0');

/** `Wed Aug 14 16:00:59 UTC 2019`. */
export function javaText(at: number): string {
  const date = new Date(at);
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':');
  return `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${two(date.getUTCDate())} ${time} UTC ${date.getUTCFullYear()}`;
}

export const subOf = (worker: number) => `d6947aeb-0650-447a-ab5d-${worker.toString(16).padStart(12, '0')}`;
export const teamArn = (team: string) => `arn:aws:sagemaker:eu-west-1:111122223333:workteam/private-crowd/${team}`;
export const jobArn = (job: string) => `arn:aws:sagemaker:eu-west-1:111122223333:labeling-job/${job}`;

/** The entry of the log about a task. */
export function entryOf({ worker, team = 'vision', job = 'cats', at, wall = 10, type = 'TasksSubmitted' }: Task) {
  const time = (own: string) => (type === own ? javaText(at) : '');
  return {
    worker_id: `worker${worker}`,
    cognito_user_pool_id: 'eu-west-1_IpicJXXXX',
    cognito_sub_id: subOf(worker),
    task_accepted_time: javaText(at - wall * 1000),
    task_submitted_time: time('TasksSubmitted'),
    task_returned_time: time('TasksReturned'),
    task_declined_time: time('TasksDeclined'),
    workteam_arn: teamArn(team),
    labeling_job_arn: jobArn(job),
    work_requester_account_id: '111122223333',
    job_reference_code: '111122223333-example',
    job_type: 'Private',
    event_type: type,
    event_timestamp: String(at / 1000),
  };
}

/** `count` tasks of a worker, an hour apart, of `walls` seconds in turn. */
export const tasksOf = (worker: number, count: number, walls: readonly number[], more: Partial<Task> = {}): Task[] =>
  Array.from({ length: count }, (_, nth) => ({
    worker,
    at: FROM + nth * HOUR + worker * 1000,
    wall: walls[nth % walls.length] ?? 10,
    ...more,
  }));
