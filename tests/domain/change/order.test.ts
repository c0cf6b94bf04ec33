import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeKey, resourceKey } from '../../../domain/change/identity.ts';
import { order } from '../../../domain/change/order.ts';
import { judge } from '../../../domain/change/outcome.ts';
import { EndpointStateChange } from '../../../schemas/event/endpoint.ts';
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

/** Reports one after the other: what is remembered in the end, and the keys of what was accepted. */
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

describe('the order of reports', () => {
  it('lets a job that has ended stay ended', () => {
    const { now, late } = report(job('InProgress', 1), job('Completed', 9), job('InProgress', 5), job('Stopping', 8));
    expect([now?.status, late]).toEqual([
      'Completed',
      ['it has already ended: Completed', 'it has already ended: Completed'],
    ]);
  });

  it('gives all copies of a change one name', () => {
    expect(report(job('Failed', 9), job('Failed', 9), job('Failed', 9)).keys.size).toBe(1);
  });

  it('starts afresh for a job that was created again under the same name', () => {
    const { now, keys, late } = report(job('Failed', 9), job('InProgress', 1, CREATED + 3_600_000), job('Failed', 9));
    expect([now?.status, keys.size, late]).toEqual(['InProgress', 2, ['a newer resource of the same name is known']]);
  });

  it('does not take rounding of the creation time for another job', () => {
    expect(report(job('Failed', 9), job('Failed', 9, CREATED + 400)).keys.size).toBe(1);
  });

  it('knows an endpoint that came back from one that is told of again', () => {
    const { keys } = report(
      endpoint('IN_SERVICE', 1),
      endpoint('IN_SERVICE', 1),
      endpoint('UPDATING', 5),
      endpoint('IN_SERVICE', 9),
    );
    expect(keys.size).toBe(3);
    expect(report(endpoint('IN_SERVICE', 1), endpoint('IN_SERVICE', 9)).keys.size).toBe(2);
  });

  it('leaves out an older status of an endpoint', () => {
    const { now, late } = report(endpoint('FAILED', 9), endpoint('UPDATING', 5));
    expect([now?.status, late]).toEqual(['Failed', ['a later status is known: Failed']]);
  });

  it('counts what was written, so that no write is lost', () => {
    expect(report(job('InProgress', 1), job('Completed', 9)).now?.revision).toBe(2);
  });

  it('ends at the same truth for a job, whatever the order and number of its reports', () => {
    const history = [job('InProgress', 1), job('InProgress', 2), job('Stopping', 8), job('Stopped', 9)];
    fc.assert(
      fc.property(fc.shuffledSubarray([...history, ...history], { minLength: 1 }), (reports) => {
        const { now, keys } = report(...reports, job('Stopped', 9));
        expect([now?.status, now?.ended]).toEqual(['Stopped', true]);
        expect([...keys].filter((key) => key.includes('|Stopped|'))).toHaveLength(1);
      }),
    );
  });

  it('ends at the latest truth for an endpoint, whatever the order and number of its reports', () => {
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
