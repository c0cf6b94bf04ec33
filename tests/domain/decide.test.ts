import { describe, expect, it } from 'vitest';
import { foundByReconciliation, reconciliationEventId } from '../../domain/change/found-by.ts';
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

  it('is to quarantine with the first five flaws, each with the beginning of its path', () => {
    const reason = (flaws: Parameters<typeof quarantine>[1]) => quarantine(null, flaws).reason;
    const flaw = { path: ['a'], message: 'm' };
    expect(reason(Array.from({ length: 6 }, () => flaw))).toBe('a: m; a: m; a: m; a: m; a: m');
    const deep = (levels: number) => reason([{ path: Array.from({ length: levels }, (_, at) => at), message: 'm' }]);
    expect([deep(12), deep(13)]).toEqual(['0.1.2.3.4.5.6.7.8.9.10.11: m', '0.1.2.3.4.5.6.7.8.9.10.11…: m']);
    expect(reason([{ path: ['x'.repeat(65)], message: 'm' }])).toBe(`${'x'.repeat(64)}: m`);
    expect([reason([{ path: [], message: 'm' }]), reason([])]).toEqual(['event: m', 'event: cannot be read']);
  });

  it.each([null, 'text', 7, [], {}, { id: 7, 'detail-type': {} }, undefined])(
    'is to quarantine %j without an id',
    (input) => {
      expect(quarantine(input, [])).toMatchObject({ eventId: undefined, detailType: undefined });
    },
  );

  it('is to say so when reconciliation found the change', () => {
    const found = (id: string | undefined) => foundByReconciliation(readTraining(trainingEvent({}, { id }))).details;
    expect(found(reconciliationEventId('r1'))).toContainEqual({
      label: 'Found by',
      value: 'reconciliation, before any event about it was handled',
    });
    for (const id of ['e1', 'a-reconciliation-', undefined]) {
      expect(found(id).filter(({ label }) => label === 'Found by')).toEqual([]);
    }
  });
});
