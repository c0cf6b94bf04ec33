/**
 * One-time schedules of EventBridge Scheduler that ask the budget function about a job. Each is called after its job and its
 * minute and is never changed: one that has fired deletes itself, and must not take a later time with it.
 * Source: EventBridge Scheduler API reference and user guide ("one-time schedules", precision of 60 seconds).
 */

import { createHash } from 'node:crypto';
import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import type { JobRef } from '../../domain/budget/job.ts';
import { budgetCheckOf } from '../../schemas/message/budget-check.ts';
import { CLIENT_SETTINGS } from '../client-settings.ts';
import type { Grant } from '../grant.ts';

/** On schedules of our own group, which Scheduler fires with a role of their own. */
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
  /** Has `job` asked about at `at`, within the minute, and not at `before`. */
  readonly arm: (job: JobRef, at: Date, before: Date | undefined) => Promise<void>;
  /** Has it asked about no more; `before` is what was arranged last. */
  readonly disarm: (job: JobRef, before: Date | undefined) => Promise<void>;
}

export interface ScheduleSettings {
  readonly group: string;
  /** The budget function's queue, the role that may send to it, and the queue for what could not be sent. */
  readonly queueArn: string;
  readonly roleArn: string;
  readonly deadLetterArn: string;
}

const MINUTE = 60_000;

/** The name is made of the ARN: names of jobs are as long as those of schedules may be (64). */
const nameOf = ({ type, arn }: JobRef, minute: number): string =>
  `${type}-${createHash('sha256').update(arn.toLowerCase()).digest('hex').slice(0, 32)}-${(minute / MINUTE).toString(36)}`;

export function deadlinesIn(
  { group, queueArn, roleArn, deadLetterArn }: ScheduleSettings,
  clock: () => Date,
  client = new SchedulerClient(CLIENT_SETTINGS),
): Deadlines {
  const remove = async (Name: string): Promise<void> => {
    try {
      await client.send(new DeleteScheduleCommand({ Name, GroupName: group }));
    } catch (error) {
      // It has fired, or was never there.
      if (!(error instanceof ResourceNotFoundException)) throw error;
    }
  };

  return {
    async arm(job, at, before) {
      const now = clock().getTime();
      const minute = minuteOf(at, now);
      const Name = nameOf(job, minute);
      try {
        await client.send(
          new CreateScheduleCommand({
            Name,
            GroupName: group,
            ScheduleExpression: `at(${new Date(minute).toISOString().slice(0, 19)})`,
            ScheduleExpressionTimezone: 'UTC',
            FlexibleTimeWindow: { Mode: 'OFF' },
            ActionAfterCompletion: 'DELETE',
            Target: {
              Arn: queueArn,
              RoleArn: roleArn,
              Input: JSON.stringify(budgetCheckOf(job)),
              DeadLetterConfig: { Arn: deadLetterArn },
              RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 10 },
            },
          }),
        );
      } catch (error) {
        // It is arranged already.
        if (!(error instanceof ConflictException)) throw error;
      }
      const last = before === undefined ? minute : minuteOf(before, 0);
      if (last !== minute && last > now) await remove(nameOf(job, last));
    },

    async disarm(job, before) {
      if (before !== undefined && before > clock()) await remove(nameOf(job, minuteOf(before, 0)));
    },
  };
}

/**
 * The beginning of the minute of `at`, in epoch milliseconds: a schedule fires within a minute of its time, and the cap must
 * not be passed. One that is over, or as good as, becomes the next: schedules of the past never fire.
 */
function minuteOf(at: Date, now: number): number {
  const next = now === 0 ? 0 : Math.floor(now / MINUTE) * MINUTE + MINUTE;
  return Math.max(Math.floor(at.getTime() / MINUTE) * MINUTE, next);
}
