/** Compares the sums of reviews with what people answered in the story. */
import { type Life, lastOf } from '../plan/life.ts';
import { FLOW, LABEL } from '../plan/reviews.ts';
import type { Item } from './items.ts';

/** The item of a day, as the harness reads it, without the product's schema. */
interface Day {
  readonly objects?: Readonly<{ [reason: string]: number }>;
  readonly fields?: readonly { readonly field?: string; readonly outcomes: Readonly<{ [outcome: string]: number }> }[];
}

/** Every completed loop whose event came counts once, with its answer. Nothing else does. */
export function checkReviews(lives: readonly Life[], all: readonly (Item & Day)[]): string[] {
  const answered = lives.flatMap((life) =>
    life.review === undefined || lastOf(life).deliveries.length === 0 ? [] : [life.review],
  );
  const due = answered[0]?.day;
  const days = all.filter(({ pk, sk }) => pk === `review#${FLOW}` && sk.startsWith('day#'));
  const others = days.filter(({ sk }) => sk !== `day#${due}`).map(({ sk }) => `reviews count on ${sk}, not ${due}`);
  const [day] = days.filter(({ sk }) => sk === `day#${due}`);
  const objects = Object.values(day?.objects ?? {}).reduce((sum, count) => sum + count, 0);
  const countOf = (field: string | undefined, outcome: string) =>
    (day?.fields ?? [])
      .filter((one) => one.field === field)
      .reduce((sum, one) => sum + (one.outcomes[outcome] ?? 0), 0);
  const confirmed = answered.filter(({ isConfirmed }) => isConfirmed).length;
  const differ = (what: string, is: number, due: number) =>
    is === due ? [] : [`the reviews of ${FLOW}: ${what} is ${is}, not ${due}`];
  return [
    ...others,
    ...differ('the number of loops', objects, answered.length),
    ...[LABEL, undefined].flatMap((field) => [
      ...differ(`what people confirmed (${field ?? 'all fields'})`, countOf(field, 'confirmed'), confirmed),
      ...differ(
        `what people rejected (${field ?? 'all fields'})`,
        countOf(field, 'rejected'),
        answered.length - confirmed,
      ),
    ]),
  ];
}
