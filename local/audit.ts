/**
 * `npm run --silent audit -- --stage <s> (--resource <arn> | --day <yyyy-mm-dd>) [--json]`
 *
 * What Ground Control did by itself: when, what, why, on which event, with what result.
 */
import { parseArgs } from 'node:util';
import { DynamoDBClient, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { auditIn } from '../adapters/audit.ts';
import { orUsage, Refused, regionOf, runCommand } from './command.ts';

const USAGE =
  'usage: npm run --silent audit -- --stage <stage> (--resource <arn> | --day <yyyy-mm-dd>) [--json] [--region <region>]';

function readArguments() {
  return orUsage(USAGE, () => {
    const { values } = parseArgs({
      options: {
        stage: { type: 'string' },
        resource: { type: 'string' },
        day: { type: 'string' },
        region: { type: 'string' },
        json: { type: 'boolean' },
      },
    });
    if (values.stage === undefined) throw new Error('--stage is missing');
    if ((values.resource === undefined) === (values.day === undefined))
      throw new Error('give either --resource or --day');
    if (values.day !== undefined && !/^\d{4}-\d\d-\d\d$/.test(values.day))
      throw new Error(`--day ${values.day} is no date like 2026-11-20`);
    return { ...values, stage: values.stage };
  });
}

/** Keys begin with our word for the type, which for tuning jobs and pipelines is not the ARN's. */
function keyOf(arn: string): string {
  const [, type = ''] = /^arn:[^:]*:sagemaker:[^:]*:[^:]*:([a-z-]+)\//.exec(arn) ?? [];
  if (type === '') throw new Refused(`--resource ${arn} is no ARN of SageMaker`);
  if (type === 'hyper-parameter-tuning-job') return `tuning-job|${arn}`;
  return type === 'pipeline' ? `pipeline-execution|${arn}` : `${type}|${arn}`;
}

async function show({ stage, resource, day, region, json }: ReturnType<typeof readArguments>): Promise<number> {
  const name = `ground-control-${stage}-state`;
  const client = new DynamoDBClient(region === undefined ? {} : { region });
  await regionOf(client);
  const audit = auditIn(name, 1, client);
  let count = 0;
  try {
    for await (const record of resource === undefined ? audit.ofDay(day ?? '') : audit.ofResource(keyOf(resource))) {
      count++;
      const { at, action, reason, event, result } = record;
      process.stdout.write(
        json === true
          ? `${JSON.stringify(record)}\n`
          : `${at}  ${action}  ${record.resource}\n   ${reason}; on ${event.detailType} ${event.id ?? ''}; ${result}\n`,
      );
    }
  } catch (error) {
    if (error instanceof ResourceNotFoundException)
      throw new Refused(`there is no table ${name}: is stage "${stage}" deployed there?`);
    throw error;
  }
  if (json !== true) process.stdout.write(`${count} records\n`);
  return 0;
}

await runCommand('audit', () => show(readArguments()));
