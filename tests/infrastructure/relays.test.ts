import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { grantsOf } from '../../handlers/grants.ts';
import { parseConfiguration } from '../../infrastructure/configuration-file.ts';
import { nameBus } from '../../infrastructure/relays/name-bus.ts';
import { matches } from '../../local/play/event-pattern.ts';
import { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';
import { ROOT } from '../support/events.ts';
import { EACH_KIND, fileWith, resourcesWith } from '../support/relays.ts';

const functions = () =>
  parse(readFileSync(join(ROOT, 'serverless.yml'), 'utf8'), { merge: true, logLevel: 'silent' }).functions;
const all = resourcesWith(EACH_KIND);
/** The only target of the rule of a relay. */
const target = (id: string) => Object(all[`Relay${id}Rule`]?.Properties['Targets'])[0];
const statements = (id: string) =>
  Object(all[`Relay${id}Role`]?.Properties['Policies'])[0].PolicyDocument.Statement.map(
    ({ Action, Resource, Condition }: Record<string, unknown>) => [Action, Resource, ...(Condition ? [Condition] : [])],
  );
const sub = (text: string) => ({ 'Fn::Sub': text });
const HERE = '${AWS::Region}:${AWS::AccountId}';
const KEY = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

describe('without relays', () => {
  it.each(['subscribers: []\n', 'relays:\n', 'relays:\n  to:\n', 'relays: { tags: [cost-center] }\n'])(
    '%j changes nothing',
    (file) => {
      const configuration = parseConfiguration(file);
      expect(configuration.relays.on).toBe(false);
      const before = functions();
      nameBus(before, configuration.relays);
      expect(before).toEqual(functions());
      for (const name of Object.keys(before))
        expect(JSON.stringify(grantsOf(name, configuration))).not.toContain('RelayBus');
    },
  );

  it('the stack has no resource for them', () => {
    expect(resourcesWith({})).toEqual({});
  });
});

describe('with a relay', () => {
  const configuration = parseConfiguration(`${fileWith({ lines: EACH_KIND.lines })}  tags: [cost-center]\n`);

  it('every function that handles events may publish to the bus, and knows its name', () => {
    const named = functions();
    nameBus(named, configuration.relays);
    for (const [name, { environment }] of Object.entries<{ environment?: Record<string, unknown> }>(named)) {
      const publishes = !['digest', 'teamReport', 'workerActivity'].includes(name);
      expect([name, environment?.['RELAY_BUS_NAME']]).toEqual([name, publishes ? { Ref: 'RelayBus' } : undefined]);
      const grants = grantsOf(name, configuration).filter((grant) => grant.name === 'relay');
      expect(grants.flatMap((grant) => grant.statements)).toEqual(
        publishes ? [{ actions: ['events:PutEvents'], on: [{ 'Fn::GetAtt': ['RelayBus', 'Arn'] }] }] : [],
      );
    }
    expect(named.trainingJob.environment).toMatchObject(functions().trainingJob.environment);
  });

  it('functions read whether there is one, and which tags they may pass on; no ARN and no secret', () => {
    const compiled = FunctionConfiguration.parse(parseConfiguration(`${fileWith(EACH_KIND)}  tags: [cost-center]\n`));
    expect(compiled.relays).toEqual({ on: true, tags: ['cost-center'] });
  });

  it('the stack has a bus, and for each relay a rule with one target, a queue, its policy and an alarm', () => {
    const ids = Object.keys(EACH_KIND).map((name) => name.replace(/(?:^|-)(.)/g, (_, first) => first.toUpperCase()));
    expect(
      Object.keys(all)
        .filter((id) => /(?:Bus|Rule|Queue|QueuePolicy|Alarm)$/.test(id))
        .sort(),
    ).toEqual(
      [
        'RelayBus',
        ...ids.flatMap((id) => ['Rule', 'Queue', 'QueuePolicy', 'Alarm'].map((end) => `Relay${id}${end}`)),
      ].sort(),
    );
    expect(all['RelayBus']).toMatchObject({
      Type: 'AWS::Events::EventBus',
      Properties: { Name: 'ground-control-prod' },
    });
    for (const id of ids) {
      expect(all[`Relay${id}Rule`]?.Properties).toMatchObject({ EventBusName: { Ref: 'RelayBus' }, State: 'ENABLED' });
      expect(Object(all[`Relay${id}Rule`]?.Properties['Targets'])).toHaveLength(1);
      expect(target(id)).toMatchObject({
        RetryPolicy: { MaximumEventAgeInSeconds: 86400, MaximumRetryAttempts: 185 },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [`Relay${id}Queue`, 'Arn'] } },
      });
    }
  });

  it('retry sets how long and how often EventBridge tries', () => {
    const { RelayLinesRule } = resourcesWith({ lines: '{ logs: on, retry: { hours: 0.5, attempts: 0 } }' });
    expect(RelayLinesRule?.Properties).toMatchObject({
      Targets: [{ RetryPolicy: { MaximumEventAgeInSeconds: 1800, MaximumRetryAttempts: 0 } }],
    });
  });

  it('only the rule of the relay may send to its queue, and only over TLS', () => {
    expect(all['RelayInOrderQueue']?.Properties).toMatchObject({
      QueueName: 'ground-control-prod-relay-in-order',
      SqsManagedSseEnabled: true,
    });
    const { PolicyDocument } = Object(all['RelayInOrderQueuePolicy']?.Properties);
    expect(PolicyDocument.Statement).toMatchObject([
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Condition: {
          ArnEquals: {
            'aws:SourceArn': sub(
              `arn:\${AWS::Partition}:events:${HERE}:rule/ground-control-prod/ground-control-prod-in-order`,
            ),
          },
        },
      },
      { Effect: 'Deny', Principal: '*', Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    ]);
  });

  it('the alarm says what is missing, and the first step to take', () => {
    expect(all['RelayInOrderAlarm']?.Properties).toMatchObject({
      AlarmName: 'ground-control-prod-relay-in-order',
      AlarmActions: [{ Ref: 'OperatorsTopic' }],
      AlarmDescription: sub(
        'The target of the relay "in-order" lacks events: EventBridge could not deliver them, and they wait in the queue "relay-in-order". First step: see the errors with npm run redrive -- --stage prod --region ${AWS::Region} --queue relay-in-order --dry-run',
      ),
    });
  });

  it('only its own rule may use its role', () => {
    const roles = Object.entries(all).filter(([, { Type }]) => Type === 'AWS::IAM::Role');
    // EventBridge calls functions and writes logs without a role.
    expect(roles).toHaveLength(Object.keys(EACH_KIND).length - 2);
    for (const [id, { Properties }] of roles) {
      const rule = String(all[id.replace(/Role$/, 'Rule')]?.Properties['Name']);
      expect(Object(Properties['AssumeRolePolicyDocument']).Statement).toEqual([
        {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sts:AssumeRole',
          Condition: {
            ArnEquals: {
              'aws:SourceArn': sub(`arn:\${AWS::Partition}:events:${HERE}:rule/ground-control-prod/${rule}`),
            },
            StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
          },
        },
      ]);
    }
  });

  it('a relay that changes its kind keeps its queue, and what waits there; a renamed one does not', () => {
    const queueOf = (relays: Readonly<Record<string, string>>) => resourcesWith(relays)['RelayLinesQueue'];
    const before = queueOf({ lines: EACH_KIND.lines });
    expect(before?.Type).toBe('AWS::SQS::Queue');
    expect(queueOf({ lines: EACH_KIND.stream })).toEqual(before);
    expect(queueOf({ rows: EACH_KIND.lines })).toBeUndefined();
  });

  it('no role may do anything by a wildcard, except send a command to the instances with a tag', () => {
    const wild = Object.entries(all)
      .filter(([, { Type, Properties }]) => Type === 'AWS::IAM::Role' && JSON.stringify(Properties).includes('*'))
      .map(([id]) => id);
    expect(wild).toEqual(['RelayFleetRole']);
  });

  it('the stack changes no policy of a queue, topic, stream or bus that is not its own', () => {
    const types = new Set(Object.values(all).map(({ Type }) => Type));
    expect([...types].sort()).toEqual([
      'AWS::CloudWatch::Alarm',
      'AWS::Events::ApiDestination',
      'AWS::Events::Connection',
      'AWS::Events::EventBus',
      'AWS::Events::Rule',
      'AWS::IAM::Role',
      'AWS::Lambda::Permission',
      'AWS::Logs::LogGroup',
      'AWS::SQS::Queue',
      'AWS::SQS::QueuePolicy',
    ]);
  });
});

