/**
 * `npm run --silent backtest -- [--json] [--policy <file>] [--ask-prices] <file | folder | ->…`
 *
 * What a policy would have warned of, stopped and saved over events of the past: the archive's export, or any event files.
 * Nothing is touched; prices are the policy's and those shipped with Ground Control, and with `--ask-prices` those of the AWS
 * Price List, which is the only thing that is called then.
 * Exit 0; 2 for wrong usage, an unreadable path or a policy that is not valid.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Costs, costsWith } from '../adapters/costs.ts';
import { type PriceList, priceListWith } from '../adapters/price-list.ts';
import { type Cap, limitsOf } from '../domain/budget/limits.ts';
import { type Cost, isPriced, type Metered } from '../domain/cost/meter.ts';
import { formatUsd, type MicroUsd } from '../domain/cost/money.ts';
import { judge } from '../domain/outcome.ts';
import { ownerOf } from '../domain/owner.ts';
import { formatTime } from '../domain/render/time.ts';
import { ConfigurationError, readConfigurationFile } from '../infrastructure/configuration-file.ts';
import { type Budgeted, isBudgeted } from '../schemas/budgets.ts';
import type { Configuration } from '../schemas/configuration.ts';
import { ProcessingJobStateChange } from '../schemas/processing-job.ts';
import type { StateChange } from '../schemas/state-change.ts';
import { plainText } from '../schemas/text.ts';
import { TrainingJobStateChange } from '../schemas/training-job.ts';
import { TransformJobStateChange } from '../schemas/transform-job.ts';
import { orUsage, Refused, runCommand } from './command.ts';
import { fromUser, sourcesOf, UnreadablePath } from './input.ts';
import { SERVICE } from './play.ts';
import { endWithReader } from './play-all.ts';
import { pricesInMemory } from './prices-in-memory.ts';

const USAGE =
  'usage: npm run --silent backtest -- [--json] [--policy ground-control.yml] [--ask-prices] <file | folder | ->...';

/** What becomes of one job under the policy. */
interface Verdict {
  readonly job: string;
  readonly type: Budgeted;
  readonly endedAt: string | null;
  readonly costUsd: number | null;
  readonly capUsd: number | null;
  /** Per cent that would have been warned of. */
  readonly warned: readonly number[];
  readonly stoppedAt: string | null;
  readonly savedUsd: number;
  /** Why nothing would have been done. */
  readonly reason: string | null;
}

// What the training jobs of a tuning job cost together, and which of them they are, its own events do not tell.
const SCHEMAS = [TrainingJobStateChange, ProcessingJobStateChange, TransformJobStateChange];

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

/** The last word on each job: the event of its end, or else the latest one. */
function jobsIn(paths: readonly string[]): { jobs: Map<string, StateChange>; read: number } {
  const jobs = new Map<string, StateChange>();
  let read = 0;
  for (const { read: load } of sourcesOf(paths)) {
    read++;
    const event = load();
    for (const schema of SCHEMAS) {
      const parsed = schema.safeParse(event);
      if (!parsed.success) continue;
      const change = parsed.data;
      const key = `${change.resource.arn ?? change.resource.name}|${change.createdAt?.getTime() ?? 0}`;
      const before = jobs.get(key);
      if (before === undefined || isLater(change, before)) jobs.set(key, merged(change, before));
      else jobs.set(key, merged(before, change));
    }
  }
  return { jobs, read };
}

function isLater(change: StateChange, before: StateChange): boolean {
  const running = (one: StateChange) => judge(one).outcome === 'running';
  if (running(change) !== running(before)) return running(before);
  return (change.event.at?.getTime() ?? 0) >= (before.event.at?.getTime() ?? 0);
}

/** What one event leaves out another may tell. */
const merged = (last: StateChange, other: StateChange | undefined): StateChange => ({
  ...last,
  startedAt: last.startedAt ?? other?.startedAt,
  endedAt: last.endedAt ?? (judge(last).outcome === 'running' ? undefined : last.event.at),
  instances: last.instances.length > 0 ? last.instances : (other?.instances ?? []),
  tags: last.tags.size > 0 ? last.tags : (other?.tags ?? last.tags),
});

