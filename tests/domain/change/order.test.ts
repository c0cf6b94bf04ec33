import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeKey, resourceKey } from '../../../domain/change/identity.ts';
import { order } from '../../../domain/change/order.ts';
import { judge } from '../../../domain/change/outcome.ts';
import { KNOWN_TYPES, kindOf } from '../../../domain/kinds.ts';
import { EndpointStateChange } from '../../../schemas/event/endpoint.ts';
import { ResourceStateChange } from '../../../schemas/event/resource.ts';
import type { StateChange } from '../../../schemas/event/state-change.ts';
import type { Remembered } from '../../../schemas/stored/resource.ts';
import { readTraining, trainingEvent } from '../../support/events.ts';

const NOBODY = { owner: 'unknown', team: 'unknown', project: 'unknown' };
const CREATED = 1_795_000_000_000;

const job = (status: string, minutes: number, created = CREATED): StateChange =>
  readTraining(
    trainingEvent({
      TrainingJobStatus: status,
      SecondaryStatus: status,
      CreationTime: created,
      LastModifiedTime: created + minutes * 60_000,
    }),
  );

const endpoint = (status: string, minutes: number): StateChange =>
  EndpointStateChange.parse({
    'detail-type': 'SageMaker Endpoint State Change',
    detail: {
      EndpointName: 'e',
      EndpointStatus: status,
      CreationTime: CREATED,
      LastModifiedTime: CREATED + minutes * 60_000,
    },
  });

/** Applies changes in order. Returns the last stored state, the keys of accepted changes, and why others were late. */
function report(...changes: StateChange[]) {
  let before: Remembered | undefined;
  const keys: string[] = [];
  const late: string[] = [];
  for (const change of changes) {
    const ordering = order(before, change, judge(change), NOBODY);
    if (ordering.kind === 'late') late.push(ordering.reason);
    else {
      before = ordering.news ? ordering.now : before;
      keys.push(changeKey(resourceKey(change), ordering.now));
    }
  }
  return { now: before, keys: new Set(keys), late };
}

describe('the order of changes', () => {
  it('keeps a job ended when late events arrive', () => {
    const { now, late } = report(job('InProgress', 1), job('Completed', 9), job('InProgress', 5), job('Stopping', 8));
    expect([now?.status, late]).toEqual([
      'Completed',
      ['it has already ended: Completed', 'it has already ended: Completed'],
    ]);
  });

  it('gives all copies of a change the same key', () => {
    expect(report(job('Failed', 9), job('Failed', 9), job('Failed', 9)).keys.size).toBe(1);
  });

  it('treats a job that was created again under the same name as a new job', () => {
    const { now, keys, late } = report(job('Failed', 9), job('InProgress', 1, CREATED + 3_600_000), job('Failed', 9));
    expect([now?.status, keys.size, late]).toEqual(['InProgress', 2, ['a newer resource of the same name is known']]);
  });

  it('treats creation times that differ by rounding as the same job', () => {
    expect(report(job('Failed', 9), job('Failed', 9, CREATED + 400)).keys.size).toBe(1);
  });

  it('tells an endpoint that returned to a status from a copy of the event', () => {
    const { keys } = report(
      endpoint('IN_SERVICE', 1),
      endpoint('IN_SERVICE', 1),
      endpoint('UPDATING', 5),
      endpoint('IN_SERVICE', 9),
    );
    expect(keys.size).toBe(3);
    expect(report(endpoint('IN_SERVICE', 1), endpoint('IN_SERVICE', 9)).keys.size).toBe(2);
  });

  it('ignores an older status of an endpoint', () => {
    const { now, late } = report(endpoint('FAILED', 9), endpoint('UPDATING', 5));
    expect([now?.status, late]).toEqual(['Failed', ['a later status is known: Failed']]);
  });

  it('counts writes, so that no writer overwrites another', () => {
    expect(report(job('InProgress', 1), job('Completed', 9)).now?.revision).toBe(2);
  });

  it('ends with the same status of a job, whatever the order and number of its events', () => {
    const history = [job('InProgress', 1), job('InProgress', 2), job('Stopping', 8), job('Stopped', 9)];
    fc.assert(
      fc.property(fc.shuffledSubarray([...history, ...history], { minLength: 1 }), (reports) => {
        const { now, keys } = report(...reports, job('Stopped', 9));
        expect([now?.status, now?.ended]).toEqual(['Stopped', true]);
        expect([...keys].filter((key) => key.includes('|Stopped|'))).toHaveLength(1);
      }),
    );
  });

  it('ends with the latest status of an endpoint, whatever the order and number of its events', () => {
    const history = [
      endpoint('CREATING', 0),
      endpoint('IN_SERVICE', 5),
      endpoint('UPDATING', 10),
      endpoint('FAILED', 15),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray([...history, ...history], { minLength: 1 }), (reports) => {
        expect(report(...reports, endpoint('FAILED', 15)).now?.status).toBe('Failed');
      }),
    );
  });
});

