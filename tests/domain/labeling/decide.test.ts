import { describe, expect, it } from 'vitest';
import type { Notice } from '../../../domain/alert/render/notice.ts';
import { chainedNotice, decideOnLabeling } from '../../../domain/labeling/decide.ts';
import { endOf } from '../../../domain/labeling/end.ts';
import type { ChainOutcome, LabelingEndFacts } from '../../../domain/labeling/facts.ts';
import type { Progress } from '../../../domain/labeling/progress.ts';
import { NO_TASKS } from '../../../domain/labeling/tasks.ts';
import type { LabelingDescription } from '../../../schemas/api/labeling-job.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import { LabelingJobStateChange } from '../../../schemas/event/labeling-job.ts';
import {
  counters,
  daysIn,
  ENFORCED,
  jobOf,
  labeledBeforeTag,
  linkTag,
  notJson,
  progressOf,
  ROLE,
  taskOf,
  teamOf,
} from '../../support/labeling-jobs.ts';

/** The change that the event and the description of `job` report. */
const changeOf = (job: LabelingDescription, Tags: object) =>
  LabelingJobStateChange.parse({
    'detail-type': 'SageMaker Ground Truth Labeling Job State Change',
    source: 'aws.sagemaker',
    id: 'e1',
    region: 'us-east-1',
    time: job.LastModifiedTime.toISOString(),
    resources: [job.LabelingJobArn],
    detail: {
      LabelingJobStatus: job.LabelingJobStatus,
      CreationTime: job.CreationTime.toISOString(),
      FailureReason: job.FailureReason,
      Tags,
    },
  });

interface Ended {
  /** What the description of the expired sample says instead. */
  readonly job?: object;
  readonly tags?: object;
  readonly policy?: object;
  /** The counts of its output instead; `null` when nobody read it. */
  readonly output?: Partial<Progress> | null;
  readonly facts?: Partial<LabelingEndFacts>;
  readonly outcome?: ChainOutcome;
}

/** The decision on the end of a labeling job. */
function decided({ job: over, tags = {}, policy, output = {}, facts }: Ended) {
  const job = jobOf(over);
  const configuration = Configuration.parse({ labeling: { ...ENFORCED, mostUsd: 100, ...policy } });
  const decision = decideOnLabeling(changeOf(job, tags), undefined, configuration, {
    labeling: {
      kind: 'ended',
      job,
      end: endOf(job) ?? 'early',
      now: job.LastModifiedTime,
      progress: output === null ? undefined : progressOf(output),
      tasks: NO_TASKS,
      successor: undefined,
      ...facts,
    },
  });
  return { decision, configuration };
}

/** The notice that people get, after the new job was created or not. */
function noticeOf(ended: Ended): Notice {
  const { decision, configuration } = decided(ended);
  const [action] = decision.actions;
  if (action?.kind === 'chain-labeling-job')
    return chainedNotice(action, ended.outcome ?? { kind: 'created' }, configuration).notice;
  if (action?.kind === 'notify') return action.notice;
  throw new Error(`no notice: ${decision.reason}`);
}

/** Subject and severity, headline, and why with the next step. */
const told = ({ subject, message: { severity, headline, cause } }: Notice) => [
  `${subject}, ${severity}`,
  headline,
  ...(cause === null
    ? []
    : [
        `${cause.code}: ${cause.text}`,
        cause.nextStep,
        ...cause.commands.map(({ does, command }) => `${does}: ${command}`),
      ]),
];

/** What most alerts say first, and what most of them advise. */
const EXPIRED = 'Labeling job identify-species expired after 30 days with 399 of 6,252 objects left';
const KEEP =
  'Keep the label attribute "species". ' +
  'With another attribute, or in a job from the first input, every object is labeled and paid for again.';
const IN_CONSOLE = 'Chain the job in the console (Ground Truth, Labeling jobs, Actions, Chain)';
const BY_HAND = `${IN_CONSOLE}: that keeps its 5,853 labels. ${KEEP}`;
const byHand = `c${BY_HAND.slice(1)}`;
/** Source: an issue of aws-samples/amazon-comprehend-semi-structured-documents-annotation-tools, names changed. */
const LAMBDA =
  'ClientError: Exception invoking the Lambda function arn:aws:lambda:us-east-1:123456789012:function:before. ' +
  'LambdaErrorCode: Unhandled. Ensure the Lambda function exists, that the role ' +
  'arn:aws:iam::123456789012:role/labeling has permissions to invoke it and try your request again.';
const completed = { LabelingJobStatus: 'Completed' };
const threeCents = teamOf('public', { PublicWorkforceTaskPrice: { AmountInUsd: { Cents: 3 } } });

const OWN_TEAM =
  'up to 399 objects: at most $31.92 to SageMaker (399 x $0.08). Not included: what you pay your own team.';

