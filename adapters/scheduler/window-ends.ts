/** The one schedule of each window in which alerts wait: at its end, the function `digest` gets a message. */
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { openWindowOf } from '../../schemas/message/window.ts';
import { CLIENT_SETTINGS } from '../client-settings.ts';
import type { Grant } from '../grant.ts';
import { createOnce, type ScheduleSettings } from './one-time.ts';

/** Creates schedules in a group of their own. Scheduler sends their messages with the role that is passed. */
export const SCHEDULE_WINDOWS: Grant = {
  name: 'schedules',
  statements: [
    {
      actions: ['scheduler:CreateSchedule'],
      on: [
        {
          'Fn::Sub': 'arn:${AWS::Partition}:scheduler:${AWS::Region}:${AWS::AccountId}:schedule/${WindowSchedules}/*',
        },
      ],
    },
    {
      actions: ['iam:PassRole'],
      on: [{ 'Fn::GetAtt': ['WindowSchedulesRole', 'Arn'] }],
      condition: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
    },
  ],
};

/** Schedules the message about the window called `id` at `at`, epoch milliseconds. A second call does nothing. */
export type ScheduleEnd = (id: string, at: number) => Promise<void>;

/** Schedules in the group of `settings`. */
export function windowEndsIn(settings: ScheduleSettings, client = new SchedulerClient(CLIENT_SETTINGS)): ScheduleEnd {
  return (id, at) => {
    // Schedules know no parts of a second, and one that fires too early would be lost.
    const second = Math.ceil(at / 1000);
    // A schedule that has just fired may still be there, so that another time has another name.
    return createOnce(client, settings, {
      name: `${id}-${second.toString(36)}`,
      at: second * 1000,
      message: openWindowOf(id),
    });
  };
}
