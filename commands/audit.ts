/**
 * `npm run --silent audit -- --stage <s> (--resource <arn> | --day <yyyy-mm-dd>) [--json] [--region <region>]`
 *
 * Prints what Ground Control did by itself: when, what, why, on which event, with what result.
 * Exit 0. Exit 1 if a record cannot be read. Exit 2 for wrong usage, a wrong region, or a stage that does not exist.
 */
import { parseArgs } from 'node:util';
import { DynamoDBClient, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { auditIn } from '../adapters/dynamodb/audit.ts';
import { counted } from '../schemas/text/count.ts';
import { orUsage, runCommand } from './shared/cli.ts';
import { findPlace, notDeployed, readStage } from './shared/place.ts';

const USAGE =
  'usage: npm run --silent audit -- --stage <stage> (--resource <arn> | --day <yyyy-mm-dd>) ' +
  '[--json] [--region <region>]';

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
    const stage = readStage(values.stage);
    if ((values.resource === undefined) === (values.day === undefined))
      throw new Error('give --resource or --day, not both');
    if (values.day !== undefined && !z.iso.date().safeParse(values.day).success)
      throw new Error(`--day ${values.day} is not a date like 2026-11-20`);
    if (values.resource !== undefined && !/^arn:[^:]+:sagemaker:/.test(values.resource))
      throw new Error(`--resource ${values.resource} is not an ARN of SageMaker`);
    return { ...values, stage };
  });
}

async function show({ stage, resource, day, region, json }: ReturnType<typeof readArguments>): Promise<number> {
  const name = `ground-control-${stage}-state`;
  const place = await findPlace('audit', { stage, region });
  const client = new DynamoDBClient(place);
  const unreadable: string[] = [];
  const audit = auditIn(name, 1, client, (key) => unreadable.push(key));
  let count = 0;
  try {
    for await (const record of resource === undefined ? audit.ofDay(day ?? '') : audit.ofResource(resource)) {
      count++;
      const { at, action, reason, event, result } = record;
      process.stdout.write(
        json === true
          ? `${JSON.stringify(record)}\n`
          : `${at}  ${action}  ${record.resource}\n` +
              `   why: ${reason}; event: ${event.detailType} ${event.id ?? ''}; result: ${result}\n`,
      );
    }
  } catch (error) {
    if (error instanceof ResourceNotFoundException) throw notDeployed(`table ${name}`, stage, place, error);
    throw error;
  }
  if (json !== true) process.stdout.write(`${counted(count, 'record')}\n`);
  if (unreadable.length === 0) return 0;
  process.stderr.write(
    `audit: ${counted(unreadable.length, 'record')} of ${[...new Set(unreadable)].join(', ')} cannot be read\n`,
  );
  return 1;
}

await runCommand('audit', USAGE, () => show(readArguments()));
