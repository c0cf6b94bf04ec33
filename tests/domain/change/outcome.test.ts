import { describe, expect, it } from 'vitest';
import { hasEnded, judge } from '../../../domain/change/outcome.ts';
import type { StateChange } from '../../../schemas/event/state-change.ts';
import { readTraining, trainingEvent } from '../../support/events.ts';

const change = (over: Partial<StateChange>, type = 'training-job'): StateChange => {
  const plain = readTraining(trainingEvent());
  return { ...plain, secondaryStatus: undefined, ...over, resource: { ...plain.resource, type } };
};

describe('the verdict on a change', () => {
  it.each([
    ['training-job', 'Completed', undefined, 'completed', 'info'],
    ['training-job', 'Failed', 'Failed', 'failed', 'error'],
    ['training-job', 'Stopped', 'Stopped', 'stopped', 'warning'],
    ['training-job', 'Stopped', 'MaxRuntimeExceeded', 'time-limit', 'warning'],
    ['training-job', 'Stopped', 'MaxWaitTimeExceeded', 'time-limit', 'warning'],
    ['training-job', 'Stopped', 'MAX_RUNTIME_EXCEEDED', 'time-limit', 'warning'],
    ['training-job', 'Failed', 'MaxRuntimeExceeded', 'failed', 'error'],
    ['training-job', 'InProgress', 'Interrupted', 'running', 'info'],
    ['tuning-job', 'Running', undefined, 'unknown', 'warning'],
    ['tuning-job', 'status', undefined, 'unknown', 'warning'],
    ['labeling-job', 'Initializing', undefined, 'running', 'info'],
    ['labeling-job', 'Complete with labeling errors', undefined, 'completed', 'warning'],
    ['endpoint', 'IN_SERVICE', undefined, 'completed', 'info'],
    ['endpoint', 'InService', undefined, 'completed', 'info'],
    ['endpoint', 'FAILED', undefined, 'failed', 'error'],
    ['endpoint', 'DELETED', undefined, 'deleted', 'info'],
    ['endpoint', 'ROLLING_BACK', undefined, 'degraded', 'warning'],
    ['endpoint', 'OUT_OF_SERVICE', undefined, 'failed', 'critical'],
    ['endpoint', 'UpdateRollbackFailed', undefined, 'failed', 'critical'],
    ['endpoint', 'some invalid status', undefined, 'unknown', 'warning'],
    ['notebook-instance', 'Stopped', undefined, 'changed', 'info'],
    ['human-loop', 'Finished', undefined, 'completed', 'info'],
    ['notebook-instance', 'Deleted', undefined, 'deleted', 'info'],
    ['cluster-node', 'Unhealthy', undefined, 'degraded', 'error'],
    ['cluster-event', 'Error', undefined, 'failed', 'error'],
    ['cluster-event', 'Warn', undefined, 'degraded', 'warning'],
    ['pipeline-step', 'Succeeded', undefined, 'running', 'info'],
    ['pipeline-execution', 'Succeeded', undefined, 'completed', 'info'],
    ['model-package', 'Completed', undefined, 'completed', 'info'],
    ['tracking-server', 'Failed', undefined, 'failed', 'error'],
    ['of-tomorrow', 'Exploded', undefined, 'unknown', 'warning'],
    ['of-tomorrow', 'constructor', undefined, 'unknown', 'warning'],
    ['constructor', 'Failed', undefined, 'failed', 'error'],
    ['training-job', undefined, undefined, 'unknown', 'warning'],
    ['model', undefined, undefined, 'changed', 'info'],
    ['endpoint-config', undefined, undefined, 'changed', 'info'],
  ] as const)('%s %s (%s) is %s, %s', (type, status, secondaryStatus, outcome, severity) => {
    expect(judge(change({ status, secondaryStatus }, type))).toMatchObject({ outcome, severity });
  });

  it('takes a labeling job that is complete with labeling errors for ended', () => {
    const done = change({ status: 'COMPLETE_WITH_LABELING_ERRORS' }, 'labeling-job');
    expect([judge(done).status, hasEnded(done, judge(done))]).toEqual(['Complete with labeling errors', true]);
  });

  it('spells a known status as the API does, and keeps an unknown one as received', () => {
    expect(judge(change({ status: 'UPDATE_ROLLBACK_FAILED' }, 'endpoint')).status).toBe('UpdateRollbackFailed');
    expect(judge(change({ status: 'half_done' }, 'endpoint')).status).toBe('half_done');
  });
});
