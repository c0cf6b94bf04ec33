import { spawn, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { constants } from 'node:os';
import { describe, expect, it } from 'vitest';
import { readDeployed } from '../../commands/permissions/deployed.ts';
import { showComparison, showRoles } from '../../commands/permissions/show.ts';
import { changesBetween } from '../../infrastructure/permissions/changes.ts';
import type { Unread } from '../../infrastructure/permissions/comparison.ts';
import { readGrants } from '../../infrastructure/permissions/grants.ts';
import { BARE } from '../support/bare-environment.ts';
import { ROOT } from '../support/events.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

const { folder, fileWith } = useTemporaryFolder();
/** Temporary folders of the command go here. */
const ENVIRONMENT = { ...BARE, HOME: folder, TMPDIR: folder };
const SCRIPT = ['commands/permissions.ts'];

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...SCRIPT, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env: ENVIRONMENT,
  });
  return [status, stdout, stderr];
}

/** A stage `prod` with one role in YAML, as people write templates. */
const YAML = `
Resources:
  StateTable: { Type: "AWS::DynamoDB::Table", Properties: { TableName: ground-control-prod-state } }
  BudgetRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: { Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: sts:AssumeRole }
      Policies:
        - PolicyDocument:
            Statement:
              Effect: Allow
              Action: [sqs:SendMessage, sqs:PurgeQueue]
              Resource: [!GetAtt BudgetQueue.Arn, !Join ["-", [!Ref Topic, x]]]
`;
const grants = (resource: unknown, ...Action: string[]) =>
  readGrants({
    Resources: {
      BudgetRole: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: {
            Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
          },
          Policies: [{ PolicyDocument: { Statement: [{ Effect: 'Allow', Action, Resource: resource }] } }],
        },
      },
    },
  });

describe('the file of --diff', () => {
  const read = (name: string, content: string) => readDeployed(fileWith(name, content), name, 'prod');

  it('is JSON or YAML, with or without what the AWS CLI puts around it', () => {
    const fromYaml = read('deployed.yml', YAML);
    expect(readGrants(fromYaml).get('BudgetRole')?.statements).toMatchObject([{ on: ['BudgetQueue', 'Topic-x'] }]);
    expect(read('text.json', JSON.stringify(YAML))).toEqual(fromYaml);
    expect(read('answer.json', JSON.stringify({ TemplateBody: YAML, StagesAvailable: [] }))).toEqual(fromYaml);
  });

  it.each([
    ['no-template.json', '{"Statement": []}', 'is no CloudFormation template with readable Resources'],
    ['text.txt', 'hello', 'is no CloudFormation template with readable Resources'],
    ['broken.json', '{"Resources": ', 'is neither JSON nor YAML'],
    [
      'no-roles.json',
      '{"Resources": {}}',
      'the template has no roles: is it that of a deployed stage of Ground Control?',
    ],
    [
      'text.yml',
      YAML.replace(/- PolicyDocument:\n[\s\S]*/, '- PolicyDocument: "{}"\n'),
      'BudgetRole: Policies.0.PolicyDocument is a text: write the policy as an object',
    ],
    [
      'if.yml',
      YAML.replace(/- PolicyDocument:\n[\s\S]*/, '- PolicyDocument: !If [isProd, {}, {}]\n'),
      'BudgetRole: Policies.0.PolicyDocument.Statement cannot be read: it must be written out, without a function of ' +
        'CloudFormation around it',
    ],
    ['dev.yml', YAML.replace('-prod-', '-dev-'), 'the template is that of stage "dev": give --stage dev'],
  ])('is refused in one line with its name: %s', (name, content, why) => {
    expect(() => read(name, content)).toThrow(`${name}: ${why}`);
  });
});

