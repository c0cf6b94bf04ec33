/**
 * Plays a storm: twelve training jobs fail within a minute, because AWS has no capacity. Each group of subscribers gets
 * the first five alerts and, when five minutes are over, one message about the others.
 */
import { decide } from '../../domain/decide.ts';
import { FIRST, STORM_WINDOW } from '../../domain/delivery/burst.ts';
import { digestFunction } from '../../functions/digest.ts';
import { handlerOf } from '../../handlers/event.ts';
import type { Configuration } from '../../schemas/configuration/file.ts';
import { TrainingJobStateChange } from '../../schemas/event/training-job.ts';
import type { LocalAws } from '../embedded-aws/start.ts';
import { localContext } from '../play/context.ts';
import type { PlayedClock } from '../play/history/clock.ts';
import type { Moment } from './moment.ts';
import { onLocalAws } from './on-local-aws.ts';

const JOBS = 12;
/** Milliseconds between two failures. */
const BETWEEN = 5000;

/** Plays the story with the subscribers of `configuration`. Calls `show` after each step. */
export async function tellStormStory(configuration: Configuration, show: (moment: Moment) => void): Promise<void> {
  const changed = { ...configuration, delivery: { ...configuration.delivery, breaker: true } };
  await onLocalAws(changed, Date.now(), (aws, clock) => tell(aws, clock, show));
}

async function tell(aws: LocalAws, clock: PlayedClock, show: (moment: Moment) => void): Promise<void> {
  const trainingJob = handlerOf(TrainingJobStateChange, decide);
  const digest = digestFunction();
  const tellWindow = (body: string) => digest({ Records: [{ body }] }, localContext('digest'));
  const start = Date.now();
  for (let number = 1; number <= JOBS; number++) {
    const at = new Date(start + (number - 1) * BETWEEN);
    clock.moveTo(at.getTime());
    aws.clear();
    const event = failed(`sweep-${number}`, at);
    await trainingJob(event, localContext('trainingJob'));
    const what = SHOWN.get(number);
    if (what !== undefined) show({ at, what, event, publications: [...aws.publications], calls: [...aws.calls] });
    for (const body of aws.take('digest')) await tellWindow(body);
  }
  for (const { at, input } of aws.scheduler.take(new Date(start + STORM_WINDOW + 60_000))) {
    clock.moveTo(at.getTime());
    aws.clear();
    await tellWindow(input);
    const { publications, calls } = aws;
    show({ at, what: 'The five minutes are over.', publications: [...publications], calls: [...calls] });
  }
}

/** The jobs whose alerts the story shows, by their number, and what it says about each. */
const SHOWN: ReadonlyMap<number, string> = new Map([
  [1, `The first of ${JOBS} training jobs fails.`],
  [FIRST + 1, 'The sixth fails: from here on, alerts wait. Your own queues and functions still get each at once.'],
]);

function failed(name: string, at: Date): object {
  const arn = `arn:aws:sagemaker:us-east-1:123456789012:training-job/${name}`;
  return {
    version: '0',
    id: name,
    'detail-type': 'SageMaker Training Job State Change',
    source: 'aws.sagemaker',
    account: '123456789012',
    time: at.toISOString(),
    region: 'us-east-1',
    resources: [arn],
    detail: {
      TrainingJobName: name,
      TrainingJobArn: arn,
      TrainingJobStatus: 'Failed',
      SecondaryStatus: 'Failed',
      FailureReason:
        'CapacityError: Unable to provision requested ML compute capacity. Please retry using a different ML instance type.',
      CreationTime: at.getTime() - 600_000,
      LastModifiedTime: at.getTime(),
      ResourceConfig: { InstanceType: 'ml.p4d.24xlarge', InstanceCount: 1, VolumeSizeInGB: 0 },
      Tags: { team: 'nlp' },
    },
  };
}
