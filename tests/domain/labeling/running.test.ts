import { describe, expect, it } from 'vitest';
import { decideOnLabeling } from '../../../domain/labeling/decide.ts';
import type { Standing } from '../../../domain/labeling/pace.ts';
import { taskCount } from '../../../domain/labeling/tasks.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import { LabelingJobStateChange } from '../../../schemas/event/labeling-job.ts';
import { counters, DAY, daysIn, ENFORCED, jobOf, linkTag, ROLE, teamOf } from '../../support/labeling-jobs.ts';

const ARN = 'arn:aws:sagemaker:us-east-1:111122223333:labeling-job/identify-species';
const eventOf = (detail: object, over: object = {}) =>
  LabelingJobStateChange.parse({
    'detail-type': 'SageMaker Ground Truth Labeling Job State Change',
    source: 'aws.sagemaker',
    id: 'e1',
    region: 'us-east-1',
    resources: [ARN],
    detail,
    ...over,
  });

interface Running {
  readonly job?: object;
  readonly tags?: object;
  readonly policy?: object;
  readonly delivery?: object;
  /** The day on which Ground Control looks, and the one on which it last saw the count rise. */
  readonly day?: number;
  readonly changed?: number;
  /** What was done on the day before. */
  readonly before?: number;
}

/** The decision on the sample while it runs: 1,000 of 1,600 objects have labels. */
function decided({
  job: over,
  tags: Tags = {},
  policy,
  delivery = {},
  day = 28,
  changed = day,
  before = 900,
}: Running) {
  const job = jobOf({ ...counters(1000, 600), ...over, LabelingJobStatus: 'InProgress' });
  const change = eventOf({ LabelingJobStatus: 'InProgress', CreationTime: job.CreationTime.toISOString(), Tags });
  const configuration = Configuration.parse({
    labeling: { ...ENFORCED, mostUsd: 48, ...policy },
    timeZone: 'Europe/Berlin',
    delivery,
  });
  const now = daysIn(day);
  const standing: Standing = {
    changedAt: daysIn(changed).getTime(),
    samples: [
      { at: now.getTime() - DAY, done: before },
      { at: now.getTime(), done: 1000 },
    ],
  };
  return decideOnLabeling(change, undefined, configuration, { labeling: { kind: 'running', job, standing, now } });
}

const alerts = (running: Running) =>
  decided(running).actions.flatMap((action) => (action.kind === 'notify' ? [action.notice] : []));

const HEADLINE =
  'Labeling job identify-species will probably not be done before it expires at 2026-10-20 12:00:00 Europe/Berlin.';
const PACE = 'At its present pace, the job will be done at 2026-10-24 12:00:00 Europe/Berlin.';
const RULE = 'A labeling job expires after 30 days, and nobody can extend it.';
const COST =
  'A job that continues it would label up to 600 objects: at most $48.00 to SageMaker (600 x $0.08). ' +
  'Not included: what you pay your own team.';
const GOES_ON =
  'Add workers, or let the job expire. Ground Control then creates a new job for the rest, ' +
  'unless it finds a reason not to.';
const BY_HAND = 'Add workers, or let the job expire and chain it then: a new job labels the rest (docs/labeling.md).';

describe('the alert that a labeling job will expire', () => {
  it('says when, and what happens to the rest', () => {
    expect(alerts({})[0]?.message).toMatchObject({
      id: `labeling|labeling-job|${ARN}|1789898400|late`,
      outcome: 'labeling',
      severity: 'warning',
      status: 'InProgress',
      headline: HEADLINE,
      cause: {
        code: 'labeling-will-expire',
        text: `1,000 of 1,600 objects have labels. ${PACE} ${RULE} ${COST}`,
        nextStep: GOES_ON,
        commands: [
          {
            does: 'To tell Ground Control not to chain it',
            command:
              `aws sagemaker add-tags --resource-arn ${ARN} --region us-east-1 ` +
              '--tags Key=ground-control:no-chain,Value=true',
          },
        ],
        retry: null,
      },
      reason: null,
      durationSeconds: null,
      cost: null,
    });
    expect(alerts({})[0]?.subject).toBe('WILL EXPIRE: labeling job identify-species');
  });

  it('says when nothing was done lately', () => {
    const [alert] = alerts({ before: 1000 });
    expect(alert?.message.cause?.text).toBe(
      `1,000 of 1,600 objects have labels. Nothing was done in the last days. ${RULE} ${COST}`,
    );
  });

  it('says so when SageMaker does not report the counters', () => {
    const { text, nextStep } = alerts({ job: { LabelCounters: { TotalLabeled: 3 } } })[0]?.message.cause ?? {};
    expect([text, nextStep]).toEqual([
      'SageMaker does not report Unlabeled and FailedNonRetryableError of the job. ' +
        `So nobody knows whether it will be done in time. ${RULE}`,
      BY_HAND,
    ]);
  });

  const threeCents = teamOf('public', { PublicWorkforceTaskPrice: { AmountInUsd: { Cents: 3 } } });
  it.each<[string, Running, string]>([
    ['promises a new job for a price that the policy allows', { job: threeCents, policy: { mostUsd: 66 } }, GOES_ON],
    [
      'says that Ground Control will ask for a higher price',
      { job: threeCents, policy: { mostUsd: 65.99 } },
      `${BY_HAND} Ground Control will ask you, because labeling.mostUsd in ground-control.yml allows $65.99.`,
    ],
    [
      'says that Ground Control will ask when the price is not known',
      { job: teamOf('vendor'), policy: { mostUsd: 99 } },
      `${BY_HAND} Ground Control will ask you, because it does not know the price.`,
    ],
    [
      'says that Ground Control will not pass a role that is not listed',
      { policy: { roles: ['arn:aws:iam::111122223333:role/other'] } },
      `${BY_HAND} Ground Control will not create that job, because labeling.roles in ground-control.yml does not list its role ${ROLE}.`,
    ],
    [
      'says what keeps Ground Control from it, price and role',
      { policy: { mostUsd: 47.99, roles: ['arn:aws:iam::111122223333:role/other'] } },
      `${BY_HAND} Ground Control will ask you, because labeling.mostUsd in ground-control.yml allows $47.99. Ground Control will not create that job, because labeling.roles in ground-control.yml does not list its role ${ROLE}.`,
    ],
    ['says nothing about roles in mode observe', { policy: { mode: 'observe', roles: [] } }, BY_HAND],
    ['promises nothing in mode observe', { policy: { mode: 'observe' } }, BY_HAND],
    ['promises nothing when expired jobs are not chained', { policy: { chain: ['unfinished'] } }, BY_HAND],
    ['promises nothing for a job with an opt-out tag', { tags: { 'Ground-Control:no-chain': ' Yes ' } }, BY_HAND],
    ['promises a new job when the opt-out tag is false', { tags: { 'ground-control:no-chain': ' False ' } }, GOES_ON],
    ['promises nothing for the last link', { job: { Tags: [linkTag(5)] } }, BY_HAND],
  ])('%s', (_, running, nextStep) => {
    expect(alerts(running).map(({ message }) => message.cause?.nextStep)).toEqual([nextStep]);
    expect(alerts(running)[0]?.message.cause?.commands).toHaveLength(nextStep === GOES_ON ? 1 : 0);
  });
});

