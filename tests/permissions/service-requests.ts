/**
 * What AWS services ask IAM on their own, because of how a template connects them: Lambda with a function's role,
 * EventBridge and Scheduler with the roles of their targets, and services that resource policies let in.
 */
import * as z from 'zod';
import type { IamRequest } from './iam-requests.ts';
import { ACCOUNT, REGION, type Stack } from './stack.ts';

/** Who asks: a role of the stack by its logical id, or a service. */
export type Asker = { readonly role: string } | { readonly service: string };
export type Asked = { readonly by: Asker; readonly request: IamRequest };

/** A target of a rule or a schedule. */
const Target = z.object({
  Arn: z.string(),
  RoleArn: z.string().optional(),
  DeadLetterConfig: z.object({ Arn: z.string() }).optional(),
  RunCommandParameters: z
    .object({ RunCommandTargets: z.array(z.object({ Key: z.string(), Values: z.array(z.string()) })) })
    .optional(),
  EventBridgeParameters: z.object({ Source: z.string(), DetailType: z.string() }).optional(),
});
export type Target = z.output<typeof Target>;

const ask = (action: string, resource: string, context: IamRequest['context'] = {}): IamRequest => ({
  action,
  resource,
  context,
});

/** EventBridge user guide, "IAM roles for sending events to targets"; Scheduler user guide, "Execution role". */
const DELIVERIES: Readonly<Record<string, string>> = {
  sqs: 'sqs:SendMessage',
  sns: 'sns:Publish',
  kinesis: 'kinesis:PutRecord',
  states: 'states:StartExecution',
  lambda: 'lambda:InvokeFunction',
};

/** What the delivery to `target` asks. `source`: the rule or the schedule that delivers. */
export function deliveryRequests({ Arn, RunCommandParameters, EventBridgeParameters }: Target): readonly IamRequest[] {
  const [, , service = '', , , kind = ''] = Arn.split(':');
  if (service === 'ssm')
    return [
      ask('ssm:SendCommand', Arn),
      ...(RunCommandParameters?.RunCommandTargets ?? []).flatMap(({ Key, Values }) =>
        Key === 'InstanceIds'
          ? Values.map((id) => ask('ssm:SendCommand', instanceArn(id)))
          : Values.map((value) =>
              ask('ssm:SendCommand', instanceArn('i-0123456789abcdef0'), {
                [`ssm:resourceTag/${Key.replace(/^tag:/, '')}`]: value,
              }),
            ),
      ),
    ];
  if (service === 'events' && kind.startsWith('api-destination')) return [ask('events:InvokeApiDestination', Arn)];
  if (service === 'events')
    return [
      ask('events:PutEvents', Arn, {
        ...(EventBridgeParameters && {
          'events:source': EventBridgeParameters.Source,
          'events:detail-type': EventBridgeParameters.DetailType,
        }),
      }),
    ];
  const action = DELIVERIES[service];
  if (action === undefined) throw new Error(`${Arn}: how it is delivered to is not known here`);
  return [ask(action, Arn)];
}

const instanceArn = (id: string) =>
  id.startsWith('mi-')
    ? `arn:aws:ssm:${REGION}:${ACCOUNT}:managed-instance/${id}`
    : `arn:aws:ec2:${REGION}:${ACCOUNT}:instance/${id}`;

/** `service` takes on a role of the stack, for something of this ARN: the role's trust policy answers. */
const assume = (service: string, role: string, source?: string): Asked => ({
  by: { service },
  request: ask(
    'sts:AssumeRole',
    role,
    source === undefined ? {} : { 'aws:SourceArn': source, 'aws:SourceAccount': ACCOUNT },
  ),
});

const Schedule = z.object({ GroupName: z.string(), Target });

/** What a schedule asks: Scheduler takes on its role, for the target and for the dead-letter queue. */
export function scheduleRequests(schedule: unknown, stack: Stack): readonly Asked[] {
  const { GroupName, Target: target } = Schedule.parse(schedule);
  const role = stack.idOfRole(target.RoleArn ?? '');
  if (role === undefined) throw new Error(`${target.RoleArn}: a schedule has a role that the stack does not have`);
  const left = target.DeadLetterConfig === undefined ? [] : [ask('sqs:SendMessage', target.DeadLetterConfig.Arn)];
  // Scheduler user guide, "Confused deputy prevention": the source is the group.
  const group = `arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule-group/${GroupName}`;
  return [
    assume('scheduler.amazonaws.com', stack.arnOf(role), group),
    ...[...deliveryRequests(target), ...left].map((request) => ({ by: { role }, request })),
  ];
}

const Rule = z.object({
  Name: z.string().optional(),
  EventBusName: z.string().optional(),
  Targets: z.array(Target).default([]),
});
const Mapping = z.object({ FunctionName: z.string(), EventSourceArn: z.string() });
const OnFailure = z.object({
  FunctionName: z.string(),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.string() }).optional() }).optional(),
});
const Deployed = z.object({ FunctionName: z.string(), Role: z.string() });
const Alarm = z.object({ AlarmName: z.string(), AlarmActions: z.array(z.string()).default([]) });

