/** Derives from each function in `serverless.yml` its role, its alarms and its accepted findings. */
import type { Grant, Statement } from '../adapters/grant.ts';
import { grantsOf } from '../handlers/grants.ts';
import type { FunctionConfiguration } from '../schemas/configuration/compiled.ts';
import type { EventDefinition } from './event-patterns.ts';

/** A function in `serverless.yml`; only the fields that this file reads. */
export interface FunctionDefinition {
  /**
   * What is late while the function fails. Alarms begin a sentence with it, so it is a plural: `Alerts about training
   * jobs`.
   */
  readonly description: string;
  readonly events: readonly EventDefinition[];
  /** Where Lambda sends an event after its last retry; absent for functions that a queue or a schedule calls. */
  readonly destinations?: { readonly onFailure?: unknown };
}

/** Functions by their name in `serverless.yml`. */
export type Functions = Readonly<Record<string, FunctionDefinition>>;

/** CloudFormation resources by logical id. */
export type Resources = Record<string, { readonly Type: string; readonly Properties: object }>;

/** How the framework begins the logical ids of a function: `TrainingJob` for `trainingJob`. */
const idOf = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

/** Logical id of the function called `name`. */
export const functionId = (name: string) => `${idOf(name)}LambdaFunction`;

/** Logical id of the role of the function called `name`. */
export const roleOf = (name: string) => `${idOf(name)}Role`;

/** The deployed stack. Names of its functions and alarms begin with `<service>-<stage>-`. */
export interface Stack {
  readonly service: string;
  readonly stage: string;
}

/** Roles and alarms of all functions. */
export function resourcesOf(
  functions: Functions,
  configuration: Pick<FunctionConfiguration, 'labeling' | 'budgets' | 'logs' | 'review' | 'teams' | 'relays'>,
  stack: Stack,
): Resources {
  return Object.assign(
    {},
    ...Object.entries(functions).map(([name, definition]) => ({
      [roleOf(name)]: role(name, grantsOf(name, configuration)),
      ...alarms(name, definition, stack),
    })),
  );
}

function role(name: string, grants: readonly Grant[]): Resources[string] {
  const log: Grant = {
    name: 'log',
    statements: [
      {
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        on: [{ 'Fn::GetAtt': [`${idOf(name)}LogGroup`, 'Arn'] }],
      },
    ],
  };
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      Policies: [log, ...grants].map(({ name: PolicyName, statements }) => ({
        PolicyName,
        PolicyDocument: { Version: '2012-10-17', Statement: statements.map(statement) },
      })),
    },
  };
}

const statement = ({ actions, on, condition }: Statement) => ({
  Effect: 'Allow',
  Action: actions,
  Resource: on.length === 1 ? on[0] : on,
  ...(condition && { Condition: condition }),
});

/** One alarm for each Lambda metric that must stay at 0. */
function alarms(name: string, definition: FunctionDefinition, { service, stage }: Stack): Resources {
  const { description: late } = definition;
  const prefix = `${service}-${stage}`;
  const log = `open the log group /aws/lambda/${prefix}-${name}`;
  const alarm = (suffix: string, MetricName: string, AlarmDescription: string): Resources => ({
    [`${idOf(name)}${suffix}Alarm`]: {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        Namespace: 'AWS/Lambda',
        MetricName,
        Statistic: 'Sum',
        Period: 300,
        EvaluationPeriods: 1,
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
        AlarmActions: [{ Ref: 'OperatorsTopic' }],
        AlarmName: `${prefix}-${name}-${suffix.toLowerCase()}`,
        AlarmDescription,
        Dimensions: [{ Name: 'FunctionName', Value: { Ref: functionId(name) } }],
      },
    },
  });
  const retries = retriesOf(definition);
  return {
    ...alarm(
      'Errors',
      'Errors',
      `${late} are late: the function ${name} failed. ${retries.after} First step: ${log} and read the last error.`,
    ),
    ...alarm(
      'Throttles',
      'Throttles',
      `${late} are late: Lambda throttled the function ${name}. First step: in Service Quotas, compare Lambda's concurrent executions with the account's limit; other functions of the account may use it up.`,
    ),
    ...(retries.byLambda &&
      alarm(
        'Lost',
        'DestinationDeliveryFailures',
        `${late} may be lost: a failed event of the function ${name} did not reach the queue "failed". First step: ${log}, find the id of the event and replay it from the archive (docs/operate.md).`,
      )),
  };
}

/** Whether Lambda retries a failed event itself, and a sentence about what happens after a failure. */
function retriesOf({ destinations, events }: FunctionDefinition): { byLambda: boolean; after: string } {
  if (destinations?.onFailure !== undefined)
    return { byLambda: true, after: 'Lambda tries twice more; the queue "failed" keeps the event after that.' };
  if (events.some(({ sqs }) => sqs !== undefined))
    return { byLambda: false, after: 'Its queue tries ten times; the queue "failed" keeps the message after that.' };
  if (events.some(({ schedule }) => schedule !== undefined))
    return { byLambda: false, after: 'The next scheduled run does the work.' };
  return { byLambda: false, after: 'Lambda tries twice more; after that, they lack what the function got.' };
}

/**
 * Metadata for the functions and log groups that the framework generates: findings of cfn-lint and checkov, and why we
 * accept them.
 */
export const acceptedFindings = (functions: Functions): Readonly<Record<string, { readonly Metadata: object }>> =>
  Object.fromEntries(
    Object.keys(functions).flatMap((name) => [
      [functionId(name), { Metadata: ACCEPTED_OF_FUNCTION }],
      [`${idOf(name)}LogGroup`, { Metadata: ACCEPTED_OF_LOG }],
    ]),
  );

const ACCEPTED_OF_FUNCTION = {
  // The framework adds a DependsOn for the role, although the function already refers to the role.
  'cfn-lint': { config: { ignore_checks: ['W3005'] } },
  checkov: {
    skip: [
      {
        id: 'CKV_AWS_115',
        comment: 'A reservation takes concurrency from the rest of the account; SageMaker sends a few events a minute',
      },
      {
        id: 'CKV_AWS_116',
        comment: 'Failed events go to the queue "failed" as an on-failure destination, which keeps the error too',
      },
      {
        id: 'CKV_AWS_117',
        comment: "Talks to AWS APIs only; a VPC would add a NAT gateway's cost and nothing to protect",
      },
      {
        id: 'CKV_AWS_173',
        comment: 'The environment holds names of resources and no secrets; Lambda encrypts it with its own key',
      },
    ],
  },
};

const ACCEPTED_OF_LOG = {
  checkov: {
    skip: [
      {
        id: 'CKV_AWS_158',
        comment: 'CloudWatch encrypts logs with its own key; a test shows that logs contain no secrets from events',
      },
    ],
  },
};
