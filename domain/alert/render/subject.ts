/** The alert as an SNS subject. */
import type { Alert } from '../alert.ts';
import { displayName, labelOf, nameOfTypeInside, noteOf, placeOf } from '../wording.ts';
import { asciiLine } from './ascii.ts';

/** SNS allows less than 100 characters, without line breaks or control characters. Older API texts say ASCII only. */
const LONGEST_SUBJECT = 99;
const LONGEST_NAME = 56;

/** 1 to 99 printable ASCII characters, the outcome first. */
export function renderSubject(alert: Alert): string {
  const { severity, change, owner } = alert;
  const label = severity === 'critical' ? `${labelOf(alert)} (critical)` : labelOf(alert);
  const team = owner.team === 'unknown' ? '' : ` [${owner.team}]`;
  const name = asciiLine(displayName(change.resource.name), LONGEST_NAME);
  const type = nameOfTypeInside(change.resource.type);
  return asciiLine(`${label}: ${type} ${name}${placeOf(change)}${noteOf(label, change)}${team}`, LONGEST_SUBJECT);
}
