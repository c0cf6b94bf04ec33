import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertFor } from '../../../domain/alert/alert.ts';
import { type Notice, renderNotice } from '../../../domain/alert/render/notice.ts';
import { LONGEST_SMS } from '../../../domain/alert/render/sms.ts';
import { judge } from '../../../domain/change/outcome.ts';
import { ownerOf } from '../../../domain/change/owner.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import { AlertMessage } from '../../../schemas/message/alert.ts';
import { eventFiles, named, readEvent, SCHEMAS, trainingEvent } from '../../support/events.ts';

const configuration = Configuration.parse({ chat: 'on', timeZone: 'Europe/Berlin' });

function noticeOf(event: unknown, family: keyof typeof SCHEMAS = 'training-job'): Notice {
  const change = SCHEMAS[family].parse(event);
  const owner = ownerOf(change.tags, configuration.tags);
  return renderNotice(alertFor('id', change, judge(change), owner, undefined), configuration);
}

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
      version: '1.0',
      cause: { code: 'gpu-memory', retry: 'after-change' },
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

/**
 * Text as hostile as it comes: any code point, escapes, overrides, markup, very long.
 * A function: fast-check takes a second to list all graphemes, and other tests of this file need none.
 */
const hostileText = () =>
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    fc.constantFrom(
      '\u001b[2J\u202e\u2066\u0007\r\n',
      '😀'.repeat(200),
      'x'.repeat(5000),
      '[]{}~^|\\`'.repeat(40),
      ' ',
      '…'.repeat(99),
    ),
  );

describe('the limits of every form', () => {
  it('hold whatever names, statuses, reasons and tags contain', () => {
    const hostile = hostileText();
    fc.assert(
      fc.property(
        fc.record({
          name: hostile,
          status: hostile,
          reason: hostile,
          team: hostile,
          owner: hostile,
          secondary: hostile,
          arn: hostile,
          type: hostile,
        }),
        fc.constantFrom('Failed', 'Stopped', 'Completed', undefined),
        ({ name, status, reason, team, owner, secondary, arn, type }, known) => {
          const notice = noticeOf(
            trainingEvent({
              TrainingJobName: name,
              TrainingJobArn: arn,
              TrainingJobStatus: known ?? status,
              SecondaryStatus: secondary,
              FailureReason: reason,
              ResourceConfig: { InstanceType: type, InstanceCount: 3 },
              Tags: { team, owner },
            }),
          );
          expect(notice.subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
          expect(notice.sms.length).toBeLessThanOrEqual(LONGEST_SMS);
          expect(notice.sms).toMatch(/^[A-Za-z0-9 @$_!"#%&'()*+,./:;<=>?-]+$/);
          expect(notice.email.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
          for (const value of Object.values(notice.attributes)) {
            expect(value).toMatch(/^[^\ud800-\udfff\p{Cc}\p{Cf}]{1,256}$/u);
            expect(value.trim()).not.toBe('');
          }
          expect(AlertMessage.safeParse(notice.message).error?.issues ?? []).toEqual([]);
          expect(JSON.stringify([notice.message, notice.chat])).not.toMatch(
            /[\p{Cf}\u0080-\u009f]|\\u00|\\r|\\ud[89a-f]/u,
          );
          expect(Buffer.byteLength(JSON.stringify(notice)) * 2).toBeLessThan(262_144);
        },
      ),
      { numRuns: 400 },
    );
  });

  it.each(named(eventFiles('{events,tests/fixtures}/**/*.json')))('hold for %s', (_, event) => {
    for (const family of Object.keys(SCHEMAS) as (keyof typeof SCHEMAS)[]) {
      if (!SCHEMAS[family].safeParse(event).success) continue;
      const { subject, email, sms } = noticeOf(event, family);
      expect(subject.length).toBeLessThanOrEqual(99);
      expect(sms.length).toBeLessThanOrEqual(LONGEST_SMS);
      const long = email.split('\n').filter((line) => line.length > 72 && !/\S{56,}/.test(line));
      expect(long).toEqual([]);
    }
  });
});
