/**
 * What a job has cost so far, or in all: an estimate from its description and on-demand prices, never the bill.
 *
 * SageMaker charges whole seconds from the start of billing to the end, for each instance with its volume. Spot
 * capacity costs less. How much less is known when the job has ended (`BillableTimeInSeconds`); until then, what the
 * last jobs paid is the best estimate. Savings are in on-demand prices, as in SageMaker's console (SageMaker developer
 * guide, managed spot training).
 */
import type { Billing, Component, Instances } from '../../schemas/event/billing.ts';
import type { Pause } from '../../schemas/event/pauses.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import { counted } from '../../schemas/text/count.ts';
import { exactDuration } from '../../schemas/text/duration.ts';
import { hasEnded, judge } from '../change/outcome.ts';
import { amountOver, exact, type FineUsd, formatPrice, isCountable, type MicroUsd } from './money.ts';
import type { SpotShare } from './spot.ts';
import { type WarmPool, warmPoolOf } from './warm-pool.ts';

/** What an instance costs an hour, and where that price comes from. */
export interface Price {
  readonly perHour: FineUsd;
  readonly source: PriceSource;
  /** The day on which it was read, or from which it is valid: `2026-11-20`. */
  readonly asOf: string;
  /** The region of the shipped table that it is from. */
  readonly region?: string;
}

/** `sample`: of the AWS inside `npm start` and `npm run replay`, made from the shipped prices. */
export type PriceSource = 'price-list' | 'shipped' | 'configured' | 'sample';

/** The known prices: of instances, of a GB of volume a month, and what spot capacity costs of them. */
export interface Prices {
  readonly instance: (component: Component, type: string) => Price | undefined;
  readonly volumeMonth: (component: Component) => FineUsd;
  readonly spotShare: (type: string) => SpotShare | undefined;
}

/**
 * `billed`: from the time that SageMaker charges. `estimate`: from start and end. Spot capacity before SageMaker says
 * what it charges: `spot-estimate` at the share of the on-demand price that the last jobs paid, else `at-most`.
 */
export type CostKind = 'billed' | 'estimate' | 'spot-estimate' | 'at-most';

export interface Cost {
  readonly kind: CostKind;
  readonly amount: MicroUsd;
  /** What an hour costs while the job runs; 0 before its start and after its end. */
  readonly perHour: FineUsd;
  /** It waits for spot capacity: nothing is charged until its instances run again. */
  readonly isPaused: boolean;
  /** How `amount` was calculated: `2 x ml.g5.2xlarge x 3 h 12 m at $1.515/h`. */
  readonly formula: string;
  /** What spot capacity saved, if that is known. */
  readonly saved: MicroUsd | undefined;
  /** The share of the on-demand price that `amount` and `perHour` are calculated with. */
  readonly spot?: SpotShare | undefined;
  /** What the job goes on costing after its end, if SageMaker keeps its instances. */
  readonly warmPool?: WarmPool | undefined;
  readonly priced: Omit<Price, 'perHour'>;
  /** When each part of the amount was spent. Absent if it was spent evenly from start to end. */
  readonly parts?: readonly CostPart[];
}

export interface CostPart {
  readonly amount: MicroUsd;
  readonly from: Date;
  readonly to: Date;
}

/** Why the cost is not known. No job is stopped for a cost that is not known. */
export interface NotPriced {
  readonly notPriced: string;
}

export type Metered = Cost | NotPriced;

export const isPriced = (metered: Metered): metered is Cost => 'amount' in metered;

/** EBS counts 30 days as a month (EBS pricing). */
const HOURS_A_MONTH = 720n;
/** Instances with NVMe storage instead of a volume, so no volume is charged (developer guide, ResourceConfig). */
const OWN_STORAGE = /^ml\.(?:g4dn|g5|g6e?|p3dn|p4de?|p5e?n?|p6|trn\d+n?|[cmrxz]\d+[a-z]*d[a-z]*)\./;

/** No job runs for so long: SageMaker allows 30 days at most (quotas of tuning jobs). Seconds. */
const LONGEST_RUN = 366 * 86_400;
/** Clocks differ by less than this. Seconds. */
const CLOCKS_DIFFER = 86_400;

const TOO_LARGE: NotPriced = {
  notPriced: 'it is more than Ground Control can calculate, so the price or the number of instances must be wrong',
};

