import { describe, expect, it } from 'vitest';
import { alertFor } from '../../../domain/alert/alert.ts';
import { toStop, toTag, toUntag } from '../../../domain/alert/commands.ts';
import { passes } from '../../../domain/alert/filter-policy.ts';
import { type Notice, renderNotice } from '../../../domain/alert/render/notice.ts';
import { judge } from '../../../domain/change/outcome.ts';
import type { Owner } from '../../../domain/change/owner.ts';
import { type Metered, meter } from '../../../domain/cost/meter.ts';
import { pricesIn } from '../../../domain/cost/prices.ts';
import type { StateChange } from '../../../schemas/event/state-change.ts';
import type { Remembered } from '../../../schemas/stored/resource.ts';
import { readTraining, trainingEvent } from '../../support/events.ts';

const NOBODY = { owner: 'unknown', team: 'unknown', project: 'unknown' };

interface Change extends Partial<Omit<StateChange, 'resource'>> {
  readonly resource?: Partial<StateChange['resource']>;
}
interface Options {
  readonly owner?: Partial<Owner>;
  readonly cost?: Metered;
  readonly stoppedFor?: Remembered['stoppedFor'];
  readonly timeZone?: string;
}

const SETTINGS = { timeZone: 'UTC', reasons: 'quoted' } as const;

/** The notice about a resource of `type` that is called churn. */
function noticeOf(type: string, status: string | undefined, over: Change = {}, options: Options = {}): Notice {
  const plain = readTraining(trainingEvent());
  const resource = { ...plain.resource, type, ...over.resource };
  const change: StateChange = { ...plain, secondaryStatus: undefined, status, ...over, resource };
  const owner = { ...NOBODY, ...options.owner };
  const alert = alertFor('id-1', change, judge(change), owner, options, SETTINGS);
  return renderNotice(alert, { chat: true, timeZone: options.timeZone ?? 'UTC' });
}

