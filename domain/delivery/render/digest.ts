/** One message about the alerts that waited in a window, in every form. */
import type { DigestMessage } from '../../../schemas/message/digest.ts';
import type { PendingAlert } from '../../../schemas/stored/pending-alert.ts';
import { counted } from '../../../schemas/text/count.ts';
import { cutText } from '../../../schemas/text/plain-text.ts';
import { SEVERITIES } from '../../../schemas/vocabulary.ts';
import { asciiLine, toGsm } from '../../alert/render/ascii.ts';
import { type ChatNotification, MARK, withoutMarkup } from '../../alert/render/chat.ts';
import { LONGEST_SMS } from '../../alert/render/sms.ts';
import { LONGEST_SUBJECT } from '../../alert/render/subject.ts';
import { type Alike, alikeIn, costOf, namesOf, ownersOf } from '../alike.ts';
import type { Waited, WindowKind } from '../window.ts';
import { renderMail } from './mail.ts';

/** One publication that carries every form of the message. */
export interface DigestNotice {
  readonly subject: string;
  readonly email: string;
  readonly sms: string;
  /** Absent while chat is off. */
  readonly chat: ChatNotification | undefined;
  readonly message: DigestMessage;
}

interface Settings {
  readonly chat: boolean;
  readonly timeZone: string;
}

/** The message about `alerts`, at least one, in any order. */
export function renderDigest(
  waited: Waited,
  alerts: readonly PendingAlert[],
  { chat, timeZone }: Settings,
): DigestNotice {
  const groups = alikeIn(alerts);
  const subject = subjectOf(waited.kind, alerts, groups, LONGEST_SUBJECT);
  return {
    subject,
    email: renderMail(waited, alerts, groups, timeZone),
    sms: asciiLine(toGsm(subjectOf(waited.kind, alerts, groups, LONGEST_SMS)), LONGEST_SMS),
    chat: chat ? chatOf(waited, subject, groups) : undefined,
    message: messageOf(waited, alerts, groups),
  };
}

const BEGINNING = {
  storm: (count: number) => `AND ${count} MORE`,
  digest: () => 'DIGEST',
  quiet: () => 'AFTER QUIET HOURS',
  snooze: () => 'AFTER SNOOZE',
  parent: () => 'PARTS',
} as const satisfies Record<WindowKind, (count: number) => string>;

/** `AND 143 MORE: 131 x FAILED (capacity, ml.p4d.24xlarge), 12 x FAILED (out of memory)`; of one alert its own subject. */
function subjectOf(
  kind: WindowKind,
  alerts: readonly PendingAlert[],
  groups: readonly Alike[],
  longest: number,
): string {
  const [only] = alerts;
  if (alerts.length === 1 && only !== undefined) return asciiLine(only.subject, longest);
  const critical = alerts.some(({ severity }) => severity === 'critical') ? ' (critical)' : '';
  const words = groups.map(({ all, label, first }) => `${all.length} x ${label}${inBrackets(first)}`);
  return asciiLine(`${BEGINNING[kind](alerts.length)}${critical}: ${words.join(', ')}`, longest);
}

/** ` (capacity, ml.p4d.24xlarge)` */
function inBrackets({ causeCode, instance }: PendingAlert): string {
  if (causeCode === undefined || causeCode === 'unknown') return '';
  return ` (${[causeCode.replaceAll('-', ' '), instance].filter((word) => word !== undefined).join(', ')})`;
}

/** A publication holds the JSON several times, once for each protocol, and may have 256 KB (SNS quotas). */
const MOST_GROUPS = 20;
const MOST_IDS = 50;
const MOST_NAMES = 3;
/** Characters. Ids hold names that people chose. */
const LONGEST = { id: 200, name: 128 } as const;

const messageOf = (
  { id, kind, from, until }: Waited,
  alerts: readonly PendingAlert[],
  groups: readonly Alike[],
): DigestMessage => ({
  schema: 'ground-control/digest',
  version: '1.0',
  id,
  kind,
  from: from.toISOString(),
  until: until.toISOString(),
  counts: {
    total: alerts.length,
    bySeverity: Object.fromEntries(
      SEVERITIES.flatMap((severity) => {
        const count = alerts.filter((one) => one.severity === severity).length;
        return count === 0 ? [] : [[severity, count]];
      }),
    ),
  },
  groups: groups.slice(0, MOST_GROUPS).map(({ first, all }) => ({
    count: all.length,
    severity: first.severity,
    outcome: first.outcome,
    type: first.type,
    causeCode: first.causeCode ?? null,
    instance: first.instance ?? null,
    owners: ownersOf(all)
      .slice(0, MOST_NAMES)
      .map(({ value }) => cutText(value, LONGEST.name)),
    names: namesOf(all)
      .slice(0, MOST_NAMES)
      .map(({ value }) => cutText(value, LONGEST.name)),
    usd: costOf(all) ?? null,
  })),
  alerts: groups.flatMap(({ all }) => all.map(({ id: one }) => cutText(one, LONGEST.id))).slice(0, MOST_IDS),
});

function chatOf({ id, until }: Waited, subject: string, groups: readonly Alike[]): ChatNotification {
  const severity = groups[0]?.first.severity ?? 'info';
  const shown = groups.slice(0, MOST_NAMES);
  const rest = groups.length - shown.length;
  return {
    version: '1.0',
    source: 'custom',
    id,
    content: {
      textType: 'client-markdown',
      title: `${MARK[severity]} ${withoutMarkup(subject)}`,
      description: [
        ...shown.map(({ all, label, first }) =>
          withoutMarkup(`${all.length} x ${label}: ${first.cause ?? first.headline}`),
        ),
        ...(rest > 0 ? [`and ${counted(rest, 'other kind')}`] : []),
      ].join('\n'),
      nextSteps: shown.flatMap(({ first }) => (first.nextStep === undefined ? [] : [withoutMarkup(first.nextStep)])),
      keywords: [severity],
    },
    metadata: {
      threadId: id,
      summary: withoutMarkup(subject),
      eventType: 'Ground Control digest',
      relatedResources: [],
      additionalContext: { until: until.toISOString() },
    },
  };
}
