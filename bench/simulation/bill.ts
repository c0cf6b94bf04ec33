/**
 * What AWS bills for simulated training jobs: the truth that the product is judged by.
 *
 * It imports nothing of the product. It adds up seconds of timelines, in US dollars and whole seconds since 1970.
 * Sources: API reference of DescribeTrainingJob (TrainingStartTime to TrainingEndTime is charged, with the upload of
 * results; BillableTimeInSeconds; WarmPoolStatus); developer guide on managed spot training and on warm pools; AWS bulk
 * price list of us-east-1, September 2026.
 */

/** Secondary statuses of a training job; `Warm` is the time of a warm pool after it. */
export type Status =
  | 'Starting'
  | 'LaunchingMLInstances'
  | 'Downloading'
  | 'Training'
  | 'Interrupted'
  | 'Stopping'
  | 'Uploading'
  | 'Warm';

/** Whether instances run, so that AWS charges for them. */
const CHARGED: Readonly<Record<Status, boolean>> = {
  Starting: false,
  LaunchingMLInstances: false,
  Downloading: true,
  Training: true,
  Interrupted: false,
  Stopping: true,
  Uploading: true,
  Warm: true,
};

/** A time that a job spends in one status. */
export interface Phase {
  readonly status: Status;
  readonly from: number;
  readonly to: number;
}

/** Instances of one type. A job with several types has an instance group for each. */
export interface Group {
  readonly type: string;
  readonly count: number;
}

/** What a job uses. */
export interface Machines {
  readonly groups: readonly Group[];
  /** GB of volume of each instance. */
  readonly volumeGb: number;
  /** The part of the price that spot capacity saves; 0 on demand. */
  readonly discount: number;
}

/** A job's machines, and its phases without gaps, in their order. */
export interface Life extends Machines {
  readonly phases: readonly Phase[];
}

/** US dollars an hour. */
export const USD_AN_HOUR: Readonly<Record<string, number>> = {
  'ml.m5.large': 0.115,
  'ml.m5.xlarge': 0.23,
  'ml.m5.4xlarge': 0.922,
  'ml.c5.4xlarge': 0.816,
  'ml.c5.9xlarge': 1.836,
  'ml.r5.4xlarge': 1.21,
  'ml.g4dn.xlarge': 0.736,
  'ml.g5.xlarge': 1.408,
  'ml.g5.2xlarge': 1.515,
  'ml.g5.12xlarge': 7.09,
  'ml.g6.xlarge': 1.127,
  'ml.g6.12xlarge': 5.752,
  'ml.p4d.24xlarge': 25.251,
  'ml.p5.48xlarge': 63.296,
};
/** These have storage of their own: no volume is charged. */
const WITH_OWN_STORAGE = ['ml.g4dn.', 'ml.g5.', 'ml.g6.', 'ml.p4d.', 'ml.p5.'];
/** US dollars for a GB of volume in a month of 30 days. */
const USD_A_GB_MONTH = 0.14;

/** What a second costs while instances run, without the discount of spot capacity. */
export function onDemandUsdPerSecond({ groups, volumeGb }: Machines): number {
  let usd = 0;
  for (const { type, count } of groups) {
    const price = USD_AN_HOUR[type];
    if (price === undefined) throw new Error(`the bill has no price of ${type}`);
    const gb = WITH_OWN_STORAGE.some((family) => type.startsWith(family)) ? 0 : volumeGb;
    usd += count * (price / 3600 + (gb * USD_A_GB_MONTH) / (30 * 24 * 3600));
  }
  return usd;
}

export const isCharged = ({ status }: Phase): boolean => CHARGED[status];

/** Seconds of `phase` that lie between `from` and `to`. */
export const secondsWithin = (phase: Phase, from: number, to: number): number =>
  Math.max(0, Math.min(phase.to, to) - Math.max(phase.from, from));

/** The seconds for which instances ran between `from` and `to`. */
export function chargedSeconds({ phases }: Life, from: number, to: number): number {
  let seconds = 0;
  for (const phase of phases) if (isCharged(phase)) seconds += secondsWithin(phase, from, to);
  return seconds;
}