/** The alert that `link` continues the job. */
const chained = (link: number, more = '', price = OWN_TEAM) => [
  'CHAINED: labeling job identify-species, warning',
  `${EXPIRED}: the new job identify-species-chain-${link} continues it.`,
  `labeling-chained: identify-species-chain-${link} sends workers the 399 objects that have no label.${more} ` +
    `It is link ${link} of at most 5 in this chain. This link labels ${price} ` +
    'The new job was made from the output of this job, with the same label attribute "species": ' +
    'that keeps the labels.',
  'If you want this, do nothing. The output of the last link will have the labels of all links.',
];
const stop = (link: number) =>
  `stop the new job (its labels so far are kept): ` +
  `aws sagemaker stop-labeling-job --labeling-job-name identify-species-chain-${link} --region us-east-1`;
const UNDO = `To undo this, ${stop(1)}`;
const LINES =
  ' 2 lines of the output cannot be read (2 not JSON; lines 4 and 17). ' +
  'SageMaker may send their objects to workers again.';
const PAID =
  'up to 399 objects: at most $31.92 to SageMaker (399 x $0.08) + $11.97 to workers (399 x 1 worker x $0.03) = $43.89.';
const UNKNOWN_PAY =
  'A job that continues it would label up to 399 objects: ' +
  'at most $31.92 to SageMaker (399 x $0.08) + an unknown amount to workers. ';

describe('the alert on an ended labeling job that was continued', () => {
  it.each<[string, Ended, string[]]>([
    ['names the new job, and how to undo it', {}, [...chained(1), UNDO]],
    [
      'says which lines of the output cannot be read',
      { output: notJson(2, [4, 17]) },
      [...chained(1, LINES, OWN_TEAM.replaceAll('399', '401').replace('31.92', '32.08')), UNDO],
    ],
    [
      'names the price of its workers',
      { job: threeCents, policy: { mostUsd: 43.89 } },
      [...chained(1, '', PAID), UNDO],
    ],
    [
      'first says how to keep the new job from being continued, when stopped jobs are',
      { policy: { chain: ['expired', 'stopped'] } },
      [
        ...chained(1),
        'To undo this, first tell Ground Control not to chain the new job: ' +
          'aws sagemaker add-tags --resource-arn arn:aws:sagemaker:us-east-1:111122223333:labeling-job/' +
          'identify-species-chain-1 --region us-east-1 --tags Key=ground-control:no-chain,Value=true',
        `Then ${stop(1)}`,
      ],
    ],
    [
      'says so also in mode observe, when the new job exists already',
      { policy: { mode: 'observe' }, output: null, facts: { successor: 'IDENTIFY-species-chain-1' } },
      [...chained(1), UNDO],
    ],
    [
      'counts by the job itself, when the new job exists and nobody read the output',
      {
        output: null,
        facts: { successor: 'identify-species-chain-1' },
        job: { ...threeCents, ...counters(5853, 390, 9) },
      },
      [...chained(1, '', PAID), UNDO],
    ],
    [
      'names the next link of a link',
      {
        job: {
          Tags: [linkTag(1), { Key: 'ground-control:chained-from', Value: 'x' }],
          LabelingJobName: 'identify-species-chain-1',
        },
      },
      [...chained(2), `To undo this, ${stop(2)}`],
    ],
  ])('%s', (_, ended, expected) => {
    expect(told(noticeOf(ended))).toEqual(expected);
  });
});

describe('the alert on an ended labeling job that was not continued', () => {
  it.each<[string, Ended, string[]]>([
    [
      'in mode observe, says what would have been created',
      { policy: { mode: 'observe' } },
      [
        'EXPIRED: labeling job identify-species, error',
        `${EXPIRED}.`,
        'labeling-observed: ' +
          'Ground Control created no new job, because ground-control.yml has labeling.mode: observe. ' +
          'In mode enforce, it would have created identify-species-chain-1 to label the rest. ' +
          `A job that continues it would label ${OWN_TEAM}`,
        `${BY_HAND} With labeling.mode: enforce, Ground Control chains such jobs itself.`,
      ],
    ],
    [
      'in mode observe, names the price of its workers',
      { policy: { mode: 'observe' }, job: threeCents },
      [
        'EXPIRED: labeling job identify-species, error',
        `${EXPIRED}.`,
        'labeling-observed: ' +
          'Ground Control created no new job, because ground-control.yml has labeling.mode: observe. ' +
          'In mode enforce, it would have created identify-species-chain-1 to label the rest. ' +
          `A job that continues it would label ${PAID}`,
        `${BY_HAND} With labeling.mode: enforce, Ground Control chains such jobs itself.`,
      ],
    ],
    [
      'in mode observe, names the role that has to be listed',
      { policy: { mode: 'observe', roles: [] } },
      [
        'EXPIRED: labeling job identify-species, error',
        `${EXPIRED}.`,
        'labeling-observed: ' +
          'Ground Control created no new job, because ground-control.yml has labeling.mode: observe. ' +
          'In mode enforce, it would have created identify-species-chain-1 to label the rest. ' +
          `A job that continues it would label ${OWN_TEAM}`,
        `${BY_HAND} With labeling.mode: enforce, and with its role ${ROLE} under labeling.roles, Ground Control chains such jobs itself.`,
      ],
    ],
    [
      'in mode observe, warns about a job that completed with objects left',
      { policy: { mode: 'observe', chain: ['unfinished'] }, job: completed },
      [
        'OBJECTS LEFT: labeling job identify-species, warning',
        'Labeling job identify-species completed with 399 of 6,252 objects left.',
        'labeling-observed: ' +
          'Ground Control created no new job, because ground-control.yml has labeling.mode: observe. ' +
          'In mode enforce, it would have created identify-species-chain-1 to label the rest. ' +
          `A job that continues it would label ${OWN_TEAM}`,
        `${BY_HAND} With labeling.mode: enforce, Ground Control chains such jobs itself.`,
      ],
    ],
  ])('%s', (_, ended, expected) => {
    expect(told(noticeOf(ended))).toEqual(expected);
  });
});

