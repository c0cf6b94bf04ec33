import { describe, expect, it } from 'vitest';
import type { Notice } from '../../../domain/alert/render/notice.ts';
import { LONGEST_SMS } from '../../../domain/alert/render/sms.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import { AlertMessage } from '../../../schemas/message/alert.ts';
import { eventFiles, named, readEvent, SCHEMAS, trainingEvent } from '../../support/events.ts';
import { noticeOfEvent } from '../../support/notices.ts';

const configuration = Configuration.parse({ chat: 'on', timeZone: 'Europe/Berlin' });

const noticeOf = (event: unknown, family: keyof typeof SCHEMAS = 'training-job'): Notice =>
  noticeOfEvent(event, configuration, family);

describe('the notice of a failed training job', () => {
  const notice = noticeOf(readEvent('events/training-job/failed.json'));

  it('has an e-mail that answers what, why, who owns it, how long and where', () => {
    expect(notice.email).toBe(`Training job churn-vit-20261120-000012 failed.

WHY
  The GPU ran out of memory.
  Next: Use a smaller batch, gradient checkpointing, a GPU with more
  memory, or model parallelism.
  Trying again without changes will most likely end the same way.
  SageMaker says: "AlgorithmError: ExecuteUserScriptError: ExitCode 1
  ErrorMessage "torch.OutOfMemoryError: CUDA out of memory. Tried to
  allocate 2.50 GiB. GPU 0 has a total capacity of 22.06 GiB of which
  1.12 GiB is free.", exit code: 1"

OWNER
  Owner:   maria
  Team:    vision
  Project: churn

FACTS
  Status:     Failed
  Started:    2026-11-20 01:02:40 Europe/Berlin
  Ended:      2026-11-20 04:12:40 Europe/Berlin
  Duration:   3 h 10 m
  Instances:  2 x ml.g5.2xlarge
  Time limit: 1 d

WHERE TO LOOK
  Console: https://eu-west-1.console.aws.amazon.com/sagemaker/home?region=eu-west-1#/jobs/churn-vit-20261120-000012
  Logs:    https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:log-groups/log-group/$252Faws$252Fsagemaker$252FTrainingJobs$3FlogStreamNameFilter$3Dchurn-vit-20261120-000012$252F
  ARN:     arn:aws:sagemaker:eu-west-1:123456789012:training-job/churn-vit-20261120-000012

--
Ground Control, severity error, account 123456789012, eu-west-1
`);
  });

  it('has a subject, an SMS and attributes', () => {
    expect([notice.subject, notice.sms, notice.attributes]).toEqual([
      'FAILED: training job churn-vit-20261120-000012 [vision]',
      'FAILED: training job churn-vit-20261120-000012 (eu-west-1), vision. The GPU ran out of memory.',
      {
        severity: 'error',
        family: 'training-job',
        status: 'Failed',
        team: 'vision',
        owner: 'maria',
        project: 'churn',
      },
    ]);
  });

  it('has a chat message in the form Amazon Q Developer shows', () => {
    expect(notice.chat).toMatchObject({
      version: '1.0',
      source: 'custom',
      content: {
        textType: 'client-markdown',
        title: ':x: FAILED: training job churn-vit-20261120-000012 [vision]',
        keywords: ['training-job', 'failed', 'error', 'vision', 'churn'],
      },
      metadata: {
        threadId: 'arn:aws:sagemaker:eu-west-1:123456789012:training-job/churn-vit-20261120-000012',
        relatedResources: ['arn:aws:sagemaker:eu-west-1:123456789012:training-job/churn-vit-20261120-000012'],
        additionalContext: { status: 'Failed', severity: 'error', team: 'vision' },
      },
    });
  });

  it('has a machine-readable form that keeps to its own schema', () => {
    expect(AlertMessage.parse(notice.message)).toEqual(notice.message);
    expect(notice.message).toMatchObject({
      version: '2.0',
      cause: { code: 'gpu-memory', detail: null, retry: 'after-change' },
      durationSeconds: 11_400,
      instances: [{ type: 'ml.g5.2xlarge', count: 2 }],
    });
  });
});