/** The bill from `from` to `to`. */
export const usdBetween = (life: Life, from: number, to: number): number =>
  chargedSeconds(life, from, to) * onDemandUsdPerSecond(life) * (1 - life.discount);

/** The second in which the bill from `from` on reaches `usd`; absent when it never does. */
export function reachedAt(life: Life, usd: number, from = 0): number | undefined {
  const perSecond = onDemandUsdPerSecond(life) * (1 - life.discount);
  let left = usd;
  for (const phase of life.phases) {
    if (!isCharged(phase)) continue;
    const begin = Math.max(phase.from, from);
    const cost = Math.max(0, phase.to - begin) * perSecond;
    if (cost >= left) return begin + left / perSecond;
    left -= cost;
  }
  return undefined;
}

/** When the instances first run, and when the job ends: its warm pool comes after that. */
export const startOf = ({ phases }: Life): number => phases.find(isCharged)?.from ?? Number.POSITIVE_INFINITY;
export const endOf = ({ phases }: Life): number => phases.findLast(({ status }) => status !== 'Warm')?.to ?? 0;

/** How long a stopped container takes to end, how long its results take to upload, how long its pool is kept. */
export interface WindDown {
  readonly stopSeconds: number;
  readonly uploadSeconds: number;
  readonly warmSeconds: number;
}

/**
 * The life of a job that is stopped at `at`: its container gets up to 120 seconds, then its results are uploaded, and
 * its warm pool stays. A job without instances ends at once. One that uploads its results already ends as it would have.
 */
export function stopped(life: Life, at: number, { stopSeconds, uploadSeconds, warmSeconds }: WindDown): Life {
  const present = life.phases.find(({ from, to }) => from <= at && at < to);
  if (present === undefined || present.status === 'Uploading' || present.status === 'Warm') return life;
  const before = life.phases.flatMap((phase) => (phase.from >= at ? [] : [{ ...phase, to: Math.min(phase.to, at) }]));
  if (!isCharged(present)) return { ...life, phases: before };
  return { ...life, phases: [...before, ...inTurn(at, ending({ stopSeconds, uploadSeconds, warmSeconds }))] };
}

/** How a stopped job ends. */
const ending = ({ stopSeconds, uploadSeconds, warmSeconds }: WindDown): (readonly [Status, number])[] => [
  ['Stopping', stopSeconds],
  ['Uploading', uploadSeconds],
  ['Warm', warmSeconds],
];

/** The phases that take so many seconds each, one after the other, from `at` on. */
export function inTurn(at: number, lengths: readonly (readonly [Status, number])[]): Phase[] {
  let from = at;
  return lengths.flatMap(([status, seconds]) => {
    if (seconds <= 0) return [];
    const phase = { status, from, to: from + seconds };
    from = phase.to;
    return [phase];
  });
}

const at = (iso: string): number => Date.parse(iso) / 1000;

/**
 * When October, November and December 2026 begin, and when December ends. Written down, not computed: clocks go back on
 * 25 October in Berlin and on 1 November in New York.
 */
export const MONTHS = {
  UTC: ['2026-10-01T00:00Z', '2026-11-01T00:00Z', '2026-12-01T00:00Z', '2027-01-01T00:00Z'].map(at),
  'America/New_York': ['2026-10-01T04:00Z', '2026-11-01T04:00Z', '2026-12-01T05:00Z', '2027-01-01T05:00Z'].map(at),
  'Europe/Berlin': ['2026-09-30T22:00Z', '2026-10-31T23:00Z', '2026-11-30T23:00Z', '2026-12-31T23:00Z'].map(at),
  'Asia/Kolkata': ['2026-09-30T18:30Z', '2026-10-31T18:30Z', '2026-11-30T18:30Z', '2026-12-31T18:30Z'].map(at),
} as const satisfies Record<string, readonly number[]>;
export type Zone = keyof typeof MONTHS;

/** The month of `zone` in which `second` lies. */
export function monthAround(zone: Zone, second: number): { readonly from: number; readonly to: number } {
  const starts = MONTHS[zone];
  const next = starts.findIndex((start) => start > second);
  const [from, to] = [starts[next - 1], starts[next]];
  if (from === undefined || to === undefined) throw new Error('the bill knows three months of 2026');
  return { from, to };
}
