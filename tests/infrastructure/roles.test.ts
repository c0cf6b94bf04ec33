import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { TOPIC_DISPLAY_NAME } from '../../domain/alert/render/sms.ts';
import { grantsOf } from '../../handlers/grants.ts';
import { patternOf } from '../../infrastructure/event-patterns.ts';
import { acceptedFindings, type Functions, resourcesOf } from '../../infrastructure/per-function.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { ROOT } from '../support/events.ts';

const read = (file: string) => parse(readFileSync(join(ROOT, file), 'utf8'), { merge: true, logLevel: 'silent' });
const functions: Functions = read('serverless.yml').functions;
const { labeling, budgets, logs, review, teams, relays } = Configuration.parse(read('ground-control.yml'));
const ROLE = 'arn:aws:iam::111122223333:role/labeling';
const inMode = (mode: 'observe' | 'enforce') => ({
  labeling: { ...labeling, mode, roles: [ROLE] },
  budgets: { ...budgets, mode },
  logs,
  review,
  teams,
  relays,
});
const OBSERVE = inMode('observe');
const STACK = { service: 'ground-control', stage: 'pre-prod' };

const actionsOf = (name: string, mode: 'observe' | 'enforce') =>
  grantsOf(name, inMode(mode)).flatMap(({ statements }) => statements.flatMap(({ actions }) => actions));

/** What the budget function may stop in mode enforce with these budgets: actions, and the ends of their resources. */
const stopsWith = (over: object) =>
  grantsOf('budget', { ...OBSERVE, budgets: Configuration.parse({ budgets: { mode: 'enforce', ...over } }).budgets })
    .flatMap(({ statements }) => statements)
    .filter(({ actions }) => actions.some((action) => action.startsWith('sagemaker:Stop')))
    .map(({ actions, on }) => [
      actions.join(),
      on.map((one) => JSON.stringify(one).split(':').at(-1)?.slice(0, -2)).join(),
    ]);

describe('what packaging adds for a function', () => {
  const resources = resourcesOf(functions, OBSERVE, STACK);

  it('is one role, and alarms for its errors, its throttling and, where Lambda retries, its lost failures', () => {
    const async = Object.entries(functions).filter(([, { destinations }]) => destinations !== undefined);
    const ids = (names: string[], suffix: string) =>
      names.map((name) => `${name.charAt(0).toUpperCase()}${name.slice(1)}${suffix}`);
    const all = Object.keys(functions);
    expect(Object.keys(resources).sort()).toEqual(
      [
        ...['Role', 'ErrorsAlarm', 'ThrottlesAlarm'].flatMap((suffix) => ids(all, suffix)),
        ...ids(
          async.map(([name]) => name),
          'LostAlarm',
        ),
      ].sort(),
    );
    expect(async.length).toBe(all.length - 7);
  });

  it('says in each alarm what may be late, and the first step to take', () => {
    expect(resources['TrainingJobErrorsAlarm']?.Properties).toMatchObject({
      AlarmName: 'ground-control-pre-prod-trainingJob-errors',
      AlarmDescription:
        'Alerts about training jobs are late: the function trainingJob failed. Lambda tries twice more; the queue "failed" keeps the event after that. First step: open the log group /aws/lambda/ground-control-pre-prod-trainingJob and read the last error.',
    });
    const descriptions = Object.values(resources).flatMap(({ Properties }) =>
      'AlarmDescription' in Properties ? [String(Properties.AlarmDescription)] : [],
    );
    for (const text of descriptions) {
      expect(text).toMatch(/^[A-Z].* (are late|may be lost): .* First step: .*\.$/);
      // CloudWatch API reference, PutMetricAlarm.
      expect(text.length).toBeLessThanOrEqual(1024);
    }
  });

  it('is an accepted security finding, with a reason, for the function and for its log group', () => {
    expect(Object.keys(acceptedFindings(functions))).toHaveLength(2 * Object.keys(functions).length);
  });
});