describe('what people read', () => {
  it('says time limit, and never that somebody stopped it', () => {
    const { email, sms, subject } = noticeOf(readEvent('events/training-job/time-limit.json'));
    expect(subject).toBe('TIME LIMIT: training job forecast-tft-20261119-0312 [forecasting]');
    for (const text of [email, sms, subject]) {
      expect(text).toMatch(/time limit/i);
      expect(text).not.toMatch(/was stopped|by a (?:person|user)/i);
    }
  });

  it('quotes a status that is not known', () => {
    const { email, sms } = noticeOf(trainingEvent({ TrainingJobStatus: 'Exploded' }));
    expect(email.replace(/\s+/g, ' ')).toContain('has a status that Ground Control does not know: "Exploded".');
    expect(sms).toContain('. Status: Exploded');
  });

  it('names counters and the best job of a tuning job', () => {
    const { email } = noticeOf(readEvent('events/tuning-job/completed.json'), 'tuning-job');
    expect(email).toContain('17 completed, 1 failed (retryable), 2 failed');
    expect(email).toContain('churn-hpo-012-9c1a44d0 (validation:auc 0.9137)');
  });

  it('invents nothing about a labeling job', () => {
    const { email } = noticeOf(readEvent('events/labeling-job/failed.json'), 'labeling-job');
    expect(email).toContain('The event gives no reason');
    expect(email).not.toMatch(/expired|objects|Duration/);
  });

  it.each([
    ['the step that failed', 'pipeline/step-failed', 'pipeline', 'TrainChurn (Training)'],
    ['the variants of an endpoint', 'endpoint/deployment', 'endpoint', 'AllTraffic: 2 of 2 instances, weight 1'],
    ['the node that is unhealthy', 'resource/node-unhealthy', 'resource', 'i-0391f86fa0fe0d465'],
    ['the failure code of a human loop', 'human-review/failed', 'human-review', 'Expired'],
    [
      'the approval that a model package waits for',
      'resource/model-package-pending-approval',
      'resource',
      'someone has to approve or reject it',
    ],
  ] as const)('names %s', (_, file, family, words) => {
    expect(noticeOf(readEvent(`events/${file}.json`), family).email).toContain(words);
  });

  it('keeps one thread a resource through all its changes', () => {
    const started = noticeOf(readEvent('events/endpoint/updating.json'), 'endpoint');
    const failed = noticeOf(readEvent('events/endpoint/rollback-failed.json'), 'endpoint');
    expect(started.chat?.metadata.threadId).toBe(failed.chat?.metadata.threadId);
  });

  it('lets nobody mention a channel or write a link in chat', () => {
    const { chat } = noticeOf(
      trainingEvent({
        TrainingJobName: '<!channel> @here *x* `y`',
        FailureReason: '<https://evil|click> [a](http://b)',
      }),
    );
    expect(JSON.stringify(chat?.content.title) + chat?.content.description).not.toMatch(
      /<!|@here|<https:\/\/evil|\]\(/,
    );
  });
});

describe('the limits of every form', () => {
  it.each(named(eventFiles('{events,tests/fixtures}/**/*.json')))('hold for %s', (_, event) => {
    for (const family of Object.keys(SCHEMAS) as (keyof typeof SCHEMAS)[]) {
      if (!SCHEMAS[family].safeParse(event).success) continue;
      const { subject, email, sms } = noticeOf(event, family);
      expect(subject.length).toBeLessThanOrEqual(99);
      expect(sms.length).toBeLessThanOrEqual(LONGEST_SMS);
      const long = email.split('\n').filter((line) => line.length > 72 && !/\S{56,}|^ {4}aws /.test(line));
      expect(long).toEqual([]);
    }
  });
});
