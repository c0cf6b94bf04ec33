import { describe, expect, it } from 'vitest';
import { decideBudget, situationOf, stopNotice } from '../../../domain/budget/decide.ts';
import { standingWords } from '../../../domain/budget/month/month-words.ts';
import {
  configured,
  factsOf,
  instant,
  JOB,
  MINUTE,
  monthWith,
  type Situation,
  START,
  TAG,
} from '../../support/budget-facts.ts';

describe('the alerts about a budget', () => {
  const decide = (situation: Situation) => {
    const facts = factsOf(situation);
    const configuration = configured({ mode: 'enforce', ...situation.budgets });
    const { change, metered, checked, now } = facts;
    return decideBudget(situationOf(JOB, change, metered, checked, now, configuration), configuration);
  };
  const notices = (situation: Situation) =>
    decide(situation).actions.flatMap((action) => {
      if (action.kind === 'notify') return [action.notice];
      if (action.kind !== 'stop-job') return [];
      const configuration = configured({ mode: 'enforce', ...situation.budgets });
      const heldBack = { kind: 'held-back', againAt: instant(120) } as const;
      return ([{ kind: 'stopped' }, heldBack] as const).map(
        (outcome) => stopNotice(action, outcome, configuration).notice,
      );
    });

  it('say at the last threshold when the job will be stopped, what is lost, and how to raise the cap', () => {
    const [warning] = notices({ minutes: 48 });
    expect(warning?.subject).toBe('BUDGET 80 %: training job churn');
    expect(warning?.email).toBe(`Training job churn has used 80 % of its budget.

WHY
  $8.00 of $10.00 is spent. Ground Control stops the job at 2026-11-20
  01:00:00 UTC at the present rate. The job keeps no checkpoints: what
  it has not written when it ends is lost. The cap is set by the tag
  ground-control:max-cost-usd.
  Next: Raise the cap, stop the job now, or do nothing.
  To raise its cap:
    aws sagemaker add-tags --resource-arn arn:aws:sagemaker:us-east-1:123456789012:training-job/churn --region us-east-1 --tags Key=ground-control:max-cost-usd,Value=20
  To stop the job now:
    aws sagemaker stop-training-job --training-job-name churn --region us-east-1

OWNER
  Owner unknown: no owner, team or project tag.

FACTS
  Status:     InProgress (Training)
  Started:    2026-11-20 00:00:00 UTC
  Instances:  1 x ml.ten.large
  Time limit: 1 d
  Cap:        $10.00, set by the tag ground-control:max-cost-usd
  Cost:       $8.00 (estimate): 1 x ml.ten.large x 48 m at $10.00/h
  Prices:     ground-control.yml

WHERE TO LOOK
  Console: https://us-east-1.console.aws.amazon.com/sagemaker/home?region=us-east-1#/jobs/churn
  Logs:    https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logsV2:log-groups/log-group/$252Faws$252Fsagemaker$252FTrainingJobs$3FlogStreamNameFilter$3Dchurn$252F
  ARN:     arn:aws:sagemaker:us-east-1:123456789012:training-job/churn

--
Ground Control, severity warning, account 123456789012, us-east-1
`);
    expect(warning?.sms).toBe(
      'BUDGET 80 %: $8.00 of $10.00 spent, stop at 2026-11-20 01:00:00 UTC: training job churn (us-east-1). Raise the cap, stop the job now, or do nothing.',
    );
  });

  it('say what a stop saved, or what people can do when the job was not stopped', () => {
    const [stopped, asked] = notices({ minutes: 60 });
    expect(stopped?.subject).toBe('STOPPED AT BUDGET: training job churn');
    expect(stopped?.email).toContain('was told to stop by Ground Control: its');
    expect(stopped?.email.replace(/\s+/g, ' ')).toContain(
      'The stop saved up to $230.00: the cost until its time limit of 1 d.',
    );
    expect(asked?.subject).toBe('OVER BUDGET, NOT STOPPED (critical): training job churn');
    expect(asked?.email.replace(/\s+/g, ' ')).toContain(
      'Ground Control has stopped 100 jobs in this hour, the most that budgets.mostStopsPerHourByTag allows.',
    );
  });

  it.each([
    [0, 'so Ground Control does not stop this job: you decide.'],
    [1, 'Ground Control has stopped 1 job in this hour,'],
    [2, 'Ground Control has stopped 2 jobs in this hour,'],
  ])('agrees with the number of stops: %i', (mostStopsPerHourByTag, words) => {
    const [, asked] = notices({ minutes: 60, budgets: { mostStopsPerHourByTag } });
    expect(asked?.email.replace(/\s+/g, ' ')).toContain(words);
  });

  it.each([
    [0, ''],
    [1, ' 1 job runs at $20.00 an hour.'],
    [2, ' 2 jobs run at $20.00 an hour.'],
  ])('agrees with the number of running jobs: %i', (running, words) => {
    expect(standingWords(monthWith(1, { running }))).toBe(
      `$1.00 of the $100.00 in the November 2026 budget of project churn is spent.${words}`,
    );
  });

  it.each<[string, Situation, string, string]>([
    [
      'over its cap in mode observe',
      { minutes: 60, budgets: { mode: 'observe' } },
      'OVER BUDGET: training job churn',
      'in mode enforce, Ground Control would stop it now',
    ],
    [
      'over its cap and protected',
      { minutes: 60, tags: { [TAG]: '10', 'ground-control:protected': 'true' } },
      'OVER BUDGET: training job churn',
      'Ground Control does not stop it, because it is protected',
    ],
    [
      'near its cap in mode observe',
      { minutes: 48, budgets: { mode: 'observe' } },
      'BUDGET 80 %: training job churn',
      'Ground Control will not stop it, because ground-control.yml has budgets.mode: observe.',
    ],
    [
      'near its cap and protected',
      { minutes: 48, tags: { [TAG]: '10', 'ground-control:protected': 'true' } },
      'BUDGET 80 %: training job churn',
      'Ground Control will not stop it, because it is protected.',
    ],
    [
      'still running after its stop',
      { minutes: 66, stoppedMinutes: 60 },
      'STILL RUNNING (critical): training job churn',
      'has not ended',
    ],
    [
      'without a price',
      { minutes: 1, more: { ServerlessJobConfig: {} } },
      'NOT PRICED: training job churn',
      'Ground Control stops no job without a known cost.',
    ],
    [
      'tagged with an unclear protection',
      { minutes: 60, tags: { [TAG]: '10', 'ground-control:protected': 'yes' } },
      'BUDGET TAG: training job churn',
      '--tags Key=ground-control:protected,Value=true',
    ],
    [
      'tagged with a wrong cap',
      { minutes: 1, tags: { [TAG]: '25 USD' } },
      'BUDGET TAG: training job churn',
      'is "25 USD"',
    ],
  ])('name a job that is %s', (_, situation, subject, words) => {
    const [notice] = notices(situation);
    expect(notice?.subject).toBe(subject);
    expect(notice?.email.replace(/\s+/g, ' ')).toContain(words);
  });

  it('ask people about a job that may be protected, which is not stopped', () => {
    const situation = { minutes: 60, tags: { [TAG]: '10', 'ground-control:protected': 'yes' } };
    expect(decide(situation).actions.map(({ kind }) => kind)).toEqual(['notify', 'notify', 'arm-budget']);
    expect(notices(situation)[1]?.subject).toBe('OVER BUDGET, NOT STOPPED (critical): training job churn');
  });

  it('have one id for each threshold and cap', () => {
    const keys = (situation: Situation) => notices(situation).map(({ id }) => id);
    expect(keys({ minutes: 31 })).toEqual(keys({ minutes: 40 }));
    expect(keys({ minutes: 31 })).not.toEqual(keys({ minutes: 49 }));
    expect(keys({ minutes: 31 })).not.toEqual(keys({ minutes: 31, tags: { [TAG]: '10.10' } }));
  });

  it('come with the next schedule, or with the end of the schedule when the job has ended', () => {
    const last = (situation: Situation) => decide(situation).actions.at(-1);
    expect(last({ minutes: 1 })).toMatchObject({ kind: 'arm-budget', at: new Date(START + 29 * MINUTE + 59_000) });
    expect(last({ minutes: 1, status: 'Completed' })).toMatchObject({ kind: 'disarm-budget' });
  });
});
