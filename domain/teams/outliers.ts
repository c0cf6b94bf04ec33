/**
 * Workers whose speed is far from that of their team, by the modified z-score of Iglewicz and Hoaglin ("How to Detect
 * and Handle Outliers", 1993), as in the NIST/SEMATECH e-Handbook of Statistical Methods, section 1.3.5.17.
 */

/** Tasks with a known time that a worker needs to be judged, and workers that a team needs. */
const LEAST_TASKS = 10;
const LEAST_WORKERS = 5;
/** Iglewicz and Hoaglin label scores above this as potential outliers. */
const LIMIT = 3.5;
/** For normal values, the median absolute deviation is 0.6745 of the standard deviation, and the mean one 0.7979. */
const MEDIAN_TO_SIGMA = 1 / 0.6745;
const MEAN_TO_SIGMA = 1.253314;
/** Seconds. The log's times are whole seconds: a smaller difference says nothing. */
const RESOLUTION = 1;

/** The typical speed of one worker. */
export interface Speed {
  readonly medianSeconds: number;
  readonly tasks: number;
}

/** For each worker with enough tasks: whether the worker is far `slower` or `faster` than the others, or not. */
export function outliersAmong(
  speeds: ReadonlyMap<string, Speed>,
): ReadonlyMap<string, 'slower' | 'faster' | undefined> {
  const judged = [...speeds].filter(([, { tasks }]) => tasks >= LEAST_TASKS);
  if (judged.length < LEAST_WORKERS) return new Map();
  const medians = judged.map(([, { medianSeconds }]) => medianSeconds);
  const middle = medianOf(medians);
  const deviations = medians.map((median) => Math.abs(median - middle));
  // When more than half of the workers are equally fast, the median deviation is 0 and their mean deviation is used.
  const mad = medianOf(deviations);
  const mean = deviations.reduce((sum, one) => sum + one, 0) / deviations.length;
  const sigma = mad > 0 ? mad * MEDIAN_TO_SIGMA : mean * MEAN_TO_SIGMA;
  return new Map(
    judged.map(([worker, { medianSeconds }]) => {
      const deviation = medianSeconds - middle;
      const isOutlier = Math.abs(deviation) > RESOLUTION && Math.abs(deviation) > LIMIT * sigma;
      return [worker, isOutlier ? (deviation > 0 ? 'slower' : 'faster') : undefined];
    }),
  );
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const [low = 0, high = 0] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}
