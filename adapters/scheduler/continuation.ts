/**
 * A one-time schedule that continues reconciliation. It sends an event to the default event bus, and a rule of the stack
 * invokes the function: no role may invoke it.
 * Source: EventBridge Scheduler user guide ("one-time schedules", "templated targets").
 */
import { ConflictException, CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { CLIENT_SETTINGS } from '../client-settings.ts';
import type { Grant } from '../grant.ts';

/** Creates schedules in reconciliation's own group. Scheduler sends their events with the role that is passed. */
export const SCHEDULE_CONTINUATION: Grant = {
  name: 'continuation',
  statements: [
    {
      actions: ['scheduler:CreateSchedule'],
      on: [
        {
          'Fn::Sub':
            'arn:${AWS::Partition}:scheduler:${AWS::Region}:${AWS::AccountId}:schedule/${ReconciliationSchedules}/*',
        },
      ],
    },
    {
      actions: ['iam:PassRole'],
      on: [{ 'Fn::GetAtt': ['ContinuationRole', 'Arn'] }],
      condition: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
    },
  ],
};

/** The resources of `infrastructure/reconciliation.yml` that a continuation needs. */
export interface ContinuationSettings {
  /** The schedule group. It is also the source of the event. */
  readonly group: string;
  /** The default event bus. */
  readonly busArn: string;
  /** The role with which Scheduler sends to that bus. */
  readonly roleArn: string;
}

const MINUTE = 60_000;
/** Milliseconds between now and the schedule's minute, at least. */
const LEAD = 10_000;

/**
 * Schedules a run for the next minute after `now`. A schedule fires within its minute. Its name has the minute, so two
 * calls in one minute make one schedule.
 */
export type Continue = (now: Date) => Promise<void>;

/** Continuations with `settings`. */
export function continuationWith(
  { group, busArn, roleArn }: ContinuationSettings,
  client = new SchedulerClient(CLIENT_SETTINGS),
): Continue {
  return async (now) => {
    const minute = Math.ceil((now.getTime() + LEAD) / MINUTE);
    try {
      await client.send(
        new CreateScheduleCommand({
          Name: `continuation-${minute.toString(36)}`,
          GroupName: group,
          ScheduleExpression: `at(${new Date(minute * MINUTE).toISOString().slice(0, 19)})`,
          ScheduleExpressionTimezone: 'UTC',
          FlexibleTimeWindow: { Mode: 'OFF' },
          ActionAfterCompletion: 'DELETE',
          Target: {
            Arn: busArn,
            RoleArn: roleArn,
            EventBridgeParameters: { Source: group, DetailType: 'Reconciliation Continues' },
            Input: '{}',
            // No dead-letter queue: the next regular run does the work of a continuation that got lost.
            RetryPolicy: { MaximumEventAgeInSeconds: 300, MaximumRetryAttempts: 5 },
          },
        }),
      );
    } catch (error) {
      // This minute is scheduled already.
      if (!(error instanceof ConflictException)) throw error;
    }
  };
}
