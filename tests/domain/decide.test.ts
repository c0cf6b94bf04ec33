import { describe, expect, it } from 'vitest';
import { summarise } from '../../domain/action.ts';
import { foundByReconciliation, reconciliationEventId } from '../../domain/change/found-by.ts';
import { quarantine } from '../../domain/change/quarantine.ts';
import { referenceOf } from '../../domain/change/reference.ts';
import { meter } from '../../domain/cost/meter.ts';
import { pricesIn } from '../../domain/cost/prices.ts';
import { decide } from '../../domain/decide.ts';
import type { Facts } from '../../domain/facts.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import type { Remembered } from '../../schemas/stored/resource.ts';
import { readTraining, SCHEMAS, trainingEvent } from '../support/events.ts';

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
    expect([...(started?.untold?.keys() ?? [])]).toEqual([expect.stringMatching(/^check\|.*\|started$/)]);
    const { remember: ended } = decide(readTraining(trainingEvent(tagged)), started, defaults);
    expect([...(ended?.untold?.keys() ?? [])]).toEqual([
      expect.stringContaining('|Failed|'),
      expect.stringMatching(/^check\|.*\|ended$/),
    ]);
  });

  it('is to send no alert about a training job of a tuning job', () => {
    const event = trainingEvent({ TuningJobArn: 'arn:aws:sagemaker:eu-west-1:1:hyper-parameter-tuning-job/t' });
    expect(decide(readTraining(event), undefined, defaults)).toMatchObject({
      outcome: 'ignored',
      reason: 'it belongs to a tuning job, whose alert covers it',
      // The alert about the tuning job counts it.
      actions: [{ kind: 'note-part' }],
    });
  });

  it('is to let an alert wait for its pipeline, but not a late one, because no other alert would tell of it', () => {
    const failed = readTraining(trainingEvent({ TrainingJobName: 'pipelines-p4jn9xou8a8s-Train-x' }));
    const first = decide(failed, undefined, defaults);
    expect(first.actions).toContainEqual(expect.objectContaining({ kind: 'notify', waitsFor: expect.anything() }));
    // Its alert is still owed, and the job has ended otherwise meanwhile.
    const before = first.remember && { ...first.remember, status: 'Completed', secondaryStatus: 'Completed' };
    const late = decide(failed, before, defaults).actions.filter(({ kind }) => kind === 'notify');
    expect(late).toEqual([expect.not.objectContaining({ waitsFor: expect.anything() })]);
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

  it('stores what it owes before it acts, and forgets nothing that was owed earlier', () => {
    const change = readTraining(trainingEvent());
    const first = decide(change, undefined, defaults);
    const key = first.actions.flatMap((action) => (action.kind === 'notify' ? [action.settles] : []))[0] ?? '';
    expect(first.actions).toMatchObject([
      { kind: 'notify', key: `notify|${key}`, resource: `training-job|${change.resource.arn}`, settles: key },
    ]);
    expect(first.remember?.untold).toEqual(new Map([[key, { attempts: 0 }]]));
    const untold = new Map([['earlier', { attempts: 2 }]]);
    const running = decide(readTraining(trainingEvent({ TrainingJobStatus: 'InProgress' })), undefined, defaults);
    expect(running.remember).toMatchObject({ status: 'InProgress', untold: undefined });
    if (running.remember === undefined) throw new Error('news is stored');
    expect(decide(change, { ...running.remember, untold }, defaults).remember?.untold).toEqual(
      new Map([...untold, [key, { attempts: 0 }]]),
    );
  });

  it('is to send an alert once, and to send it again only while it is owed', () => {
    const change = readTraining(trainingEvent());
    const { remember } = decide(change, undefined, defaults);
    if (remember === undefined) throw new Error('news is stored');
    const [key = ''] = remember.untold?.keys() ?? [];
    const again = decide(change, remember, defaults);
    // The item is written again, to claim the alert.
    expect([again.outcome, again.remember?.revision, again.actions.length]).toEqual(['alerted', 2, 1]);
    expect(again.remember?.untold).toEqual(remember.untold);
    const announced = { ...remember, untold: undefined, announced: new Set([key]) };
    expect(decide(change, announced, defaults)).toMatchObject({
      outcome: 'ignored',
      reason: 'it has been announced already',
      actions: [],
    });
  });

  it('is to ignore a late event, unless its alert is still owed', () => {
    const failed = readTraining(trainingEvent());
    const running = readTraining(trainingEvent({ TrainingJobStatus: 'InProgress' }));
    const { remember } = decide(failed, undefined, defaults);
    expect(decide(running, remember, defaults)).toMatchObject({
      outcome: 'ignored',
      reason: 'late: it has already ended: Failed',
      remember: undefined,
      actions: [],
    });
    const loud = Configuration.parse({ alerts: { 'training-job': ['running'] } });
    const owed = decide(running, undefined, loud).remember?.untold;
    if (remember === undefined) throw new Error('news is stored');
    const late = decide(running, { ...remember, untold: owed }, loud);
    expect(late.outcome).toBe('alerted');
    // The newer status stays.
    expect(late.remember).toEqual({ ...remember, untold: owed, revision: 2 });
  });

  it('is to send an alert that was given up only when people put its event back', () => {
    const change = readTraining(trainingEvent());
    const { remember } = decide(change, undefined, defaults);
    if (remember === undefined) throw new Error('news is stored');
    const givenUp = { ...remember, untold: undefined, givenUp: new Set(remember.untold?.keys()) };
    expect(decide(change, givenUp, defaults)).toMatchObject({
      outcome: 'ignored',
      reason: 'SNS confirmed none of 3 attempts to send its alert; npm run redrive sends it again',
      remember: undefined,
      actions: [],
    });
    const again = decide(change, givenUp, defaults, { redrive: 'r1' });
    expect([again.outcome, [...(again.remember?.untold?.keys() ?? [])]]).toEqual(['alerted', [...givenUp.givenUp]]);
  });

  it('owes an alert no more when its outcome was switched off since', () => {
    const change = readTraining(trainingEvent());
    const { remember } = decide(change, undefined, defaults);
    if (remember === undefined) throw new Error('news is stored');
    const quiet = Configuration.parse({ alerts: { 'training-job': [] } });
    const dropped = decide(change, remember, quiet);
    expect([dropped.outcome, dropped.actions, dropped.remember]).toEqual([
      'ignored',
      [],
      { ...remember, untold: undefined, revision: 2 },
    ]);
    expect(decide(change, dropped.remember, quiet).remember).toBeUndefined();
  });

  it('is to send no alert for an inspection of a change that was handled before and owed none', () => {
    const change = readTraining(trainingEvent());
    const quiet = Configuration.parse({ alerts: { 'training-job': [] } });
    const { remember } = decide(change, undefined, quiet);
    expect(decide(change, remember, defaults, { isInspection: true })).toMatchObject({
      outcome: 'ignored',
      reason: 'its event was handled before, and owed no alert',
      remember: undefined,
    });
    expect(decide(change, undefined, defaults, { isInspection: true }).outcome).toBe('alerted');
  });

  it('requests a budget check once, and again only for an inspection of a job with a budget', () => {
    const running = { TrainingJobStatus: 'InProgress', SecondaryStatus: 'Training', TrainingStartTime: 1795132800000 };
    const limited = readTraining(trainingEvent({ ...running, Tags: { 'ground-control:max-cost-usd': '5' } }));
    const kinds = (...[change, before, facts]: [typeof limited, Remembered?, Facts?]) =>
      decide(change, before, defaults, facts).actions.map(({ kind }) => kind);
    const { remember } = decide(limited, undefined, defaults);
    if (remember === undefined) throw new Error('news is stored');
    const asked = { ...remember, untold: undefined, announced: new Set(remember.untold?.keys()) };
    expect([kinds(limited), kinds(limited, remember)]).toEqual([['check-budget'], ['check-budget']]);
    expect([kinds(limited, asked), kinds(limited, asked, { isInspection: true })]).toEqual([[], ['check-budget']]);
  });

  it.each([
    [{ cost: 'elsewhere' }, 'budget', 'the budget function looks up the cost and sends the alert'],
    [
      { labeling: 'elsewhere', cost: 'elsewhere' },
      'labeling',
      'the labeling function looks up how many objects are labeled and sends the alert',
    ],
  ] as const)('is to hand the event over when facts are elsewhere: %j', (facts, to, reason) => {
    const change = readTraining(trainingEvent());
    expect(decide(change, undefined, defaults, { ...facts, redrive: 'r1' })).toMatchObject({
      outcome: 'handed-over',
      reason,
      remember: undefined,
      actions: [{ kind: 'hand-over', to, reference: referenceOf(change, defaults, 'r1', to) }],
    });
    const { remember } = decide(change, undefined, defaults);
    if (remember === undefined) throw new Error('news is stored');
    const announced = { ...remember, announced: new Set(remember.untold?.keys()) };
    expect(decide(change, announced, defaults, facts).outcome).toBe('ignored');
  });

  it('stores and tells what the job cost', () => {
    const prices = pricesIn('eu-west-1', { 'eu-west-1': { Training: { 'ml.a': 10 } } }, () => undefined);
    const change = readTraining(
      trainingEvent({
        TrainingStartTime: '2026-11-20T01:00:00Z',
        TrainingEndTime: '2026-11-20T02:00:00Z',
        ResourceConfig: { InstanceType: 'ml.a', InstanceCount: 1 },
      }),
    );
    const cost = meter(change, prices, new Date('2026-11-20T03:00:00Z'));
    const priced = decide(change, undefined, defaults, { cost });
    expect(priced.remember?.cost).toBe(10_000_000);
    expect(priced.actions).toMatchObject([{ notice: { message: { cost: { usd: 10 } } } }]);
    expect(decide(change, undefined, defaults, { cost: { notPriced: 'x' } }).remember?.cost).toBeUndefined();
  });

  it('is to count the task of a labeling job, and to send no alert about it', () => {
    const arn = 'arn:aws:sagemaker:eu-west-1:123456789012:labeling-job/signs';
    const task = SCHEMAS['labeling-job'].parse({
      'detail-type': 'SageMaker Ground Truth Labeling Job Task Status Change',
      id: 'e1',
      detail: { State: 'Declined', 'labeling-job-arn': arn },
    });
    const decision = decide(task, undefined, defaults);
    expect(decision).toMatchObject({
      outcome: 'ignored',
      reason: 'tasks are counted; the alert about the end of the labeling job has the counts',
      remember: undefined,
    });
    expect(decision.actions.map(summarise)).toEqual([{ kind: 'count-task', id: arn }]);
    expect(decide(task, undefined, Configuration.parse({ labeling: { mode: 'off' } })).actions).toEqual([]);
  });

  it('is logged without text of other people', () => {
    const job = { type: 'training-job', arn: 'arn:x' } as const;
    const at = new Date('2026-11-20T00:00:00Z');
    const requestedBy = { resource: 'r', settles: 'k' };
    expect([
      summarise({ kind: 'quarantine', input: { secret: 1 }, reason: 'detail: m' }),
      summarise({
        kind: 'hand-over',
        to: 'budget',
        reference: referenceOf(readTraining(trainingEvent()), defaults, undefined, 'budget'),
      }),
      summarise({ kind: 'arm-budget', job, at, before: undefined }),
      summarise({ kind: 'disarm-budget', job, before: undefined }),
      summarise({ kind: 'check-budget', job, delaySeconds: 0, requestedBy }),
      ...decide(readTraining(trainingEvent({ CreationTime: undefined })), undefined, defaults).actions.map(summarise),
    ]).toEqual([
      { kind: 'quarantine', reason: 'detail: m' },
      { kind: 'hand-over', id: 'budget' },
      { kind: 'arm-budget', id: 'arn:x', at: '2026-11-20T00:00:00.000Z' },
      { kind: 'disarm-budget', id: 'arn:x' },
      { kind: 'check-budget', id: 'k' },
      {
        kind: 'notify',
        id: 'notify|training-job|arn:aws:sagemaker:eu-west-1:123456789012:training-job/churn|0|Failed|Failed|',
      },
    ]);
  });

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
