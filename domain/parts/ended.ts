/** The parts of a parent that have ended: what its own alert says about them. */
import { FAILURE_CODES } from '../../schemas/message/cause-codes.ts';
import type { Part } from '../../schemas/stored/part.ts';
import { counted } from '../../schemas/text/count.ts';
import { OUTCOMES } from '../../schemas/vocabulary.ts';
import type { Cause } from '../alert/causes/cause.ts';
import { LABEL } from '../alert/wording.ts';

/** Parts that ended for the same reason. */
export interface EndedAlike {
  /** The one that ended first. */
  readonly first: Part;
  /** The names of all, the earliest first. */
  readonly names: readonly string[];
}

/** Parts that ended without success, by what explains it: the most frequent first, then the earliest. */
export function failedAlike(parts: readonly Part[]): EndedAlike[] {
  const failed = parts.filter(({ outcome }) => outcome !== 'completed').toSorted(byTime);
  return [
    ...Map.groupBy(failed, ({ outcome, type, causeCode, causeDetail }) =>
      JSON.stringify([outcome, type, causeCode, causeDetail]),
    ).values(),
  ]
    .flatMap((all) => {
      const [first] = all;
      return first === undefined ? [] : [{ first, names: all.map(({ name }) => name) }];
    })
    .sort((one, other) => other.names.length - one.names.length || byTime(one.first, other.first));
}

const byTime = (one: Part, other: Part): number =>
  one.at - other.at || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0);

/** `6 ended: 4 completed, 2 failed` */
export function countsOf(parts: readonly Part[]): string {
  const counts = [...Map.groupBy(parts, ({ outcome }) => outcome)]
    .map(([outcome, all]) => ({ outcome, count: all.length }))
    .sort((one, other) => OUTCOMES.indexOf(one.outcome) - OUTCOMES.indexOf(other.outcome));
  return `${parts.length} ended: ${counts.map(({ outcome, count }) => `${count} ${LABEL[outcome].toLowerCase()}`).join(', ')}`;
}

/** What the parts cost in all, as far as it is known, USD; undefined when no cost is known. */
export function usdOf(parts: readonly Part[]): number | undefined {
  const known = parts.flatMap(({ usd }) => usd ?? []);
  return known.length === 0 ? undefined : known.reduce((sum, usd) => sum + usd, 0);
}

/** `about $31.20 for 4 of 6 jobs`; undefined when no cost is known. Steps without a job cost nothing. */
export function costOfParts(parts: readonly Part[]): string | undefined {
  const usd = usdOf(parts);
  if (usd === undefined) return undefined;
  const jobs = parts.filter(({ type }) => type !== 'pipeline-step');
  const known = jobs.filter((part) => part.usd !== undefined);
  const of =
    known.length === jobs.length ? counted(jobs.length, 'job') : `${known.length} of ${counted(jobs.length, 'job')}`;
  return `about $${usd.toFixed(2)} for ${of}`;
}

/** Why a part failed; undefined when nobody knows. */
export function causeOf({ causeCode, causeDetail, cause, nextStep }: Part): Cause | undefined {
  const code = FAILURE_CODES.find((one) => one === causeCode);
  if (code === undefined || code === 'unknown' || cause === undefined || nextStep === undefined) return undefined;
  return { code, ...(causeDetail !== undefined && { detail: causeDetail }), cause, nextStep, retry: undefined };
}

/** The cause of the part that failed first, of those whose cause is known. */
export function firstCause(parts: readonly Part[]): Cause | undefined {
  const failed = parts.filter(({ outcome }) => outcome === 'failed').toSorted(byTime);
  for (const part of failed) {
    const cause = causeOf(part);
    if (cause !== undefined) return cause;
  }
  return undefined;
}

/** Whose the failed parts are; undefined when they have several owners, or when none failed. */
export function ownerOfFailed(parts: readonly Part[] = []): Part['owner'] | undefined {
  const owners = new Map(
    parts.filter(({ outcome }) => outcome !== 'completed').map(({ owner }) => [JSON.stringify(owner), owner]),
  );
  const [owner] = owners.values();
  return owners.size === 1 ? owner : undefined;
}
