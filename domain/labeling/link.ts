/**
 * A labeling job as a link of a chain: the first job is link 0, and each that carries it on is called after it.
 * Source of the rules for names: API reference, `CreateLabelingJob` (1 to 63 letters, digits and hyphens; case does not count).
 */
import type { LabelingDescription } from '../../schemas/api/labeling-job.ts';

/** How many links came before, and from which job the last one took over. */
export const LINK_TAG = 'ground-control:chain-link';
export const PREDECESSOR_TAG = 'ground-control:chained-from';
/** How many objects had labels when it was created. */
export const LABELED_TAG = 'ground-control:labeled-before';

const LONGEST_NAME = 63;

type Tagged = Pick<LabelingDescription, 'Tags'>;
const tagOf = ({ Tags }: Tagged, key: string) => Tags.find(({ Key }) => Key.toLowerCase() === key)?.Value;

/** The job that it carries on, where Ground Control created it. */
export const predecessorOf = (job: Tagged): string | undefined => tagOf(job, PREDECESSOR_TAG);

/** How many objects had labels when Ground Control created it. */
export function labeledBefore(job: Tagged): number | undefined {
  const digits = tagOf(job, LABELED_TAG);
  return digits !== undefined && /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
}

/** The number of a job's link, as its tag says: a job that people call `supply-chain-2024` is no link. */
export function linkOf(job: Tagged): number {
  const digits = tagOf(job, LINK_TAG) ?? '';
  return /^\d{1,4}$/.test(digits) ? Number(digits) : 0;
}

const SUFFIX = /-chain-\d{1,4}$/;

/**
 * The name of link `link` of the chain that `job` belongs to: always the same for the same link. What is cut gets a hash,
 * so that jobs whose names begin alike do not get one name.
 */
export function nameOfLink(job: Pick<LabelingDescription, 'Tags' | 'LabelingJobName'>, link: number): string {
  const suffix = `-chain-${link}`;
  const name = job.LabelingJobName;
  const base = predecessorOf(job) === undefined ? name : name.replace(SUFFIX, '');
  const room = LONGEST_NAME - suffix.length;
  if (base.length <= room) return `${base}${suffix}`;
  const hash = fingerprint(base.toLowerCase());
  return `${base.slice(0, room - hash.length - 1).replace(/-+$/, '')}-${hash}${suffix}`;
}

/** Six letters and digits: FNV-1a, which is made for short names. Who shares one is told apart by its predecessor's tag. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash.toString(36).padStart(7, '0').slice(-6);
}
