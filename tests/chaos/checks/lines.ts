/**
 * Checks of the months in the table. The harness calculates by itself: whole numbers of 1e-10 USD an hour for a second.
 * A sum has up to 25 digits.
 */
import { USD_PER_HOUR } from '../plan/budgets.ts';
import type { Life } from '../plan/life.ts';
import type { Calendar } from '../truth/months.ts';
import type { Item } from './items.ts';

/** What a job of the plan costs an hour, in 1e-10 USD. */
const RATE = BigInt(Math.round(USD_PER_HOUR * 100)) * 10n ** 8n;
/** In a millionth of a USD. */
const UNITS = 3600n * 10n ** 4n;

/** What a job adds to a month: `base + rate x t` by second `t` since 1970. */
interface Part {
  readonly base: bigint;
  readonly rate: bigint;
}

/** A job that ended: begun seconds are charged, and the amount is rounded to a millionth of a USD, half up. */
function partOfEnded(from: number, to: number): Part {
  const spent = RATE * BigInt(Math.ceil((to - from) / 1000));
  return { base: ((2n * spent + UNITS) / (2n * UNITS)) * UNITS, rate: 0n };
}

/** A job that runs from second `from` on. */
const partOfRunning = (from: number): Part => ({ base: -RATE * BigInt(Math.floor(from)), rate: RATE });

const isMonth = ({ pk }: Item) => pk.startsWith('month#');
const isLine = ({ sk }: Item) => sk === 'line';

/** What `items` of jobs add up to. */
function sumsOf(items: readonly Item[]) {
  const rate = (of: readonly Item[]) => of.reduce((sum, item) => sum + BigInt(item.rate ?? 0), 0n);
  const having = (role: string) => items.filter((item) => item.role === role);
  return {
    base: items.reduce((sum, { base = 0 }) => sum + BigInt(base), 0n),
    rate: rate(items),
    protectedRate: rate(having('protected')),
    stoppingRate: rate(having('stopping')),
    jobs: BigInt(items.length - having('ended').length),
    unpriced: BigInt(having('unpriced').length),
  };
}

/** Lines that are not the sum of their jobs. */
export function wrongLines(all: readonly Item[]): string[] {
  return [...Map.groupBy(all.filter(isMonth), ({ pk }) => pk)].flatMap(([pk, items]) => {
    const {
      base = 0,
      rate = 0,
      protectedRate = 0,
      stoppingRate = 0,
      jobs = 0,
      unpriced = 0,
    } = items.find(isLine) ?? {};
    const line = Object.entries({ base, rate, protectedRate, stoppingRate, jobs, unpriced });
    const sums: Readonly<Record<string, bigint>> = sumsOf(items.filter((item) => !isLine(item)));
    return line.flatMap(([name, is]) =>
      BigInt(is) === sums[name] ? [] : [`${pk}: its ${name} is ${is}, and its jobs add up to ${sums[name]}`],
    );
  });
}

/** The names of the jobs that months count as running or ended. */
export const countedIn = (all: readonly Item[]): Set<string> =>
  new Set(all.flatMap((item) => (isMonth(item) && item.job !== undefined ? [nameOf(item.job)] : [])));

const nameOf = ({ arn }: { readonly arn: string }) => arn.slice(arn.lastIndexOf('/') + 1);

/**
 * Jobs that are not in their months as the plan says, when all faults are repaired. `ended`: when jobs ended that were
 * stopped, epoch milliseconds; by ARN.
 */
export function wrongMonths(
  lives: readonly Life[],
  all: readonly Item[],
  ended: ReadonlyMap<string, number>,
  calendar: Calendar,
): string[] {
  const expected = new Map<string, { readonly life: Life; readonly part: Part }>();
  for (const life of lives) {
    const { project, work, arn } = life;
    if (project === undefined || work === undefined) continue;
    const to = ended.get(arn) ?? work.to;
    const key = (month: string) => `month#project|${project}|${month} ${arn}`;
    const part = to === undefined ? partOfRunning(work.from / 1000) : partOfEnded(work.from, to);
    expected.set(key(calendar.month), { life, part });
    if (to === undefined) expected.set(key(calendar.next), { life, part: partOfRunning(calendar.nextBegins) });
  }
  const found = Map.groupBy(
    all.filter((item) => isMonth(item) && !isLine(item)),
    ({ pk, job }) => `${pk} ${job?.arn}`,
  );
  const jobs = [...expected].flatMap(([key, { life, part }]) => {
    const items = found.get(key) ?? [];
    const { base, rate } = sumsOf(items);
    const isEnded = part.rate === 0n;
    return items.length === 1 && base === part.base && rate === part.rate && (items[0]?.role === 'ended') === isEnded
      ? []
      : [
          `${life.name}: ${key} has ${items.length} items with ${base} + ${rate} t, not one with ${part.base} + ${part.rate} t`,
        ];
  });
  const strangers = [...found]
    .filter(([key]) => !expected.has(key))
    .flatMap(([key, items]) =>
      items.map(({ job }) => `${job && nameOf(job)}: it is in ${key}, where it does not belong`),
    );
  return [...jobs, ...strangers, ...wrongTotals(expected, all)];
}

/** Lines that differ from what the plan says was billed and runs on. */
function wrongTotals(expected: ReadonlyMap<string, { readonly part: Part }>, all: readonly Item[]): string[] {
  const byMonth = Map.groupBy(expected, ([key]) => key.slice(0, key.indexOf(' ')));
  return [...byMonth].flatMap(([pk, parts]) => {
    const line = all.find((item) => item.pk === pk && isLine(item));
    const due = (of: keyof Part) => parts.reduce((sum, [, { part }]) => sum + part[of], 0n);
    const [base, rate] = [BigInt(line?.base ?? 0), BigInt(line?.rate ?? 0)];
    return base === due('base') && rate === due('rate')
      ? []
      : [`${pk}: its line is ${base} + ${rate} t, and by the plan it is ${due('base')} + ${due('rate')} t`];
  });
}
