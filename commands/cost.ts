/**
 * `npm run --silent cost -- --stage <s> [--json] [--config <file>] [--region <region>]`
 *
 * Prints what runs now, what each job has cost, and when it reaches its cap; then how much of each monthly budget is
 * spent. It only reads the stage's table, SageMaker and the Price List, with your own credentials.
 * Exit 0. Exit 1 if the state of a job could not be read. Exit 2 for wrong usage, a wrong region, or a stage that does
 * not exist.
 */
import { parseArgs } from 'node:util';
import { DynamoDBClient, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { monthsIn } from '../adapters/dynamodb/months.ts';
import { type DueResource, reconciliationTableIn } from '../adapters/dynamodb/reconciliation-table.ts';
import { formatTime } from '../domain/alert/render/time.ts';
import { formatUsd, toMicroUsd } from '../domain/cost/money.ts';
import { endWithReader } from '../local/play/end-with-reader.ts';
import { monthsOf } from '../local/stage/months.ts';
import { isOverCap, type Standing, standingsIn } from '../local/stage/standings.ts';
import { BUDGETED } from '../schemas/configuration/budgets.ts';
import { agree, counted } from '../schemas/text/count.ts';
import { plainText } from '../schemas/text/plain-text.ts';
import { orUsage, type Refused, runCommand } from './shared/cli.ts';
import { readConfiguration } from './shared/configuration.ts';
import { monthJson, monthLine } from './shared/month-lines.ts';
import { findPlace, notDeployed, readStage } from './shared/place.ts';

const USAGE =
  'usage: npm run --silent cost -- --stage <stage> [--json] [--config ground-control.yml] [--region <region>]';
/** The most jobs of each kind that are shown. */
const MOST_JOBS = 1000;

function readArguments() {
  return orUsage(USAGE, () => {
    const { values } = parseArgs({
      options: {
        stage: { type: 'string' },
        json: { type: 'boolean' },
        config: { type: 'string' },
        region: { type: 'string' },
      },
    });
    return { ...values, stage: readStage(values.stage) };
  });
}

async function show({ stage, json, config, region }: ReturnType<typeof readArguments>): Promise<number> {
  const configuration = readConfiguration(config);
  const place = await findPlace('cost', { stage, region });
  const dynamoDb = new DynamoDBClient(place);
  const client = new SageMakerClient(place);
  const name = `ground-control-${stage}-state`;
  const absent = (cause: unknown) => notDeployed(`table ${name}`, stage, place, cause);
  const warn = (message: string) => process.stderr.write(`cost: ${message}\n`);
  const standingOf = standingsIn(name, { dynamoDb, sageMaker: client }, configuration, warn);
  const table = reconciliationTableIn(name, dynamoDb);
  const now = new Date();
  let failed = 0;
  const standings: Standing[] = [];
  for (const type of BUDGETED) {
    for (const one of await running(table.due(type, Number.MAX_SAFE_INTEGER, MOST_JOBS), absent)) {
      try {
        const standing = await standingOf(type, one, now);
        if (standing !== undefined) standings.push(standing);
      } catch (error) {
        failed++;
        warn(`${type} ${one.name}: ${error instanceof Error ? error.message : error}`);
      }
    }
  }
  const months = await monthsOf(configuration, monthsIn(name, dynamoDb), now);
  for (const standing of standings) {
    process.stdout.write(`${json === true ? JSON.stringify(standing) : line(standing, configuration.timeZone)}\n`);
  }
  if (json === true) {
    for (const month of months) process.stdout.write(`${JSON.stringify(monthJson(month))}\n`);
  } else {
    const sum = standings.reduce((total, { costUsd }) => total + toMicroUsd(costUsd ?? 0), 0);
    process.stdout.write(`${runningWords(standings.length)} cost ${formatUsd(sum)} so far\n`);
    for (const month of months) process.stdout.write(`${monthLine(month)}\n`);
  }
  return failed === 0 ? 0 : 1;
}

const runningWords = (jobs: number): string =>
  `${counted(jobs, 'job')} ${agree(jobs, 'is', 'are')} running and ${agree(jobs, 'has', 'have')}`;

async function running(asked: Promise<DueResource[]>, absent: (cause: unknown) => Refused): Promise<DueResource[]> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) throw absent(error);
    throw error;
  }
}

function line(
  { job, type, costUsd, formula, capUsd, capFrom, reachedAt, monthly, reason }: Standing,
  timeZone: string,
): string {
  const usd = (amount: number) => formatUsd(toMicroUsd(amount));
  const cost = costUsd === null ? `cost not known: ${reason}` : `${usd(costUsd)} (${formula})`;
  const cap = capUsd === null ? 'no cap' : `cap ${usd(capUsd)} set by ${capFrom}`;
  const when = isOverCap({ costUsd, capUsd })
    ? ', which is reached'
    : reachedAt === null
      ? ''
      : `, reached at ${formatTime(new Date(reachedAt), timeZone)}`;
  const budgets = agree(monthly.length, 'budget', 'budgets');
  const counts =
    monthly.length === 0 ? '' : `; counts in the monthly ${budgets} of ${plainText(monthly.join(' and '), 200)}`;
  return `${type} ${plainText(job, 100)}: ${cost}; ${cap}${when}${counts}`;
}

endWithReader();
await runCommand('cost', USAGE, () => show(readArguments()));
