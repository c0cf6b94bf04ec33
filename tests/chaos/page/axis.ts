/** The time axis of a picture. It is linear, but long gaps in which nothing happens are squeezed. */

/** A gap that is squeezed. Milliseconds. */
interface Gap {
  readonly from: number;
  readonly to: number;
}

export interface Axis {
  /** Where a time is, from 0 (left) to 1 (right). */
  readonly place: (at: number) => number;
  readonly gaps: readonly Gap[];
  /** The times to label, in milliseconds, when the axis is `zoom` times as wide as the window. */
  readonly ticks: (zoom: number) => readonly number[];
}

/** A stretch of the axis. `left` and `right`: where it begins and ends, from 0 to 1. */
interface Stretch extends Gap {
  readonly left: number;
  readonly right: number;
  readonly isGap: boolean;
}

/** Milliseconds without any entry, after which a gap is squeezed. */
const QUIET = 2000;
/** Milliseconds at both ends of a gap that stay as they are. */
const MARGIN = 100;
/** The shares of the width that one gap, and all gaps together, have at most. */
const GAP = 0.03;
const GAPS = 0.3;
/** The least share of the width between two ticks. */
const APART = 0.045;

/** The axis of entries at `times`, in milliseconds. It begins at 0. */
export function axisOf(times: readonly number[]): Axis {
  const stretches = placed(cut(times));
  const gaps = stretches.filter(({ isGap }) => isGap);
  const busy = stretches.filter(({ isGap }) => !isGap);
  const place = (at: number) => placeIn(stretches, at);
  return { place, gaps, ticks: (zoom) => ticks(busy, place, zoom) };
}

/** Cuts the time into busy stretches and gaps. */
function cut(times: readonly number[]): Omit<Stretch, 'left' | 'right'>[] {
  const sorted = [0, ...times].toSorted((one, other) => one - other);
  const cuts: Omit<Stretch, 'left' | 'right'>[] = [];
  let from = 0;
  for (const [index, at] of sorted.entries()) {
    const before = sorted[index - 1] ?? at;
    if (at - before <= QUIET) continue;
    cuts.push({ from, to: before + MARGIN, isGap: false }, { from: before + MARGIN, to: at - MARGIN, isGap: true });
    from = at - MARGIN;
  }
  return [...cuts, { from, to: Math.max(sorted.at(-1) ?? 0, from + 1), isGap: false }];
}

/** Gives each stretch its share of the width: gaps the same, and busy stretches by their lengths. */
function placed(cuts: readonly Omit<Stretch, 'left' | 'right'>[]): Stretch[] {
  const gaps = cuts.filter(({ isGap }) => isGap).length;
  const gap = gaps === 0 ? 0 : Math.min(GAP, GAPS / gaps);
  const busy = cuts.reduce((sum, { from, to, isGap }) => sum + (isGap ? 0 : to - from), 0);
  let right = 0;
  return cuts.map((stretch) => {
    const left = right;
    right += stretch.isGap ? gap : ((stretch.to - stretch.from) / busy) * (1 - gap * gaps);
    return { ...stretch, left, right };
  });
}

function placeIn(stretches: readonly Stretch[], at: number): number {
  const stretch = stretches.find(({ to }) => at <= to);
  if (stretch === undefined) return 1;
  const { from, to, left, right } = stretch;
  return left + (Math.max(0, at - from) / (to - from)) * (right - left);
}

/**
 * The round times in busy stretches. A stretch without one gets a time that is less round. Two ticks are never too near
 * to each other to be read.
 */
function ticks(busy: readonly Stretch[], place: Axis['place'], zoom: number): number[] {
  const [{ from, to, left, right } = { from: 0, to: 1, left: 0, right: 1 }] = busy;
  const apart = APART / zoom;
  const step = STEPS.find((each) => (each / (to - from)) * (right - left) >= apart) ?? Number.POSITIVE_INFINITY;
  const round = busy.flatMap((stretch) => multiples(stretch, step));
  const others = busy.filter((stretch) => multiples(stretch, step).length === 0).flatMap(roundest);
  const chosen: number[] = [];
  for (const at of [...round, ...others])
    if (chosen.every((other) => Math.abs(place(at) - place(other)) >= apart)) chosen.push(at);
  return chosen.toSorted((one, other) => one - other);
}

const STEPS = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000].flatMap((unit) => [unit, 2 * unit, 5 * unit]);

function multiples({ from, to }: Gap, step: number): number[] {
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.max(0, Math.floor(to / step) - first + 1) }, (_, nth) => (first + nth) * step);
}

/** The first multiple of the largest step that has one in the stretch. */
function roundest(stretch: Gap): number[] {
  const step = STEPS.findLast((each) => multiples(stretch, each).length > 0);
  return step === undefined ? [] : multiples(stretch, step).slice(0, 1);
}