describe('the headline and the subject of an alert', () => {
  it.each<[string, string | undefined, Change, string, string]>([
    ['training-job', 'Completed', {}, 'Training job churn completed.', 'COMPLETED: training job churn'],
    ['training-job', 'Failed', {}, 'Training job churn failed.', 'FAILED: training job churn'],
    ['training-job', 'Stopped', {}, 'Training job churn was stopped.', 'STOPPED: training job churn'],
    [
      'labeling-job',
      'Complete with labeling errors',
      {},
      'Labeling job churn completed with labeling errors.',
      'COMPLETE WITH LABELING ERRORS: labeling job churn',
    ],
    ['training-job', 'InProgress', {}, 'Training job churn is in progress.', 'IN PROGRESS: training job churn'],
    [
      'training-job',
      'Stopped',
      { secondaryStatus: 'MaxRuntimeExceeded' },
      'Training job churn reached its time limit.',
      'TIME LIMIT: training job churn',
    ],
    [
      'training-job',
      undefined,
      {},
      'Training job churn changed, but its event has no status.',
      'UNKNOWN STATUS: training job churn',
    ],
    [
      'training-job',
      'Exploded',
      {},
      'Training job churn has a status that Ground Control does not know: "Exploded".',
      'UNKNOWN STATUS: training job churn',
    ],
    ['human-task', 'Expired', {}, 'Human task churn expired.', 'TIME LIMIT: human task churn'],
    ['human-loop', 'Finished', {}, 'Human loop churn finished.', 'FINISHED: human loop churn'],
    ['endpoint', 'InService', {}, 'Endpoint churn is in service.', 'IN SERVICE: endpoint churn'],
    ['endpoint', 'OutOfService', {}, 'Endpoint churn is out of service.', 'FAILED (critical): endpoint churn'],
    ['endpoint', 'ROLLING_BACK', {}, 'Endpoint churn is rolling back.', 'ROLLING BACK: endpoint churn'],
    ['endpoint', 'Deleted', {}, 'Endpoint churn was deleted.', 'DELETED: endpoint churn'],
    [
      'endpoint',
      'UpdateRollbackFailed',
      {},
      'Endpoint churn failed (update rollback failed).',
      'FAILED (critical): endpoint churn',
    ],
    ['pipeline-execution', 'Succeeded', {}, 'Pipeline churn completed.', 'COMPLETED: pipeline churn'],
    [
      'model',
      undefined,
      {},
      'Model churn was created or deleted (the event does not say which).',
      'CHANGED: model churn',
    ],
    ['notebook-instance', 'Stopped', {}, 'Notebook instance churn is stopped.', 'STOPPED: notebook instance churn'],
    [
      'cluster-event',
      'Info',
      { qualifier: 'Lifecycle' },
      'HyperPod cluster churn reported an event (Lifecycle).',
      'CHANGED: HyperPod cluster churn (Lifecycle)',
    ],
    ['cluster-event', 'Warn', {}, 'HyperPod cluster churn reported a warning.', 'WARNING: HyperPod cluster churn'],
    ['cluster-event', 'Error', {}, 'HyperPod cluster churn reported an error.', 'ERROR: HyperPod cluster churn'],
    [
      'cluster-node',
      'Unhealthy',
      { qualifier: 'i-1' },
      'Node of HyperPod cluster churn is unhealthy (i-1).',
      'UNHEALTHY: node of HyperPod cluster churn (i-1)',
    ],
    [
      'cluster-node',
      'Healthy',
      {},
      'Node of HyperPod cluster churn is healthy again.',
      'HEALTHY: node of HyperPod cluster churn',
    ],
    [
      'model-package',
      'Completed',
      { qualifier: 'approval pending' },
      'Model package churn completed (approval pending).',
      'APPROVAL PENDING: model package churn',
    ],
    [
      'model-package',
      'Failed',
      { qualifier: 'approved' },
      'Model package churn failed (approved).',
      'FAILED: model package churn (approved)',
    ],
    ['model-package', 'Completed', {}, 'Model package churn completed.', 'COMPLETED: model package churn'],
    [
      'tracking-server',
      'Failed',
      { qualifier: 'create' },
      'Tracking server churn failed (create).',
      'FAILED: tracking server churn (create)',
    ],
    ['model-card', 'Approved', {}, 'Model card churn was approved.', 'APPROVED: model card churn'],
    [
      'training-job',
      'Failed',
      { resource: { name: 'unknown' } },
      'Training job (name not given) failed.',
      'FAILED: training job (name not given)',
    ],
  ])('of a %s that is %s', (type, status, over, headline, subject) => {
    const notice = noticeOf(type, status, over);
    expect([notice.message.headline, notice.subject]).toEqual([headline, subject]);
  });

  it('have the team, and cut a long name', () => {
    const { subject } = noticeOf(
      'training-job',
      'Failed',
      { resource: { name: 'x'.repeat(57) } },
      { owner: { team: 'vision' } },
    );
    expect(subject).toBe(`FAILED: training job ${'x'.repeat(53)}... [vision]`);
  });
});

