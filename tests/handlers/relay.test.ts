/** What functions publish for other systems. */
import { beforeEach, describe, expect, it } from 'vitest';
import { auditIn } from '../../adapters/dynamodb/audit.ts';
import { handler as trainingJob } from '../../functions/training-job.ts';
import type { EmbeddedResources } from '../../local/embedded-aws/server.ts';
import { localContext } from '../../local/play/context.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { RelayedChange } from '../../schemas/message/relay.ts';
import { trainingEvent } from '../support/events.ts';
import { useLocalAws } from '../support/local-aws.ts';

const ARN = 'arn:aws:sagemaker:eu-west-1:123456789012:training-job/churn';
const BEGUN = Date.UTC(2026, 10, 20, 3);

let fault: NonNullable<EmbeddedResources['fault']> = () => undefined;
const configuration = Configuration.parse({
  relays: {
    tags: ['Cost-Center'],
    to: { all: { queue: 'arn:aws:sqs:us-east-1:123456789012:changes' } },
  },
});
const aws = useLocalAws(configuration, (call, path) => fault(call, path));
beforeEach(async () => {
  fault = () => undefined;
  await aws().emptyTable();
});

/** An event of the job `churn`, `minutes` after it was created. */
const changed = (status: string, minutes: number, detail: Record<string, unknown> = {}) =>
  trainingEvent({
    TrainingJobName: 'churn',
    TrainingJobArn: ARN,
    TrainingJobStatus: status,
    SecondaryStatus: status,
    CreationTime: BEGUN,
    LastModifiedTime: BEGUN + minutes * 60_000,
    Tags: { team: 'vision', 'cost-center': '4711', password: 'hunter2' },
    FailureReason: undefined,
    ...detail,
  });
const handle = (event: unknown) => trainingJob(event, localContext('trainingJob', 30));
const published = () => aws().eventBridge.events.map(({ detail }) => RelayedChange.parse(detail));

describe('a change that is accepted', () => {
  it('is published once, whether people get an alert or not, with the number that says its order', async () => {
    for (const event of [changed('InProgress', 1), changed('InProgress', 1), changed('Completed', 9)])
      await handle(event);
    const [started, ended, ...more] = published();
    expect([started?.status, ended?.status, more]).toEqual(['InProgress', 'Completed', []]);
    expect(aws().publications).toHaveLength(1);
    expect(ended?.order).toBeGreaterThan(started?.order ?? Infinity);
    expect(ended?.resource.id).toBe(started?.resource.id);
    expect(ended?.id).not.toBe(started?.id);
  });

  it('has one audit record, with the id that EventBridge gave it', async () => {
    for (const event of [changed('Completed', 9), changed('Completed', 9)]) await handle(event);
    const records = await Array.fromAsync(auditIn('ground-control-local-state', 400).ofResource(ARN));
    expect(records.filter(({ action }) => action === 'relay')).toMatchObject([
      { reason: 'the change to Completed', result: 'event event-1', event: { id: 'e1' } },
    ]);
  });

  it('says what Ground Control knows, and only the tags that may be passed on', async () => {
    await handle(changed('InProgress', 1));
    await handle(changed('Failed', 9, { FailureReason: 'CapacityError: no ml.p4d.24xlarge, password=hunter2' }));
    const [, event] = aws().eventBridge.events;
    expect(event).toMatchObject({
      source: 'ground-control',
      detailType: 'ground-control.change.v1',
      bus: 'ground-control-local',
      resources: [ARN],
    });
    expect(event?.detail).toMatchObject({
      schema: 'ground-control/change',
      version: '1.0',
      account: '123456789012',
      region: 'eu-west-1',
      family: 'training-job',
      resource: { type: 'training-job', name: 'churn', arn: ARN, part: null, parent: null },
      status: 'Failed',
      previousStatus: 'InProgress',
      outcome: 'failed',
      severity: 'error',
      ended: true,
      times: { changed: '2026-11-20T03:09:00.000Z', created: '2026-11-20T03:00:00.000Z' },
      owner: 'unknown',
      team: 'vision',
      tags: { 'Cost-Center': '4711' },
      cause: { code: 'capacity' },
      event: { id: 'e1', foundByReconciliation: false },
    });
    expect(event?.text).not.toContain('hunter2');
  });

  it('is not published when it comes after a newer one', async () => {
    await handle(changed('Completed', 9));
    await handle(changed('InProgress', 1));
    expect(published().map(({ status }) => status)).toEqual(['Completed']);
  });
});

describe('a change that the bus has not confirmed', () => {
  const refuse = () => {
    fault = ({ service }) => (service === 'events' ? { kind: 'error' } : undefined);
  };

  it('is told to people all the same, and the event fails', async () => {
    refuse();
    await expect(handle(changed('Completed', 9))).rejects.toThrow(/relay: InternalFailure/);
    expect(aws().publications).toHaveLength(1);
    expect(published()).toEqual([]);
  });

  it('is published by the retry of its event, and people get nothing twice', async () => {
    refuse();
    await handle(changed('Completed', 9)).catch(() => undefined);
    fault = () => undefined;
    await handle(changed('Completed', 9));
    expect([published().length, aws().publications.length]).toEqual([1, 1]);
  });

  it('is published with the same content after its answer was lost', async () => {
    fault = ({ service }) => (service === 'events' ? { kind: 'lost' } : undefined);
    await handle(changed('Completed', 9)).catch(() => undefined);
    fault = () => undefined;
    await handle({ ...changed('Completed', 9), id: 'a copy' });
    const texts = aws().eventBridge.events.map(({ text }) => text);
    expect(texts.length).toBeGreaterThan(1);
    expect(new Set(texts).size).toBe(1);
  });

  it('is published before the next change of its resource', async () => {
    refuse();
    await handle(changed('InProgress', 1)).catch(() => undefined);
    fault = () => undefined;
    await handle(changed('Completed', 9));
    expect(published().map(({ status }) => status)).toEqual(['InProgress', 'Completed']);
  });

  it('is sent again alone, when the bus took the others of the call', async () => {
    refuse();
    await handle(changed('InProgress', 1)).catch(() => undefined);
    fault = () => undefined;
    aws().eventBridge.refusals.push([0]);
    await handle(changed('Completed', 9));
    expect(published().map(({ status }) => status)).toEqual(['Completed', 'InProgress']);
  });
});
