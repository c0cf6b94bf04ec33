import { beforeEach, describe, expect, it } from 'vitest';
import { playerOf } from '../../../local/play/play.ts';
import { trainingEvent } from '../../support/events.ts';
import { useLocalAws } from '../../support/local-aws.ts';

const aws = useLocalAws();
beforeEach(async () => {
  await aws().emptyTable();
  aws().sageMaker.resources.clear();
});

describe('events that are played as a history', () => {
  const at = (minutes: number) => ({ time: new Date(Date.UTC(2026, 10, 20, 3, minutes)).toISOString() });
  const job = (status: string, minutes: number, more: object = {}) =>
    trainingEvent({ TrainingJobStatus: status, SecondaryStatus: status, ...more }, at(minutes));
  const history = async (...events: unknown[]) => {
    const play = playerOf(aws(), 'history');
    const outcomes = [];
    for (const event of events) {
      const { outcome, reason } = await play(event);
      outcomes.push([outcome, reason]);
    }
    return outcomes;
  };
  const RUNNING = 'outcome "running" is not among alerts.training-job in ground-control.yml';

  it('announces a failure once, and ignores copies and late events', async () => {
    expect(await history(job('InProgress', 0), job('Failed', 9), job('Failed', 29), job('InProgress', 5))).toEqual([
      ['ignored', RUNNING],
      ['alerted', undefined],
      ['ignored', 'it has been announced already'],
      ['ignored', 'late: it has already ended: Failed'],
    ]);
  });

  it('treats a job that was created again under the same name as another job', async () => {
    const first = { CreationTime: Date.UTC(2026, 10, 20, 3, 0) };
    const second = { CreationTime: Date.UTC(2026, 10, 20, 4, 0) };
    expect(await history(job('Failed', 9, first), job('InProgress', 61, second), job('Failed', 70, second))).toEqual([
      ['alerted', undefined],
      ['ignored', RUNNING],
      ['alerted', undefined],
    ]);
  });

  it('announces every return of an endpoint into service', async () => {
    const endpoint = (EndpointStatus: string, minutes: number) => ({
      'detail-type': 'SageMaker Endpoint State Change',
      source: 'aws.sagemaker',
      ...at(minutes),
      detail: { EndpointName: 'e', EndpointArn: 'arn:aws:sagemaker:us-east-1:1:endpoint/e', EndpointStatus },
    });
    const played = await history(endpoint('IN_SERVICE', 0), endpoint('UPDATING', 20), endpoint('IN_SERVICE', 40));
    expect(played.map(([outcome]) => outcome)).toEqual(['alerted', 'ignored', 'alerted']);
  });
});
