import { describe, expect, it } from 'vitest';
import { endOf } from '../../../domain/labeling/end.ts';
import { counters, countersWithout, daysIn, jobOf } from '../../support/labeling-jobs.ts';

const failedAfter = (days: number) => ({ LastModifiedTime: daysIn(days) });
const NOTHING_LEFT = { Unlabeled: 0, FailedNonRetryableError: 0 };
const completed = { LabelingJobStatus: 'Completed' };
/** It stopped with 5,853 of 6,252 objects labeled: 93.6 %. */
const stopped = { LabelingJobStatus: 'Stopped' };

describe('the end of a labeling job', () => {
  it.each<[string, ReturnType<typeof endOf>, object]>([
    ['failed after 30 days', 'expired', {}],
    ['failed after 29.5 days', 'expired', failedAfter(29.5)],
    [
      'failed after 29.5 days for a reason that speaks of no time',
      'unclear',
      { ...failedAfter(29.5), FailureReason: '' },
    ],
    ['failed after 30 days for a reason that speaks of no time', 'expired', { FailureReason: '' }],
    ['failed after 29.4 days', 'early', failedAfter(29.4)],
    ['failed in its first hour with no label', 'early', { ...failedAfter(0.01), ...counters(0, 6252) }],
    [
      'failed with failed objects, when its tasks were over',
      'unclear',
      { ...failedAfter(10), ...counters(5853, 0, 399) },
    ],
    [
      'failed with failed objects, before its tasks were over',
      'early',
      { ...failedAfter(9.9), ...counters(5853, 0, 399) },
    ],
    ['completed with every object labeled', 'finished', { ...completed, ...counters(6252, 0) }],
    ['completed with failed objects', 'unfinished', { ...completed, ...counters(5853, 0, 399) }],
    ['completed with objects that nobody labeled', 'unfinished', { ...completed, ...counters(5853, 399) }],
    [
      'completed with as many labels as its stopping conditions allow',
      'limited',
      { ...completed, StoppingConditions: { MaxHumanLabeledObjectCount: 5853 } },
    ],
    ['completed without a count of what is left', 'uncounted', { ...completed, ...countersWithout('Unlabeled') }],
    ['completed without any counter', 'uncounted', { ...completed, LabelCounters: {} }],
    [
      'completed without a count of labels, and nothing is left',
      'finished',
      { ...completed, LabelCounters: NOTHING_LEFT },
    ],
    [
      'failed without a count of failed objects, when its tasks were over',
      'unclear',
      { ...failedAfter(10), ...countersWithout('FailedNonRetryableError') },
    ],
    ['failed without any counter after 30 days', 'expired', { LabelCounters: undefined }],
    ['stopped', 'stopped', stopped],
    [
      'stopped without the counters of its stopping conditions',
      'stopped',
      {
        ...stopped,
        LabelCounters: {},
        StoppingConditions: { MaxHumanLabeledObjectCount: 1, MaxPercentageOfInputDatasetLabeled: 1 },
      },
    ],
    [
      'stopped with as many labels as its stopping conditions allow',
      'limited',
      { ...stopped, StoppingConditions: { MaxHumanLabeledObjectCount: 5853 } },
    ],
    [
      'stopped with one label less than its stopping conditions allow',
      'stopped',
      { ...stopped, StoppingConditions: { MaxHumanLabeledObjectCount: 5854 } },
    ],
    [
      'stopped above the percentage that its stopping conditions allow',
      'limited',
      { ...stopped, StoppingConditions: { MaxPercentageOfInputDatasetLabeled: 93 } },
    ],
    [
      'stopped below the percentage that its stopping conditions allow',
      'stopped',
      { ...stopped, StoppingConditions: { MaxPercentageOfInputDatasetLabeled: 94 } },
    ],
    [
      'stopped at exactly the percentage that its stopping conditions allow',
      'limited',
      { ...stopped, ...counters(94, 5, 1), StoppingConditions: { MaxPercentageOfInputDatasetLabeled: 94 } },
    ],
    [
      'stopped, with failed objects, below the percentage',
      'stopped',
      { ...stopped, ...counters(93, 3, 4), StoppingConditions: { MaxPercentageOfInputDatasetLabeled: 94 } },
    ],
    [
      'stopped before it had any objects',
      'stopped',
      { ...stopped, ...counters(0, 0), StoppingConditions: { MaxPercentageOfInputDatasetLabeled: 94 } },
    ],
    ['is in progress', undefined, { LabelingJobStatus: 'InProgress' }],
    ['is stopping', undefined, { LabelingJobStatus: 'Stopping' }],
    ['has a status that SageMaker does not document', undefined, { LabelingJobStatus: 'Expired' }],
  ])('when it %s: %s', (_, end, over) => {
    expect(endOf(jobOf(over))).toBe(end);
  });
});
