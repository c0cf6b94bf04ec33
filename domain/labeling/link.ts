/**
 * A labeling job as a link of a chain. The job that people created is link 0. Each job that continues it is named after
 * it, with the number of the link.
 *
 * Source of the rules for names: API reference, `CreateLabelingJob` (1 to 63 letters, digits and hyphens; case does not
 * count).
 */
import type { LabelingDescription } from '../../schemas/api/labeling-job.ts';

/** Tag with the number of the link. */
export const LINK_TAG = 'ground-control:chain-link';
/** Tag with the name of the job that this one continues. */
export const PREDECESSOR_TAG = 'ground-control:chained-from';
/** Tag with the number of objects that had labels when Ground Control created the job. */
export const LABELED_TAG = 'ground-control:labeled-before';

const LONGEST_NAME = 63;

type Tagged = Pick<LabelingDescription, 'Tags'>;
const tagOf = ({ Tags }: Tagged, key: string) => Tags.find(({ Key }) => Key.toLowerCase() === key)?.Value;

/** The name of the job that `job` continues; absent when people created `job`. */
export const predecessorOf = (job: Tagged): string | undefined => tagOf(job, PREDECESSOR_TAG);

/** How many objects had labels when Ground Control created `job`; absent when people created it. */
export function labeledBefore(job: Tagged): number | undefined {
  const digits = tagOf(job, LABELED_TAG);
  return digits !== undefined && /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
}

/** The number of the job's link; 0 without the tag. Names do not count: people may name a job `supply-chain-2024`. */
export function linkOf(job: Tagged): number {
  const digits = tagOf(job, LINK_TAG) ?? '';
  return /^\d{1,4}$/.test(digits) ? Number(digits) : 0;
}

const SUFFIX = /-chain-\d{1,4}$/;

/**
 * The name of link `link` in the chain of `job`; always the same for the same link. A name that is too long is cut and
 * gets a hash, so that jobs whose names begin alike get different names.
 */
export function nameOfLink(job: Pick<LabelingDescription, 'Tags' | 'LabelingJobName'>, link: number): string {
  const suffix = `-chain-${link}`;
  const name = job.LabelingJobName;
  const base = predecessorOf(job) === undefined ? name : name.replace(SUFFIX, '');
  const roomForBase = LONGEST_NAME - suffix.length;
  if (base.length <= roomForBase) return `${base}${suffix}`;
  const hash = fingerprint(base.toLowerCase());
  return `${base.slice(0, roomForBase - hash.length - 1).replace(/-+$/, '')}-${hash}${suffix}`;
}

/** Six letters and digits, by FNV-1a, a hash for short texts. If two names share one, the predecessor tag differs. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash.toString(36).padStart(7, '0').slice(-6);
}
