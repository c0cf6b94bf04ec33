/** The services of the function `digest`. */
import type { Context } from 'aws-lambda';
import { type Bursts, burstsIn } from '../../adapters/dynamodb/delivery/bursts.ts';
import { type EndedParts, endedPartsIn } from '../../adapters/dynamodb/delivery/ended-parts.ts';
import { type Parts, partsIn } from '../../adapters/dynamodb/delivery/parts.ts';
import { type Windows, windowsIn } from '../../adapters/dynamodb/delivery/windows.ts';
import { onceIn } from '../../adapters/dynamodb/once.ts';
import { required } from '../../adapters/environment.ts';
import { type ScheduleEnd, windowEndsIn } from '../../adapters/scheduler/window-ends.ts';
import { type Publish, publisherTo } from '../../adapters/sns/publish.ts';
import { failureQueueAt, type ReportFailure } from '../../adapters/sqs/failed.ts';
import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';
import type { Execute } from '../execute.ts';
import { lazy } from '../lazy.ts';
import { buildFoundation, type Services, servicesOn } from '../services.ts';

export interface DigestServices {
  readonly configuration: Pick<FunctionConfiguration, 'chat' | 'timeZone' | 'delivery'>;
  readonly windows: Windows;
  readonly parts: EndedParts & Pick<Parts, 'state'>;
  readonly bursts: Bursts;
  readonly execute: Execute;
  readonly scheduleEnd: ScheduleEnd;
  readonly publish: () => Publish;
  readonly reportFailure: ReportFailure;
  readonly logger: Services['logger'];
  /** The deployed stage, for commands in messages. */
  readonly stage: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Builds the services; called once per cold start. `now` replaces the real time. */
export function buildDigestServices(now: () => number = () => Date.now()): DigestServices {
  const foundation = buildFoundation();
  const { environment, configuration, dynamoDb, logger } = foundation;
  const { STATE_TABLE } = environment;
  const once = (context: Context) => onceIn(STATE_TABLE, configuration.keepDays, dynamoDb, context);
  return {
    configuration,
    windows: windowsIn(STATE_TABLE, configuration.keepDays, dynamoDb),
    parts: { ...endedPartsIn(STATE_TABLE, dynamoDb), state: partsIn(STATE_TABLE, dynamoDb).state },
    bursts: burstsIn(STATE_TABLE, dynamoDb),
    execute: servicesOn(foundation, { powers: { once } }).execute,
    scheduleEnd: windowEndsIn({
      group: required('WINDOW_GROUP'),
      queueArn: required('DIGEST_QUEUE_ARN'),
      roleArn: required('WINDOW_ROLE_ARN'),
      deadLetterArn: required('UNDELIVERED_QUEUE_ARN'),
    }),
    publish: lazy(() => publisherTo(environment.ALERTS_TOPIC_ARN)),
    reportFailure: failureQueueAt(environment.FAILED_QUEUE_URL),
    logger,
    stage: required('STAGE'),
    now,
  };
}
