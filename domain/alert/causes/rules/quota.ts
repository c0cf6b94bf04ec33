/** Quotas: whether it helps to wait. */
import type { Key } from '../advice/advice.ts';

/** `… is 4 Instances, with current utilization of 0 Instances and a request delta of 9 Instances`. */
const NUMBERS =
  /\bis (\d{1,9}) \w{1,20}, with current utilization of (\d{1,9}) \w{1,20} and a request delta of (\d{1,9})\b/;

/** A request that fits into the quota has to wait for others. A larger one needs a higher quota. */
export function quotaIn(text: string): Key {
  const [, limit, used, asked] = (NUMBERS.exec(text) ?? []).map(Number);
  if (limit === undefined || used === undefined || asked === undefined) return 'quota';
  return used > 0 && asked <= limit ? 'quota/in-use' : 'quota';
}
