/** The alert as an SNS subject. */
import type { Alert } from '../alert.ts';
import { displayName, labelOf, nameOfTypeInside } from '../wording.ts';
import { asciiLine } from './ascii.ts';

/** SNS: "less than 100 characters", no line breaks or control characters; older texts of the API: ASCII only. */
const LONGEST_SUBJECT = 99;
const LONGEST_NAME = 56;

/** 1 to 99 printable ASCII characters, the outcome first. */
export function renderSubject(alert: Alert): string {
  const { severity, change, owner } = alert;
  const label = severity === 'critical' ? `${labelOf(alert)} (critical)` : labelOf(alert);
  const team = owner.team === 'unknown' ? '' : ` [${owner.team}]`;
  const name = asciiLine(displayName(change.resource.name), LONGEST_NAME);
  const note =
    change.qualifier === undefined || label.includes(change.qualifier.toUpperCase()) ? '' : ` (${change.qualifier})`;
  return asciiLine(`${label}: ${nameOfTypeInside(change.resource.type)} ${name}${note}${team}`, LONGEST_SUBJECT);
}
