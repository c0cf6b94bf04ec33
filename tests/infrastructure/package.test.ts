import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { dashboardOf } from '../../infrastructure/dashboard/dashboard.ts';
import { permissionsPage } from '../../infrastructure/permissions/page.ts';
import { templatesBy } from '../../infrastructure/permissions/sections.ts';
import { withTable } from '../../infrastructure/permissions/table.ts';
import { BARE } from '../support/bare-environment.ts';
import { isNamed, isOneOf, neededBy, OF_FRAMEWORK, POLICY, type Template } from '../support/deployer.ts';
import { ROOT } from '../support/events.ts';

const folder = mkdtempSync(join(tmpdir(), 'ground-control-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const packagesIn = (path: string) => readdirSync(path).filter((name) => name.endsWith('.zip'));
const WITH_S3 = ['labeling.zip', 'review.zip', 'teamReport.zip'];
/** The packages with more bytes than they may have. */
const tooLarge = (path: string) =>
  packagesIn(path)
    .map((name) => ({ name, bytes: statSync(join(path, name)).size }))
    .filter(({ name, bytes }) => bytes > (WITH_S3.includes(name) ? 300_000 : 275_000));

/** Runs the Serverless Framework without credentials and without a home folder. */
function serverless(args: string[], environment: NodeJS.ProcessEnv = {}) {
  return spawnSync(join(ROOT, 'node_modules/.bin/serverless'), args, {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...BARE, HOME: folder, ...environment },
  });
}

/** Bundles each function once for all packagings that have these settings. */
const BUNDLED_ONCE = {
  NODE_OPTIONS: `--import=${pathToFileURL(join(ROOT, 'tests/support/bundle-once.ts')).href}`,
  GROUND_CONTROL_TEST_BUNDLES: join(folder, 'bundles'),
};

/** The resources of a template. */
const resourcesIn = (template: unknown) =>
  (template as { Resources: Record<string, { Properties: Record<string, unknown> } | undefined> }).Resources;

describe('serverless package', () => {
  const out = join(folder, 'out');
  const packaged = serverless(['package', '--stage', 'prod', '--package', out]);
  const template = JSON.parse(readFileSync(join(out, 'cloudformation-template-update-stack.json'), 'utf8'));
  const resources = Object.entries<{ Type: string; Properties: Record<string, unknown> }>(template.Resources);
  const ofType = (type: string) =>
    resources.filter(([, { Type }]) => Type === type).map(([, { Properties }]) => Properties);

  it('works offline and without credentials', () => {
    expect(packaged.status).toBe(0);
  });

  it('makes packages of at most 275 KB, or 300 KB with the client of S3', () => {
    expect(packagesIn(out)).toHaveLength(ofType('AWS::Lambda::Function').length);
    expect(tooLarge(out)).toEqual([]);
  });

  it('gives a permission only with the setting that needs it, and docs/permissions.md shows which', async () => {
    const templates = await templatesBy((settings) => {
      const file = join(folder, 'settings.yml');
      const to = join(folder, 'with-settings');
      writeFileSync(file, settings);
      const environment = { ...BUNDLED_ONCE, GROUND_CONTROL_FILE: file };
      expect(serverless(['package', '--package', to], environment).status).toBe(0);
      expect(tooLarge(to)).toEqual([]);
      return JSON.parse(readFileSync(join(to, 'cloudformation-template-update-stack.json'), 'utf8'));
    });
    const { observing, stopping, chaining, reading, reviewing, reporting, following, relaying } = templates;
    const OF_REVIEW = 's3:::amzn-s3-demo-bucket/fraud-review/*';
    const allows = (given: unknown) =>
      ['CreateLabelingJob', 'sagemaker:Stop', 'UpdateTrainingJob', 'GetLogEvents', OF_REVIEW, 'TeamSecret'].map(
        (action) => JSON.stringify(given).includes(action),
      );
    expect([observing, chaining, stopping, reading, reviewing, reporting].map(allows)).toEqual([
      [false, false, false, false, false, false],
      [true, false, false, false, false, false],
      [false, true, true, false, false, false],
      [false, false, false, true, false, false],
      [false, false, false, false, true, false],
      [false, false, false, false, false, true],
    ]);
    const live = (given: unknown) => JSON.stringify(given).match(/"WorkerActivity\w+":/g);
    expect([live(observing), new Set(live(following)).size]).toEqual([null, 7]);
    expect(resourcesIn(following)['WorkerActivityRole']?.Properties['Policies']).toMatchObject([{ PolicyName: 'log' }]);
    expect(resourcesIn(following)['WorkerActivityPermission']?.Properties).toEqual({
      FunctionName: { 'Fn::GetAtt': ['WorkerActivityLambdaFunction', 'Arn'] },
      Action: 'lambda:InvokeFunction',
      Principal: { 'Fn::Sub': 'logs.${AWS::Region}.amazonaws.com' },
      SourceArn: {
        'Fn::Sub':
          'arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/sagemaker/groundtruth/WorkerActivity:*',
      },
      SourceAccount: { Ref: 'AWS::AccountId' },
    });
    const relays = (given: unknown) =>
      JSON.stringify(given).match(/"Relay\w+":|RELAY_BUS_NAME|events:PutEvents/g) ?? [];
    // Reconciliation sends to the default bus.
    expect(relays(observing)).toEqual(['events:PutEvents']);
    expect(new Set(relays(relaying)).size).toBe(45);
    // The page must match the packaged roles; `npm run generate` writes it again.
    expect(readFileSync(join(ROOT, 'docs/permissions.md'), 'utf8')).toBe(permissionsPage(templates));
    const install = readFileSync(join(ROOT, 'docs/install.md'), 'utf8');
    expect(install).toBe(withTable(install, templates));
    // docs/deployer-policy.json names all that CloudFormation needs for these resources, and nothing that nobody needs.
    const withDashboard = { Resources: dashboardOf({}, [], { service: 'ground-control', stage: 'prod' }, true) };
    const needed = neededBy([template, withDashboard as never, ...(Object.values(templates) as Template[])]);
    expect(needed.size).toBeGreaterThan(20);
    expect([...needed].map(([type, actions]) => [type, actions.filter((action) => !isNamed(action))])).toEqual(
      [...needed.keys()].map((type) => [type, []]),
    );
    const calls = [...OF_FRAMEWORK, ...[...needed.values()].flat()];
    const patterns = POLICY.Statement.flatMap(({ Action }) => Action);
    expect(patterns.filter((pattern) => !calls.some((call) => isOneOf(call, pattern)))).toEqual([]);
  }, 300_000);

  it('names every resource by service and stage, so that two stages fit in one account', () => {
    const names = resources.flatMap(([, { Properties }]) =>
      [
        'QueueName',
        'TopicName',
        'TableName',
        'FunctionName',
        'AliasName',
        'ArchiveName',
        'AlarmName',
        'LogGroupName',
        'Name',
      ].flatMap((key) => (typeof Properties[key] === 'string' ? [Properties[key]] : [])),
    );
    expect(names.length).toBeGreaterThan(40);
    expect(names.filter((name) => !name.includes('ground-control-prod'))).toEqual([]);
  });

  it('gives every rule a queue for events that it cannot deliver, and every function a queue for events that fail', () => {
    // A continuation of reconciliation may get lost: the next regular run does its work.
    const rules = ofType('AWS::Events::Rule').filter(
      ({ EventPattern, Name }) => EventPattern !== undefined && Name !== 'ground-control-prod-reconciliation-continues',
    );
    for (const { Targets } of rules) {
      expect(Targets).toMatchObject([
        {
          DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['UndeliveredQueue', 'Arn'] } },
          RetryPolicy: { MaximumEventAgeInSeconds: 86400 },
        },
      ]);
    }
    const configs = ofType('AWS::Lambda::EventInvokeConfig').filter(({ DestinationConfig }) =>
      JSON.stringify(DestinationConfig).includes('OnFailure'),
    );
    expect(rules.length).toBeGreaterThanOrEqual(9);
    expect(configs).toHaveLength(rules.length);
    for (const config of configs) {
      expect(config).toMatchObject({
        MaximumRetryAttempts: 2,
        MaximumEventAgeInSeconds: 21600,
        DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['FailedQueue', 'Arn'] } } },
      });
    }
  });

  it('has alarms for every queue and every function', () => {
    const watched = ofType('AWS::CloudWatch::Alarm').map(({ MetricName }) => MetricName);
    const count = (metric: string) => watched.filter((name) => name === metric).length;
    const functions = ofType('AWS::Lambda::Function').length;
    expect([count('ApproximateNumberOfMessagesVisible'), count('Errors'), count('Throttles')]).toEqual([
      3,
      functions,
      functions,
    ]);
  });

  it('updates the function that reads a queue before the functions that send to it', () => {
    const senders = (variable: string) =>
      resources.filter(([, { Type, Properties }]) => {
        const { Variables = {} } = Object(Properties['Environment']);
        return Type === 'AWS::Lambda::Function' && variable in Variables;
      });
    for (const [variable, reader] of [
      ['BUDGET_QUEUE_URL', 'BudgetLambdaFunction'],
      ['LABELING_QUEUE_URL', 'LabelingLambdaFunction'],
    ] as const) {
      const others = senders(variable).filter(([name]) => name !== reader);
      expect(others.length).toBeGreaterThan(1);
      for (const [name] of others) expect(template.Resources[name].DependsOn).toContain(reader);
    }
  });

  it('lets no role invoke a function: a rule continues reconciliation when its schedule has sent an event', () => {
    expect(JSON.stringify(ofType('AWS::IAM::Role'))).not.toContain('lambda:Invoke');
    const rule = ofType('AWS::Events::Rule').find(({ Name }) => String(Name).endsWith('-reconciliation-continues'));
    const { Variables } = Object(template.Resources.ReconciliationLambdaFunction.Properties.Environment);
    expect(rule).toMatchObject({
      EventPattern: { source: [Variables.CONTINUATION_GROUP], 'detail-type': ['Reconciliation Continues'] },
      Targets: [{ Arn: { 'Fn::GetAtt': ['ReconciliationLambdaFunction', 'Arn'] } }],
    });
    expect(template.Resources.ReconciliationSchedules.Properties.Name).toBe(Variables.CONTINUATION_GROUP);
  });

  it('gives reconciliation less time than the interval of its schedule, so that the lease of a dead run is free', () => {
    expect(template.Resources.ReconciliationLambdaFunction.Properties.Timeout).toBe(840);
    expect(template.Resources.ReconciliationLateAlarm.Properties).toMatchObject({
      MetricName: 'BacklogAge',
      Threshold: 3600,
      Period: 900,
    });
    expect(template.Resources.ReconciliationSilentAlarm.Properties).toMatchObject({
      EvaluationPeriods: 3,
      Period: 900,
    });
  });

  it('keeps logs for a limited time, and encrypts the topic with its own key', () => {
    for (const { RetentionInDays } of ofType('AWS::Logs::LogGroup')) expect(RetentionInDays).toBe(90);
    for (const topic of ofType('AWS::SNS::Topic')) {
      expect(topic).toMatchObject({ KmsMasterKeyId: { 'Fn::GetAtt': ['AlertsKey', 'Arn'] } });
    }
  });

  it('subscribes the people in ground-control.yml to the topic', () => {
    expect(ofType('AWS::SNS::Subscription').map(({ Endpoint, FilterPolicy }) => [Endpoint, FilterPolicy])).toEqual([
      ['ml-team@example.com', { groups: ['620279b25483'] }],
      ['oncall@example.com', { groups: ['d876c66bad34'] }],
      ['+15555550100', { groups: ['0cbf01947924'] }],
      ['platform@example.com', undefined],
    ]);
  });

  it('warns about example addresses', () => {
    expect(packaged.stderr).toContain('ground-control.yml still has example addresses (ml-team@example.com');
  });

  it('stops at mistakes in ground-control.yml, with one line for each', () => {
    const file = join(folder, 'wrong.yml');
    writeFileSync(file, 'chat: maybe\nsubscribers:\n  - email: bob\n');
    const refused = join(folder, 'refused');
    const { status, stdout, stderr } = serverless(['package', '--package', refused], { GROUND_CONTROL_FILE: file });
    expect([status, existsSync(join(refused, 'cloudformation-template-update-stack.json'))]).toEqual([1, false]);
    expect(stdout + stderr).toContain(
      'wrong.yml:3: subscribers[0].email: "bob": expected an e-mail address like name@example.com\nwrong.yml:1: chat: "maybe": expected on or off\n',
    );
  });

  it('stops at a relay to another region than that of the deployment', () => {
    const file = join(folder, 'elsewhere.yml');
    const queue = (region: string) => `{ queue: "arn:aws:sqs:${region}:111122223333:changes" }`;
    writeFileSync(file, `relays:\n  to:\n    here: ${queue('eu-west-1')}\n    there: ${queue('us-east-1')}\n`);
    const { status, stdout, stderr } = serverless(
      ['package', '--region', 'eu-west-1', '--package', join(folder, 'elsewhere')],
      { GROUND_CONTROL_FILE: file },
    );
    expect([status, (stdout + stderr).match(/elsewhere\.yml:.*/g)]).toEqual([
      1,
      ['elsewhere.yml:4: relays.to.there.queue: expected an ARN in eu-west-1, the region of the deployment'],
    ]);
  });
});

describe('serverless invoke local', () => {
  it('works with no account and no credentials, shows the mail, and exits', () => {
    const { status, stdout, stderr } = serverless([
      'invoke',
      'local',
      '--stage',
      'local',
      '-f',
      'trainingJob',
      '--path',
      'events/training-job/failed.json',
    ]);
    expect(status).toBe(0);
    // Only the budget function may request a price that is not in the table yet.
    expect(stdout).toContain('"outcome": "handed-over"');
    expect(stderr).toContain('"outcome": "alerted"');
    expect(stderr).toContain('Subject: FAILED: training job churn-vit-20261120-000012 [vision]');
  });
});