describe('the text of permissions', () => {
  it('shows actions, resources and conditions, without what all resources of an account have', () => {
    const text = showRoles(
      grants({ 'Fn::Sub': 'arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:q' }, 'a:B'),
      80,
    );
    expect(text).toContain('1 role is in the package.');
    expect(text).toContain('Every function\n  - a:B\n      on sqs q');
    expect(text).toContain('BudgetRole, used by lambda.amazonaws.com\n  only what every function may do');
  });

  it('fits the width', () => {
    const many = Array.from({ length: 30 }, (_, at) => `sagemaker:DescribeThing${at}`);
    for (const width of [40, 80])
      for (const line of showRoles(grants('*', ...many), width).split('\n'))
        expect(line.length).toBeLessThanOrEqual(width);
  });

  const COMPARED =
    'Compared: what roles may do and who may use them, permissions to call functions, and policies in the properties ' +
    'PolicyDocument, KeyPolicy, ResourcePolicyDocument and ResourcePolicy.';
  const LEFT_OUT =
    'code, descriptions, memory and time limits of functions, alarms, dashboards, metric filters, groups of schedules, ' +
    'outputs, metadata and the order in which resources are made';
  const ELSE = `Nothing else differs, except perhaps ${LEFT_OUT}, which were not compared.`;

  it('shows with - what an update removes and with + what it adds', () => {
    const changes = changesBetween(grants('x', 'a:Stop', 'a:Read'), grants('x', 'a:Read', 'a:New'));
    expect(showComparison({ changes, unread: [] }, 1000)).toBe(
      `~ role BudgetRole\n  - a:Stop\n      on x\n  + a:New\n      on x\n\n1 role or policy would change. ${COMPARED}\n\n${ELSE}\n`,
    );
  });

  it('says what was compared when nothing of it would change', () => {
    expect(showComparison({ changes: [], unread: [] }, 1000)).toBe(
      `Nothing of what was compared would change. ${COMPARED}\n\n${ELSE}\n`,
    );
  });

  it('lists what differs and was not read', () => {
    const unread: Unread[] = [
      { id: 'BudgetLambdaFunction', type: 'AWS::Lambda::Function', differs: ['Environment', 'Role'] },
      { id: 'Parameters', type: 'section', differs: [] },
    ];
    expect(showComparison({ changes: [], unread }, 1000).split('\n').slice(2)).toEqual([
      'It does not look into these, which differ:',
      '  AWS::Lambda::Function BudgetLambdaFunction: Environment, Role',
      '  section Parameters',
      `Nor does it look into ${LEFT_OUT}, whether or not they differ.`,
      '',
    ]);
  });
});

describe('npm run permissions', () => {
  it.each([
    [['--what'], /^permissions: Unknown option '--what'.*; usage: npm run .*\n$/],
    [['--stage', 'a b'], /^permissions: --stage "a b" is not a name of letters, digits and hyphens; usage: .*\n$/],
    [['--diff', 'absent.json'], /^permissions: absent\.json: cannot be read: there is no such file\n$/],
    [['--diff', 'docs'], /^permissions: docs: cannot be read: it is a folder\n$/],
    [['--config', 'absent.yml'], /^permissions: .*absent\.yml.*\n$/],
  ])('refuses wrong arguments in one line, before it packages: %j', (args, line) => {
    const [status, stdout, stderr] = run(...args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(line);
  });

  it('prints its usage', () => {
    expect(run('--help')).toEqual([0, expect.stringMatching(/^usage: npm run .*--diff/), '']);
  });

  it('packages the service without AWS, tells what would change, and leaves no files', () => {
    const deployed = fileWith('prod.yml', YAML);
    const [status, stdout, stderr] = run('--diff', deployed, '--json');
    expect([status, stderr]).toEqual([0, expect.stringMatching(/^permissions: packaging stage prod with .*\n$/)]);
    const { changes, unread }: { changes: { id: string; change: string }[]; unread: Unread[] } = JSON.parse(
      String(stdout),
    );
    expect(unread).toContainEqual({ id: 'AlertsTopic', type: 'AWS::SNS::Topic', differs: ['new'] });
    expect(changes).toContainEqual(expect.objectContaining({ id: 'BudgetRole', change: 'changes' }));
    expect(changes).toContainEqual(expect.objectContaining({ id: 'AlertsTopicPolicy', change: 'appears' }));
    expect(readdirSync(folder).filter((name) => name.startsWith('ground-control-permissions'))).toEqual([]);
  }, 300_000);

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'leaves no files when %s ends it while it packages',
    async (signal) => {
      const child = spawn(process.execPath, SCRIPT, { cwd: ROOT, env: ENVIRONMENT });
      const code = new Promise((resolve) => child.once('close', resolve));
      for await (const text of child.stderr) if (String(text).includes('packaging')) break;
      child.kill(signal);
      expect(await code).toBe(128 + constants.signals[signal]);
      expect(readdirSync(folder).filter((name) => name.startsWith('ground-control-permissions'))).toEqual([]);
    },
    60_000,
  );
});