describe('a permission', () => {
  it('to stop jobs is given only to the budget function, and only in mode enforce', () => {
    const stoppers = (mode: 'observe' | 'enforce') =>
      Object.keys(functions).filter((name) =>
        actionsOf(name, mode).some((action) => action.startsWith('sagemaker:Stop')),
      );
    expect([stoppers('observe'), stoppers('enforce')]).toEqual([[], ['budget']]);
  });

  it('to stop jobs is given for each type of job with its own action', () => {
    expect(stopsWith({})).toEqual([
      ['sagemaker:StopTrainingJob', 'training-job/*'],
      ['sagemaker:StopHyperParameterTuningJob', 'hyper-parameter-tuning-job/*'],
      ['sagemaker:StopProcessingJob', 'processing-job/*'],
      ['sagemaker:StopTransformJob', 'transform-job/*'],
    ]);
  });

  it.each<[string, object, string[]]>([
    ['no cap and no monthly budget', {}, []],
    ['a cap for a type', { caps: { 'transform-job': 5 } }, ['sagemaker:StopTransformJob']],
    ['a cap for a type in a team', { teams: { vision: { 'training-job': 5 } } }, ['sagemaker:StopTrainingJob']],
    [
      'a cap for a type in a project',
      { projects: { churn: { 'tuning-job': 5 } } },
      ['sagemaker:StopHyperParameterTuningJob'],
    ],
    ['an empty monthly budget', { monthly: { project: {} } }, []],
    ['a monthly budget and no stops', { monthly: { project: { churn: 5 } }, mostStopsPerHour: 0 }, []],
  ])('to stop jobs follows the file alone where tags may stop nothing: %s', (_, over, actions) => {
    expect(stopsWith({ mostStopsPerHourByTag: 0, ...over }).map(([action]) => action)).toEqual(actions);
  });

  it('to stop jobs is given for all types with a monthly budget, which counts them all', () => {
    expect(stopsWith({ mostStopsPerHourByTag: 0, monthly: { project: { churn: 5 } } })).toHaveLength(4);
  });

  it('to create labeling jobs is given only to the labeling function, and only in mode enforce', () => {
    const creators = (mode: 'observe' | 'enforce') =>
      Object.keys(functions).filter((name) => actionsOf(name, mode).includes('sagemaker:CreateLabelingJob'));
    expect([creators('observe'), creators('enforce')]).toEqual([[], ['labeling']]);
  });

  it('to pass a role names the service that may get the role', () => {
    const statements = Object.keys(functions)
      .flatMap((name) => grantsOf(name, inMode('enforce')))
      .flatMap(({ statements }) => statements)
      .filter(({ actions }) => actions.includes('iam:PassRole'));
    const services = statements.map(({ condition }) => condition?.['StringEquals']?.['iam:PassedToService']);
    expect(services.toSorted()).toEqual([
      'sagemaker.amazonaws.com',
      'scheduler.amazonaws.com',
      'scheduler.amazonaws.com',
      'scheduler.amazonaws.com',
    ]);
  });

  it('to pass a role to SageMaker is given for exactly the listed roles', () => {
    const passed = (roles: string[]) =>
      Object.keys(functions)
        .flatMap((name) => grantsOf(name, { ...inMode('enforce'), labeling: { ...labeling, mode: 'enforce', roles } }))
        .flatMap(({ statements }) => statements)
        .filter(({ condition }) => JSON.stringify(condition ?? '').includes('sagemaker.amazonaws.com'))
        .map(({ actions, on }) => [actions, on]);
    const other = 'arn:aws-cn:iam::111122223333:role/service-role/other';
    expect(passed([ROLE, other])).toEqual([[['iam:PassRole'], [ROLE, other]]]);
    expect(passed([])).toEqual([]);
  });

  it('is given to no function by a wildcard', () => {
    for (const name of Object.keys(functions).filter((one) => one !== 'workerActivity')) {
      expect(actionsOf(name, 'enforce').filter((action) => /\*/.test(action))).toEqual(['kms:GenerateDataKey*']);
    }
  });

  it('to read logs is given only to the function diagnosis, for logs of jobs, and only with logs: tail', () => {
    const readers = (setting: 'tail' | 'off') =>
      Object.keys(functions).flatMap((name) =>
        (name === 'teamReport' ? [] : grantsOf(name, { ...OBSERVE, logs: setting }))
          .flatMap(({ statements }) => statements)
          .filter(({ actions }) => actions.some((action) => /^logs:(?:Get|Filter|Describe)/.test(action)))
          .map(({ on }) => [name, on.map((target) => JSON.stringify(target).split('log-group:').at(-1))]),
      );
    expect(readers('off')).toEqual([]);
    expect(readers('tail')).toEqual([
      [
        'diagnosis',
        ['/aws/sagemaker/TrainingJobs:*"}', '/aws/sagemaker/ProcessingJobs:*"}', '/aws/sagemaker/TransformJobs:*"}'],
      ],
    ]);
  });

  it('to read the log of workers, a secret and worker responses is given only to the function teamReport', () => {
    const outputs = ['s3://amzn-s3-demo-bucket/labels/', 's3://amzn-s3-demo-bucket2/'];
    const keys = ['arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'];
    const given = (names: readonly string[]) =>
      names.flatMap((name) =>
        grantsOf(name, { ...OBSERVE, teams: { ...teams, report: 'weekly', outputs, keys } })
          .flatMap(({ statements }) => statements)
          .filter(({ actions, on }) => /^(secretsmanager|s3|logs):/.test(actions.join()) && name !== 'labeling' && on),
      );
    const others = Object.keys(functions).filter((name) => !['teamReport', 'diagnosis'].includes(name));
    expect(given(others)).toEqual([]);
    const arn = (rest: string) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:s3:::${rest}` });
    expect(given(['teamReport'])).toEqual([
      {
        actions: ['logs:FilterLogEvents'],
        on: [
          {
            'Fn::Sub':
              'arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/sagemaker/groundtruth/WorkerActivity:*',
          },
        ],
      },
      { actions: ['secretsmanager:GetSecretValue'], on: [{ Ref: 'TeamSecret' }] },
      { actions: ['s3:PutObject'], on: [{ 'Fn::Sub': '${TeamReports.Arn}/team-reports/*' }] },
      {
        actions: ['s3:GetObject'],
        on: [
          arn('amzn-s3-demo-bucket/labels/*annotations/worker-response/*'),
          arn('amzn-s3-demo-bucket2/*annotations/worker-response/*'),
        ],
      },
      {
        actions: ['s3:ListBucket'],
        on: [arn('amzn-s3-demo-bucket')],
        condition: { StringLike: { 's3:prefix': 'labels/*' } },
      },
      {
        actions: ['s3:ListBucket'],
        on: [arn('amzn-s3-demo-bucket2')],
        condition: { StringLike: { 's3:prefix': '*' } },
      },
    ]);
  });

  it('to use the table, a queue or a topic is not given to the function that gets entries about workers', () => {
    expect(actionsOf('workerActivity', 'enforce')).toEqual([]);
  });

  it('lets the budget function end warm pools only with mode enforce, and only if the setting says so', () => {
    const may = (mode: 'observe' | 'enforce') => actionsOf('budget', mode).includes('sagemaker:UpdateTrainingJob');
    expect([may('observe'), may('enforce')]).toEqual([false, true]);
    const kept = inMode('enforce');
    const grants = grantsOf('budget', { ...kept, budgets: { ...kept.budgets, endWarmPools: false } });
    expect(JSON.stringify(grants)).not.toContain('UpdateTrainingJob');
  });
});

describe('the pattern of the function that takes all other events', () => {
  const event = (names: unknown[]) => ({ events: [{ eventBridge: { pattern: { 'detail-type': names } } }] });
  const rest = { 'detail-type': [{ 'anything-but': ['AWS X'] }] };

  it('excludes the events that other functions take', () => {
    expect(patternOf('resource', rest, { one: event(['A', 'B']), resource: event([]) })).toEqual({
      'detail-type': [{ 'anything-but': ['AWS X', 'A', 'B'] }],
    });
  });

  it('cannot exclude an incomplete event name, and says which function has it', () => {
    expect(() => patternOf('resource', rest, { one: event([{ prefix: 'A' }]) })).toThrow(
      'serverless.yml: functions.one: detail-type must list whole names, since the pattern of "resource" leaves them out',
    );
  });
});

describe('the alerts topic', () => {
  it('has a display name that is short enough for SMS', () => {
    expect(read('infrastructure/alerts.yml').Resources.AlertsTopic.Properties.DisplayName).toBe(TOPIC_DISPLAY_NAME);
  });
});
