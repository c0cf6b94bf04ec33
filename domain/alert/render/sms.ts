/** The alert as one SMS part. */
import type { Alert } from '../alert.ts';
import { displayName, labelOf, nameOfTypeInside, noteOf, placeOf } from '../wording.ts';
import { asciiLine, toGsm } from './ascii.ts';

/** SNS begins every SMS of a topic with the first 10 characters of the topic's display name, and `> `. */
export const TOPIC_DISPLAY_NAME = 'GroundCtrl';
/** One part holds 160 GSM-7 characters (SNS developer guide, sms_publish-to-phone). */
export const LONGEST_SMS = 160 - `${TOPIC_DISPLAY_NAME}> `.length;
const LONGEST_NAME = 40;

/** The region, and before it the machine of a HyperPod cluster: a cluster has many. */
function place({ node, region }: Alert['change']): string {
  const words = [node, region].filter((word) => word !== undefined);
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
}

/** The sentences of `text` that fit into `room` characters. */
function wholeSentences(text: string, room: number): string {
  if (text.length <= room) return text;
  const end = [...text.matchAll(/[.!?](?= [A-Z])/g)].map(({ index }) => index + 1).findLast((at) => at <= room);
  return text.slice(0, end ?? 0);
}

/**
 * One line of at most `LONGEST_SMS` single-septet GSM-7 characters: outcome, resource, region, owner, cause. An alert
 * with a summary has it before the resource, and its next step instead of its cause.
 */
export function renderSms(alert: Alert): string {
  const { change, outcome, cause, owner, status, summary } = alert;
  const label = `${labelOf(alert)}${alert.severity === 'critical' ? ' (critical)' : ''}`;
  const name = asciiLine(displayName(change.resource.name), LONGEST_NAME);
  const because = summary === undefined ? (cause?.cause ?? alert.reason) : cause?.nextStep;
  const why = outcome === 'unknown' ? `Status: ${status ?? 'none'}` : because;
  const named = owner.team === 'unknown' ? owner.owner : owner.team;
  const head = [
    `${label}: `,
    summary === undefined ? '' : `${summary}: `,
    `${nameOfTypeInside(change.resource.type)} ${name}${placeOf(change)}`,
    // A note that only repeats the machine is in the place.
    why === undefined && change.qualifier !== change.node ? noteOf(label, change) : '',
    place(change),
    named === 'unknown' ? '' : `, ${named}`,
  ].join('');
  // Half a sentence of ours may say the opposite. Of SageMaker's words, the beginning says most.
  const isOurs = why !== undefined && (why === cause?.cause || why === cause?.nextStep);
  const shown = isOurs ? wholeSentences(why, LONGEST_SMS - toGsm(`${head}. `).length) : (why ?? '');
  return asciiLine(toGsm(shown === '' ? head : `${head}. ${shown}`), LONGEST_SMS);
}