describe('the alert on an ended labeling job', () => {
  it.each<[string, Ended, string[]]>([
    [
      'says nothing more when every object has a label',
      { job: { ...completed, ...counters(6252, 0) }, output: null },
      ['COMPLETED: labeling job identify-species, info', 'Labeling job identify-species completed.'],
    ],
    [
      'names the set-up of a job that failed early, and keeps its labels',
      { job: { LastModifiedTime: daysIn(2) } },
      [
        'FAILED: labeling job identify-species, error',
        'Labeling job identify-species failed with 399 of 6,252 objects left.',
        'labeling-early: It failed before it could expire. Most likely, something in its set-up is wrong. ' +
          'Without a repair, a new job would fail the same way.',
        `Correct what the reason names. To label the rest, ${byHand}`,
      ],
    ],
    [
      'advises a new job when a job failed before its first label',
      { job: { LastModifiedTime: daysIn(2), ...counters(0, 6252) }, output: null },
      [
        'FAILED: labeling job identify-species, error',
        'Labeling job identify-species failed with 6,252 of 6,252 objects left.',
        'labeling-early: It failed before it could expire. Most likely, something in its set-up is wrong. ' +
          'Without a repair, a new job would fail the same way.',
        'Correct what the reason names. ' +
          'Then create the job again. No object has a label yet, so no label is paid for twice.',
      ],
    ],
    [
      'keeps labels that nobody has counted',
      { job: { LastModifiedTime: daysIn(2), LabelCounters: {} }, output: null },
      [
        'FAILED: labeling job identify-species, error',
        'Labeling job identify-species failed with an unknown number of objects left.',
        'labeling-early: It failed before it could expire. Most likely, something in its set-up is wrong. ' +
          'Without a repair, a new job would fail the same way.',
        `Correct what the reason names. To label the rest, c${IN_CONSOLE.slice(1)}: that keeps its labels. ${KEEP}`,
      ],
    ],
    [
      'keeps labels whose output is not complete',
      { job: { LastModifiedTime: daysIn(2) }, output: { labeled: 1, labeledByThisJob: 1, untouched: 0 } },
      [
        'FAILED: labeling job identify-species, error',
        'Labeling job identify-species failed.',
        'labeling-early: It failed before it could expire. Most likely, something in its set-up is wrong. ' +
          'Without a repair, a new job would fail the same way.',
        'Correct what the reason names. ' +
          'To label the rest, check that the output of the job exists and is complete. ' +
          'Check that no bucket policy or KMS key denies the function "labeling" access to the output. ' +
          'A job from the first input would pay for its label twice.',
      ],
    ],
    [
      'asks people about a job whose reason names its configuration, although it is as old as an expired one',
      { job: { FailureReason: LAMBDA } },
      [
        'FAILED, NOT CHAINED: labeling job identify-species, error',
        'Labeling job identify-species failed with 399 of 6,252 objects left.',
        'labeling-configuration: ' +
          'It failed about when it would have expired, but its reason names a Lambda function. ' +
          'A job chained from it would most likely fail the same way.',
        'Read the log of that function. Check that it exists, and that the role of the job may invoke it. ' +
          `Then ${byHand}`,
      ],
    ],
    [
      'asks people about a job that failed hours before it would have expired',
      { job: { LastModifiedTime: daysIn(29.75), FailureReason: 'ClientError: something else.' } },
      [
        'FAILED, NOT CHAINED: labeling job identify-species, error',
        'Labeling job identify-species failed with 399 of 6,252 objects left.',
        'labeling-unclear: It failed 29 d 18 h after it was created. ' +
          'Jobs expire after 30 days, and its reason does not say whether it expired or its set-up is wrong.',
        `Read the reason, and correct what it names. Then ${byHand}`,
      ],
    ],
    [
      'names stopping conditions',
      { job: { ...completed, StoppingConditions: { MaxHumanLabeledObjectCount: 5853 } } },
      [
        'COMPLETED: labeling job identify-species, info',
        'Labeling job identify-species was ended by its own stopping conditions with 399 of 6,252 objects ' + 'left.',
        'labeling-limited: Its own stopping conditions are met: they ask for no more labels.',
        `If you want no more labels, do nothing. If you want more, ${byHand} ` +
          'Raise the stopping conditions of the chained job.',
      ],
    ],
    [
      'names stopping conditions that the output shows',
      { job: { Tags: [labeledBeforeTag(5849)], StoppingConditions: { MaxHumanLabeledObjectCount: 4 } } },
      [
        'EXPIRED: labeling job identify-species, warning',
        `${EXPIRED}.`,
        'labeling-limited: Its own stopping conditions are met: they ask for no more labels.',
        `If you want no more labels, do nothing. If you want more, ${byHand} ` +
          'Raise the stopping conditions of the chained job.',
      ],
    ],
    [
      'names the tag that forbids it',
      { tags: { 'Ground-Control:No-Chain': '' } },
      [
        'EXPIRED: labeling job identify-species, warning',
        `${EXPIRED}.`,
        'labeling-opted-out: Ground Control did not chain the job, because its tag forbids that.',
        BY_HAND,
      ],
    ],
    [
      'says that nothing is left',
      { job: counters(6252, 0), output: null },
      [
        'EXPIRED: labeling job identify-species, info',
        'Labeling job identify-species expired after 30 days.',
        'labeling-nothing-left: Every object has a label. Nothing is left to label.',
        'Nothing to do. Its output is complete.',
      ],
    ],
    [
      'names the job that people made from its output',
      { facts: { successor: 'identify-species-again' } },
      [
        'EXPIRED: labeling job identify-species, info',
        `${EXPIRED}.`,
        'labeling-carried-on: identify-species-again already continues this job, and was made from its ' + 'output.',
        'Nothing to do.',
      ],
    ],
    [
      'names the policy that does not list expired jobs',
      { policy: { chain: ['unfinished'] } },
      [
        'EXPIRED: labeling job identify-species, error',
        `${EXPIRED}.`,
        'labeling-not-chosen: ' +
          'Ground Control did not chain the job, because ground-control.yml does not have "expired" under ' +
          'labeling.chain.',
        BY_HAND,
      ],
    ],
    [
      'names the policy that does not list jobs with objects left',
      { job: completed },
      [
        'OBJECTS LEFT: labeling job identify-species, warning',
        'Labeling job identify-species completed with 399 of 6,252 objects left.',
        'labeling-not-chosen: ' +
          'Ground Control did not chain the job, because ground-control.yml does not have "unfinished" under ' +
          'labeling.chain.',
        BY_HAND,
      ],
    ],
    [
      'says what SageMaker says to people who stopped it',
      { job: { LabelingJobStatus: 'Stopped' } },
      [
        'STOPPED: labeling job identify-species, warning',
        'Labeling job identify-species was stopped with 399 of 6,252 objects left.',
        'stopped: A person, a program or a stopping condition stopped it before it was done.',
        'If nobody on your team did it, look for the StopLabelingJob call in CloudTrail: it names the caller. ' +
          `To label the rest, ${byHand}`,
        expect.stringMatching(/: aws cloudtrail lookup-events .*AttributeValue=StopLabelingJob /),
      ],
    ],
    [
      'asks people about a job that failed after the lifetime of its tasks',
      { job: { LastModifiedTime: daysIn(11), ...counters(5853, 0, 399) }, output: null },
      [
        'FAILED, NOT CHAINED: labeling job identify-species, error',
        'Labeling job identify-species failed with 399 of 6,252 objects left.',
        'labeling-unclear: It failed with failed objects, after the lifetime of its tasks. ' +
          'The objects may have expired, or its set-up may be wrong.',
        `Read the reason, and correct what it names. Then ${byHand}`,
      ],
    ],
    [
      'asks people about a job that counts more objects than its output has',
      { output: { labeled: 1, untouched: 2, failed: 1, ...notJson(3, [2, 5, 6]) } },
      [
        'EXPIRED, NOT CHAINED: labeling job identify-species, error',
        'Labeling job identify-species expired after 30 days with 3 of 4 objects left.',
        'labeling-no-manifest: ' +
          'Ground Control cannot rely on its output manifest: it has 4 objects (1 with a label) and 3 lines ' +
          'that cannot be read (3 not JSON; lines 2, 5 and 6), but the job counts 6,252 objects (5,853 with a label). ' +
          'Ground Control does not chain a job whose labels it has not seen.',
        'Check that the output of the job exists and is complete. ' +
          'Check that no bucket policy or KMS key denies the function "labeling" access to the output.',
      ],
    ],
    [
      'asks people about a job whose objects SageMaker does not count',
      { job: { LabelCounters: {} }, output: null },
      [
        'EXPIRED, NOT CHAINED: labeling job identify-species, error',
        'Labeling job identify-species expired after 30 days with an unknown number of objects left.',
        'labeling-no-counters: ' +
          'SageMaker does not report TotalLabeled, Unlabeled and FailedNonRetryableError of the job. ' +
          'Ground Control does not chain a job whose objects it cannot count.',
        `Look at the job in the console. If objects have no label, c${IN_CONSOLE.slice(1)}: that keeps its labels. ${KEEP}`,
      ],
    ],
    [
      'says that a job completed when only its output tells that nothing is left',
      { job: { ...completed, LabelCounters: {} }, output: { labeled: 6252, untouched: 0 } },
      ['COMPLETED: labeling job identify-species, info', 'Labeling job identify-species completed.'],
    ],
    [
      'asks people about a completed job without counters and with an empty output',
      { job: { ...completed, LabelCounters: {} }, output: { labeled: 0, untouched: 0 } },
      [
        'COMPLETED, NOT CHAINED: labeling job identify-species, error',
        'Labeling job identify-species completed.',
        'labeling-no-counters: ' +
          'SageMaker does not report TotalLabeled, Unlabeled and FailedNonRetryableError of the job. ' +
          'Ground Control does not chain a job whose objects it cannot count.',
        'Look at the job in the console. If objects have no label, check that the output of the job exists and is ' +
          'complete. Check that no bucket policy or KMS key denies the function "labeling" access to the output.',
      ],
    ],
    [
      'asks people about a job in which nobody labeled anything',
      { job: counters(0, 6252), output: { labeled: 0, labeledByThisJob: 0, untouched: 6252 } },
      [
        'EXPIRED, NOT CHAINED: labeling job identify-species, error',
        'Labeling job identify-species expired after 30 days with 6,252 of 6,252 objects left.',
        'labeling-no-progress: No object was labeled in this job. ' + 'Another job would wait for the same workers.',
        'Check that workers of its team can sign in and open a task, or choose another team. ' +
          `Then c${IN_CONSOLE.slice(1)}, or create it again. ` +
          'No object has a label yet, so no label is paid for twice.',
      ],
    ],
    [
      'names what the console calls a job that completed with failed objects',
      { job: { ...completed, ...counters(5853, 0, 399) } },
      [
        'OBJECTS LEFT: labeling job identify-species, warning',
        'Labeling job identify-species completed with 399 of 6,252 objects left.',
        'labeling-not-chosen: 399 objects failed, expired or were declined. ' +
          'The console calls this "Complete with labeling errors". ' +
          'Ground Control did not chain the job, because ground-control.yml does not have "unfinished" under ' +
          'labeling.chain.',
        BY_HAND,
      ],
    ],
    [
      'takes the words of the console for a job that has completed',
      {
        job: { LabelingJobStatus: 'Complete with labeling errors', ...counters(6251, 0, 1) },
        output: { labeled: 6251, untouched: 0, failed: 1 },
      },
      [
        'OBJECTS LEFT: labeling job identify-species, warning',
        'Labeling job identify-species completed with 1 of 6,252 objects left.',
        'labeling-not-chosen: 1 object failed, expired or was declined. ' +
          'The console calls this "Complete with labeling errors". ' +
          'Ground Control did not chain the job, because ground-control.yml does not have "unfinished" under ' +
          'labeling.chain.',
        BY_HAND.replace('5,853', '6,251'),
      ],
    ],
  ])('%s', (_, ended, expected) => {
    expect(told(noticeOf(ended))).toEqual(expected);
  });
});

