import { InvokeCommand } from '@aws-sdk/client-lambda';
import { PurgeQueueCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { readEvent } from '../support/events.ts';
import { changeFunction } from './clients.ts';
import { PREFIX, TOPIC } from './deployment.ts';
import { openInbox } from './inbox.ts';
import { command, countIn, failedTraining, lambda, put, queueOfStage, receive, sqs, until } from './stage.ts';

const QUEUES = ['failed', 'quarantine'];

beforeEach(async () => {
  const counts = await Promise.all(QUEUES.map(async (name) => [name, await countIn(await queueOfStage(name))]));
  expect(Object.fromEntries(counts)).toEqual({ failed: 0, quarantine: 0 });
});

afterEach(async () => {
  for (const name of QUEUES) await sqs.send(new PurgeQueueCommand({ QueueUrl: await queueOfStage(name) }));
});

describe('an event that no schema can read', () => {
  it('is put into the quarantine, and nobody is alerted', async () => {
    const inbox = await openInbox();
    await put(readEvent('events/ignored/cloudtrail-api-call.json'));
    await put(failedTraining('churn', { TrainingJobStatus: 7 }));
    const quarantine = await queueOfStage('quarantine');
    expect(await receive(quarantine)).toMatchObject({
      reason: 'detail.TrainingJobStatus: Invalid input: expected string, received number',
      event: { 'detail-type': 'SageMaker Training Job State Change', detail: { TrainingJobName: 'churn' } },
    });
    await put(failedTraining('after-quarantine'));
    expect((await inbox.next()).resource.name).toBe('after-quarantine');
    expect(await countIn(quarantine)).toBe(0);
  });

  it('is in the quarantine once after a redrive, if it still cannot be read', async () => {
    const quarantine = await queueOfStage('quarantine');
    await put({ ...failedTraining('unreadable'), detail: { TrainingJobName: ['unreadable'] } });
    await until(async () => (await countIn(quarantine)) === 1);
    const { status, output } = command('redrive', ['--queue', 'quarantine']);
    expect([status, output]).toEqual([1, expect.stringContaining('still unreadable for trainingJob')]);
    expect(output).toContain('0 handled,');
    expect(await countIn(quarantine)).toBe(1);
  });
});

describe('an event that a function fails to handle', () => {
  const EndpointArn = 'arn:aws:sagemaker:us-east-1:000000000000:endpoint/redriven';
  const event = {
    ...readEvent('events/endpoint/in-service.json'),
    detail: { EndpointName: 'redriven', EndpointArn, EndpointStatus: 'IN_SERVICE' },
  };

  it('is kept with the error, shown by a dry run, and handled by a redrive once the function works', async () => {
    const inbox = await openInbox();
    const repair = await changeFunction(lambda, 'endpoint', { ALERTS_TOPIC_ARN: `${TOPIC}-that-is-not-there` });
    onTestFinished(repair);
    await lambda.send(
      new InvokeCommand({
        FunctionName: `${PREFIX}endpoint`,
        InvocationType: 'Event',
        Payload: JSON.stringify(event),
      }),
    );
    const failed = await queueOfStage('failed');
    await until(async () => (await countIn(failed)) === 1);
    const shown = command('redrive', ['--dry-run']);
    expect(shown).toMatchObject({ status: 0 });
    expect(shown.output).toMatch(/SageMaker Endpoint State Change.*\n +why: 1 of 1 actions failed: notify: NotFound/);
    expect(await countIn(failed)).toBe(1);
    expect(command('redrive')).toMatchObject({
      status: 1,
      output: expect.stringContaining('0 handled, 1 failed again'),
    });
    await repair();
    await until(async () => command('redrive').output.includes('1 handled, 0 failed again'));
    expect((await inbox.next()).resource.name).toBe('redriven');
    expect(await countIn(failed)).toBe(0);
  });
});

describe('npm run redrive', () => {
  it('refuses a stage that is not deployed', () => {
    const { status, output } = command('redrive', [], 'nowhere');
    expect([status, output]).toEqual([
      2,
      'redrive: stage nowhere, region us-east-1 (AWS_REGION)\n' +
        'redrive: there is no queue ground-control-nowhere-failed in us-east-1: ' +
        'is stage "nowhere" deployed there, or in another --region?\n',
    ]);
  });
});