describe('why and what next', () => {
  const told = (...of: Parameters<typeof noticeOf>) => {
    const { cause } = noticeOf(...of).message;
    return cause === null ? undefined : [cause.code, cause.text, cause.nextStep, cause.retry];
  };

  it.each<[string, Parameters<typeof noticeOf>, unknown]>([
    [
      'a job stopped at its cap',
      ['training-job', 'Stopped', {}, { stoppedFor: 'budget' }],
      [
        'stopped-at-budget',
        'Ground Control stopped this job because its budget was spent.',
        'To run the job again with a higher cap, see docs/budgets.md. Who operates Ground Control sees the numbers with npm run audit.',
        'after-change',
      ],
    ],
    [
      'a job stopped for its month',
      ['training-job', 'Stopped', {}, { stoppedFor: 'monthly-budget' }],
      [
        'stopped-at-monthly-budget',
        'Ground Control stopped this job because one of its monthly budgets had no money left.',
        'Run the job again next month, or have the budget raised (docs/budgets.md). Who operates Ground Control sees the numbers with npm run audit.',
        'after-change',
      ],
    ],
    [
      'a stopped job',
      ['training-job', 'Stopped'],
      [
        'stopped',
        'A person, a program or a stopping condition stopped it before it was done.',
        'If nobody on your team did it, look for the StopTrainingJob call in CloudTrail: it names the caller.',
        'yes',
      ],
    ],
    [
      'a job at its time limit',
      ['training-job', 'Stopped', { secondaryStatus: 'MaxRuntimeExceeded' }],
      [
        'time-limit',
        'It reached its own time limit (MaxRuntimeInSeconds) before it was done. Nobody stopped it.',
        'Raise MaxRuntimeInSeconds, or make the job faster. ' +
          'Keep checkpoints, so that the next run can continue from them.',
        'after-change',
      ],
    ],
    [
      'a job that waited too long',
      ['training-job', 'Stopped', { secondaryStatus: 'MaxWaitTimeExceeded' }],
      [
        'time-limit',
        'It reached its own time limit (MaxWaitTimeInSeconds). ' +
          'Spot capacity was not available, or was lost for too long.',
        'Raise MaxWaitTimeInSeconds, or use on-demand instances.',
        'yes',
      ],
    ],
    [
      'a task that no worker finished: it has no MaxRuntimeInSeconds',
      ['human-task', 'Expired'],
      [
        'task-expired',
        'No worker finished it in time.',
        'Check that workers of its team can sign in and see tasks. ' +
          'To give them more time, raise TaskAvailabilityLifetimeInSeconds in the flow definition.',
        'yes',
      ],
    ],
    [
      'an endpoint whose rollback failed',
      ['endpoint', 'UpdateRollbackFailed', { rawReason: 'CapacityError: not enough capacity' }],
      [
        'rollback-failed',
        'The deployment failed, and so did the rollback. ' +
          'The endpoint serves with a mix of its old and its new config, and may not answer.',
        'Check now whether the endpoint answers. Then update it with a config that worked, or create it again.',
        null,
      ],
    ],
    [
      'an endpoint out of service',
      ['endpoint', 'OutOfService'],
      [
        'out-of-service',
        'The endpoint does not take requests.',
        'Create the endpoint again from a config that worked. Its log may say why it went out of service.',
        null,
      ],
    ],
    [
      'an endpoint that cannot be created for lack of capacity: it is not a job that runs again',
      ['endpoint', 'Failed', { rawReason: 'CapacityError: not enough capacity' }],
      [
        'capacity',
        'AWS had no free capacity of this instance type.',
        'Retry later, or use another instance type, subnet (availability zone) or region. ' +
          'A tuning job can have fallback instance types. ' +
          'A failed endpoint can only be deleted: delete it, and create it again.',
        null,
      ],
    ],
    [
      'an endpoint that failed without a reason',
      ['endpoint', 'Failed'],
      [
        'endpoint-failed',
        'SageMaker could not create, update or scale the endpoint.',
        'Correct what the reason or the log of the endpoint names. ' +
          'A failed endpoint can only be deleted: delete it, and create it again.',
        null,
      ],
    ],
    [
      'an endpoint that is rolling back',
      ['endpoint', 'RollingBack'],
      [
        'rolling-back',
        'An update failed. SageMaker is rolling it back to what served before.',
        'Wait for the alert about the end of the rollback. SageMaker refuses other updates until then.',
        null,
      ],
    ],
    [
      'a deleted endpoint',
      ['endpoint', 'Deleted'],
      [
        'deleted',
        'A person or a program deleted it.',
        'If nobody on your team did it, look for the DeleteEndpoint call in CloudTrail: it names the caller.',
        null,
      ],
    ],
    ['a deleted image: nobody runs it', ['image', 'Deleted'], undefined],
    [
      'a stopped human loop: nobody knows how CloudTrail records its call',
      ['human-loop', 'Stopped', { family: 'human-review' }],
      [
        'stopped',
        'A person, a program or a stopping condition stopped it before it was done.',
        'If nobody on your team did it, look in CloudTrail for calls at that time: each names its caller.',
        'yes',
      ],
    ],
    [
      'a model package that waits',
      ['model-package', 'Completed', { secondaryStatus: 'PendingManualApproval' }],
      ['approval-pending', 'The model waits for approval.', 'Look at its metrics, then approve or reject it.', null],
    ],
    ['a model package that was approved', ['model-package', 'Completed', { secondaryStatus: 'Approved' }], undefined],
    [
      'a job without capacity, even if somebody stopped it',
      ['training-job', 'Stopped', { rawReason: 'CapacityError: not enough capacity' }],
      [
        'capacity',
        'AWS had no free capacity of this instance type.',
        'Retry later, or use another instance type, subnet (availability zone) or region. ' +
          'A tuning job can have fallback instance types.',
        'yes',
      ],
    ],
    [
      'a human loop that expired',
      ['human-loop', 'Failed', { family: 'human-review', failureCode: 'Expired', rawReason: 'It expired.' }],
      [
        'a2i',
        'The human loop expired before enough workers answered.',
        'Check that workers of the team can sign in and see tasks. To give them more time, raise ' +
          'TaskAvailabilityLifetimeInSeconds in the flow definition. Then start a new human loop.',
        'yes',
      ],
    ],
    [
      'a human loop that A2I could not do',
      ['human-loop', 'Failed', { family: 'human-review', failureCode: 'InternalError' }],
      [
        'a2i',
        'A2I had an internal error. Your input is probably not the cause.',
        'Start a new human loop with the same input. If it fails again, contact AWS support.',
        'once',
      ],
    ],
    [
      'a job that somebody stopped, whatever its exit code',
      ['training-job', 'Stopped', { rawReason: 'AlgorithmError: , exit code: 143' }],
      [
        'stopped',
        'A person, a program or a stopping condition stopped it before it was done.',
        'If nobody on your team did it, look for the StopTrainingJob call in CloudTrail: it names the caller.',
        'yes',
      ],
    ],
    ['a new type of resource that expired: nobody knows its limits', ['quantum-task', 'Expired'], undefined],
    ['a job that failed without a reason', ['training-job', 'Failed'], undefined],
    ['an unknown status, whatever the reason', ['training-job', 'x', { rawReason: 'not enough capacity' }], undefined],
    [
      'a completed job, whatever the reason',
      ['training-job', 'Completed', { rawReason: 'not enough capacity' }],
      undefined,
    ],
    ['a stopped resource that is no job', ['algorithm', 'Stopped', { family: 'resource' }], undefined],
  ])('of %s', (_, of, expected) => {
    expect(told(...of)).toEqual(expected);
  });
});

