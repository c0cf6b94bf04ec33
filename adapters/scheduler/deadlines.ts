/**
 * One-time schedules of EventBridge Scheduler that request the next budget check of a job, or the next look at a month.
 * Each schedule is named after its job or month and its minute, and never changed. A schedule that has fired deletes
 * itself; if it were reused, that could delete a later time.
 * Source: EventBridge Scheduler API reference and user guide ("one-time schedules", precision of 60 seconds).
 */

import { createHash } from 'node:crypto';
import { DeleteScheduleCommand, ResourceNotFoundException, SchedulerClient } from '@aws-sdk/client-scheduler';
import type { JobRef } from '../../domain/budget/job.ts';
import type { LineId } from '../../domain/budget/month/line.ts';
import { budgetCheckOf, monthLookOf } from '../../schemas/message/budget-check.ts';
import { CLIENT_SETTINGS } from '../client-settings.ts';
import type { Grant } from '../grant.ts';
import { createOnce, type ScheduleSettings } from './one-time.ts';

/**
 * Creates and deletes schedules in Ground Control's own group. Scheduler sends their messages with the role that is
 * passed.
 */
export const SCHEDULE_CHECKS: Grant = {
  name: 'schedules',
  statements: [
    {
      actions: ['scheduler:CreateSchedule', 'scheduler:DeleteSchedule'],
      on: [
        {
          'Fn::Sub': 'arn:${AWS::Partition}:scheduler:${AWS::Region}:${AWS::AccountId}:schedule/${BudgetSchedules}/*',
        },
      ],
    },
    {
      actions: ['iam:PassRole'],
      on: [{ 'Fn::GetAtt': ['SchedulesRole', 'Arn'] }],
      condition: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
    },
  ],
};

export interface Deadlines {
  /** Schedules a check in the minute of `at`, and deletes the schedule of `before`. */
  readonly arm: (checked: JobRef | LineId, at: Date, before: Date | undefined) => Promise<void>;
  /** Deletes the schedule that was made for `before`. */
  readonly disarm: (checked: JobRef | LineId, before: Date | undefined) => Promise<void>;
}

const MINUTE = 60_000;

/**
 * A schedule's name. It has a hash, because job names may take all 64 characters that a schedule's name has.
 */
function nameOf(checked: JobRef | LineId, minute: number): string {
  const [kind, identity] =
    'arn' in checked
      ? [checked.type, checked.arn.toLowerCase()]
      : ['month', [checked.tag, checked.value, checked.month].join('|')];
  const hash = createHash('sha256').update(identity).digest('hex').slice(0, 32);
  return `${kind}-${hash}-${(minute / MINUTE).toString(36)}`;
}

const messageOf = (checked: JobRef | LineId) => ('arn' in checked ? budgetCheckOf(checked) : monthLookOf(checked));

/** The schedules in the group of `settings`. */
export function deadlinesIn(
  settings: ScheduleSettings,
  clock: () => Date,
  client = new SchedulerClient(CLIENT_SETTINGS),
): Deadlines {
  const remove = async (Name: string): Promise<void> => {
    try {
      await client.send(new DeleteScheduleCommand({ Name, GroupName: settings.group }));
    } catch (error) {
      // The schedule has fired, or was never created.
      if (!(error instanceof ResourceNotFoundException)) throw error;
    }
  };

  return {
    async arm(checked, at, before) {
      const now = clock().getTime();
      const minute = minuteOf(at, now);
      await createOnce(client, settings, { name: nameOf(checked, minute), at: minute, message: messageOf(checked) });
      const last = before === undefined ? minute : minuteOf(before, 0);
      if (last !== minute && last > now) await remove(nameOf(checked, last));
    },

    async disarm(checked, before) {
      if (before !== undefined && before > clock()) await remove(nameOf(checked, minuteOf(before, 0)));
    },
  };
}

/**
 * The start of the minute of `at`, in epoch milliseconds. A schedule fires within a minute after its time, and a cap
 * must not be exceeded, so the time is rounded down. A minute that is past or current becomes the next one after `now`,
 * because schedules of the past never fire. With `now` 0, it is only rounded.
 */
function minuteOf(at: Date, now: number): number {
  const next = now === 0 ? 0 : Math.floor(now / MINUTE) * MINUTE + MINUTE;
  return Math.max(Math.floor(at.getTime() / MINUTE) * MINUTE, next);
}
