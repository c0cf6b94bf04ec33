import { describe, expect, it } from 'vitest';
import { Configuration } from '../../../schemas/configuration/file.ts';
import type { Family } from '../../../schemas/vocabulary.ts';
import { readEvent, trainingEvent } from '../../support/events.ts';
import { noticeOfEvent } from '../../support/notices.ts';

/** What somebody else wrote. */
const WORDS = 'CUDA out of memory, said Zebra';
const withReasons = (reasons: string) => Configuration.parse({ chat: 'on', reasons });
const noticeOf = (event: unknown, family: Family, reasons: string) =>
  noticeOfEvent(event, withReasons(reasons), family);

/** A sample event with `over` in its detail. */
const eventWith = (path: string, over: object) => {
  const event = readEvent(`events/${path}.json`);
  return { ...event, detail: { ...event.detail, ...over } };
};
const variant = (StatusMessage: string) => ({
  VariantName: 'a',
  CurrentInstanceCount: 1,
  VariantStatus: [{ Status: 'Updating', StatusMessage }],
});
const CLUSTER_EVENT = readEvent('events/resource/cluster-event.json').detail.EventDetails;

const QUOTING: readonly [string, Family, unknown][] = [
  ['the failure reason of a job', 'training-job', trainingEvent({ FailureReason: WORDS })],
  ['the exit message of a container', 'processing-job', eventWith('processing-job/failed', { ExitMessage: WORDS })],
  ['the reason of a pipeline step', 'pipeline', eventWith('pipeline/step-failed', { failureReason: WORDS })],
  ['the failure code of a human loop', 'human-review', eventWith('human-review/failed', { failureCode: WORDS })],
  [
    'the status message of a variant',
    'endpoint',
    eventWith('endpoint/failed', { ProductionVariants: [variant(WORDS)] }),
  ],
  [
    'the status message of a variant that is being deployed',
    'endpoint',
    eventWith('endpoint/failed', { PendingDeploymentSummary: { ProductionVariants: [variant(WORDS)] } }),
  ],
  [
    'the note of the person who approved a model',
    'resource',
    eventWith('resource/model-package-pending-approval', { ApprovalDescription: WORDS }),
  ],
  [
    'the description of a cluster event',
    'resource',
    eventWith('resource/cluster-event', { EventDetails: { ...CLUSTER_EVENT, Description: WORDS } }),
  ],
  [
    'the health of a node',
    'resource',
    eventWith('resource/node-unhealthy', {
      HealthSummary: {
        HealthStatus: 'Unhealthy',
        HealthStatusReason: WORDS,
        Recommendation: WORDS,
        RepairAction: WORDS,
      },
    }),
  ],
  [
    'the reason in an event type of tomorrow',
    'resource',
    { ...trainingEvent({ FailureReason: WORDS }), 'detail-type': 'SageMaker Quantum Job State Change' },
  ],
];

describe('with reasons: cause-only', () => {
  it.each(QUOTING)('no form of an alert has %s', (_, family, event) => {
    expect(JSON.stringify(noticeOf(event, family, 'quoted'))).toContain('Zebra');
    expect(JSON.stringify(noticeOf(event, family, 'cause-only'))).not.toContain('Zebra');
  });

  it('an alert still has its cause and next step, and says where the reason is', () => {
    const { email, message, sms } = noticeOf(trainingEvent({ FailureReason: WORDS }), 'training-job', 'cause-only');
    expect([message.cause?.code, message.reason]).toEqual(['gpu-memory', null]);
    expect(email).toContain('  The GPU ran out of memory.\n  Next: Use a smaller batch');
    expect(email).toContain(
      '  The console shows the reason. Alerts do not quote it\n  (ground-control.yml, reasons: cause-only).',
    );
    expect(sms).toContain('The GPU ran out of memory');
  });

  it('an alert about an unknown cause still says that there is a reason', () => {
    const { email, sms } = noticeOf(trainingEvent({ FailureReason: 'Zebra' }), 'training-job', 'cause-only');
    expect(email).toContain('The console shows the reason.');
    expect(sms).not.toContain('Zebra');
  });

  it('an event without a reason leads to the same alert', () => {
    const [quoted, causeOnly] = ['quoted', 'cause-only'].map((reasons) =>
      noticeOf(trainingEvent(), 'training-job', reasons),
    );
    expect(causeOnly).toEqual(quoted);
  });

  it('names, statuses, tags and counts stay', () => {
    const { message } = noticeOf(readEvent('events/human-review/failed.json'), 'human-review', 'cause-only');
    expect(message.details).toEqual([{ label: 'Workflow', value: 'invoice-review' }]);
  });
});
