/**
 * `npm run console -- --stage <s> [--region <region>] [--config <file>] [--port <number>] [--open]`
 *
 * Serves a console about a deployed stage on 127.0.0.1: what people were told, what runs and costs, budgets, labeling,
 * queues and alarms. It reads with your own credentials, and sends nothing but requests to AWS. The only thing that it
 * changes, when you ask for it and confirm, is what `redrive` does.
 * Exit 0 after Ctrl-C. Exit 2 for wrong usage, a wrong region, or a stage that does not exist.
 */
import { parseArgs } from 'node:util';
import { DescribeTableCommand, DynamoDBClient, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { stageIn } from '../local/stage/stage.ts';
import { orUsage, runCommand } from './shared/cli.ts';
import { configurationPath } from './shared/configuration.ts';
import { findPlace, notDeployed, readStage } from './shared/place.ts';
import { readPort, serveUntilEnded } from './shared/serve.ts';

const USAGE =
  'usage: npm run console -- --stage <stage> [--region <region>] [--config ground-control.yml] [--port <number>] [--open]';

function readArguments() {
  return orUsage(USAGE, () => {
    const { values } = parseArgs({
      options: {
        stage: { type: 'string' },
        region: { type: 'string' },
        config: { type: 'string' },
        port: { type: 'string' },
        open: { type: 'boolean' },
      },
    });
    return { ...values, stage: readStage(values.stage), port: readPort(values.port) };
  });
}

async function run(): Promise<number> {
  const { stage: name, region, config, port, open = false } = readArguments();
  const place = await findPlace('console', { stage: name, region });
  const stage = stageIn(name, place.region, configurationPath(config), config);
  await refuseUnknown(stage.table, name, place);
  const { serveStage } = await import('../local/console/stage/serve.ts');
  await serveUntilEnded({
    serve: (free) => serveStage(stage, free),
    port,
    open,
    before: `The stage ${name} in ${place.region}, on this machine alone.`,
    after: 'It reads with your credentials.',
  });
  return 0;
}

/** Refuses a stage without a table. Who may not ask goes on: the pages say what is missing. */
async function refuseUnknown(TableName: string, stage: string, place: { readonly region: string }): Promise<void> {
  try {
    await new DynamoDBClient(place).send(new DescribeTableCommand({ TableName }));
  } catch (error) {
    if (error instanceof ResourceNotFoundException) throw notDeployed(`table ${TableName}`, stage, place, error);
    if (!(error instanceof Error && error.name === 'AccessDeniedException')) throw error;
  }
}

await runCommand('console', USAGE, run);
