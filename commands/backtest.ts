/**
 * `npm run --silent backtest -- [--json] [--config <file>] [--ask-prices] <file | folder | ->…`
 *
 * Prints what a policy would have warned about, stopped and saved for past events: an export of the archive, or any
 * event files. It changes nothing. Prices come from the policy and from the table shipped with Ground Control. Only
 * with `--ask-prices` does it call AWS: the Price List.
 * Exit 0. Exit 1 if it skipped something. Exit 2 for wrong usage, a path that cannot be read, or an invalid policy.
 */
import { parseArgs } from 'node:util';
import { type PriceList, priceListWith } from '../adapters/pricing/price-list.ts';
import { formatTime } from '../domain/alert/render/time.ts';
import { nameOf } from '../domain/budget/month.ts';
import { formatUsd, toMicroUsd } from '../domain/cost/money.ts';
import { judgePast, type PastMonth, type PastVerdict } from '../local/backtest/past-budgets.ts';
import { readPast } from '../local/backtest/past-jobs.ts';
import { pricesInMemory } from '../local/backtest/prices-in-memory.ts';
import { fromUser, UnreadablePath } from '../local/play/input.ts';
import { endWithReader } from '../local/play/play-all.ts';
import { counted } from '../schemas/text/count.ts';
import { plainText } from '../schemas/text/plain-text.ts';
import { orUsage, Refused, runCommand } from './shared/cli.ts';
import { readConfiguration } from './shared/configuration.ts';

const USAGE =
  'usage: npm run --silent backtest -- [--json] [--config ground-control.yml] [--ask-prices] <file | folder | ->...';

function readArguments() {
  return orUsage(USAGE, () => {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { json: { type: 'boolean' }, config: { type: 'string' }, 'ask-prices': { type: 'boolean' } },
    });
    if (positionals.length === 0) throw new Error('no file, folder or - given');
    return {
      json: values.json === true,
      askPrices: values['ask-prices'] === true,
      config: values.config,
      paths: positionals.map((path) => fromUser(path)),
    };
  });
}

const NO_LIST: PriceList = async () => undefined;

async function backtest({ json, config, askPrices, paths }: ReturnType<typeof readArguments>): Promise<number> {
  const { configuration, past } = load(config, paths);
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
    const spent = `${formatUsd(month.spent)} of ${formatUsd(month.budget)}`;
    process.stdout.write(`${nameOf(month)}: ${spent} would have been spent${alertsOf(month)}\n`);
  }
  const unjudged = verdicts.filter(({ costUsd }) => costUsd === null).length;
  const warned = verdicts.filter(({ warned: list }) => list.length > 0).length;
  process.stdout.write(
    `${counted(past.events, 'event')}, ${counted(verdicts.length, 'job')}: ${warned} with a warning, ` +
      `${stopped.length} stopped, ${formatUsd(saved)} saved, ` +
      `${unjudged} without a known cost\n`,
  );
  if (!askPrices && verdicts.some(({ reason }) => reason?.includes('no price is known') === true)) {
    process.stdout.write('Some prices are not known. With --ask-prices, backtest asks the AWS Price List for them.\n');
  }
  return code;
}

function load(config: string | undefined, paths: readonly string[]) {
  const configuration = readConfiguration(config);
  try {
    return { configuration, past: readPast(paths) };
  } catch (error) {
    if (error instanceof UnreadablePath) throw new Refused(error.message, { cause: error });
    throw error;
  }
}

const alertsOf = ({ told }: PastMonth): string =>
  told.length === 0 ? '' : `, with alerts at ${told.join(' % and ')} %`;

function monthJson({ tag, value, month, spent, budget, told }: PastMonth): object {
  return { told, budget: { tag, value }, month, spentUsd: spent / 1_000_000, budgetUsd: budget / 1_000_000 };
}

function show(
  { job, type, costUsd, capUsd, warned, stoppedAt, stoppedFor, savedUsd, reason }: PastVerdict,
  timeZone: string,
): string {
  const usd = (amount: number | null) => (amount === null ? 'unknown' : formatUsd(toMicroUsd(amount)));
  const cap = capUsd === null ? '' : `, cap ${usd(capUsd)}`;
  const alerts = warned.length === 0 ? '' : `, warnings at ${warned.join(' % and ')} %`;
  const done =
    stoppedAt === null
      ? (reason ?? '')
      : `stopped at ${formatTime(new Date(stoppedAt), timeZone)} for ${stoppedFor}, saving ${usd(savedUsd)}`;
  return `${type} ${plainText(job, 100)}: cost ${usd(costUsd)}${cap}${alerts}; ${done}`;
}

endWithReader();
await runCommand('backtest', USAGE, () => backtest(readArguments()));
