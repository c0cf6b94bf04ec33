import { join } from 'node:path';
import { ListSchedulesCommand } from '@aws-sdk/client-scheduler';
import {
  CreateTopicCommand,
  DeleteTopicCommand,
  PublishCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { CreateQueueCommand, DeleteQueueCommand, GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { passes } from '../../domain/alert/filter-policy.ts';
import { writeCompiledConfiguration } from '../../infrastructure/compiled-configuration.ts';
import { readConfigurationFile } from '../../infrastructure/configuration-file.ts';
import { subscriberKey } from '../../infrastructure/subscriber-key.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { DigestMessage } from '../../schemas/message/digest.ts';
import { readEvent } from '../support/events.ts';
import { changeFunction } from './clients.ts';
import { CONFIGURATION, PREFIX } from './deployment.ts';
import { openInbox } from './inbox.ts';
import { countIn, failedTraining, folder, lambda, put, receive, scheduler, sns, sqs, until } from './stage.ts';

const MINUTE = 60_000;
const ADDRESS = 'sleeper@ground-control.test';

/** Quiet hours that end at the beginning of a minute, 20 to 80 seconds from now. */
function soonOver() {
  const end = Math.ceil((Date.now() + 20_000) / MINUTE) * MINUTE;
  const time = (instant: number) => new Date(instant).toISOString().slice(11, 16);
  return { end, quiet: { from: time(end - 60 * MINUTE), to: time(end), except: [] } };
}

const completed = (name: string) =>
  failedTraining(name, {
    TrainingJobStatus: 'Completed',
    SecondaryStatus: 'Completed',
    FailureReason: '',
    Tags: { team: 'quiet' },
  });

describe('alerts in quiet hours', () => {
  it('wait until a schedule fires at their end, and then come in one message for the subscriber alone', async () => {
    const { end, quiet } = soonOver();
    const file = join(folder, 'quiet.json');
    const whole = readConfigurationFile(CONFIGURATION);
    const { delivery } = Configuration.parse({ subscribers: [{ email: ADDRESS, quiet }] });
    writeCompiledConfiguration({ ...whole, delivery }, file);
    onTestFinished(await changeFunction(lambda, 'trainingJob', { GROUND_CONTROL_CONFIG: file }));
    const others = await openInbox({ team: ['quiet'] });
    const sleeper = await openInbox({ groups: [subscriberKey(ADDRESS)] });
    await put(completed('quiet-one'));
    await put(completed('quiet-two'));
    // People's own subscriptions get both at once.
    expect([(await others.next()).resource.name, (await others.next()).resource.name].sort()).toEqual([
      'quiet-one',
      'quiet-two',
    ]);
    expect(await sleeper.count()).toBe(0);
    const GroupName = `${PREFIX}windows`;
    const schedules = async () => (await scheduler.send(new ListSchedulesCommand({ GroupName }))).Schedules ?? [];
    await until(async () => (await schedules()).length === 1);
    const { Message, Subject } = await sleeper.nextEnvelope(20);
    expect(Date.now()).toBeGreaterThan(end);
    const digest = DigestMessage.parse(JSON.parse(String(Message)));
    expect([digest.kind, digest.counts.total, Subject]).toEqual(['quiet', 2, 'AFTER QUIET HOURS: 2 x COMPLETED']);
    expect(digest.groups[0]?.names.toSorted()).toEqual(['quiet-one', 'quiet-two']);
    // The schedule has deleted itself, and nobody else got the message.
    await until(async () => (await schedules()).length === 0);
    expect([await sleeper.count(), await others.count()]).toEqual([0, 0]);
  }, 300_000);
});

describe('alerts about parts of an execution', () => {
  it('wait for its end, and are told in the alert about it, a minute later', async () => {
    const Tags = { team: 'delivery' };
    const pipelineArn = 'arn:aws:sagemaker:us-east-1:000000000000:pipeline/deployed';
    const pipelineExecutionArn = `${pipelineArn}/execution/deployed0001`;
    const job = 'pipelines-deployed0001-Train-0123456789';
    const subscriber = await openInbox({ groups: [subscriberKey('team@ground-control.test')] });
    const others = await openInbox({ team: ['delivery'] });
    await put(failedTraining(job, { Tags }));
    expect((await others.next()).parent).toMatchObject({ id: 'execution-deployed0001', isWaitedFor: true });
    expect(await subscriber.count()).toBe(0);
    await put({
      ...readEvent('events/pipeline/failed.json'),
      detail: { pipelineArn, pipelineExecutionArn, currentPipelineExecutionStatus: 'Failed', Tags },
    });
    const { resource, parts } = await subscriber.next(12);
    expect([resource.name, parts]).toMatchObject(['deployed', { ended: 1, failed: [{ names: [job] }] }]);
    expect((await others.next()).resource.name).toBe('deployed');
  }, 180_000);
});

describe('who gets an alert', () => {
  const VALUES = {
    severity: ['critical', 'error', 'info'],
    family: ['endpoint', 'training-job'],
    status: ['Failed', 'InService'],
    team: ['vision', 'unknown'],
    project: ['churn', 'Churn'],
  } as const;
  const NAMES = ['severity', 'family', 'status', 'team', 'project'] as const;
  /** Filters that each look at some attributes, so that all kinds of them meet. */
  const FILTERS = Array.from({ length: 12 }, (_, number) =>
    Object.fromEntries(
      NAMES.flatMap((name, at) => {
        const values = VALUES[name];
        const some = values.filter((_value, nth) => (number + nth + at) % 3 !== 0);
        return (number >> (at % 4)) % 2 === 0 || some.length === 0 ? [] : [[name, some]];
      }),
    ),
  );
  const ALERTS = Array.from({ length: 24 }, (_, number) =>
    Object.fromEntries(
      NAMES.map((name, at) => [name, VALUES[name][(number * (at + 1) + (number >> 2)) % VALUES[name].length] ?? '']),
    ),
  );

  it('is what a filter policy of SNS would say', async () => {
    const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'routing' }));
    onTestFinished(async () => void (await sns.send(new DeleteTopicCommand({ TopicArn }))));
    const queues = await Promise.all(
      FILTERS.map(async (filters, number) => {
        const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: `routing-${number}` }));
        const { Attributes } = await sqs.send(
          new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
        );
        const { SubscriptionArn } = await sns.send(
          new SubscribeCommand({
            TopicArn,
            Protocol: 'sqs',
            Endpoint: Attributes?.['QueueArn'],
            Attributes: Object.keys(filters).length === 0 ? {} : { FilterPolicy: JSON.stringify(filters) },
          }),
        );
        onTestFinished(async () => {
          await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
          await sqs.send(new DeleteQueueCommand({ QueueUrl }));
        });
        return QueueUrl;
      }),
    );
    for (const [number, attributes] of ALERTS.entries())
      await sns.send(
        new PublishCommand({
          TopicArn,
          Message: JSON.stringify({ default: String(number) }),
          MessageStructure: 'json',
          MessageAttributes: Object.fromEntries(
            Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
          ),
        }),
      );
    let delivered = 0;
    for (const [at, filters] of FILTERS.entries()) {
      const ours = ALERTS.flatMap((attributes, number) =>
        passes(filters, new Map(Object.entries(attributes))) ? [number] : [],
      );
      const queue = queues[at] ?? '';
      await until(async () => (await countIn(queue)) === ours.length);
      const theirs: number[] = [];
      for (const _ of ours) theirs.push(Number((await receive(queue))['Message']));
      expect([filters, theirs.toSorted((one, other) => one - other)]).toEqual([filters, ours]);
      delivered += ours.length;
    }
    // Neither all nor nothing passes.
    expect(delivered).toBeGreaterThan(FILTERS.length);
    expect(delivered).toBeLessThan((FILTERS.length * ALERTS.length) / 2);
  });
});
