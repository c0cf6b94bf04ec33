/**
 * One-time schedules of EventBridge Scheduler that send a message to a queue. A schedule that has fired deletes itself.
 * Source: EventBridge Scheduler API reference and user guide ("one-time schedules", precision of 60 seconds).
 */
import { ConflictException, CreateScheduleCommand, type SchedulerClient } from '@aws-sdk/client-scheduler';

/** The resources of `serverless.yml` that schedules need. */
export interface ScheduleSettings {
  readonly group: string;
  /** The queue of the function that gets the messages. */
  readonly queueArn: string;
  /** The role with which Scheduler sends to that queue. */
  readonly roleArn: string;
  /** The dead-letter queue for messages that Scheduler could not send. */
  readonly deadLetterArn: string;
}

/** A schedule that sends `message` as JSON. */
export interface OneTime {
  /** Unique in the group: a second schedule of the same name is not created. */
  readonly name: string;
  /** Epoch milliseconds, to the second. A schedule of the past never fires. */
  readonly at: number;
  readonly message: unknown;
}

/** Creates a schedule that fires once, within a minute after its time. Does nothing if it exists already. */
export async function createOnce(
  client: SchedulerClient,
  { group, queueArn, roleArn, deadLetterArn }: ScheduleSettings,
  { name, at, message }: OneTime,
): Promise<void> {
  try {
    await client.send(
      new CreateScheduleCommand({
        Name: name,
        GroupName: group,
        ScheduleExpression: `at(${new Date(at).toISOString().slice(0, 19)})`,
        ScheduleExpressionTimezone: 'UTC',
        FlexibleTimeWindow: { Mode: 'OFF' },
        ActionAfterCompletion: 'DELETE',
        Target: {
          Arn: queueArn,
          RoleArn: roleArn,
          Input: JSON.stringify(message),
          DeadLetterConfig: { Arn: deadLetterArn },
          RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 10 },
        },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConflictException)) throw error;
  }
}
