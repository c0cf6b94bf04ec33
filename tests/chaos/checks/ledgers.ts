/** Checks of the months' ledgers. Amounts are millionths of a USD. */
import type { LocalAws } from '../../../local/embedded-aws/start.ts';
import { USD_PER_HOUR } from '../plan/budgets.ts';
import type { Life } from '../plan/life.ts';
import type { Item } from './items.ts';

/** What `seconds` cost: exact for whole seconds, because an hour costs whole hundredths of a USD. */
const costOf = (seconds: number) => Math.round((USD_PER_HOUR * 1_000_000 * seconds) / 3600);

const ledgersIn = (all: readonly Item[]) => all.filter(({ pk }) => pk.startsWith('ledger#'));

/** Checks of a month `seconds` into the story: every booked job is in the ledger, and no money is promised twice. */
export function overbooked(lives: readonly Life[], all: readonly Item[], usd: number, seconds: number): string[] {
  const sharing = lives.filter(({ budget }) => budget === 'sharing');
  const ledgers = ledgersIn(all);
  const holdings = new Map(
    ledgers.flatMap(({ pk, jobs: held = {} }) => (pk.includes('|sharing|') ? Object.entries(held) : [])),
  );
  const given = [...holdings.values()].reduce((sum, { upTo, spent }) => sum + Math.max(upTo, spent), 0);
  const known = new Set(all.flatMap(({ pk }) => (pk.startsWith('budget#') ? [pk] : [])));
  const lost = sharing.filter(
    ({ arn }) =>
      known.has(`budget#training-job|${arn}`) && ![...holdings.keys()].some((key) => key.includes(`${arn}|`)),
  );
  // A job without money goes on spending until it is stopped.
  const most = usd * 1_000_000 + sharing.length * costOf(seconds);
  return [
    ...lost.map(({ name }) => `${name}: it was booked, and does not stand in its month`),
    ...(given > most ? [`the month of those that share has given away ${given} of ${most}`] : []),
  ];
}

/** Final checks of the ledgers: every job is in its ledger once, with what it cost. */
export function checkLedgers(
  lives: readonly Life[],
  all: readonly Item[],
  { sageMaker }: Pick<LocalAws, 'sageMaker'>,
): string[] {
  const ledgers = ledgersIn(all);
  const nameOf = (key: string) => /job-\d+/.exec(key.replace(/^[^|]*\|[^/]*\//, ''))?.[0] ?? key;
  const ended = new Map<string, number>();
  for (const { job, amount = 0 } of ledgers) {
    if (job !== undefined) ended.set(nameOf(job), (ended.get(nameOf(job)) ?? 0) + amount);
  }
  const running = new Map(
    ledgers.flatMap(({ jobs: held = {} }) => Object.entries(held).map(([key, holding]) => [nameOf(key), holding])),
  );
  const wrong = lives.flatMap((job) => {
    const inLedger = [ended.has(job.name), running.has(job.name) && !ended.has(job.name)];
    if (job.budget === 'counted') {
      const cost = costOf(Math.ceil(((job.work?.to ?? 0) - (job.work?.from ?? 0)) / 1000));
      return ended.get(job.name) === cost
        ? []
        : [`${job.name}: its month says ${ended.get(job.name)}, and it cost ${cost}`];
    }
    if (job.budget === 'sharing') {
      const isStopped = sageMaker.stopped.includes(job.arn);
      const holding = running.get(job.name);
      if (isStopped && ended.has(job.name)) return [];
      if (inLedger[0] !== false || holding === undefined) return [`${job.name}: its month does not say that it runs`];
      // A job that may go on must have money left.
      return holding.footing === 'free' && holding.upTo <= holding.spent
        ? [`${job.name}: it may go on, and has nothing left: ${JSON.stringify(holding)}`]
        : [];
    }
    return inLedger.includes(true) ? [`${job.name}: it stands in a ledger, and belongs to none`] : [];
  });
  const count = ended.size + [...running.keys()].filter((name) => !ended.has(name)).length;
  const expected = lives.filter(({ budget }) => budget === 'counted' || budget === 'sharing').length;
  return count === expected ? wrong : [...wrong, `the ledgers hold ${count} jobs of ${expected}`];
}
