import { describe, expect, it } from 'vitest';
import { decide } from '../../../domain/decide.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import { TAG } from '../../support/budget-facts.ts';
import { readTraining, trainingEvent } from '../../support/events.ts';

const ARN = 'arn:aws:sagemaker:eu-west-1:123456789012:training-job/churn';
const TUNING = 'arn:aws:sagemaker:eu-west-1:123456789012:hyper-parameter-tuning-job/t';
const CREATED = '2026-11-20T01:00:00Z';
const RUNS = {
  TrainingJobStatus: 'InProgress',
  SecondaryStatus: 'Training',
  TrainingStartTime: '2026-11-20T01:02:00Z',
};
const CAPPED = { Tags: { [TAG]: '10' } };
const monthly = { monthly: { project: { churn: 100 } } };

/** The budget checks that the event requests. */
const checks = (detail: object, budgets: object = {}, envelope: object = {}) =>
  decide(
    readTraining(trainingEvent({ CreationTime: CREATED, ...detail }, envelope)),
    undefined,
    Configuration.parse({ budgets }),
  ).actions.filter(({ kind }) => kind === 'check-budget');

describe('the event of a job requests a budget check', () => {
  it('when the job starts, once', () => {
    const key = `check|training-job|${ARN}|1795136400|started`;
    expect(checks({ ...RUNS, ...CAPPED })).toEqual([
      {
        kind: 'check-budget',
        job: { type: 'training-job', arn: ARN },
        delaySeconds: 0,
        requestedBy: { resource: `training-job|${ARN}`, settles: key },
      },
    ]);
  });

  it('at each change of a running spot job, since its capacity may be taken away or come back', () => {
    const settled = (SecondaryStatus: string, time: string) =>
      checks({ ...RUNS, ...CAPPED, EnableManagedSpotTraining: true, SecondaryStatus }, {}, { time }).map((action) =>
        action.kind === 'check-budget' ? action.requestedBy.settles.split('|').slice(-2) : [],
      );
    expect([
      settled('Training', '2026-11-20T01:02:10Z'),
      settled('Interrupted', '2026-11-20T03:12:44Z'),
      // A copy of an event requests the same check.
      settled('Interrupted', '2026-11-20T03:12:44Z'),
    ]).toEqual([[['started', '29918942']], [['started', '29919072']], [['started', '29919072']]]);
  });

  it('when the job has ended, once', () => {
    expect(checks(CAPPED)).toMatchObject([
      { delaySeconds: 0, requestedBy: { settles: `check|training-job|${ARN}|1795136400|ended` } },
    ]);
  });

  it('of its tuning job, at most once a minute', () => {
    expect(checks({ ...RUNS, ...CAPPED, TuningJobArn: TUNING })).toMatchObject([
      {
        job: { type: 'tuning-job', arn: TUNING },
        delaySeconds: 60,
        requestedBy: {
          // 2026-11-20T03:12:44Z, in minutes.
          settles: `check|tuning-job|${TUNING}|0|started|29919072`,
          resource: `training-job|${ARN}`,
        },
      },
    ]);
  });

  it.each<[string, object, object, number]>([
    ['when its tags are not known, at its start', RUNS, {}, 1],
    ['but not at its end', {}, {}, 0],
    ['but at its end, when there are monthly budgets', {}, monthly, 1],
    ['when its tags name a monthly budget', { ...RUNS, Tags: { project: 'churn' } }, monthly, 1],
    ['when its budget tag cannot be read', { ...RUNS, Tags: { [TAG]: '?' } }, {}, 1],
    ['when its kind has a cap', { ...RUNS, Tags: { team: 'x' } }, { caps: { 'training-job': 5 } }, 1],
    ['but not when its tags name no budget', { ...RUNS, Tags: { project: 'other' } }, monthly, 0],
    ['but not before it starts', { ...RUNS, ...CAPPED, TrainingStartTime: undefined }, {}, 0],
    ['but not when its status is unknown', { ...RUNS, ...CAPPED, TrainingJobStatus: 'Levitating' }, {}, 0],
  ])('%s', (_, detail, budgets, count) => {
    expect(checks(detail, budgets)).toHaveLength(count);
  });

  it('but not without an ARN', () => {
    expect(checks({ ...RUNS, ...CAPPED, TrainingJobArn: undefined }, {}, { resources: [] })).toEqual([]);
  });
});
