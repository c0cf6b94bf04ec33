import { describe, expect, it } from 'vitest';
import { quarantine } from '../../domain/change/quarantine.ts';
import { decide } from '../../domain/decide.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { readTraining, trainingEvent } from '../support/events.ts';

const defaults = Configuration.parse({});

describe('the decision on an event', () => {
  it('is to alert people about how a job ended', () => {
    const decision = decide(readTraining(trainingEvent()), undefined, defaults);
    expect(decision).toMatchObject({ outcome: 'alerted', eventId: 'e1', status: 'Failed', severity: 'error' });
    expect(decision.actions.map(({ kind }) => kind)).toEqual(['notify']);
  });

  it('forgets a check that was to be made when the job started, once the job has ended', () => {
    const running = { TrainingJobStatus: 'InProgress', SecondaryStatus: 'Training', TrainingStartTime: 1795132800000 };
    const tagged = { Tags: { 'ground-control:max-cost-usd': '5' } };
    const { remember: started } = decide(readTraining(trainingEvent({ ...running, ...tagged })), undefined, defaults);
    expect([...(started?.untold ?? [])]).toEqual([expect.stringMatching(/^check\|.*\|started$/)]);
    const { remember: ended } = decide(readTraining(trainingEvent(tagged)), started, defaults);
    expect([...(ended?.untold ?? [])]).toEqual([
      expect.stringContaining('|Failed|'),
      expect.stringMatching(/^check\|.*\|ended$/),
    ]);
  });

  it('is to send no alert about a training job of a tuning job', () => {
    const event = trainingEvent({ TuningJobArn: 'arn:aws:sagemaker:eu-west-1:1:hyper-parameter-tuning-job/t' });
    expect(decide(readTraining(event), undefined, defaults)).toMatchObject({
      outcome: 'ignored',
      reason: 'it belongs to a tuning job, whose alert covers it',
      actions: [],
    });
  });

  it.each([null, ''])('is to alert people about a training job whose TuningJobArn is %j', (TuningJobArn) => {
    expect(decide(readTraining(trainingEvent({ TuningJobArn })), undefined, defaults).outcome).toBe('alerted');
  });

  it('is to ignore an outcome that ground-control.yml does not list, with that reason', () => {
    const quiet = Configuration.parse({ alerts: { 'training-job': ['completed'] } });
    expect(decide(readTraining(trainingEvent()), undefined, quiet)).toMatchObject({
      outcome: 'ignored',
      reason: 'outcome "failed" is not among alerts.training-job in ground-control.yml',
      status: 'Failed',
      severity: 'error',
      actions: [],
    });
  });

  it('is to quarantine an event that cannot be read, and to name the paths of its flaws but not the values', () => {
    const input = { id: 'e9', 'detail-type': 'x\u001b[31m', secret: 'hunter22' };
    expect(quarantine(input, [{ path: ['detail', 'a b', 3], message: 'expected text' }])).toMatchObject({
      outcome: 'quarantined',
      eventId: 'e9',
      detailType: 'x',
      reason: 'detail.a?b.3: expected text',
      actions: [{ kind: 'quarantine', input }],
    });
  });
});
