/**
 * Records the calls of deployed functions, and of the commands that deploy and use the stage, while
 * `GROUND_CONTROL_CALLS` names a folder. `npm run test:permissions` reads them.
 */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { GetFunctionConfigurationCommand, paginateListFunctions } from '@aws-sdk/client-lambda';
import { COMPILED_CONFIGURATION } from '../../infrastructure/compiled-configuration.ts';
import { recordingProxy, recordTo } from '../record/recording-proxy.ts';
import { ROOT } from '../support/events.ts';
import { changeFunction, clientsOf } from './clients.ts';
import { CREDENTIALS, PREFIX, REGION, STAGE } from './deployment.ts';

const calls = process.env['GROUND_CONTROL_CALLS'];
const FOLDER = calls === undefined ? undefined : join(calls, 'deployment');

/** Services that functions call in the emulator, as the SDK's variables name them. */
const SERVICES = [
  'CLOUDWATCH_LOGS',
  'COGNITO_IDENTITY_PROVIDER',
  'DYNAMODB',
  'EVENTBRIDGE',
  'S3',
  'SCHEDULER',
  'SECRETS_MANAGER',
  'SNS',
  'SQS',
];

/** What makes a process record its own calls; empty when nothing is recorded. */
export const recordingEnvironment = (): Readonly<Record<string, string>> =>
  FOLDER === undefined
    ? {}
    : {
        GROUND_CONTROL_CALLS: join(FOLDER, 'commands'),
        NODE_OPTIONS: `--import ${pathToFileURL(join(ROOT, 'tests/record/record-command.ts')).href}`,
      };

/** Records calls of the function `name` to something that is not the emulator; nothing when nothing is recorded. */
export const answeredFor = (name: string) =>
  FOLDER === undefined ? {} : { answered: recordTo(join(FOLDER, `${name}.jsonl`), name) };

/** Records what every deployed function calls from now on. Hands to `undo` the steps that end it. */
export async function recordFunctions(endpoint: string, undo: (step: () => unknown) => void): Promise<void> {
  if (FOLDER === undefined) return;
  await keepStack(endpoint, FOLDER);
  const { lambda } = clientsOf(endpoint);
  for await (const { Functions = [] } of paginateListFunctions({ client: lambda }, {})) {
    for (const { FunctionName = '' } of Functions) {
      if (!FunctionName.startsWith(PREFIX)) continue;
      const name = FunctionName.slice(PREFIX.length);
      const proxy = await recordingProxy(endpoint, recordTo(join(FOLDER, `${name}.jsonl`), name));
      undo(proxy.close);
      const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
      // The SDK sends to the host of a queue's URL.
      const queues = Object.entries(Environment?.Variables ?? {}).flatMap(([variable, value]) =>
        variable.endsWith('_QUEUE_URL') ? [[variable, `${proxy.endpoint}${new URL(value).pathname}`] as const] : [],
      );
      const endpoints = SERVICES.map((service) => [`AWS_ENDPOINT_URL_${service}`, proxy.endpoint] as const);
      await changeFunction(lambda, name, Object.fromEntries([...queues, ...endpoints]));
    }
  }
}

/** Keeps the template that was deployed, its configuration, and the names that CloudFormation gave. */
async function keepStack(endpoint: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const client = new CloudFormationClient({ endpoint, region: REGION, credentials: CREDENTIALS });
  const ids: Record<string, string> = {};
  const pages = paginateListStackResources({ client }, { StackName: `ground-control-${STAGE}` });
  for await (const { StackResourceSummaries = [] } of pages)
    for (const { LogicalResourceId = '', PhysicalResourceId = '' } of StackResourceSummaries)
      ids[LogicalResourceId] = PhysicalResourceId;
  writeFileSync(join(folder, 'physical-ids.json'), JSON.stringify(ids));
  cpSync(join(ROOT, '.serverless/cloudformation-template-update-stack.json'), join(folder, 'template.json'));
  cpSync(join(ROOT, COMPILED_CONFIGURATION), join(folder, 'configuration.json'));
}