describe('the alert on a labeling job that failed early', () => {
  it('has the cause that SageMaker names, rather than one from its age', () => {
    const job = { LastModifiedTime: daysIn(2), FailureReason: 'ClientError: AccessDenied (403): Access Denied' };
    expect(noticeOf({ job, output: null }).message.cause?.code).toBe('s3-permission');
    expect(noticeOf({ job: { ...job, LastModifiedTime: daysIn(30) } }).message.cause?.code).toBe(
      'labeling-configuration',
    );
  });

  it('advises what keeps its labels, and never to try again', () => {
    const FailureReason = 'InternalServerError: We encountered an internal error. Please try again.';
    const { cause } = noticeOf({ job: { LastModifiedTime: daysIn(2), FailureReason } }).message;
    expect([cause?.code, cause?.retry]).toEqual(['internal-service-error', null]);
    expect(cause?.nextStep).toContain(`To label the rest, ${byHand}`);
  });
});

describe('the alert on an expired labeling job asks people', () => {
  it.each<[string, Ended, string, string]>([
    [
      'when it ended more than a week ago',
      { facts: { now: daysIn(37.1) } },
      'labeling-long-ago: ' +
        'It ended more than a week ago, and Ground Control learned of the end only now. ' +
        'Ground Control does not chain a job that ended so long ago.',
      BY_HAND,
    ],
    [
      'when it is a streaming job',
      { job: { InputConfig: { DataSource: { SnsDataSource: { SnsTopicArn: 'arn:x' } } } } },
      'labeling-streaming: It is a streaming job: its objects come through a topic. ' +
        'A job made from its output would not get the next objects.',
      'Create a streaming job whose input topic is the output topic of this one. ' +
        'Objects that have labels are not sent again.',
    ],
    [
      'when it adjusts labels',
      {
        job: taskOf({
          PreHumanTaskLambdaArn: 'arn:aws:lambda:us-east-1:432418664414:function:PRE-AdjustmentBoundingBox',
        }),
      },
      'labeling-derived: It adjusts or verifies labels. ' +
        'A new job would send workers objects without labels, which costs money and has no use.',
      'First chain the job that creates the labels. ' +
        'Then adjust or verify its output, with another label attribute.',
    ],
    [
      'when it is the last link that the policy allows',
      { job: { Tags: [linkTag(5)] } },
      'labeling-most-links: ' + 'It is link 5 of its chain, and labeling.mostLinks in ground-control.yml allows 5.',
      `Find out why its team does not finish. To continue anyway, ${byHand}`,
    ],
    [
      'when it has no output',
      { job: { LabelingJobOutput: {} }, output: null },
      'labeling-no-manifest: Ground Control cannot rely on its output manifest: ' +
        'SageMaker names none. Ground Control does not chain a job whose labels it has not seen.',
      'Check that the output of the job exists and is complete. ' +
        'Check that no bucket policy or KMS key denies the function "labeling" access to the output.',
    ],
    [
      'when S3 refuses its output',
      { output: null, facts: { unreadable: 'AccessDenied' } },
      'labeling-no-manifest: Ground Control cannot rely on its output manifest: AccessDenied. ' +
        'Ground Control does not chain a job whose labels it has not seen.',
      'Check that the output of the job exists and is complete. ' +
        'Check that no bucket policy or KMS key denies the function "labeling" access to the output.',
    ],
    [
      'when it costs more than the policy allows',
      { job: threeCents, policy: { mostUsd: 43.88 } },
      `labeling-costly: A job that continues it would label ${PAID} labeling.mostUsd in ground-control.yml allows $43.88.`,
      `If the labels are worth it, ${byHand} To let Ground Control create such jobs itself, raise labeling.mostUsd.`,
    ],
    [
      'when its role is not listed either',
      { job: threeCents, policy: { mostUsd: 43.88, roles: ['arn:aws:iam::111122223333:role/other'] } },
      `labeling-costly: A job that continues it would label ${PAID} labeling.mostUsd in ground-control.yml allows $43.88.`,
      `If the labels are worth it, ${byHand} To let Ground Control create such jobs itself, raise labeling.mostUsd, and add ${ROLE} to labeling.roles.`,
    ],
    [
      'when its role is not listed',
      { policy: { roles: ['arn:aws:iam::111122223333:role/other'] } },
      `labeling-role-not-listed: Its role is ${ROLE}, and labeling.roles in ground-control.yml does not list that role. ` +
        'A job that continues it needs the same role, and Ground Control passes only roles that you list.',
      `${BY_HAND} To let Ground Control create such jobs itself, add the role to labeling.roles, and deploy. That continues only jobs that end later, not this one.`,
    ],
    [
      'when the policy allows no cost, even if its workers are the own team',
      { policy: { mostUsd: 0 } },
      `labeling-costly: A job that continues it would label ${OWN_TEAM} labeling.mostUsd in ground-control.yml allows $0.00.`,
      `If the labels are worth it, ${byHand} To let Ground Control create such jobs itself, raise labeling.mostUsd.`,
    ],
    [
      'when lines of the output that cannot be read make it cost more than the policy allows',
      { policy: { mostUsd: 31.92 }, output: notJson(1, [17]) },
      `labeling-costly: A job that continues it would label ${OWN_TEAM.replaceAll('399', '400').replace('31.92', '32.00')} ` +
        'This includes 1 line of its output that cannot be read (1 not JSON; line 17). ' +
        'labeling.mostUsd in ground-control.yml allows $31.92.',
      `If the labels are worth it, ${byHand} To let Ground Control create such jobs itself, raise labeling.mostUsd.`,
    ],
    [
      'when nobody knows what SageMaker charges for its objects',
      { job: taskOf({ PreHumanTaskLambdaArn: 'arn:aws:lambda:us-east-1:1:function:PRE-VideoObjectTracking' }) },
      'labeling-price-unknown: ' +
        'A job that continues it would label up to 399 objects: an unknown amount to SageMaker. ' +
        'Not included: what you pay your own team. ' +
        'Ground Control does not know what SageMaker charges for an object: ' +
        'its objects are 3D point clouds or videos, and ground-control.yml has no labeling.objectUsd.',
      `If the labels are worth it, ${byHand}`,
    ],
    [
      'when nobody knows the price of its vendor',
      { job: teamOf('vendor') },
      'labeling-price-unknown: ' +
        UNKNOWN_PAY +
        'Ground Control does not know what its workers would be paid: ground-control.yml has no ' +
        'labeling.vendorUsd.',
      `If the labels are worth it, ${byHand}`,
    ],
    [
      'when its public workers have no price',
      { job: teamOf('public') },
      'labeling-price-unknown: ' +
        UNKNOWN_PAY +
        'Ground Control does not know what its workers would be paid: the job does not say what it pays.',
      `If the labels are worth it, ${byHand}`,
    ],
    [
      'when its team is of an unknown kind',
      { job: taskOf({ WorkteamArn: 'arn:aws:sagemaker:us-east-1:1:workteam/x' }) },
      'labeling-price-unknown: ' +
        UNKNOWN_PAY +
        'Ground Control does not know what its workers would be paid: its team is of a kind that Ground ' +
        'Control does not know.',
      `If the labels are worth it, ${byHand}`,
    ],
    [
      'when SageMaker refuses the new job',
      { outcome: { kind: 'refused', why: 'The role is missing' } },
      'labeling-refused: Ground Control tried to create identify-species-chain-1 to label the rest. ' +
        'SageMaker refused: "The role is missing".',
      `Correct what SageMaker names. Then ${byHand}`,
    ],
    [
      'when another job has the name of the new one',
      { outcome: { kind: 'taken' } },
      'labeling-name-taken: ' + 'The new job would be called identify-species-chain-1, but another job has that name.',
      BY_HAND,
    ],
    [
      'when the new job has failed or was stopped',
      { outcome: { kind: 'over' } },
      'labeling-link-over: identify-species-chain-1 was made from the output of this job, but has failed ' +
        'or was stopped.',
      `Find out why. To continue anyway, ${byHand}`,
    ],
  ])('%s', (_, ended, why, next) => {
    const asked = ['EXPIRED, NOT CHAINED: labeling job identify-species, error', `${EXPIRED}.`];
    expect(told(noticeOf(ended))).toEqual([...asked, why, next]);
  });
});