describe('a relay to', () => {
  it('a function invokes it with what was published', () => {
    const FunctionName = 'arn:aws:lambda:us-east-1:111122223333:function:on-change:live';
    expect(target('Function')).toMatchObject({ Arn: FunctionName, InputPath: '$.detail' });
    expect(all['RelayFunctionPermission']?.Properties).toEqual({
      FunctionName,
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: sub(`arn:\${AWS::Partition}:events:${HERE}:rule/ground-control-prod/ground-control-prod-function`),
      SourceAccount: { Ref: 'AWS::AccountId' },
    });
  });

  it('a stream sends all events of a resource to one shard', () => {
    const Arn = 'arn:aws:kinesis:us-east-1:111122223333:stream/changes';
    expect(target('Stream')).toMatchObject({
      Arn,
      InputPath: '$.detail',
      KinesisParameters: { PartitionKeyPath: '$.detail.resource.id' },
    });
    expect(statements('Stream')).toEqual([
      ['kinesis:PutRecord', Arn],
      [['kms:GenerateDataKey'], KEY],
    ]);
  });

  it('a queue has a message group only when the queue is FIFO', () => {
    expect(target('Queue')).toMatchObject({ InputPath: '$.detail' });
    expect(target('Queue')).not.toHaveProperty('SqsParameters');
    expect(statements('Queue')).toEqual([['sqs:SendMessage', 'arn:aws:sqs:us-east-1:111122223333:changes']]);
    expect(target('InOrder')).toMatchObject({
      InputPath: '$.detail',
      SqsParameters: { MessageGroupId: '$.detail.resource.id' },
    });
    expect(statements('InOrder')).toEqual([
      ['sqs:SendMessage', 'arn:aws:sqs:us-east-1:111122223333:changes.fifo'],
      [['kms:GenerateDataKey', 'kms:Decrypt'], KEY],
    ]);
  });

  it('a topic, a state machine or another bus may do just that', () => {
    expect(target('Topic')).toMatchObject({ InputPath: '$.detail' });
    expect(statements('Topic')).toEqual([
      ['sns:Publish', 'arn:aws:sns:us-east-1:111122223333:changes'],
      [['kms:GenerateDataKey', 'kms:Decrypt'], KEY],
    ]);
    expect(target('Machine')).toMatchObject({ InputPath: '$.detail' });
    expect(statements('Machine')).toEqual([
      ['states:StartExecution', 'arn:aws:states:us-east-1:111122223333:stateMachine:on-change'],
    ]);
    expect(target('Central')).not.toHaveProperty('InputPath');
    expect(statements('Central')).toEqual([
      ['events:PutEvents', 'arn:aws:events:eu-west-1:444455556666:event-bus/central'],
    ]);
  });

  it('logs writes whole events to a log group of the stack, which allows its rule to write', () => {
    const group = `arn:\${AWS::Partition}:logs:${HERE}:log-group:/aws/events/ground-control-prod.lines`;
    expect(target('Lines')).toEqual(expect.objectContaining({ Arn: sub(group) }));
    expect(target('Lines')).not.toHaveProperty('InputPath');
    expect(target('Lines')).not.toHaveProperty('RoleArn');
    const { LogGroupName, RetentionInDays, ResourcePolicyDocument } = Object(all['RelayLinesLogGroup']?.Properties);
    expect([LogGroupName, RetentionInDays]).toEqual(['/aws/events/ground-control-prod.lines', 90]);
    expect(ResourcePolicyDocument.Statement).toMatchObject([
      { Action: 'logs:CreateLogStream', Resource: sub(`${group}:*`) },
      {
        Action: 'logs:PutLogEvents',
        Resource: sub(`${group}:*`),
        Condition: {
          ArnEquals: {
            'aws:SourceArn': sub(
              `arn:\${AWS::Partition}:events:${HERE}:rule/ground-control-prod/ground-control-prod-lines`,
            ),
          },
        },
      },
    ]);
  });

  it('has names in the account that no relay of another stage has', () => {
    const namesOf = (stage: string, relay: string) =>
      Object.values(resourcesWith({ [relay]: EACH_KIND.hook }, stage))
        .filter(({ Type }) => /Connection|ApiDestination/.test(Type))
        .map(({ Properties }) => Properties['Name']);
    expect(namesOf('prod', 'eu-x')).toEqual(['ground-control-prod.eu-x', 'ground-control-prod.eu-x']);
    expect(namesOf('prod-eu', 'x')).toEqual(['ground-control-prod-eu.x', 'ground-control-prod-eu.x']);
  });

  it('Run Command gives each parameter of the document one field', () => {
    expect(target('Command')).toMatchObject({
      Arn: sub(`arn:\${AWS::Partition}:ssm:${HERE}:document/restart-exporter`),
      InputTransformer: {
        InputPathsMap: { Id: '$.detail.id', Name: '$.detail.resource.name', Arn: '$.detail.resource.arn' },
        InputTemplate: '{"Id":[<Id>],"Name":[<Name>],"Arn":[<Arn>]}',
      },
      RunCommandParameters: {
        RunCommandTargets: [{ Key: 'InstanceIds', Values: ['i-0123456789abcdef0', 'mi-0123456789abcdef0'] }],
      },
    });
    expect(statements('Command')).toEqual([
      ['ssm:SendCommand', sub(`arn:\${AWS::Partition}:ssm:${HERE}:document/restart-exporter`)],
      [
        'ssm:SendCommand',
        [
          sub(`arn:\${AWS::Partition}:ec2:${HERE}:instance/i-0123456789abcdef0`),
          sub(`arn:\${AWS::Partition}:ssm:${HERE}:managed-instance/mi-0123456789abcdef0`),
        ],
      ],
    ]);
    expect(target('Fleet').RunCommandParameters).toEqual({
      RunCommandTargets: [{ Key: 'tag:role', Values: ['exporter', 'backup'] }],
    });
    expect(statements('Fleet')).toEqual([
      ['ssm:SendCommand', sub(`arn:\${AWS::Partition}:ssm:${HERE}:document/restart`)],
      [
        'ssm:SendCommand',
        sub(`arn:\${AWS::Partition}:ec2:${HERE}:instance/*`),
        { StringEquals: { 'ssm:resourceTag/role': ['exporter', 'backup'] } },
      ],
    ]);
  });

  it('a webhook sends the id of the event in a header, and has its secret from Secrets Manager', () => {
    expect(target('Hook')).toMatchObject({
      Arn: { 'Fn::GetAtt': ['RelayHookDestination', 'Arn'] },
      InputPath: '$.detail',
      HttpParameters: { HeaderParameters: { 'Idempotency-Key': '$.detail.id' } },
    });
    expect(statements('Hook')).toEqual([
      ['events:InvokeApiDestination', { 'Fn::GetAtt': ['RelayHookDestination', 'ArnForPolicy'] }],
    ]);
    expect(all['RelayHookDestination']?.Properties).toMatchObject({
      HttpMethod: 'POST',
      InvocationEndpoint: 'https://api.acme-widgets.com/v1/changes',
      InvocationRateLimitPerSecond: 10,
    });
    const authorizations = ['Hook', 'Basic', 'Oauth'].map((id) => all[`Relay${id}Connection`]?.Properties);
    expect(authorizations).toMatchObject([
      {
        AuthorizationType: 'API_KEY',
        AuthParameters: {
          ApiKeyAuthParameters: {
            ApiKeyName: 'X-Api-Key',
            ApiKeyValue: '{{resolve:secretsmanager:acme/webhook:SecretString:key}}',
          },
        },
      },
      {
        AuthorizationType: 'BASIC',
        AuthParameters: {
          BasicAuthParameters: {
            Username: 'gc',
            Password:
              '{{resolve:secretsmanager:arn:aws:secretsmanager:us-east-1:111122223333:secret:acme-AbCdEf:SecretString}}',
          },
        },
      },
      {
        AuthorizationType: 'OAUTH_CLIENT_CREDENTIALS',
        AuthParameters: {
          OAuthParameters: {
            AuthorizationEndpoint: 'https://auth.acme-widgets.com/token',
            HttpMethod: 'POST',
            ClientParameters: {
              ClientID: 'abc',
              ClientSecret: '{{resolve:secretsmanager:acme/oauth:SecretString:::12345678-1234-1234-1234-123456789012}}',
            },
            OAuthHttpParameters: {
              BodyParameters: [
                { Key: 'grant_type', Value: 'client_credentials' },
                { Key: 'scope', Value: 'write' },
              ],
            },
          },
        },
      },
    ]);
  });

  it("PagerDuty's connection adds the routing key to the body, as a secret", () => {
    expect(all['RelayOncallDestination']?.Properties).toMatchObject({
      InvocationEndpoint: 'https://events.eu.pagerduty.com/v2/enqueue',
    });
    expect(all['RelayOncallConnection']?.Properties).toMatchObject({
      AuthParameters: {
        InvocationHttpParameters: {
          BodyParameters: [
            {
              Key: 'routing_key',
              Value: '{{resolve:secretsmanager:acme/pagerduty:SecretString}}',
              IsValueSecret: true,
            },
          ],
        },
      },
    });
  });

  it('PagerDuty has what its Events API v2 requires', () => {
    const { InputPathsMap, InputTemplate } = target('Oncall').InputTransformer;
    const filled = JSON.parse(
      InputTemplate.replace(/<(\w+)>/g, (_: string, name: string) => `"${InputPathsMap[name]}"`),
    );
    expect(filled).toMatchObject({
      event_action: 'trigger',
      dedup_key: '$.detail.resource.id',
      payload: { summary: '$.detail.headline', source: '$.detail.account', severity: '$.detail.severity' },
    });
  });
});