/** A change that has every fact. */
const FULL: Change = {
  status: 'Failed',
  secondaryStatus: 'MaxRuntimeExceeded',
  reason: 'no <rows> & *stars* at https://x|y',
  rawReason: 'no rows',
  createdAt: new Date('2026-11-20T00:00:00Z'),
  startedAt: new Date('2026-11-20T01:00:00Z'),
  endedAt: new Date('2026-11-20T03:12:40.6Z'),
  instances: [
    { type: 'ml.a', count: 2 },
    { type: 'ml.b', count: undefined },
  ],
  details: [{ label: 'Time limit', value: '1 d' }],
};

describe('the e-mail of an alert', () => {
  const whyIn = (email: string) => email.split('\n\n')[1];

  it('has every fact in one table', () => {
    const { email } = noticeOf('training-job', 'Failed', FULL, { owner: { team: 'vision' }, timeZone: 'Asia/Tokyo' });
    expect(email.split('\n\n').slice(0, 4).join('\n\n')).toBe(`Training job churn failed.

WHY
  SageMaker says: "no <rows> & *stars* at https://x|y"
  Next: Read the reason above, and the log if there is one.

OWNER
  Owner:   unknown
  Team:    vision
  Project: unknown

FACTS
  Status:     Failed (MaxRuntimeExceeded)
  Started:    2026-11-20 10:00:00 Asia/Tokyo
  Ended:      2026-11-20 12:12:40 Asia/Tokyo
  Duration:   2 h 12 m
  Instances:  2 x ml.a, ml.b
  Time limit: 1 d`);
  });

  it('leaves out what is not known', () => {
    const { email } = noticeOf('model', undefined, {
      resource: { name: 'unknown', arn: undefined },
      account: undefined,
      region: undefined,
      details: [],
    });
    expect(email).toBe(`Model (name not given) was created or deleted (the event does not say
which).

OWNER
  Owner unknown: no owner, team or project tag.

--
Ground Control, severity info
`);
  });

  it.each<[string, string, Change, string | undefined]>([
    [
      'a failure without a reason',
      'Failed',
      {},
      'WHY\n  The event gives no reason. The console or the log may show one.',
    ],
    ['a success', 'Completed', { reason: 'x' }, undefined],
    [
      'a status that nobody knows',
      'Exploded',
      { reason: 'boom' },
      'WHY\n  SageMaker reports the status "Exploded". Look at the resource to see\n  what this status means.\n' +
        '  SageMaker says: "boom"',
    ],
    [
      'a long reason',
      'Failed',
      { reason: `${'x'.repeat(499)} ${'y'.repeat(9)}` },
      `WHY\n  SageMaker says:\n  "${'x'.repeat(499)}\n  ..."\n  Next: Read the reason above, and the log if there is one.`,
    ],
    [
      'a reason of 500 characters',
      'Failed',
      { reason: 'x'.repeat(500) },
      `WHY\n  SageMaker says:\n  "${'x'.repeat(500)}"\n  Next: Read the reason above, and the log if there is one.`,
    ],
  ])('says why: %s', (_, status, over, expected) => {
    const why = whyIn(noticeOf('training-job', status, over).email);
    expect(why?.startsWith('WHY') ? why : undefined).toBe(expected);
  });

  it('says so when the event has no status', () => {
    expect(whyIn(noticeOf('training-job', undefined).email)).toBe(
      'WHY\n  The event has no status. Look at the resource to see what happened.',
    );
  });

  it.each([
    [
      'once',
      'InternalServerError: x',
      'Trying again without changes may work. After a second failure, look for the cause.',
    ],
    ['after-quota', 'ResourceLimitExceeded: x', 'Trying again works only when the quota allows it.'],
    ['yes', 'CapacityError: not enough capacity', 'Trying again without changes may work.'],
  ])('says whether it helps to try again: %s', (retry, rawReason, words) => {
    const { email, message } = noticeOf('training-job', 'Failed', { rawReason });
    expect([message.cause?.retry, email.replaceAll(/\s+/g, ' ').includes(` ${words} `)]).toEqual([retry, true]);
  });

  it('says the status once, and no duration that is negative', () => {
    const endedAt = new Date('2026-11-19T00:00:00Z');
    const { email } = noticeOf('training-job', 'Failed', { ...FULL, secondaryStatus: 'Failed', endedAt });
    expect(email).toContain('  Status:     Failed\n');
    expect(email).not.toContain('Duration');
  });

  it('has the account or the region alone', () => {
    const last = (over: Change) => noticeOf('training-job', 'Failed', over).email.trim().split('\n').at(-1);
    expect([last({ account: undefined }), last({ region: undefined })]).toEqual([
      'Ground Control, severity error, eu-west-1',
      'Ground Control, severity error, account 123456789012',
    ]);
  });
});

