/**
 * The Lambda handler of the function `digest`: it sends what waits in a window, in one message, when the window is over.
 * Other functions send it a message when they open a window; then it schedules the window's end. They also send it a
 * message when a part of something failed; then it looks whether to warn people. A message that comes twice or late does
 * no harm.
 */
import type { Context } from 'aws-lambda';
import type { StoredWindow, WindowClaim } from '../../adapters/dynamodb/delivery/windows.ts';
import { LONGEST_PUBLICATION, wasRefused } from '../../adapters/sns/publish.ts';
import { MOST_SENDINGS } from '../../domain/change/claim.ts';
import { quietUntil } from '../../domain/delivery/quiet-hours.ts';
import { renderDigest } from '../../domain/delivery/render/digest.ts';
import { isIn } from '../../domain/delivery/turn.ts';
import { SENT_AFTER } from '../../domain/delivery/window.ts';
import { earlyWarning, failuresToWarnOf } from '../../domain/parts/early-warning.ts';
import { FailedParts, OpenWindow, openWindowOf } from '../../schemas/message/window.ts';
import type { AuditRecord } from '../../schemas/stored/audit-record.ts';
import type { PendingAlert } from '../../schemas/stored/pending-alert.ts';
import { counted } from '../../schemas/text/count.ts';
import { SEVERITIES } from '../../schemas/vocabulary.ts';
import { queueHandler } from '../queue.ts';
import type { DigestServices } from './services.ts';

/** What became of a message: the window's end is scheduled; something is sent; or there was nothing to do. */
export type Told = 'scheduled' | 'sent' | 'given-up' | 'nothing';

/** Milliseconds for which an invocation holds a window at most. */
const HELD_FOR = 45_000;

/**
 * A Lambda handler of messages about windows. Throws when a window could not be sent, so that the message is retried.
 */
export const digestHandler = (build: () => DigestServices) => queueHandler(build, handleOne);

async function handleOne(received: unknown, context: Context, services: DigestServices): Promise<Told> {
  const failed = FailedParts.safeParse(received);
  if (failed.success) return warn(failed.data.parent, context, services);
  const read = OpenWindow.safeParse(received);
  if (!read.success) {
    const why = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
    throw new Error(`this is no message about a window (${why})`);
  }
  const id = read.data.window;
  const window = await services.windows.read(id);
  const told = window === undefined || window.isDone ? 'nothing' : await tell(id, window, context, services);
  services.logger.info('window', { id, told });
  return told;
}

/** Warns people when several parts of a parent failed with one cause, unless they know, or its end was told. */
async function warn(parent: string, context: Context, services: DigestServices): Promise<Told> {
  const { parts, execute, configuration, logger, now } = services;
  const { isClosed, isWarned } = await parts.state(parent);
  const ended = isClosed || isWarned ? [] : await parts.endedOf(parent);
  const failures = failuresToWarnOf(ended);
  const told = failures === undefined ? 'nothing' : 'sent';
  if (failures !== undefined) {
    const warning = earlyWarning(failures, ended.length, configuration, new Date(now()));
    await execute({ actions: [warning], eventId: undefined, detailType: 'early warning' }, context);
    await parts.warned(parent);
  }
  logger.info('failed parts', { parent, told });
  return told;
}

async function tell(id: string, window: StoredWindow, context: Context, services: DigestServices): Promise<Told> {
  const { windows, scheduleEnd, now } = services;
  const due = (window.isReleased ? 0 : window.until) + SENT_AFTER;
  if (now() >= due) return send(id, window, context, services);
  await scheduleEnd(id, due);
  await windows.scheduled(id);
  return 'scheduled';
}

/** Sends what waits in a window, unless another invocation does so now. */
async function send(id: string, window: StoredWindow, context: Context, services: DigestServices): Promise<Told> {
  const { windows, parts, now } = services;
  const holder = context.awsRequestId;
  // What waits now is all that the message tells.
  if (window.parent !== undefined) await parts.close(window.parent.id);
  else await windows.close(window);
  const left = context.getRemainingTimeInMillis();
  const claim = await windows.claim(id, holder, now(), now() + Math.min(left, HELD_FOR));
  if (claim === undefined) throw new Error(`another invocation sends the window ${id}; the message is retried`);
  const sending: Sending = { state: 'not begun' };
  try {
    return await sendClaimed(id, window, claim, sending, context, services);
  } catch (error) {
    if (sending.state !== 'unknown') await windows.giveBack(id, holder, sending.state === 'refused');
    throw error;
  }
}

