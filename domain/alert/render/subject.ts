/** The alert as an SNS subject. */
import type { Alert } from '../alert.ts';
import { displayName, labelOf, nameOfTypeInside, noteOf, placeOf } from '../wording.ts';
import { asciiLine, toAscii } from './ascii.ts';

/** SNS allows less than 100 characters, without line breaks or control characters. Older API texts say ASCII only. */
export const LONGEST_SUBJECT = 99;
const LONGEST_NAME = 56;
/** Shorter names would not tell one resource from another. */
const SHORTEST_NAME = 24;

/** 1 to 99 printable ASCII characters, the outcome first. */
export function renderSubject(alert: Alert): string {
  const { severity, change, owner } = alert;
  const label = severity === 'critical' ? `${labelOf(alert)} (critical)` : labelOf(alert);
  const team = owner.team === 'unknown' ? '' : ` [${owner.team}]`;
  const before = `${label}: ${nameOfTypeInside(change.resource.type)} `;
  const after = `${placeOf(change)}${noteOf(label, change)}${team}`;
  // A long name gives way to what follows it: the node of a cluster says more than the end of the cluster's name.
  const room = LONGEST_SUBJECT - toAscii(before + after).length;
  const name = asciiLine(displayName(change.resource.name), Math.min(LONGEST_NAME, Math.max(SHORTEST_NAME, room)));
  return asciiLine(before + name + after, LONGEST_SUBJECT);
}