/** The rows that the alert and the audit have about the objects of the job. */
const numbersOf = (ended: Ended) =>
  Object.fromEntries(noticeOf(ended).message.details.map(({ label, value }) => [label, value]));

describe('the counts of an ended labeling job', () => {
  const Output = 's3://amzn-s3-demo-bucket/output/identify-species/manifests/output/output.manifest';

  it.each<[string, Ended, Record<string, string>]>([
    [
      'say what happened to each object and task',
      {
        job: { Tags: [linkTag(2)], ...counters(5000, 1200, 52) },
        output: {
          labeled: 5000,
          untouched: 1200,
          failed: 52,
          ...notJson(1, [17]),
          reasons: new Map([
            ['Expired', 1000],
            ['No worker\u0007', 5],
          ]),
        },
        facts: { tasks: { Declined: 1200, Returned: 0, Expired: 1 } },
      },
      {
        Labeled: '5,000 of 6,252',
        Left: '1,200 without a result, 52 failed, expired or declined',
        Reasons: 'Expired (1,000); No worker (5)',
        Unreadable: '1 line of its output: 1 not JSON; line 17',
        Tasks: '1,200 declined, 1 expired',
        'Next link': 'costs at most $100.24',
        Link: '2 of at most 5',
        Output,
      },
    ],
    [
      'name the first of many lines that cannot be read',
      {
        output: {
          broken: 1200,
          faults: { 'not-json': 1000, 'no-object': 199, 'too-long': 1 },
          firstBroken: [1, 2, 3, 4, 5],
        },
      },
      {
        Labeled: '5,853 of 6,252',
        Left: '399 without a result',
        Unreadable:
          '1,200 lines of its output: 1,000 not JSON, 199 without an object, 1 too long; ' +
          'the first are lines 1, 2, 3, 4 and 5',
        'Next link': 'costs at most $127.92',
        Output,
      },
    ],
    [
      'name the three most frequent reasons',
      {
        output: {
          labeled: 5853,
          untouched: 0,
          failed: 399,
          reasons: new Map([
            ['a', 4],
            ['b', 3],
            ['c', 2],
            ['d', 1],
          ]),
        },
      },
      {
        Labeled: '5,853 of 6,252',
        Left: '399 failed, expired or declined',
        Reasons: 'a (4); b (3); c (2)',
        'Next link': 'costs at most $31.92',
        Output,
      },
    ],
    [
      'hide secrets in reasons, and cut long ones',
      {
        output: {
          reasons: new Map([
            ['password=hunter2hunter2', 1],
            ['x'.repeat(81), 1],
          ]),
        },
      },
      {
        Labeled: '5,853 of 6,252',
        Left: '399 without a result',
        Reasons: `password=[hidden] (1); ${'x'.repeat(79)}… (1)`,
        'Next link': 'costs at most $31.92',
        Output,
      },
    ],
    [
      'come from the job itself when nobody read its output',
      { output: null },
      { Labeled: '5,853 of 6,252', Left: '399', Output },
    ],
    [
      'are unknown, and not 0, when SageMaker does not report them',
      { job: { LabelCounters: { MachineLabeled: 0 } }, output: null },
      {
        Labeled: 'unknown',
        Left: 'unknown',
        Counters: 'SageMaker does not report TotalLabeled, Unlabeled and FailedNonRetryableError',
        Output,
      },
    ],
    [
      'say how many have labels when only that is known',
      { job: { LabelCounters: { TotalLabeled: 5853, Unlabeled: 399 } }, output: null },
      {
        Labeled: '5,853 of an unknown number',
        Left: 'unknown',
        Counters: 'SageMaker does not report FailedNonRetryableError',
        Output,
      },
    ],
    [
      'come from its output when SageMaker does not report them',
      { job: { LabelCounters: {} } },
      {
        Labeled: '5,853 of 6,252',
        Left: '399 without a result',
        Counters: 'SageMaker does not report TotalLabeled, Unlabeled and FailedNonRetryableError',
        'Next link': 'costs at most $31.92',
        Output,
      },
    ],
    [
      'say what it costs when people chain a job that Ground Control leaves alone',
      { job: { LabelingJobStatus: 'Stopped' } },
      { Labeled: '5,853 of 6,252', Left: '399 without a result', 'Next link': 'costs at most $31.92', Output },
    ],
    [
      'have no price when its stopping conditions allow no more labels',
      { job: { Tags: [labeledBeforeTag(5849)], StoppingConditions: { MaxHumanLabeledObjectCount: 4 } } },
      { Labeled: '5,853 of 6,252', Left: '399 without a result', Output },
    ],
    [
      'are only the labels when every object has one',
      { job: { ...completed, ...counters(6252, 0) }, output: null },
      { Labeled: '6,252 of 6,252' },
    ],
    [
      'name the output of a job that is left alone for another reason',
      { job: counters(6252, 0), output: null },
      { Labeled: '6,252 of 6,252', Output },
    ],
  ])('%s', (_, ended, expected) => {
    expect(numbersOf(ended)).toEqual(expected);
  });
});

