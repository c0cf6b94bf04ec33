/** The times in which a training job has no instances and is not charged: it waits for spot capacity to return. */
import * as z from 'zod/mini';
import { lookUp } from '../look-up.ts';
import * as v from './values.ts';

/** A time without instances. */
export interface Pause {
  readonly from: Date;
  /** Absent while the pause lasts. */
  readonly to: Date | undefined;
}

/**
 * Whether instances run in a secondary status of a training job. A status that is not listed counts as running, so that
 * an estimate is rather too high.
 *
 * Source: API reference, DescribeTrainingJob: `SecondaryStatus`, and `TrainingStartTime`, from which SageMaker charges.
 * In captured descriptions that is the end of `Starting` and the start of `Downloading`. The statuses that SageMaker
 * "no longer supports" still occur in old jobs.
 */
const HAS_INSTANCES: Readonly<Record<string, boolean>> = {
  Starting: false,
  Pending: false,
  LaunchingMLInstances: false,
  PreparingTraining: false,
  PreparingTrainingStack: false,
  Downloading: true,
  DownloadingTrainingImage: true,
  Training: true,
  Interrupted: false,
  Uploading: true,
  Stopping: true,
};

/** Each interruption adds about five transitions. */
const MOST_TRANSITIONS = 1000;

/**
 * Schema of `SecondaryStatusTransitions`: the pauses, earliest first. A status without an end lasts until the next
 * status begins.
 */
export const pauses = v.mapped(
  v.list(z.object({ Status: v.text, StartTime: v.instant, EndTime: v.instant }), MOST_TRANSITIONS),
  (transitions): Pause[] => {
    const statuses = transitions
      .flatMap(({ Status, StartTime: from, EndTime: to }) => (from === undefined ? [] : [{ Status, from, to }]))
      .toSorted((one, other) => one.from.getTime() - other.from.getTime());
    return statuses.flatMap(({ Status, from, to }, at) =>
      lookUp(HAS_INSTANCES, Status) === false ? [{ from, to: to ?? statuses[at + 1]?.from }] : [],
    );
  },
);
