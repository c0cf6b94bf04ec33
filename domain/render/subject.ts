/** The alert as an SNS subject. */
import type { Alert } from '../alert.ts';
import { LABEL, nameOfTypeInside } from '../wording.ts';
import { asciiLine } from './ascii.ts';

/** SNS: "less than 100 characters", no line breaks or control characters; older texts of the API: ASCII only. */
const LONGEST_SUBJECT = 99;
const LONGEST_NAME = 56;

/** 1 to 99 printable ASCII characters, the outcome first. */
export function renderSubject({ outcome, severity, change, owner }: Alert): string {
  const label = severity === 'critical' ? `${LABEL[outcome]} (critical)` : LABEL[outcome];
  const team = owner.team === 'unknown' ? '' : ` [${owner.team}]`;
  const name = asciiLine(change.resource.name, LONGEST_NAME);
  return asciiLine(`${label}: ${nameOfTypeInside(change.resource.type)} ${name}${team}`, LONGEST_SUBJECT);
}