describe('the chat message of an alert', () => {
  it('has no markup of others in the name of a fact either', () => {
    const details = [{ label: '<!channel> *Total*', value: '30 %' }];
    const { chat } = noticeOf('training-job', 'Failed', { ...FULL, details } as Change);
    expect(chat?.content.description).toContain('&lt;!channel&gt; ∗Total∗:* 30 %');
  });

  it('has every fact, without markup of others', () => {
    const owner = { owner: '@maria', team: 'vision', project: 'a~b' };
    const { chat } = noticeOf('training-job', 'Failed', { ...FULL, links: undefined } as Change, { owner });
    expect(chat).toEqual({
      version: '1.0',
      source: 'custom',
      id: 'id-1',
      content: {
        textType: 'client-markdown',
        title: ':x: FAILED: training job churn [vision]',
        description: [
          '*Training job churn failed.*',
          '> no &lt;rows&gt; &amp; ∗stars∗ at https://x|y',
          '*Owner:* ＠maria',
          '*Team:* vision',
          '*Project:* a∼b',
          '*Duration:* 2 h 12 m',
          '*Time limit:* 1 d',
        ].join('\n'),
        nextSteps: [
          '<https://eu-west-1.console.aws.amazon.com/sagemaker/home?region=eu-west-1#/jobs/churn|Open in the console>',
          expect.stringMatching(/^<https:.*\|Read the log>$/),
        ],
        keywords: ['training-job', 'failed', 'error', 'vision', 'a∼b'],
      },
      metadata: {
        threadId: 'arn:aws:sagemaker:eu-west-1:123456789012:training-job/churn',
        summary: 'Training job churn failed.',
        eventType: 'SageMaker Training Job State Change',
        relatedResources: ['arn:aws:sagemaker:eu-west-1:123456789012:training-job/churn'],
        additionalContext: {
          status: 'Failed',
          severity: 'error',
          account: '123456789012',
          region: 'eu-west-1',
          owner: '＠maria',
          team: 'vision',
          project: 'a∼b',
        },
      },
    });
  });

  it('leaves out what is not known', () => {
    const resource = { name: 'unknown', arn: undefined };
    const { chat } = noticeOf('model', undefined, { resource, account: undefined, region: undefined, details: [] });
    expect(chat?.content).toMatchObject({
      title: ':information_source: CHANGED: model (name not given)',
      description: '*Model (name not given) was created or deleted (the event does not say which).*',
      nextSteps: [],
      keywords: ['training-job', 'changed', 'info'],
    });
    expect(chat?.metadata).toMatchObject({ threadId: 'model/unknown', relatedResources: [] });
    expect(chat?.metadata.additionalContext).toEqual({ severity: 'info', ...NOBODY });
  });

  it('has the cause before the reason, and at most 500 characters of the reason', () => {
    const rawReason = 'CapacityError: not enough capacity';
    const { chat } = noticeOf('training-job', 'Failed', { rawReason, reason: 'y'.repeat(501), details: [] });
    expect(chat?.content.description.split('\n').slice(1)).toEqual([
      'AWS had no free capacity of this instance type.',
      `> ${'y'.repeat(500)}`,
    ]);
    expect(chat?.content.nextSteps[0]).toMatch(/^Retry later, or use another instance type/);
  });

  it.each([
    ['endpoint', 'OutOfService', ':rotating_light:'],
    ['training-job', 'Stopped', ':warning:'],
  ])('marks its severity: %s %s', (type, status, mark) => {
    expect(noticeOf(type, status).chat?.content.title.startsWith(`${mark} `)).toBe(true);
  });
});