/** Everything that `stack` connects. */
export function serviceRequests(stack: Stack): readonly Asked[] {
  const functions = [...stack.ofType('AWS::Lambda::Function')].map(([, properties]) => Deployed.parse(properties));
  const roleOfFunction = (name: string): string => {
    const found = functions.find(({ FunctionName }) => name === FunctionName || name.endsWith(`:${FunctionName}`));
    const role = found && stack.idOfRole(found.Role);
    if (role === undefined) throw new Error(`${name}: the stack has no such function, or its role`);
    return role;
  };
  const each = <T>(type: string, schema: z.ZodType<T>, requests: (properties: T, id: string) => readonly Asked[]) =>
    [...stack.ofType(type)].flatMap(([id, properties]) => requests(schema.parse(properties), id));

  return [
    // Lambda developer guide, "Execution role": the log of the function.
    ...functions.flatMap(({ FunctionName, Role }) => {
      const stream = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/aws/lambda/${FunctionName}:log-stream:2026/11/22/[$LATEST]0`;
      const by = { role: stack.idOfRole(Role) ?? Role };
      const written = ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => ({
        by,
        request: ask(action, stream),
      }));
      return [assume('lambda.amazonaws.com', Role), ...written];
    }),
    // Lambda developer guide, "Using Lambda with Amazon SQS", execution role permissions.
    ...each('AWS::Lambda::EventSourceMapping', Mapping, ({ FunctionName, EventSourceArn }) =>
      ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'].map((action) => ({
        by: { role: roleOfFunction(FunctionName) },
        request: ask(action, EventSourceArn),
      })),
    ),
    // Lambda developer guide, "Destinations for asynchronous invocation".
    ...each('AWS::Lambda::EventInvokeConfig', OnFailure, ({ FunctionName, DestinationConfig }) => {
      const queue = DestinationConfig?.OnFailure?.Destination;
      return queue === undefined
        ? []
        : [{ by: { role: roleOfFunction(FunctionName) }, request: ask('sqs:SendMessage', queue) }];
    }),
    ...each('AWS::Events::Rule', Rule, ({ Name, EventBusName, Targets }, id) => {
      const source = `arn:aws:events:${REGION}:${ACCOUNT}:rule/${EventBusName === undefined ? '' : `${EventBusName}/`}${Name ?? id}`;
      const context = { 'aws:SourceArn': source, 'aws:SourceAccount': ACCOUNT };
      const events = { service: 'events.amazonaws.com' };
      return Targets.flatMap((target) => {
        const role = target.RoleArn === undefined ? undefined : stack.idOfRole(target.RoleArn);
        const delivered = deliveriesOf(target).map((request) =>
          role === undefined
            ? { by: events, request: { ...request, context: { ...request.context, ...context } } }
            : { by: { role }, request },
        );
        const left = target.DeadLetterConfig?.Arn;
        return [
          ...(role === undefined ? [] : [assume(events.service, stack.arnOf(role), source)]),
          ...delivered,
          // EventBridge user guide, "Using dead-letter queues": by the policy of the queue, never by the role.
          ...(left === undefined ? [] : [{ by: events, request: ask('sqs:SendMessage', left, context) }]),
        ];
      });
    }),
    ...each('AWS::Scheduler::Schedule', Schedule, (schedule) => scheduleRequests(schedule, stack)),
    // CloudWatch Logs calls a function for the filter that `npm run workers -- --connect` creates.
    ...functions
      .filter(({ FunctionName }) => FunctionName.endsWith('-workerActivity'))
      .map(({ FunctionName }) => ({
        by: { service: `logs.${REGION}.amazonaws.com` },
        request: ask('lambda:InvokeFunction', `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${FunctionName}`, {
          'aws:SourceArn': `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/aws/sagemaker/groundtruth/WorkerActivity:*`,
          'aws:SourceAccount': ACCOUNT,
        }),
      })),
    // CloudWatch user guide, "Notifying users on alarm changes", with an encrypted topic.
    ...each('AWS::CloudWatch::Alarm', Alarm, ({ AlarmName, AlarmActions }) =>
      AlarmActions.map((topic) => ({
        by: { service: 'cloudwatch.amazonaws.com' },
        request: ask('sns:Publish', topic, {
          'aws:SourceArn': `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:${AlarmName}`,
          'aws:SourceAccount': ACCOUNT,
        }),
      })),
    ),
  ];
}

/** Requests over connections that are not encrypted: every topic, queue and bucket must refuse them. */
export const unencryptedRequests = (stack: Stack): readonly IamRequest[] =>
  Object.entries({
    'AWS::SNS::Topic': ['sns:Publish', ''],
    'AWS::SQS::Queue': ['sqs:SendMessage', ''],
    'AWS::S3::Bucket': ['s3:GetObject', '/object'],
  } as const).flatMap(([type, [action, part]]) =>
    [...stack.ofType(type).keys()].map((id) =>
      ask(action, `${stack.arnOf(id)}${part}`, { 'aws:SecureTransport': 'false' }),
    ),
  );

/** The log group of a relay has a policy, and no request of its own here names it by a role. */
function deliveriesOf(target: Target): readonly IamRequest[] {
  const [, , service = '', , , , group = ''] = target.Arn.split(':');
  if (service !== 'logs') return deliveryRequests(target);
  // EventBridge user guide, "Amazon CloudWatch Logs permissions".
  const stream = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${group}:log-stream:0`;
  return ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => ask(action, stream));
}
