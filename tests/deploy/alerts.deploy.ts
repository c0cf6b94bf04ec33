import { InvokeCommand } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { readEvent } from '../support/events.ts';
import { PREFIX } from './deployment.ts';
import { alertOf, openInbox } from './inbox.ts';
import { failedTraining, lambda, put } from './stage.ts';

describe('an alert', () => {
  it('is published for an event on the bus, with message attributes beside its text', async () => {
    const inbox = await openInbox();
    await put(readEvent('events/training-job/failed.json'));
    const envelope = await inbox.nextEnvelope();
    expect(envelope['Subject']).toBe('FAILED: training job churn-vit-20261120-000012 [vision]');
    expect(alertOf(envelope)).toMatchObject({
      family: 'training-job',
      severity: 'error',
      cause: { code: 'gpu-memory' },
      owner: { owner: 'maria', team: 'vision', project: 'churn' },
    });
    expect(envelope['MessageAttributes']).toMatchObject({
      severity: { Type: 'String', Value: 'error' },
      team: { Type: 'String', Value: 'vision' },
    });
  });

  it('reaches only the subscriptions whose filter policies match its attributes', async () => {
    const everything = await openInbox();
    const errorsOfVision = await openInbox({ severity: ['error'], team: ['vision'] });
    await put(failedTraining('first-of-vision', { Tags: { team: 'vision' } }));
    expect((await everything.next()).resource.name).toBe('first-of-vision');
    expect((await errorsOfVision.next()).resource.name).toBe('first-of-vision');
    await put(readEvent('events/training-job/completed.json'));
    await put(readEvent('events/endpoint/failed.json'));
    await put(failedTraining('last-of-vision', { Tags: { team: 'vision' } }));
    const received = [await everything.next(), await everything.next(), await everything.next()];
    expect(received.map(({ resource }) => resource.name).sort()).toEqual([
      'CreditRisk-Staging',
      'churn-vit-20261119-220105',
      'last-of-vision',
    ]);
    expect((await errorsOfVision.next()).resource.name).toBe('last-of-vision');
    expect(await errorsOfVision.count()).toBe(0);
  });

  it.each([
    ['processing-job/failed', 'processing-job'],
    ['transform-job/failed', 'transform-job'],
    ['endpoint/in-service', 'endpoint'],
    ['labeling-job/completed', 'labeling-job'],
    ['human-review/failed', 'human-review'],
    ['resource/of-tomorrow', 'resource'],
  ])('is published for the event %s, of the family %s', async (file, family) => {
    const inbox = await openInbox();
    await put(readEvent(`events/${file}.json`));
    expect((await inbox.next()).family).toBe(family);
  });

  it('is published once when its event arrives twice', async () => {
    const inbox = await openInbox();
    const event = failedTraining('twice');
    await put(event);
    expect((await inbox.next()).resource.name).toBe('twice');
    await put(event);
    await put(failedTraining('after-twice'));
    expect((await inbox.next()).resource.name).toBe('after-twice');
  });

  it('is not published for an older event that arrives after the end of the job', async () => {
    const inbox = await openInbox();
    await put(failedTraining('late', { TrainingJobStatus: 'Completed', SecondaryStatus: 'Completed' }));
    expect((await inbox.next()).outcome).toBe('completed');
    await put(failedTraining('late', { TrainingJobStatus: 'Stopped', SecondaryStatus: 'Stopped' }));
    await put(failedTraining('after-late'));
    expect((await inbox.next()).resource.name).toBe('after-late');
  });
});

describe('a function', () => {
  it('returns its decision when it is invoked directly', async () => {
    const { Payload } = await lambda.send(
      new InvokeCommand({
        FunctionName: `${PREFIX}trainingJob`,
        Payload: JSON.stringify(readEvent('events/training-job/in-progress.json')),
      }),
    );
    expect(JSON.parse(Buffer.from(Payload ?? []).toString())).toMatchObject({
      outcome: 'ignored',
      status: 'InProgress',
    });
  });
});
