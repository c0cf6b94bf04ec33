/** Checks of what the table says about lives. */
import { isExcused } from '../cloud/sendings.ts';
import { type Life, lastOf } from '../plan/life.ts';
import type { Item } from './items.ts';
import type { Told } from './told.ts';

/** The table has an item for this life under its type and ARN. */
const itemOf = ({ type, arn }: Life, items: ReadonlyMap<string, Item>) =>
  items.get(`resource#${type}|${arn.toLowerCase()}`) ?? items.get(`resource#${type}|${arn}`);

const byKey = (all: readonly Item[]) => new Map(all.map((item) => [item.pk, item]));

/** The end of a life, if its plan has one that is final. */
const endOf = (life: Life): string | undefined =>
  /job$/.test(life.type) && life.changes.length > 1 ? lastOf(life).status : undefined;

/**
 * When the end of a job was announced, the table must say that it ended, even before reconciliation repairs anything.
 */
export function regressed(lives: readonly Life[], all: readonly Item[], told: readonly Told[]): string[] {
  const known = byKey(all);
  return lives.flatMap((life) => {
    const end = endOf(life);
    const isTold = told.some(({ alert }) => alert.resource.name === life.name && alert.status === end);
    const item = itemOf(life, known);
    if (end === undefined || !isTold || item?.status === end) return [];
    return [`${life.name}: its end ${end} was told, and the table says ${item?.status}`];
  });
}

/** At the end the table has the end of every job, no alert of one waits in it, and every alert is in the audit. */
export function checkTable(lives: readonly Life[], all: readonly Item[], told: readonly Told[]): string[] {
  const known = byKey(all);
  const audited = new Set(all.flatMap(({ record }) => (record === undefined ? [] : [record.key])));
  // A function that dies right after SNS took an alert leaves no record, unless a later try decides the same.
  const unaudited = told.flatMap(({ alert: { id, resource }, sending }) =>
    (sending !== undefined && isExcused(sending)) ||
    [...audited].some((key) => key.startsWith('notify|') && key.endsWith(id))
      ? []
      : [`${resource.name}: people were told ${id}, and it is not in the audit`],
  );
  const states = lives.flatMap((life) => {
    const item = itemOf(life, known);
    const end = endOf(life);
    const waiting = Object.keys(item?.untold ?? {});
    return [
      ...(end === undefined || item?.status === end ? [] : [`${life.name}: the table does not say ${end}`]),
      ...(end === undefined || waiting.length === 0
        ? []
        : [`${life.name}: an alert still waits in the table: ${waiting.join(', ')}`]),
    ];
  });
  return [...new Set(unaudited), ...states];
}