/** What a job has cost at `now`. Times or amounts that cannot be right make the cost unknown, never wrong. */
export function meter(change: StateChange, prices: Prices, now: Date): Metered {
  const { billing, instances, startedAt } = change;
  if (billing === undefined) return { notPriced: 'the job is not charged by the hour' };
  if (billing.notPriced !== undefined) return { notPriced: billing.notPriced };
  const rates: Rate[] = [];
  for (const group of instances) {
    const rate = rateOf(group, billing.component, billing.volumeGb, prices);
    if ('notPriced' in rate) return rate;
    rates.push(rate);
  }
  const [first] = rates;
  if (first === undefined) return { notPriced: 'SageMaker does not say which instances the job uses' };
  const isOpen = startedAt !== undefined && change.endedAt === undefined && billing.billableSeconds === undefined;
  if (isOpen && hasEnded(change, judge(change))) return { notPriced: 'SageMaker does not say when the job ended' };
  const mistake = mistakenTimes(change, billing, now);
  if (mistake !== undefined) return { notPriced: mistake };
  const perHour = rates.reduce((sum, rate) => sum + rate.perHour, 0n);
  const ended = change.endedAt !== undefined;
  const elapsed = startedAt === undefined ? 0 : secondsBetween(startedAt, change.endedAt ?? now);
  const pauses = pausesOf(change);
  const paused = startedAt === undefined ? 0 : pausedSeconds(pauses, startedAt, change.endedAt ?? now);
  const run = Math.max(0, elapsed - paused);
  const charged = Math.ceil(billing.billableSeconds ?? run);
  const retained = Math.ceil(billing.retainedSeconds ?? 0);
  const known = billing.billableSeconds !== undefined;
  const spot = billing.spot === true && !known ? spotShareFor(instances, prices) : undefined;
  const rate = spot === undefined ? perHour : percentOf(perHour, spot.percent);
  const amount = amountOver(rate, charged) + amountOver(perHour, retained);
  if (!isCountable(amount, rate)) return TOO_LARGE;
  const pausing = pauses.some(({ to }) => to === undefined);
  const formula = formulaOf(rates, prices.volumeMonth(billing.component), charged, retained);
  return {
    kind: known ? 'billed' : billing.spot !== true ? 'estimate' : spot === undefined ? 'at-most' : 'spot-estimate',
    amount,
    perHour: ended || startedAt === undefined ? 0n : rate,
    isPaused: pausing && !ended,
    formula: spot === undefined ? formula : `${spot.percent} % of (${formula})`,
    saved:
      known && billing.spot === true
        ? exact(amountOver(perHour, Math.max(0, Math.ceil(billing.trainedSeconds ?? run) - charged)))
        : undefined,
    spot,
    warmPool: warmPoolOf(change, perHour, now),
    priced: rates.find(({ price }) => price.source === 'shipped')?.price ?? first.price,
  };
}

/** The share for a job on `instances`: the highest of their types. Absent if that of one type is not known. */
function spotShareFor(instances: readonly Instances[], { spotShare }: Prices): SpotShare | undefined {
  const shares = instances.map(({ type }) => spotShare(type));
  return shares.reduce((one, other) =>
    one === undefined || other === undefined ? undefined : one.percent < other.percent ? other : one,
  );
}

/** Rounded up. */
const percentOf = (price: FineUsd, percent: number): FineUsd => (price * BigInt(percent) + 99n) / 100n;

/** Why the times of a job cannot be right; absent when they can. */
function mistakenTimes({ startedAt, endedAt }: StateChange, billing: Billing, now: Date): string | undefined {
  const { billableSeconds = 0, keepAliveSeconds = 0, retainedSeconds = 0, trainedSeconds = 0 } = billing;
  if (Math.max(billableSeconds, keepAliveSeconds, retainedSeconds, trainedSeconds) > LONGEST_RUN)
    return 'SageMaker reports more billed time than any job can have';
  if (startedAt === undefined) return undefined;
  const elapsed = ((endedAt ?? now).getTime() - startedAt.getTime()) / 1000;
  if (elapsed >= -CLOCKS_DIFFER && elapsed <= LONGEST_RUN) return undefined;
  const start = `its start (${dayOf(startedAt)})`;
  return endedAt === undefined
    ? `${start} cannot be right`
    : `${start} and its end (${dayOf(endedAt)}) cannot both be right`;
}

/** `2026-11-20`, also for years with more digits. */
const dayOf = (instant: Date): string => instant.toISOString().replace(/T.*/, '');

interface Rate {
  readonly group: Instances;
  readonly price: Price;
  /** For all instances of the group, with their volumes. */
  readonly perHour: FineUsd;
  /** The charged size of each volume. */
  readonly volumeGb: number;
}

