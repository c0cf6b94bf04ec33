/** What is kept of an alert that waits. */
import type { PendingAlert } from '../../schemas/stored/pending-alert.ts';
import { cutText } from '../../schemas/text/plain-text.ts';
import type { Notice } from '../alert/render/notice.ts';

const LONGEST_REASON = 200;

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
  console: message.links.console ?? undefined,
  logs: message.links.logs ?? undefined,
});