/** A change of a resource of `type`, `minutes` after the first. Its event has a time, but no times of the resource. */
const reportOf =
  (type: string) =>
  (status: string, minutes: number, created?: number): StateChange => ({
    ...job('InProgress', 0),
    resource: { type, name: 'churn', arn: `arn:aws:sagemaker:eu-west-1:123456789012:${type}/churn` },
    event: { id: `${status}-${minutes}`, detailType: 'any', at: new Date(CREATED + minutes * 60_000) },
    status,
    secondaryStatus: undefined,
    createdAt: created === undefined ? undefined : new Date(created),
    modifiedAt: undefined,
  });

/** Types by what their end means, listed by hand, not read from the table of kinds. */
const FINAL = [
  'training-job',
  'tuning-job',
  'processing-job',
  'transform-job',
  'labeling-job',
  'human-loop',
  'job',
  'evaluation-job',
  'model-card-export-job',
  'teleport-job',
];
const RETRYABLE = ['pipeline-execution', 'pipeline-step'];
const INVENTED = ['teleport', 'tracking-server'];
const OTHERS = KNOWN_TYPES.filter((type) => !FINAL.includes(type) && !RETRYABLE.includes(type));

describe.each(FINAL)('the end of a %s', (type) => {
  const of = reportOf(type);
  const other = type === 'human-loop' ? 'Stopped' : 'Completed';

  it('is the same change in a copy that was sent 20 minutes later', () => {
    expect(report(of('InProgress', 0), of('Failed', 9), of('Failed', 29)).keys.size).toBe(2);
  });

  it('stays, whatever arrives after it and whenever that was sent', () => {
    const { now, late } = report(of('Failed', 9), of('InProgress', 5), of('InProgress', 29), of(other, 30));
    expect([now?.status, now?.ended, late.length]).toEqual(['Failed', true, 3]);
  });

  it('is accepted even when it was sent before the stored status', () => {
    expect(report(of('InProgress', 9), of('Failed', 5)).now?.status).toBe('Failed');
  });
});

describe.each(RETRYABLE)('the end of a %s', (type) => {
  const of = reportOf(type);

  it('is followed by a retry, whose end is another change', () => {
    const { now, keys, late } = report(of('Failed', 9), of('Executing', 20), of('Failed', 40));
    expect([now?.status, keys.size, late]).toEqual(['Failed', 3, []]);
  });

  it('stays when an event arrives that was sent before it', () => {
    expect(report(of('Failed', 9), of('Executing', 5)).late).toEqual(['it has already ended: Failed']);
  });
});

describe.each([...OTHERS, ...INVENTED])('a status of a %s', (type) => {
  it('may return, as a new change', () => {
    const of = reportOf(type);
    expect([kindOf(type).end, report(of('Failed', 9), of('Updating', 30), of('Failed', 60)).keys.size]).toEqual([
      'none',
      3,
    ]);
  });
});

describe.each([...new Set([...KNOWN_TYPES, ...FINAL, ...INVENTED])])('a %s that was deleted', (type) => {
  const of = reportOf(type);
  const HOUR = 60 * 60_000;

  it('and created again under its name is a new resource, by its time of creation', () => {
    const { now, keys, late } = report(
      of('Failed', 9, CREATED),
      of('Deleted', 20, CREATED),
      of('InProgress', 61, CREATED + HOUR),
      of('Failed', 70, CREATED + HOUR),
    );
    expect([now?.status, now?.generation, keys.size, late]).toEqual(['Failed', (CREATED + HOUR) / 1000, 4, []]);
  });

  it('and starts again is a new resource, when events have no time of creation', () => {
    const { now, keys, late } = report(of('Failed', 9), of('Deleted', 20), of('InProgress', 61), of('Failed', 70));
    expect([now?.status, keys.size, late]).toEqual(['Failed', 4, []]);
  });
});

it.each([
  'SageMaker Evaluation Job Status Change',
  'SageMaker Job State Change',
  'SageMaker Teleport Job State Change',
])('a job whose type has no row, with events of type %s, ends once', (detailType) => {
  const event = (JobStatus: string, minutes: number) =>
    ResourceStateChange.parse({
      'detail-type': detailType,
      source: 'aws.sagemaker',
      time: new Date(CREATED + minutes * 60_000).toISOString(),
      resources: ['arn:aws:sagemaker:eu-west-1:123456789012:job/churn'],
      detail: { JobName: 'churn', JobStatus },
    });
  const { now, keys, late } = report(
    event('InProgress', 0),
    event('Failed', 9),
    event('Failed', 29),
    event('InProgress', 31),
  );
  expect([now?.status, keys.size, late]).toEqual(['Failed', 2, ['it has already ended: Failed']]);
});
