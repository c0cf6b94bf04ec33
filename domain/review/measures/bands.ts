/** Reliability: whether the model is right as often as its confidence says. */
import { type Share, wilson } from './wilson.ts';

/** Where bands begin, in percent. A confidence of 60 belongs to the band from 60; 100 to the last one. */
export const BANDS = [0, 50, 60, 70, 80, 90] as const;

/** The fewest answers of a band from which a share is computed. */
export const ENOUGH = 50;

/** Sums of one band. All are whole numbers, so days can be added. */
export interface BandSum {
  readonly n: number;
  /** Answers that agree with the model. */
  readonly agreed: number;
  /** The sum of the model's confidences, in hundredths of a percent. */
  readonly confidence: number;
}

/** The sums by band, by what the band begins with. */
export type BandSums = Readonly<Record<number, BandSum>>;

export const NO_BANDS: BandSums = {};

/** The sums of one answer about something that the model said with `confidence` percent. */
export function bandSumsOf(confidence: number | undefined, agrees: boolean): BandSums {
  if (confidence === undefined || !(confidence >= 0 && confidence <= 100)) return NO_BANDS;
  const band = BANDS.findLast((from) => confidence >= from) ?? 0;
  return { [band]: { n: 1, agreed: agrees ? 1 : 0, confidence: Math.round(confidence * 100) } };
}

/** The sums of the answers of both. */
export function addBandSums(one: BandSums, other: BandSums): BandSums {
  const sums: Record<number, BandSum> = { ...one };
  for (const [band, { n, agreed, confidence }] of Object.entries(other)) {
    const before = sums[Number(band)] ?? { n: 0, agreed: 0, confidence: 0 };
    sums[Number(band)] = {
      n: before.n + n,
      agreed: before.agreed + agreed,
      confidence: before.confidence + confidence,
    };
  }
  return sums;
}

/** One row of the reliability table. */
export interface Band {
  /** Percent; the band holds confidences from `from` to below `to`, the last one 100 too. */
  readonly from: number;
  readonly to: number;
  readonly n: number;
  /** The mean confidence of the model, from 0 to 1; `null` without answers. */
  readonly confidence: number | null;
  /** How often people agree with the model; `null` below 50 answers: not enough. */
  readonly agreement: Share | null;
}

/** All six bands; empty when no answer is about something with a confidence. */
export function bandsOf(sums: BandSums): Band[] {
  if (Object.keys(sums).length === 0) return [];
  return BANDS.map((from, at) => {
    const { n, agreed, confidence } = sums[from] ?? { n: 0, agreed: 0, confidence: 0 };
    return {
      from,
      to: BANDS[at + 1] ?? 100,
      n,
      confidence: n === 0 ? null : confidence / n / 10_000,
      agreement: n < ENOUGH ? null : wilson(agreed, n),
    };
  });
}