describe('a template for a target', () => {
  it.each(['Command', 'Fleet', 'Oncall'])(
    'of %s has no placeholder within a text, where nothing would be escaped',
    (id) => {
      const { InputPathsMap, InputTemplate } = target(id).InputTransformer;
      const placeholders = InputTemplate.match(/<\w+>/g);
      expect(placeholders.sort()).toEqual(
        Object.keys(InputPathsMap)
          .map((name) => `<${name}>`)
          .sort(),
      );
      expect(InputTemplate.replace(/"[^"]*"/g, '').match(/<\w+>/g)).toHaveLength(placeholders.length);
      // EventBridge writes JSON in their place.
      expect(() => JSON.parse(InputTemplate.replace(/<\w+>/g, JSON.stringify('x","severity":"info')))).not.toThrow();
    },
  );
});

describe('the pattern of a relay', () => {
  const change = {
    source: 'ground-control',
    'detail-type': 'ground-control.change.v1',
    detail: {
      family: 'training-job',
      outcome: 'failed',
      severity: 'error',
      status: 'Failed',
      team: 'vision',
      project: 'churn',
      resource: { name: 'churn-7', arn: 'arn:aws:sagemaker:eu-west-1:123456789012:training-job/churn-7' },
    },
  };
  const passes = (target: string, event: object = change, name = 'one') =>
    matches(
      Object(
        Object.entries(resourcesWith({ [name]: target })).find(([id]) => id.endsWith('Rule'))?.[1].Properties[
          'EventPattern'
        ],
      ),
      event,
    );
  const and = (filters: string) => `{ logs: on, ${filters} }`;

  it('lets everything that Ground Control publishes pass, if there are no filters', () => {
    expect(passes(EACH_KIND.lines)).toBe(true);
    expect(passes(EACH_KIND.lines, { ...change, 'detail-type': 'ground-control.action.v1' })).toBe(true);
    expect(passes(EACH_KIND.lines, { ...change, source: 'my-app' })).toBe(false);
    expect(passes(EACH_KIND.lines, { ...change, 'detail-type': 'ground-control.change.v2' })).toBe(false);
  });

  it.each([
    ['what: [changes]', true],
    ['what: [actions]', false],
    ['families: [training-job, endpoint]', true],
    ['families: [endpoint]', false],
    ['outcomes: [completed, failed]', true],
    ['outcomes: [budget]', false],
    ['severities: [critical, error]', true],
    ['severities: [critical]', false],
    ['teams: [vision]', true],
    ['teams: [unknown]', false],
    ['projects: [churn]', true],
    ['projects: [Churn]', false],
    ['families: [training-job], severities: [error], teams: [vision]', true],
    ['families: [training-job], severities: [info], teams: [vision]', false],
  ])('with %s passes a failed training job of churn: %s', (filters, expected) => {
    expect(passes(and(filters))).toBe(expected);
  });

  it('lets an event that was put back pass to its own relay only', () => {
    const redriven = { ...change, source: 'ground-control.redriven.one' };
    expect([passes(EACH_KIND.lines, redriven), passes(EACH_KIND.lines, redriven, 'two')]).toEqual([true, false]);
  });

  it.each([
    ['resource.arn', { ...change.detail, resource: { ...change.detail.resource, arn: null } }],
    ['status', { ...change.detail, status: null }],
  ])('sends no command when %s is its parameter and is null', (field, detail) => {
    const command = `{ runCommand: { document: own, instances: [i-0123456789abcdef0], parameters: { P: ${field} } } }`;
    expect([passes(command), passes(command, { ...change, detail })]).toEqual([true, false]);
    expect(passes(EACH_KIND.lines, { ...change, detail })).toBe(true);
  });
});
