/** What every function that handles events does, each with an event of its own. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Call } from '../../local/embedded-aws/protocol.ts';
import type { Fault } from '../../local/embedded-aws/server.ts';
import { localContext } from '../../local/play/context.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { type AnyEvent, readEvent } from '../support/events.ts';
import { useLocalAws } from '../support/local-aws.ts';
import { quietNow } from '../support/quiet-now.ts';

let fault: (call: Call) => Fault | undefined = () => undefined;
const configuration = Configuration.parse({
  subscribers: [{ email: 'now@example.com' }, { email: 'quiet@example.com', quiet: quietNow() }],
  logs: 'tail',
  // Tasks are not counted, so that each may become an alert.
  labeling: { mode: 'off' },
  alerts: {
    'training-job': ['running', 'failed'],
    'tuning-job': ['running', 'failed'],
    'processing-job': ['running', 'failed'],
    'transform-job': ['running', 'failed'],
    pipeline: ['running', 'failed'],
    'labeling-job': ['failed', 'stopped', 'unknown'],
  },
  review: { flows: { 'flow-definition-name': { output: 's3://amzn-s3-demo-reviews/out/' } } },
  relays: { to: { all: { queue: 'arn:aws:sqs:us-east-1:123456789012:events' } } },
});
const aws = useLocalAws(configuration, (call) => fault(call));
beforeEach(async () => {
  fault = () => undefined;
  // Only the date: clients need real timers.
  vi.useFakeTimers({ toFake: ['Date'] });
  await aws().emptyTable();
});
afterEach(() => void vi.useRealTimers());

interface Case {
  readonly name: string;
  readonly module: string;
  /** A sample event that people get an alert about, with `detail` instead in its detail. */
  readonly sample: string;
  readonly detail?: object;
  /** It comes from a queue. */
  readonly isQueued?: boolean;
}
const CASES: readonly Case[] = [
  { name: 'trainingJob', module: 'training-job', sample: 'training-job/in-progress' },
  {
    name: 'tuningJob',
    module: 'tuning-job',
    sample: 'tuning-job/completed',
    detail: { HyperParameterTuningJobStatus: 'InProgress' },
  },
  {
    name: 'processingJob',
    module: 'processing-job',
    sample: 'processing-job/completed',
    detail: { ProcessingJobStatus: 'InProgress' },
  },
  {
    name: 'transformJob',
    module: 'transform-job',
    sample: 'transform-job/completed',
    detail: { TransformJobStatus: 'InProgress' },
  },
  { name: 'endpoint', module: 'endpoint', sample: 'endpoint/failed' },
  { name: 'labelingJob', module: 'labeling-job', sample: 'labeling-job/task-declined', detail: { State: 'Lost' } },
  { name: 'humanReview', module: 'human-review', sample: 'human-review/failed' },
  { name: 'pipeline', module: 'pipeline', sample: 'pipeline/step-succeeded' },
  { name: 'resource', module: 'resource', sample: 'resource/notebook-failed' },
  { name: 'labeling', module: 'labeling', sample: 'labeling-job/failed', isQueued: true },
  { name: 'diagnosis', module: 'diagnosis', sample: 'pipeline/failed', isQueued: true },
  { name: 'review', module: 'review', sample: 'human-review/failed', isQueued: true },
];

const deliver = async ({ name, module, isQueued = false }: Case, event: AnyEvent) => {
  const { handler } = await import(`../../functions/${module}.ts`);
  return handler(isQueued ? { Records: [{ body: JSON.stringify(event) }] } : event, localContext(name, 60));
};

describe.each(CASES)('the function $name', (one) => {
  const sample = readEvent(`events/${one.sample}.json`);
  const event = { ...sample, detail: { ...sample.detail, ...one.detail } };

  it('tells people of an event, publishes it for other systems, and keeps a record of both', async () => {
    await deliver(one, event);
    expect(aws().publications).toHaveLength(1);
    expect(aws().eventBridge.events.length).toBeGreaterThan(0);
  });

  it('quarantines what it cannot read', async () => {
    await deliver(one, { ...event, 'detail-type': 7, detail: 'text' });
    expect(aws().take('quarantine')).toHaveLength(1);
    expect(aws().publications).toEqual([]);
  });

  it('tells operators of an alert that SNS never confirms', async () => {
    fault = ({ service }) => (service === 'sns' ? { kind: 'lost' } : undefined);
    for (let at = 0; at < 6; at++) {
      await deliver(one, event).catch(() => undefined);
      vi.setSystemTime(Date.now() + 60_000);
    }
    expect(aws().take('failed').length).toBeGreaterThan(0);
  });
});

describe.each([
  ['trainingJob', 'training-job'],
  ['tuningJob', 'tuning-job'],
  ['processingJob', 'processing-job'],
  ['transformJob', 'transform-job'],
  ['pipeline', 'pipeline'],
] as const)('the function %s', (name, module) => {
  it('hands a failure over to the function diagnosis', async () => {
    await deliver({ name, module, sample: '' }, readEvent(`events/${module}/failed.json`));
    expect([aws().take('diagnosis').length, aws().publications]).toEqual([1, []]);
  });
});

describe('the function tuningJob', () => {
  it('requests a check of the budget of a job that starts', async () => {
    const sample = readEvent('events/tuning-job/completed.json');
    const detail = {
      ...sample.detail,
      HyperParameterTuningJobStatus: 'InProgress',
      Tags: { 'ground-control:max-cost-usd': '5' },
    };
    await deliver({ name: 'tuningJob', module: 'tuning-job', sample: '' }, { ...sample, detail });
    expect(
      aws()
        .take('budget')
        .map((body) => JSON.parse(body).schema),
    ).toEqual(['ground-control/budget-check']);
  });
});