/** What became of the request to SNS. `unknown`: SNS may have the message. */
interface Sending {
  state: 'not begun' | 'refused' | 'unknown';
}

/** Sends what waits in a window that is claimed, and notes in `sending` what became of it. */
async function sendClaimed(
  id: string,
  window: StoredWindow,
  { sendings }: WindowClaim,
  sending: Sending,
  context: Context,
  services: DigestServices,
): Promise<Told> {
  const { windows, scheduleEnd, publish, reportFailure, configuration, stage, now } = services;
  const waiting = await windows.waitingIn(id);
  const record = (
    action: 'notify' | 'give-up',
    reason: string,
    result: string,
    about?: AuditRecord['about'],
  ): AuditRecord => ({
    version: 1,
    resource: `window|${id}`,
    key: `${action}|${id}`,
    action,
    reason,
    at: new Date(now()).toISOString(),
    event: { id: null, detailType: '' },
    result,
    numbers: { alerts: String(waiting.length) },
    ...(about !== undefined && { about }),
  });
  if (waiting.length === 0) {
    await windows.done(id, record('notify', 'the window was over', 'no alert waited'));
    return 'nothing';
  }
  const later = quietNow(window, waiting, configuration, now()) ?? (await heldBack(id, window, waiting, services));
  if (later !== undefined) {
    await scheduleEnd(id, later + SENT_AFTER);
    await windows.giveBack(id, context.awsRequestId, false);
    return 'scheduled';
  }
  const from = new Date(waiting.reduce((first, { at }) => Math.min(first, at), window.until));
  const { kind, parent, isReleased } = window;
  const until = new Date(isReleased ? now() : window.until);
  const about = { id, kind, from, until, ...(parent && { parent, isReleased }), stage };
  const digest = renderDigest(about, waiting, configuration);
  const said = { subject: digest.subject, severity: digest.message.groups[0]?.severity };
  if (sendings >= MOST_SENDINGS) {
    const reason = `SNS confirmed none of ${MOST_SENDINGS} attempts to send "${digest.subject}"; people may have it. It is sent again only by redrive`;
    await reportFailure(openWindowOf(id), 'AlertNotConfirmed', new Error(reason));
    await windows.giveUp(id, record('give-up', reason, 'left to people'));
    return 'given-up';
  }
  if (context.getRemainingTimeInMillis() < LONGEST_PUBLICATION)
    throw new Error('too little time is left to publish; the message is retried');
  if (!(await windows.sends(id, context.awsRequestId)))
    throw new Error(`another invocation has claimed the window ${id}; the message is retried`);
  sending.state = 'unknown';
  const result = await publish()(digest, window.keys).catch((error: unknown) => {
    if (wasRefused(error)) sending.state = 'refused';
    throw error;
  });
  await windows.done(id, record('notify', `${window.kind}, ${counted(waiting.length, 'alert')}`, result, said));
  return 'sent';
}

/**
 * When the storm ends, epoch milliseconds, in which a group has just got several alerts: many executions may end at once,
 * and messages about their parts are alerts like others.
 */
async function heldBack(
  id: string,
  { kind, group }: StoredWindow,
  waiting: readonly PendingAlert[],
  { configuration, bursts, now }: DigestServices,
): Promise<number | undefined> {
  if (kind !== 'parent' || !configuration.delivery.breaker) return undefined;
  const severity = SEVERITIES.find((one) => waiting.some((alert) => alert.severity === one)) ?? 'info';
  const admission = await bursts.take(group, id, severity, now());
  return admission.isAdmitted ? undefined : admission.until;
}

/**
 * When the group's quiet hours end, epoch milliseconds, if they have begun before a late message could be sent, and not
 * everything in it is excepted.
 */
function quietNow(
  { group }: StoredWindow,
  waiting: readonly PendingAlert[],
  { delivery }: DigestServices['configuration'],
  now: number,
): number | undefined {
  const quiet = delivery.groups.find(({ id }) => id === group)?.quiet;
  if (quiet === undefined || waiting.every((alert) => isIn(quiet.except, alert))) return undefined;
  return quietUntil(quiet, new Date(now))?.getTime();
}