describe('the decision on an ended labeling job', () => {
  const arn = 'labeling-job|arn:aws:sagemaker:us-east-1:111122223333:labeling-job/identify-species';
  const settles = `${arn}|1789898400|Failed||`;
  const actionOf = (ended: Ended) => decided(ended).decision.actions[0];

  it('is to create the next link, under a key that never changes, and to send the alert after that', () => {
    expect(decided({}).decision.actions).toHaveLength(1);
    expect(actionOf({})).toMatchObject({
      kind: 'chain-labeling-job',
      key: `chain|${arn}|1789898400|1`,
      resource: arn,
      settles,
      isThere: false,
      reason: 'expired, with objects left',
      numbers: { Labeled: '5,853 of 6,252', Left: '399 without a result' },
      request: { LabelingJobName: 'identify-species-chain-1' },
    });
  });

  it('is to create nothing when the next link exists, and to count by the job itself', () => {
    const facts = { successor: 'identify-species-chain-1' };
    const job = { ...counters(5853, 390, 9), StoppingConditions: { MaxPercentageOfInputDatasetLabeled: 95 } };
    expect(actionOf({ job, facts, output: null })).toMatchObject({
      kind: 'chain-labeling-job',
      isThere: true,
      // 95 % of 6,252 objects are 5,940.
      request: { StoppingConditions: { MaxHumanLabeledObjectCount: 5940 - 5853 } },
    });
  });

  it('is only an alert in mode observe', () => {
    expect(actionOf({ policy: { mode: 'observe' } })).toMatchObject({
      kind: 'notify',
      key: `notify|${settles}`,
      resource: arn,
      settles,
      numbers: { Labeled: '5,853 of 6,252' },
    });
  });
});