async function judgeJob(
  change: StateChange,
  { budgets, tags }: Configuration,
  costs: Costs,
): Promise<Verdict | undefined> {
  const { type } = change.resource;
  if (!isBudgeted(type) || change.parentArn !== undefined) return undefined;
  const { cap, protected: isProtected } = limitsOf(type, change.tags, ownerOf(change.tags, tags), budgets);
  const metered = await costOf(change, costs);
  const base = {
    job: change.resource.name,
    type,
    endedAt: change.endedAt?.toISOString() ?? null,
    costUsd: isPriced(metered) ? metered.amount / 1_000_000 : null,
    capUsd: cap === undefined ? null : cap.amount / 1_000_000,
    warned: [],
    stoppedAt: null,
    savedUsd: 0,
  };
  if (!isPriced(metered)) return { ...base, reason: `not priced: ${metered.notPriced}` };
  if (cap === undefined) return { ...base, reason: 'no cap' };
  const warned = budgets.warnAt.filter((percent) => metered.amount >= (cap.amount * percent) / 100);
  const over = metered.amount - cap.amount;
  if (over <= 0) return { ...base, warned, reason: 'within its cap' };
  if (isProtected) return { ...base, warned, reason: 'over its cap, and protected' };
  return { ...base, warned, ...stopOf(change, metered, cap, over), reason: null };
}

async function costOf(change: StateChange, costs: Costs): Promise<Metered> {
  if (change.startedAt === undefined) return { notPriced: 'no event says when it began' };
  if (change.endedAt === undefined) return { notPriced: 'no event says when it ended' };
  return costs(change, change.endedAt);
}

const NO_LIST: PriceList = async () => undefined;

function stopOf({ startedAt, endedAt }: StateChange, cost: Cost, cap: Cap, over: MicroUsd) {
  const seconds = ((endedAt?.getTime() ?? 0) - (startedAt?.getTime() ?? 0)) / 1000;
  // The cost grows evenly: the cap is reached at its share of the time.
  const at = (startedAt?.getTime() ?? 0) + Math.floor((seconds * cap.amount) / cost.amount) * 1000;
  return { stoppedAt: new Date(at).toISOString(), savedUsd: over / 1_000_000 };
}

async function backtest({ json, policy, askPrices, paths }: ReturnType<typeof readArguments>): Promise<number> {
  const { configuration, events } = load(policy, paths);
  const list = askPrices
    ? priceListWith(pricesInMemory(), (message) => process.stderr.write(`backtest: ${message}\n`))
    : NO_LIST;
  const costs = costsWith(configuration.budgets.prices, list, async () => []);
  const verdicts: Verdict[] = [];
  for (const change of events.jobs.values()) {
    const verdict = await judgeJob(change, configuration, costs);
    if (verdict !== undefined) verdicts.push(verdict);
  }
  const stopped = verdicts.filter(({ stoppedAt }) => stoppedAt !== null);
  const saved = Math.round(verdicts.reduce((sum, { savedUsd }) => sum + savedUsd, 0) * 1_000_000);
  if (json) {
    for (const verdict of verdicts) process.stdout.write(`${JSON.stringify(verdict)}\n`);
    return 0;
  }
  for (const verdict of verdicts) process.stdout.write(`${show(verdict, configuration.timeZone)}\n`);
  const unpriced = verdicts.filter(({ costUsd }) => costUsd === null).length;
  const warned = verdicts.filter(({ warned: list }) => list.length > 0).length;
  process.stdout.write(
    `${events.read} events, ${verdicts.length} jobs: ${warned} warned of, ${stopped.length} stopped, ${formatUsd(saved)} saved; ` +
      `${unpriced} without a price\n`,
  );
  return 0;
}

function load(policy: string, paths: readonly string[]) {
  try {
    return { configuration: readConfigurationFile(policy), events: jobsIn(paths) };
  } catch (error) {
    if (error instanceof ConfigurationError || error instanceof UnreadablePath)
      throw new Refused(error.message, { cause: error });
    throw error;
  }
}

function show({ job, type, costUsd, capUsd, warned, stoppedAt, savedUsd, reason }: Verdict, timeZone: string): string {
  const usd = (amount: number | null) => (amount === null ? 'unknown' : formatUsd(Math.round(amount * 1_000_000)));
  const cap = capUsd === null ? '' : ` of ${usd(capUsd)}`;
  const said = warned.length === 0 ? '' : `, warned of at ${warned.join(' % and ')} %`;
  const done =
    stoppedAt === null
      ? (reason ?? '')
      : `stopped at ${formatTime(new Date(stoppedAt), timeZone)}, saving ${usd(savedUsd)}`;
  return `${type} ${plainText(job, 100)}: cost ${usd(costUsd)}${cap}${said}; ${done}`;
}

endWithReader();
await runCommand('backtest', USAGE, () => backtest(readArguments()));