function rateOf(
  group: Instances,
  component: Component,
  volumeGb: number | undefined,
  prices: Prices,
): Rate | NotPriced {
  const { type, count } = group;
  if (count === undefined) return { notPriced: `SageMaker does not say how many instances of ${type} the job uses` };
  const price = prices.instance(component, type);
  if (price === undefined) return { notPriced: `no price is known for ${type} (${component})` };
  const gb = OWN_STORAGE.test(type) ? 0 : Math.ceil(volumeGb ?? 0);
  const whole = BigInt(Math.ceil(count));
  const volumes = (prices.volumeMonth(component) * BigInt(gb) * whole) / HOURS_A_MONTH;
  return { group, price, perHour: price.perHour * whole + volumes, volumeGb: gb };
}

function formulaOf(rates: readonly Rate[], volumeMonth: FineUsd, charged: number, retained: number): string {
  const warm = retained === 0 ? '' : ` + ${exactDuration(retained)} kept warm`;
  const time = warm === '' ? exactDuration(charged) : `(${exactDuration(charged)}${warm})`;
  const groups = rates.map(
    ({ group: { type, count }, price }) => `${count} x ${type} x ${time} at ${formatPrice(price.perHour)}/h`,
  );
  const gb = rates.find(({ volumeGb }) => volumeGb > 0)?.volumeGb;
  const volumes = gb === undefined ? '' : `, volumes of ${gb} GB at ${formatPrice(volumeMonth)}/GB-month`;
  return `${groups.join(' + ')}${volumes}`;
}

/** Whole seconds, rounded up: SageMaker charges by the second. */
function secondsBetween(from: Date, to: Date): number {
  return Math.max(0, Math.ceil((to.getTime() - from.getTime()) / 1000));
}

/**
 * The pauses of a job on spot capacity. A job on demand is charged from its start to its end, whatever its statuses
 * (API reference, DescribeTrainingJob). Before its start every job waits, but is not charged yet.
 */
const pausesOf = ({ billing, startedAt }: StateChange): readonly Pause[] =>
  startedAt === undefined || billing?.spot === false
    ? []
    : (billing?.pauses ?? []).filter(({ from }) => from >= startedAt);

/** Seconds between `start` and `end` in which nothing ran. Pauses that overlap count once. */
function pausedSeconds(pauses: readonly Pause[], start: Date, end: Date): number {
  let upTo = start.getTime();
  let milliseconds = 0;
  for (const { from, to } of [...pauses].sort((a, b) => a.from.getTime() - b.from.getTime())) {
    const begin = Math.max(from.getTime(), upTo);
    const finish = Math.min(to?.getTime() ?? end.getTime(), end.getTime());
    if (finish > begin) {
      milliseconds += finish - begin;
      upTo = finish;
    }
  }
  return Math.floor(milliseconds / 1000);
}

/** The cost of a tuning job: the sum over its training jobs. One unknown cost makes the sum unknown. */
export function sumOf(children: readonly Metered[]): Metered {
  if (children.length === 0) return { notPriced: 'SageMaker lists no training jobs of this tuning job' };
  const unpriced = children.find((child) => !isPriced(child));
  if (unpriced !== undefined && !isPriced(unpriced))
    return { notPriced: `one of its training jobs has no known cost: ${unpriced.notPriced}` };
  const costs = children.filter(isPriced);
  const savings = costs.flatMap(({ saved }) => (saved === undefined ? [] : [saved]));
  const amount = sum(costs.map((cost) => cost.amount));
  const perHour = costs.reduce((total, cost) => total + (cost.isPaused ? 0n : cost.perHour), 0n);
  if (!isCountable(amount, perHour)) return TOO_LARGE;
  return {
    kind: LEAST_CERTAIN.find((one) => costs.some(({ kind }) => kind === one)) ?? 'estimate',
    amount,
    perHour,
    isPaused: costs.length > 0 && costs.every(({ isPaused }) => isPaused),
    formula: `the sum of ${counted(costs.length, 'training job')}`,
    saved: savings.length === 0 ? undefined : exact(sum(savings)),
    priced: costs.find(({ priced }) => priced.source === 'shipped')?.priced ??
      costs[0]?.priced ?? { source: 'configured', asOf: '' },
  };
}

/** A sum is as certain as its least certain part. */
const LEAST_CERTAIN = ['at-most', 'spot-estimate', 'estimate', 'billed'] as const satisfies readonly CostKind[];

const sum = (amounts: readonly MicroUsd[]): MicroUsd => amounts.reduce((total, amount) => total + amount, 0);
