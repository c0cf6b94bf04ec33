/** How each kind of entry looks in a picture, and what it means. */
import type { EntryKind } from '../record.ts';

/** `story`: an entry about the whole story. */
export type MarkKind = EntryKind | 'story';

interface Look {
  readonly meaning: string;
  /** Where it is in the height of a line, in pixels. Each lane has the kinds that rarely happen at the same time. */
  readonly y: number;
  /** The outline of its shape around (0, 0), as an SVG path. */
  readonly shape: string;
}

/** The height of a line, in pixels. */
export const HEIGHT = 48;
const LANES = { life: 7, event: 15, fault: 23, try: 31, deed: 39 };

export const KINDS = {
  change: { meaning: 'the resource changes', y: LANES.life, shape: 'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z' },
  event: { meaning: 'its event comes, or is lost', y: LANES.event, shape: 'M-5-4H5L0 5z' },
  fault: { meaning: 'a fault is injected', y: LANES.fault, shape: 'M2-7-5 1h4l-3 6 8-8H0z' },
  death: {
    meaning: 'a worker dies',
    y: LANES.fault,
    shape: 'M-5-3-3-5 0-2 3-5 5-3 2 0 5 3 3 5 0 2-3 5-5 3-2 0z',
  },
  try: { meaning: 'a function ends a try', y: LANES.try, shape: 'M-4-5 5 0-4 5z' },
  alert: { meaning: 'people are alerted', y: LANES.deed, shape: 'M-5-5H5V3H1L-3 6V3h-2z' },
  action: { meaning: 'Ground Control or people act', y: LANES.deed, shape: 'M0-6 6 0 0 6-6 0z' },
  wrong: {
    meaning: 'a check fails, after the end',
    y: LANES.fault,
    shape: 'M-3-8h6l5 5v6L3 8h-6l-5-5v-6zM-1.2-5.5-.8 1.5H.8l.4-7zM-1.2 3v2.4h2.4V3z',
  },
  story: { meaning: 'this concerns all lives', y: LANES.fault, shape: 'M-4-6h8V2L0 7l-4-5z' },
} satisfies Record<MarkKind, Look>;

export const KIND_NAMES = Object.keys(KINDS) as readonly MarkKind[];