describe('an alert about a resource that only Studio shows', () => {
  it('opens Studio, and says where to look there', () => {
    const { email, chat } = noticeOf('model-package', 'Completed');
    const studio = 'https://eu-west-1.console.aws.amazon.com/sagemaker/home?region=eu-west-1#/studio-landing';
    expect(email).toContain(`  Console:   ${studio}\n  In Studio: Models\n`);
    expect(chat?.content.nextSteps).toEqual([`<${studio}|Open Studio: Models>`]);
  });
});

describe('an alert about an unhealthy node', () => {
  const node = (over: Change) =>
    noticeOf('cluster-node', 'Unhealthy', { node: 'i-0391f86fa0fe0d465', rawReason: 'GPU lost', ...over }).message
      .cause;

  it.each<[string, Change, string, string[]]>([
    [
      'nothing to replace when HyperPod does it',
      { repair: 'replace' },
      'HyperPod replaces the node. Check that the new one joins the cluster, then restart what ran on it.',
      [],
    ],
    [
      'the command when HyperPod does nothing',
      { repair: 'none' },
      'HyperPod does not repair it: reboot or replace the node. Then restart what ran on it.',
      [
        'aws sagemaker batch-replace-cluster-nodes --cluster-name churn --node-ids i-0391f86fa0fe0d465 --region eu-west-1',
      ],
    ],
    [
      'both when the event does not say',
      {},
      'If HyperPod does not replace the node itself, reboot or replace it. Then restart what ran on the node.',
      [
        'aws sagemaker batch-replace-cluster-nodes --cluster-name churn --node-ids i-0391f86fa0fe0d465 --region eu-west-1',
      ],
    ],
    [
      'no command without the name of the node',
      { repair: 'none', node: undefined },
      'HyperPod does not repair it: reboot or replace the node. Then restart what ran on it.',
      [],
    ],
  ])('advises %s', (_, over, nextStep, commands) => {
    const cause = node(over);
    expect([cause?.nextStep, cause?.commands.map(({ command }) => command)]).toEqual([nextStep, commands]);
  });

  it('leaves the node alone when the application is at fault', () => {
    const cause = node({ rawReason: 'XidUserAppError', repair: 'none' });
    expect([cause?.code, cause?.commands]).toEqual(['user-code-error', []]);
  });
});

describe('the subject of an alert', () => {
  it('shows the node of a cluster with a long name', () => {
    const resource = { name: `llm-pretraining-${'x'.repeat(60)}` };
    const { subject } = noticeOf('cluster-node', 'Unhealthy', { resource, qualifier: 'i-0391f86fa0fe0d465' });
    expect(subject).toBe(
      'UNHEALTHY: node of HyperPod cluster llm-pretraining-xxxxxxxxxxxxxxxxxxxxxx... (i-0391f86fa0fe0d465)',
    );
    expect(subject.length).toBeLessThan(100);
  });
});

