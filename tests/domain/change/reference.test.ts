import { describe, expect, it } from 'vitest';
import { redriven, redriveOf } from '../../../domain/change/redriven.ts';
import { referenceOf } from '../../../domain/change/reference.ts';
import { isOfSameResource, readReported, withDescription } from '../../../domain/change/reported.ts';
import { decide } from '../../../domain/decide.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import type { StateChange } from '../../../schemas/event/state-change.ts';
import { EventReference } from '../../../schemas/message/event-reference.ts';
import { eventFiles, readEvent, readTraining, SCHEMAS, trainingEvent } from '../../support/events.ts';

const defaults = Configuration.parse({});
const OTHER_CASE = 'arn:aws:sagemaker:eu-west-1:123456789012:training-job/CHURN';
const FILES = eventFiles('events/{training,tuning,processing,transform,labeling}-job/*.json');
const changeIn = (file: string): StateChange => {
  const family = file.split('/')[1];
  const schema = Object.entries(SCHEMAS).find(([name]) => name === family)?.[1];
  if (schema === undefined) throw new Error(`no schema for ${file}`);
  return schema.parse(readEvent(file));
};
/** What the other function reads from the message about `change`. */
const sent = (change: StateChange, redrive?: string): unknown =>
  JSON.parse(JSON.stringify(referenceOf(change, defaults, redrive, 'budget')));
const received = (change: StateChange) => readReported(sent(change), SCHEMAS.resource).data;

describe('a reference to an event', () => {
  it.each(FILES)('is decided on like the event itself: %s', (file) => {
    const change = changeIn(file);
    const reference = received(change);
    if (reference === undefined) throw new Error('the reference is read');
    const first = decide(change, undefined, defaults);
    expect(decide(reference, undefined, defaults).remember).toEqual(first.remember);
    // The second is a copy of the first.
    const { actions: _, ...copy } = decide(change, first.remember, defaults);
    expect(decide(reference, first.remember, defaults)).toMatchObject(copy);
  });

  it('is late when its event is', () => {
    const ended = decide(readTraining(trainingEvent()), undefined, defaults).remember;
    const late = received(
      readTraining(trainingEvent({ TrainingJobStatus: 'InProgress' }, { time: '2026-11-20T03:00:00Z' })),
    );
    expect(late && decide(late, ended, defaults)).toMatchObject({
      outcome: 'ignored',
      reason: expect.stringMatching(/^late: /),
    });
  });

  it('keeps of the tags only those that name the owner', () => {
    const change = readTraining(trainingEvent({ Tags: { Team: 'vision', 'db-password': 'hunter2-hunter2' } }));
    expect(EventReference.parse(sent(change)).tags).toEqual([['Team', 'vision']]);
  });

  it('keeps the mark of a redrive, and can be marked itself', () => {
    const change = readTraining(trainingEvent());
    expect([
      redriveOf(sent(change)),
      redriveOf(sent(change, 'r1')),
      redriveOf(redriven(sent(change, 'r1'), 'r2')),
    ]).toEqual([undefined, 'r1', 'r2']);
  });

  it('of another version is not read', () => {
    const change = readTraining(trainingEvent());
    const { success } = readReported({ ...Object(sent(change)), version: '2.0' }, SCHEMAS['training-job']);
    expect(success).toBe(false);
  });
});

describe('the description of a job', () => {
  it('says where the model is', () => {
    const ModelArtifacts = { S3ModelArtifacts: 's3://models/churn/output/model.tar.gz' };
    const event = trainingEvent({ TrainingJobStatus: 'Completed', SecondaryStatus: 'Completed' });
    const described = readTraining(trainingEvent({ TrainingJobStatus: 'Completed', ModelArtifacts }));
    const reported = received(readTraining(event));
    expect(reported && withDescription(reported, described)).toMatchObject({
      outputS3Uri: 's3://models/churn/output/model.tar.gz',
      details: [{ label: 'Model artifacts', value: 's3://models/churn/output/model.tar.gz' }],
    });
  });

  const at = (CreationTime: string | undefined, over: object = {}) =>
    readTraining(trainingEvent({ CreationTime, ...over }));

  it.each([
    ['the same creation time', at('2026-11-20T01:00:00.900Z'), at('2026-11-20T01:00:01Z'), true],
    ['no creation time in the event', at(undefined), at('2026-11-20T01:00:00Z'), true],
    ['a mistaken creation time in the event', at('2106-11-20T01:00:00Z'), at('2026-11-20T01:00:00Z'), true],
    ['a later creation time', at('2026-11-20T01:00:00Z'), at('2026-11-20T01:00:05Z'), false],
    ['an ARN in another case', at(undefined), at(undefined, { TrainingJobArn: OTHER_CASE }), true],
    [
      'the ARN of another region',
      at(undefined),
      at(undefined, { TrainingJobArn: 'arn:aws:sagemaker:us-east-1:1:training-job/churn' }),
      false,
    ],
  ])('counts for the job of the event with %s', (_, reported, described, isSame) => {
    expect(isOfSameResource(reported, described)).toBe(isSame);
  });

  it('adds what the reference leaves out, and changes neither status nor times', () => {
    const reported = received(
      at('2026-11-20T01:00:00Z', { FailureReason: 'AlgorithmError', TrainingEndTime: '2026-11-20T03:00:00Z' }),
    );
    const lagging = at('2026-11-20T01:00:00Z', {
      TrainingJobStatus: 'InProgress',
      SecondaryStatus: 'Training',
      LastModifiedTime: '2026-11-20T02:00:00Z',
      TrainingStartTime: '2026-11-20T01:30:00Z',
      ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
      Tags: { team: 'vision' },
    });
    if (reported === undefined) throw new Error('the reference is read');
    expect(withDescription(reported, lagging)).toEqual({
      ...reported,
      startedAt: new Date('2026-11-20T01:30:00Z'),
      instances: [{ type: 'ml.m5.large', count: 1 }],
      billing: lagging.billing,
      tags: new Map([['team', 'vision']]),
    });
  });
});
