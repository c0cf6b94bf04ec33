/**
 * `npm run --silent backtest -- (--days <n> | <file | folder | ->…) [options]`
 *
 * Prints what past jobs cost, what failed jobs wasted, and what a policy would have warned about, stopped and saved.
 * With `--days` it reads the account's own jobs, with your credentials: only List and Describe calls to SageMaker.
 * Otherwise it reads files of events. It changes nothing. Prices come from the policy and from the table shipped with
 * Ground Control. With `--ask-prices` it also reads the AWS Price List.
 * Exit 0. Exit 1 if it skipped something, or could not read everything. Exit 2 for wrong usage, a wrong region, a path
 * that cannot be read, or an invalid policy. Exit 130 after Ctrl-C.
 */
import { basename, join } from 'node:path';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { CLIENT_SETTINGS } from '../adapters/client-settings.ts';
import { paceCalls } from '../adapters/sagemaker/pace.ts';
import { formatTime } from '../domain/alert/render/time.ts';
import { type Past, pastOf } from '../local/backtest/past-jobs.ts';
import { endWithReader } from '../local/play/end-with-reader.ts';
import { readEvents, UnreadablePath } from '../local/play/input.ts';
import { SERVICE } from '../local/play/play.ts';
import type { Configuration } from '../schemas/configuration/file.ts';
import { counted } from '../schemas/text/count.ts';
import { type Arguments, type JobSource, readArguments, USAGE } from './backtest/arguments.ts';
import { jobCacheIn } from './backtest/cache.ts';
import { HistoryInterrupted, inputOf, readHistory } from './backtest/history.ts';
import { limitOfPrices, limitsOfHistory } from './backtest/limits-of-history.ts';
import { askedPrices, standInPrices } from './backtest/prices.ts';
import { csvLines, jsonLines } from './backtest/records.ts';
import { type Report, reportOn } from './backtest/report.ts';
import { prepareFolder, saveEvents } from './backtest/save.ts';
import { showReport } from './backtest/show.ts';
import { Refused, runCommand } from './shared/cli.ts';
import { configurationPath, readConfiguration } from './shared/configuration.ts';
import { findPlace } from './shared/place.ts';
import { progressOn } from './shared/progress.ts';

/** The folder of what was read of accounts, which git ignores. `GROUND_CONTROL_CACHE` names another one. */
const cacheFolder = (): string => process.env['GROUND_CONTROL_CACHE'] ?? join(SERVICE, '.backtest');

const warn = (message: string) => process.stderr.write(`backtest: ${message}\n`);

/** Jobs to judge, and what is said about them. */
interface Jobs {
  readonly past: Past;
  readonly title: string;
  /** What the jobs cannot show. */
  readonly limits: readonly string[];
}

async function backtest({ from, format, askPrices, config }: Arguments): Promise<number> {
  const configuration = readConfiguration(config);
  const prices = askPrices ? await askedPrices(warn) : standInPrices(configuration.budgets.prices);
  const { past, title, limits } =
    from.kind === 'account' ? await ofAccount(from, configuration) : ofFiles(from.paths, configuration);
  const report = await reportOn(past, configuration, prices);
  const notes = [limitOfPrices(prices.asOf), ...limits];
  for (const what of past.leftOut) warn(what);
  const failed = prices.failed();
  if (failed > 1) warn(`${counted(failed - 1, 'more price')} could not be read either`);
  const width = process.stdout.isTTY ? process.stdout.columns : undefined;
  const lines =
    format === 'json'
      ? jsonLines(report, notes)
      : format === 'csv'
        ? csvLines(report)
        : showReport(report, { configuration, width, title, notes, hints: hintsOn(report, from, config) });
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return past.leftOut.length + failed === 0 ? 0 : 1;
}

function ofFiles(paths: readonly string[], { timeZone }: Configuration): Jobs {
  try {
    const past = pastOf(readEvents(paths));
    const until = past.jobs.length === 0 ? '' : `, until ${formatTime(past.until, timeZone)}`;
    return { past, title: `${counted(past.events, 'event')}, ${counted(past.jobs.length, 'job')}${until}`, limits: [] };
  } catch (error) {
    if (error instanceof UnreadablePath) throw new Refused(error.message, { cause: error });
    throw error;
  }
}

/** The jobs of the account, which are saved as events if the user asked for it. */
async function ofAccount(
  { days, region, save }: Extract<JobSource, { kind: 'account' }>,
  { timeZone }: Configuration,
): Promise<Jobs> {
  const place = await findPlace('backtest', { region });
  if (save !== undefined) prepareFolder(save);
  const now = new Date();
  const client = new SageMakerClient({ ...CLIENT_SETTINGS, ...place });
  paceCalls(client);
  const cache = jobCacheIn(cacheFolder(), place.region, now);
  const progress = progressOn(process.stderr, 'backtest');
  const interrupted = () => {
    progress.clear();
    warn('interrupted: what was read is kept, and the same command continues there');
  };
  process.prependOnceListener('SIGINT', interrupted);
  try {
    const history = await readHistory(client, { days, now, cache, progress });
    if (save !== undefined && history.events.length > 0) {
      const path = saveEvents(save, place.region, history.events);
      warn(`${counted(history.events.length, 'event')} saved in ${path}`);
    }
    const past = pastOf(inputOf(history));
    const span = `between ${formatTime(history.since, timeZone)} and ${formatTime(now, timeZone)}`;
    const title = `${counted(past.jobs.length, 'job')} in ${place.region} that ran ${span}`;
    return { past: { ...past, until: now }, title, limits: limitsOfHistory(history.since, timeZone) };
  } catch (error) {
    progress.clear();
    if (!(error instanceof HistoryInterrupted)) throw error;
    warn(error.message);
    throw error.cause;
  } finally {
    process.off('SIGINT', interrupted);
  }
}

/** What the user can do next. */
function hintsOn({ jobs, isLimited }: Report, from: JobSource, config: string | undefined): string[] {
  const policy = basename(configurationPath(config));
  if (jobs.length === 0)
    return from.kind === 'account' ? ['Is this the right region? Give another one with --region.'] : [];
  return [
    ...(isLimited
      ? []
      : [
          `${policy} sets no cap and no monthly budget, so it stops nothing. Set some under "budgets", and run this again.`,
        ]),
    ...(from.kind === 'account'
      ? [
          `To try another policy, give it with --config. The jobs that were read are kept for a day in ${basename(cacheFolder())}/.`,
        ]
      : []),
  ];
}

endWithReader();
await runCommand('backtest', USAGE, () => backtest(readArguments()));
