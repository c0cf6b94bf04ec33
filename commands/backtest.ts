/**
 * `npm run --silent backtest -- [--json] [--policy <file>] [--ask-prices] <file | folder | ->…`
 *
 * What a policy would have warned of, stopped and saved over events of the past: the archive's export, or any event files.
 * Nothing is touched; prices are the policy's and those shipped with Ground Control, and with `--ask-prices` those of the AWS
 * Price List, which is the only thing that is called then.
 * Exit 0; 1 when something was left out; 2 for wrong usage, an unreadable path or a policy that is not valid.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type PriceList, priceListWith } from '../adapters/pricing/price-list.ts';
import { formatTime } from '../domain/alert/render/time.ts';
import { nameOf } from '../domain/budget/booking.ts';
import { formatUsd, toMicroUsd } from '../domain/cost/money.ts';
import { ConfigurationError, readConfigurationFile } from '../infrastructure/configuration-file.ts';
import { judgePast, type PastMonth, type PastVerdict } from '../local/backtest/past-budgets.ts';
import { readPast } from '../local/backtest/past-jobs.ts';
import { pricesInMemory } from '../local/backtest/prices-in-memory.ts';
import { fromUser, UnreadablePath } from '../local/play/input.ts';
import { SERVICE } from '../local/play/play.ts';
import { endWithReader } from '../local/play/play-all.ts';
import { plainText } from '../schemas/text/plain-text.ts';
import { orUsage, Refused, runCommand } from './shared/cli.ts';

const USAGE =
  'usage: npm run --silent backtest -- [--json] [--policy ground-control.yml] [--ask-prices] <file | folder | ->...';

function readArguments() {
  return orUsage(USAGE, () => {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { json: { type: 'boolean' }, policy: { type: 'string' }, 'ask-prices': { type: 'boolean' } },
    });
    if (positionals.length === 0) throw new Error('no file, folder or - given');
    return {
      json: values.json === true,
      askPrices: values['ask-prices'] === true,
      policy: values.policy === undefined ? join(SERVICE, 'ground-control.yml') : fromUser(values.policy),
      paths: positionals.map((path) => fromUser(path)),
    };
  });
}

const NO_LIST: PriceList = async () => undefined;

async function backtest({ json, policy, askPrices, paths }: ReturnType<typeof readArguments>): Promise<number> {
  const { configuration, past } = load(policy, paths);
  const list = askPrices
    ? priceListWith(pricesInMemory(), (message) => process.stderr.write(`backtest: ${message}\n`))
    : NO_LIST;
  const { verdicts, months } = await judgePast(past, configuration, list);
  for (const what of past.leftOut) process.stderr.write(`backtest: ${what}\n`);
  const code = past.leftOut.length === 0 ? 0 : 1;
  const stopped = verdicts.filter(({ stoppedAt }) => stoppedAt !== null);
  const saved = toMicroUsd(verdicts.reduce((sum, { savedUsd }) => sum + savedUsd, 0));
  if (json) {
    for (const verdict of verdicts) process.stdout.write(`${JSON.stringify(verdict)}\n`);
    for (const month of months) process.stdout.write(`${JSON.stringify(monthJson(month))}\n`);
    return code;
  }
  for (const verdict of verdicts) process.stdout.write(`${show(verdict, configuration.timeZone)}\n`);
  for (const month of months) {
    process.stdout.write(
      `${nameOf(month)}: ${formatUsd(month.spent)} of ${formatUsd(month.budget)} would have been spent${toldOf(month)}\n`,
    );
  }
  const unjudged = verdicts.filter(({ costUsd }) => costUsd === null).length;
  const warned = verdicts.filter(({ warned: list }) => list.length > 0).length;
  process.stdout.write(
    `${past.events} events, ${verdicts.length} jobs: ${warned} warned of, ${stopped.length} stopped, ${formatUsd(saved)} saved; ` +
      `${unjudged} not judged\n`,
  );
  if (!askPrices && verdicts.some(({ reason }) => reason?.includes('no price is known') === true)) {
    process.stdout.write('With --ask-prices the AWS Price List is asked for prices that are not known.\n');
  }
  return code;
}

function load(policy: string, paths: readonly string[]) {
  try {
    return { configuration: readConfigurationFile(policy), past: readPast(paths) };
  } catch (error) {
    if (error instanceof ConfigurationError || error instanceof UnreadablePath)
      throw new Refused(error.message, { cause: error });
    throw error;
  }
}

const toldOf = ({ told }: PastMonth): string => (told.length === 0 ? '' : `, told of at ${told.join(' % and ')} %`);

function monthJson({ tag, value, month, spent, budget, told }: PastMonth): object {
  return { told, budget: { tag, value }, month, spentUsd: spent / 1_000_000, budgetUsd: budget / 1_000_000 };
}

function show(
  { job, type, costUsd, capUsd, warned, stoppedAt, stoppedFor, savedUsd, reason }: PastVerdict,
  timeZone: string,
): string {
  const usd = (amount: number | null) => (amount === null ? 'unknown' : formatUsd(toMicroUsd(amount)));
  const cap = capUsd === null ? '' : ` of ${usd(capUsd)}`;
  const said = warned.length === 0 ? '' : `, warned of at ${warned.join(' % and ')} %`;
  const done =
    stoppedAt === null
      ? (reason ?? '')
      : `stopped at ${formatTime(new Date(stoppedAt), timeZone)} for ${stoppedFor}, saving ${usd(savedUsd)}`;
  return `${type} ${plainText(job, 100)}: cost ${usd(costUsd)}${cap}${said}; ${done}`;
}

endWithReader();
await runCommand('backtest', USAGE, () => backtest(readArguments()));
