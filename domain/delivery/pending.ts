/** What is kept of an alert that waits. */

import type { AlertMessage } from '../../schemas/message/alert.ts';
import type { PendingAlert } from '../../schemas/stored/pending-alert.ts';
import { counted } from '../../schemas/text/count.ts';
import { cutText } from '../../schemas/text/plain-text.ts';
import { listed } from '../alert/render/listed.ts';
import type { Notice } from '../alert/render/notice.ts';
import { nameOfTypeInside } from '../alert/wording.ts';

const LONGEST_REASON = 200;
const LONGEST_PARTS = 600;

/** `3 parts ended. 2 x failed (gpu memory): training job a, b` */
function partsIn({ ended, failed }: NonNullable<AlertMessage['parts']>): string {
  const kinds = failed.map(({ count, outcome, type, causeCode, names }) => {
    const why = causeCode === null || causeCode === 'unknown' ? '' : ` (${causeCode.replaceAll('-', ' ')})`;
    return `${count} x ${outcome}${why}: ${nameOfTypeInside(type)} ${listed(names, 3)}`;
  });
  return cutText(`${counted(ended, 'part')} ended. ${kinds.join('; ')}`, LONGEST_PARTS);
}

/** What is kept of `notice`, which was decided `at` an instant. */
export const pendingOf = (
  { id, subject, message }: Pick<Notice, 'id' | 'subject' | 'message'>,
  at: Date,
): PendingAlert => ({
  id,
  at: at.getTime(),
  severity: message.severity,
  outcome: message.outcome,
  family: message.family,
  type: message.resource.type,
  name: message.resource.name,
  subject,
  headline: message.headline,
  causeCode: message.cause?.code,
  causeDetail: message.cause?.detail ?? undefined,
  cause: message.cause?.text,
  nextStep: message.cause?.nextStep,
  reason: message.reason === null ? undefined : cutText(message.reason, LONGEST_REASON),
  instance: message.instances[0]?.type,
  owner: message.owner.owner,
  team: message.owner.team,
  project: message.owner.project,
  usd: message.cost?.usd ?? undefined,
  parts: message.parts === null || message.parts.failed.length === 0 ? undefined : partsIn(message.parts),
  console: message.links.console ?? undefined,
  logs: message.links.logs ?? undefined,
});