describe('the alert that a labeling job makes no progress', () => {
  it('says since when, and where to look', () => {
    const [stalled] = alerts({ day: 20, changed: 16.5 });
    expect(stalled?.subject).toBe('NO PROGRESS: labeling job identify-species');
    expect(stalled?.message).toMatchObject({
      // A job that stalls again at a higher count gets another alert.
      id: `labeling|labeling-job|${ARN}|1789898400|stalled|1000`,
      outcome: 'labeling',
      severity: 'warning',
      headline: 'Labeling job identify-species has made no progress for 3 d 12 h.',
      cause: {
        code: 'labeling-stalled',
        text:
          '1,000 of 1,600 objects have labels. ' + 'No object has been done since 2026-10-07 00:00:00 Europe/Berlin.',
        nextStep:
          'Check that workers of its team can sign in and see tasks. ' +
          'Check whether its Lambda functions fail: the log group /aws/sagemaker/LabelingJobs has a stream with ' +
          'the name of the job.',
      },
    });
  });

  it.each([
    ['is sent again, once in each period', { repeat: '12h' }, [undefined, 'repeat-1', 'repeat-1', 'repeat-2']],
    ['is not sent again by default', {}, [undefined, undefined, undefined, undefined]],
  ])('%s', (_, delivery, repeats) => {
    const ids = [3.4, 3.6, 3.9, 4.1].map((idle) => alerts({ day: 20, changed: 20 - idle, delivery })[0]?.message.id);
    expect(ids.map((id) => id?.split('|stalled|1000')[1]?.slice(1) || undefined)).toEqual(repeats);
  });

  it('is sent once, whoever finds it', () => {
    expect(decided({ day: 20, changed: 16.5 }).actions).toMatchObject([
      {
        kind: 'notify',
        key: `notify|labeling|labeling-job|${ARN}|1789898400|stalled|1000`,
        resource: `labeling-job|${ARN}`,
        isShared: true,
      },
    ]);
  });
});

describe('a running labeling job', () => {
  it('is no alert while it makes progress, long before it expires', () => {
    expect(decided({ day: 20 })).toMatchObject({ outcome: 'ignored', actions: [] });
  });

  it('is not warned about before its first object, but is stalled after three days', () => {
    const job = counters(0, 0);
    expect(alerts({ job, day: 4, changed: 0 }).map(({ subject }) => subject)).toEqual([
      'NO PROGRESS: labeling job identify-species',
    ]);
  });
});

describe('the event of a task', () => {
  const taskEvent = (State: string, over: object = {}) =>
    taskCount(
      eventOf(
        { State, 'labeling-job-arn': ARN, 'workteam-team-arn': 'arn:aws:sagemaker:us-east-1:1:workteam/t' },
        { 'detail-type': 'SageMaker Ground Truth Labeling Job Task Status Change', resources: [], ...over },
      ),
    );

  it.each(['Declined', 'Returned', 'Expired'] as const)('is counted for its job: %s', (state) => {
    const counted = { kind: 'count-task', jobArn: ARN, state, source: 'labeling-job', eventId: 'e1' };
    expect([taskEvent(state), taskEvent(state.toUpperCase())]).toEqual([counted, counted]);
  });

  it('is not counted for other states, without an id, or without a labeling job', () => {
    const withoutJob = { detail: { State: 'Declined', 'labeling-job-arn': ARN.replace('labeling-job/', 'flow/') } };
    const deeper = { detail: { State: 'Declined', 'labeling-job-arn': `${ARN}/x` } };
    expect([
      taskEvent('Accepted'),
      taskEvent('Declined', { id: undefined }),
      taskEvent('Declined', withoutJob),
      taskEvent('Declined', deeper),
      taskCount(eventOf({ LabelingJobStatus: 'Expired' })),
    ]).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });
});
