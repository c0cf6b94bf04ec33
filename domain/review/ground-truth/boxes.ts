/** Boxes of an image before and after people adjusted them. */
import type { Box } from '../../../schemas/review/manifest-line.ts';

/**
 * What became of a box: `removed` and `added` are of its class, also when another class took its place. `box` is the
 * old one, and the new one if it was added.
 */
export interface BoxChange {
  readonly box: Box;
  readonly change: 'kept' | 'changed' | 'removed' | 'added';
}

/** From which overlap on (intersection over union) two boxes are about the same thing; the usual threshold. */
const SAME = 0.5;

/** The most boxes of one image that are compared; the time grows with their square. */
export const MOST_BOXES = 1000;

/**
 * What became of each box. Equal boxes were kept. Of the others, pairs of the same class with the most overlap are one
 * box that was changed. The rest was removed or added. `isSameClass` compares the class ids of an old and a new box.
 */
export function compareBoxes(
  before: readonly Box[],
  after: readonly Box[],
  isSameClass: (old: number, current: number) => boolean = (old, current) => old === current,
): BoxChange[] {
  const kept: BoxChange[] = [];
  const left = [...after];
  const moved = before.filter((box) => {
    const at = left.findIndex((other) => isSamePlace(box, other) && isSameClass(box.class_id, other.class_id));
    if (at < 0) return true;
    left.splice(at, 1);
    kept.push({ box, change: 'kept' });
    return false;
  });
  const pairs = moved
    .flatMap((box) =>
      left.flatMap((other) => {
        const overlap = overlapOf(box, other);
        return overlap >= SAME && isSameClass(box.class_id, other.class_id) ? [{ box, other, overlap }] : [];
      }),
    )
    .toSorted((one, two) => two.overlap - one.overlap);
  const matched = new Set<Box>();
  const changed: BoxChange[] = [];
  for (const { box, other } of pairs) {
    if (matched.has(box) || matched.has(other)) continue;
    matched.add(box).add(other);
    changed.push({ box, change: 'changed' });
  }
  const rest = (boxes: readonly Box[], change: 'removed' | 'added'): BoxChange[] =>
    boxes.filter((box) => !matched.has(box)).map((box) => ({ box, change }));
  return [...kept, ...changed, ...rest(moved, 'removed'), ...rest(left, 'added')];
}

const isSamePlace = (one: Box, other: Box): boolean =>
  one.left === other.left && one.top === other.top && one.width === other.width && one.height === other.height;

/** Intersection over union, from 0 to 1. */
export function overlapOf(one: Box, other: Box): number {
  const width = Math.min(one.left + one.width, other.left + other.width) - Math.max(one.left, other.left);
  const height = Math.min(one.top + one.height, other.top + other.height) - Math.max(one.top, other.top);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (one.width * one.height + other.width * other.height - shared);
}
