import { describe, expect, it } from 'vitest';
import { quarantine } from '../../domain/change/quarantine.ts';
import { decide } from '../../domain/decide.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { readTraining, trainingEvent } from '../support/events.ts';

const defaults = Configuration.parse({});

describe('the decision on an event', () => {
  it('is to tell people how a job ended', () => {
    const decision = decide(readTraining(trainingEvent()), undefined, defaults);
    expect(decision).toMatchObject({ outcome: 'alerted', eventId: 'e1', status: 'Failed', severity: 'error' });
    expect(decision.actions.map(({ kind }) => kind)).toEqual(['notify']);
  });

  it('is to leave the training jobs of a tuning job to the tuning job', () => {
    const event = trainingEvent({ TuningJobArn: 'arn:aws:sagemaker:eu-west-1:1:hyper-parameter-tuning-job/t' });
    expect(decide(readTraining(event), undefined, defaults)).toMatchObject({
      outcome: 'ignored',
      reason: 'it belongs to a tuning job, whose alert covers it',
      actions: [],
    });
  });

  it.each([null, ''])('is not confused by TuningJobArn %j', (TuningJobArn) => {
    expect(decide(readTraining(trainingEvent({ TuningJobArn })), undefined, defaults).outcome).toBe('alerted');
  });

  it('is to ignore what the configuration does not want, and to say so', () => {
    const quiet = Configuration.parse({ alerts: { 'training-job': ['completed'] } });
    expect(decide(readTraining(trainingEvent()), undefined, quiet)).toMatchObject({
      outcome: 'ignored',
      reason: 'outcome "failed" is not among alerts.training-job in ground-control.yml',
      status: 'Failed',
      severity: 'error',
      actions: [],
    });
  });

  it('is to quarantine what cannot be read, with its paths and without its values', () => {
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