describe('the SMS of an alert', () => {
  it.each<[string, Parameters<typeof noticeOf>, string]>([
    ['what and where', ['training-job', 'Failed'], 'FAILED: training job churn (eu-west-1)'],
    [
      'the owner when there is no team',
      ['training-job', 'Failed', {}, { owner: { owner: 'maria' } }],
      'FAILED: training job churn (eu-west-1), maria',
    ],
    [
      'the team rather than the owner',
      ['training-job', 'Failed', {}, { owner: { owner: 'maria', team: 'vision' } }],
      'FAILED: training job churn (eu-west-1), vision',
    ],
    ['no region that is not known', ['training-job', 'Failed', { region: undefined }], 'FAILED: training job churn'],
    [
      'the reason when the cause is not known',
      ['training-job', 'Failed', { reason: 'no rows' }],
      'FAILED: training job churn (eu-west-1). no rows',
    ],
    [
      'the machine of a cluster',
      ['cluster-node', 'Unhealthy', { node: 'i-0391f86fa0fe0d465', reason: 'GPU lost' }],
      'UNHEALTHY: node of HyperPod cluster churn (i-0391f86fa0fe0d465, eu-west-1). GPU lost',
    ],
    [
      'the machine of a cluster in a region that is not known',
      ['cluster-node', 'Unhealthy', { node: 'i-0391f86fa0fe0d465', region: undefined }],
      'UNHEALTHY: node of HyperPod cluster churn (i-0391f86fa0fe0d465)',
    ],
    [
      'the part that changed when there is no cause',
      ['tracking-server', 'Failed', { qualifier: 'create' }],
      'FAILED: tracking server churn (create) (eu-west-1)',
    ],
    [
      'the cause instead of the part',
      ['tracking-server', 'Failed', { qualifier: 'create', reason: 'no rows' }],
      'FAILED: tracking server churn (eu-west-1). no rows',
    ],
    [
      'an unknown status',
      ['training-job', 'Exploded'],
      'UNKNOWN STATUS: training job churn (eu-west-1). Status: Exploded',
    ],
    [
      'that there is no status',
      ['training-job', undefined],
      'UNKNOWN STATUS: training job churn (eu-west-1). Status: none',
    ],
    [
      'that it is critical',
      ['endpoint', 'OutOfService', { region: undefined }],
      'FAILED (critical): endpoint churn. The endpoint does not take requests.',
    ],
    [
      'whole sentences of the cause',
      ['endpoint', 'UpdateRollbackFailed', { resource: { name: 'recommendations-production-blue' } }],
      'FAILED (critical): endpoint recommendations-production-blue (eu-west-1). ' +
        'The deployment failed, and so did the rollback.',
    ],
    [
      'only characters that every phone shows',
      ['training-job', 'Failed', { reason: '`a^ {b} [c] ~d|e\\f Größe × „é“ 日' }],
      "FAILED: training job churn (eu-west-1). 'a' (b) (c) -d/e/f Grosse x ?e\" ?",
    ],
    [
      'a long name without its end',
      ['training-job', 'Failed', { resource: { name: 'x'.repeat(41) } }],
      `FAILED: training job ${'x'.repeat(37)}... (eu-west-1)`,
    ],
  ])('has %s', (_, of, expected) => {
    expect(noticeOf(...of).sms).toBe(expected);
  });
});

