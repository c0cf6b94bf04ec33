/** The services of the function `digest`. */
import { type Windows, windowsIn } from '../../adapters/dynamodb/delivery/windows.ts';
import { required } from '../../adapters/environment.ts';
import { type ScheduleEnd, windowEndsIn } from '../../adapters/scheduler/window-ends.ts';
import { type Publish, publisherTo } from '../../adapters/sns/publish.ts';
import type { ReportFailure } from '../../adapters/sqs/failed.ts';
import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';
import { lazy } from '../lazy.ts';
import { buildFoundation, type Services } from '../services.ts';

export interface DigestServices {
  readonly configuration: Pick<FunctionConfiguration, 'chat' | 'timeZone' | 'delivery'>;
  readonly windows: Windows;
  readonly scheduleEnd: ScheduleEnd;
  readonly publish: () => Publish;
  readonly reportFailure: () => Promise<ReportFailure>;
  readonly logger: Services['logger'];
  /** The deployed stage, for commands in messages. */
  readonly stage: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Builds the services; called once per cold start. `now` replaces the real time. */
export function buildDigestServices(now: () => number = () => Date.now()): DigestServices {
  const { environment, configuration, dynamoDb, logger } = buildFoundation();
  return {
    configuration,
    windows: windowsIn(environment.STATE_TABLE, configuration.keepDays, dynamoDb),
    scheduleEnd: windowEndsIn({
      group: required('WINDOW_GROUP'),
      queueArn: required('DIGEST_QUEUE_ARN'),
      roleArn: required('WINDOW_ROLE_ARN'),
      deadLetterArn: required('UNDELIVERED_QUEUE_ARN'),
    }),
    publish: lazy(() => publisherTo(environment.ALERTS_TOPIC_ARN)),
    reportFailure: lazy(async () => {
      const { failureQueueAt } = await import('../../adapters/sqs/failed.ts');
      return failureQueueAt(environment.FAILED_QUEUE_URL);
    }),
    logger,
    stage: required('STAGE'),
    now,
  };
}
