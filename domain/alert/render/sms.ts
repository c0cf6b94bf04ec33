/** The alert as one SMS part. */
import type { Alert } from '../alert.ts';
import { displayName, labelOf, nameOfTypeInside } from '../wording.ts';
import { asciiLine, toGsm } from './ascii.ts';

/** SNS puts the topic's display name, of which it takes 10 characters, and `> ` before every SMS of a topic. */
export const TOPIC_DISPLAY_NAME = 'GroundCtrl';
/** One part holds 160 GSM-7 characters (SNS developer guide, sms_publish-to-phone). */
export const LONGEST_SMS = 160 - `${TOPIC_DISPLAY_NAME}> `.length;
const LONGEST_NAME = 40;

/** One line of at most `LONGEST_SMS` single-septet GSM-7 characters: outcome, what, why, whose. */
export function renderSms(alert: Alert): string {
  const { change, outcome, cause, owner, status } = alert;
  const what = `${labelOf(alert)}${alert.severity === 'critical' ? ' (critical)' : ''}: ${nameOfTypeInside(change.resource.type)} ${asciiLine(displayName(change.resource.name), LONGEST_NAME)}`;
  const why =
    outcome === 'unknown' ? `Received: ${status ?? 'no status'}` : (cause?.cause ?? alert.reason ?? change.qualifier);
  const whose = owner.team === 'unknown' ? owner.owner : owner.team;
  const parts = [
    what,
    change.region === undefined ? '' : ` (${change.region})`,
    whose === 'unknown' ? '' : `, ${whose}`,
    why === undefined ? '' : `. ${why}`,
  ];
  return asciiLine(toGsm(parts.join('')), LONGEST_SMS);
}