describe('the machine-readable alert', () => {
  const prices = pricesIn('eu-west-1', { 'eu-west-1': { Training: { 'ml.a': 10 } } }, () => undefined);
  const spot = readTraining(
    trainingEvent({
      EnableManagedSpotTraining: true,
      TrainingStartTime: '2026-11-20T01:00:00Z',
      TrainingEndTime: '2026-11-20T02:00:00Z',
      TrainingTimeInSeconds: 3600,
      BillableTimeInSeconds: 1800,
      ResourceConfig: { InstanceType: 'ml.a', InstanceCount: 1 },
    }),
  );

  it('has every field', () => {
    const cost = meter(spot, prices, new Date('2026-11-20T03:00:00Z'));
    expect(noticeOf('training-job', 'Failed', { ...FULL, details: [] }, { cost }).message).toEqual({
      schema: 'ground-control/alert',
      version: '2.0',
      id: 'id-1',
      severity: 'error',
      outcome: 'failed',
      family: 'training-job',
      resource: {
        type: 'training-job',
        name: 'churn',
        arn: 'arn:aws:sagemaker:eu-west-1:123456789012:training-job/churn',
      },
      status: 'Failed',
      secondaryStatus: 'MaxRuntimeExceeded',
      headline: 'Training job churn failed.',
      cause: null,
      failureCode: null,
      reason: 'no <rows> & *stars* at https://x|y',
      firstFailure: null,
      log: null,
      owner: NOBODY,
      createdAt: '2026-11-20T00:00:00.000Z',
      startedAt: '2026-11-20T01:00:00.000Z',
      endedAt: '2026-11-20T03:12:40.600Z',
      durationSeconds: 7961,
      cost: {
        usd: 5,
        kind: 'billed',
        formula: '1 x ml.a x 30 m at $10.00/h',
        savedUsd: 5,
        prices: { source: 'configured', asOf: '', region: null },
        reason: null,
      },
      instances: [
        { type: 'ml.a', count: 2 },
        { type: 'ml.b', count: null },
      ],
      outputS3Uri: null,
      details: [
        { label: 'Cost, wasted', value: '$5.00 (billed time): 1 x ml.a x 30 m at $10.00/h' },
        { label: 'Prices', value: 'ground-control.yml' },
        { label: 'Spot saved', value: '$5.00' },
      ],
      parts: null,
      parent: null,
      links: { console: expect.stringContaining('#/jobs/churn'), logs: expect.stringContaining('TrainingJobs') },
      account: '123456789012',
      region: 'eu-west-1',
      partition: 'aws',
      event: { id: 'e1', detailType: 'SageMaker Training Job State Change', at: '2026-11-20T03:12:44.000Z' },
    });
  });

  it('has null for what is not known', () => {
    const { message } = noticeOf(
      'model',
      undefined,
      {
        resource: { name: 'unknown', arn: undefined },
        account: undefined,
        region: undefined,
        event: { id: undefined, detailType: 'x', at: undefined },
      },
      { cost: { notPriced: 'no price' } },
    );
    expect(message).toMatchObject({
      resource: { arn: null },
      status: null,
      secondaryStatus: null,
      cause: null,
      reason: null,
      createdAt: null,
      startedAt: null,
      endedAt: null,
      durationSeconds: null,
      cost: { usd: null, kind: 'unknown', formula: null, savedUsd: null, prices: null, reason: 'no price' },
      links: { console: null, logs: null },
      account: null,
      region: null,
      event: { id: null, at: null },
    });
    expect(noticeOf('model', undefined).message.cost).toBeNull();
  });

  it('has at most 500 characters of the reason', () => {
    expect(noticeOf('training-job', 'Failed', { reason: 'y'.repeat(600) }).message.reason).toHaveLength(500);
  });
});

describe('the attributes of an alert', () => {
  it('are never empty, too long, or with characters that SNS refuses', () => {
    const owner = { owner: '😀', team: ' 😀a ', project: 'x'.repeat(300) };
    expect(noticeOf('model', undefined, {}, { owner }).attributes).toEqual({
      severity: 'info',
      family: 'training-job',
      status: 'unknown',
      owner: 'unknown',
      team: 'a',
      project: `${'x'.repeat(255)}…`,
    });
  });
});

describe('a subscriber', () => {
  const attributes = new Map([
    ['severity', 'error'],
    ['team', 'vision'],
  ]);

  it('gets all alerts without filters', () => {
    expect(passes({}, attributes)).toBe(true);
  });

  it('gets the alerts that pass every filter', () => {
    expect(passes({ severity: ['error'], team: ['vision', 'nlp'] }, attributes)).toBe(true);
    expect(passes({ severity: ['error'], team: ['nlp'] }, attributes)).toBe(false);
    expect(passes({ project: ['b'] }, attributes)).toBe(false);
  });
});

describe('a command that people can paste', () => {
  const plain = readTraining(trainingEvent());

  it('quotes tags that a shell or the AWS CLI would misread', () => {
    expect(toTag(plain, 'd', "it's", 'a b,c').command).toBe(
      `aws sagemaker add-tags --resource-arn ${plain.resource.arn} --region eu-west-1 ` +
        `--tags '[{"Key":"it'\\''s","Value":"a b,c"}]'`,
    );
    expect(toUntag(plain, 'd', 'a b').command).toBe(
      `aws sagemaker delete-tags --resource-arn ${plain.resource.arn} --region eu-west-1 --tag-keys '["a b"]'`,
    );
  });

  it('has a word to replace when the ARN is not known, and no region that is not known', () => {
    const unknown = { ...plain, region: undefined, resource: { ...plain.resource, arn: undefined } };
    expect([toTag(unknown, 'd', 'k', 'v').command, toStop(unknown).command]).toEqual([
      'aws sagemaker add-tags --resource-arn ARN --tags Key=k,Value=v',
      'aws sagemaker stop-training-job --training-job-name churn',
    ]);
  });
});
