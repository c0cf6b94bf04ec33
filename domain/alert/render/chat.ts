/**
 * The alert as a custom notification of Amazon Q Developer in chat applications (Slack, Microsoft Teams).
 * Source: Amazon Q Developer in chat applications administrator guide, "Custom notifications", event schema 1.0.
 */
import { formatDuration } from '../../../schemas/text/duration.ts';
import type { Severity } from '../../../schemas/vocabulary.ts';
import type { Alert } from '../alert.ts';
import { nameOfPart } from '../wording.ts';
import { renderSubject } from './subject.ts';

/** The custom-notification event. */
export interface ChatNotification {
  readonly version: '1.0';
  readonly source: 'custom';
  readonly id: string;
  readonly content: {
    readonly textType: 'client-markdown';
    readonly title: string;
    readonly description: string;
    readonly nextSteps: readonly string[];
    readonly keywords: readonly string[];
  };
  readonly metadata: {
    readonly threadId: string;
    readonly summary: string;
    readonly eventType: string;
    readonly relatedResources: readonly string[];
    readonly additionalContext: Readonly<Record<string, string>>;
  };
}

export const MARK = {
  critical: ':rotating_light:',
  error: ':x:',
  warning: ':warning:',
  info: ':information_source:',
} as const satisfies Record<Severity, string>;

/** The notification; messages of one resource share a thread. */
export function renderChat(alert: Alert): ChatNotification {
  const { change, severity, outcome, cause, owner, links } = alert;
  return {
    version: '1.0',
    source: 'custom',
    id: withoutMarkup(alert.id),
    content: {
      textType: 'client-markdown',
      title: `${MARK[severity]} ${withoutMarkup(renderSubject(alert))}`,
      description: description(alert),
      nextSteps: [
        cause && withoutMarkup(cause.nextStep),
        ...commands(cause),
        link(links.inStudio === undefined ? 'Open in the console' : `Open Studio: ${links.inStudio}`, links.console),
        link('Read the log', links.logs),
      ].filter((step) => step !== undefined),
      keywords: [change.family, outcome, severity, owner.team, owner.project]
        .filter((word) => word !== 'unknown')
        .map(withoutMarkup),
    },
    metadata: {
      threadId: withoutMarkup(change.resource.arn ?? `${change.resource.type}/${change.resource.name}`),
      summary: withoutMarkup(alert.headline),
      eventType: withoutMarkup(change.event.detailType),
      relatedResources: change.resource.arn === undefined ? [] : [withoutMarkup(change.resource.arn)],
      additionalContext: context(alert),
    },
  };
}

const commands = (cause: Alert['cause']): string[] =>
  (cause?.commands ?? []).map(({ does, command }) => withoutMarkup(`${does}: ${command}`));

function description({ headline, cause, reason, firstFailure, log, owner, change, durationSeconds }: Alert): string {
  const facts = [
    ['Owner', owner.owner],
    ['Team', owner.team],
    ['Project', owner.project],
    ['Duration', durationSeconds === undefined ? undefined : formatDuration(durationSeconds)],
    ...change.details.map(({ label, value }) => [label, value]),
  ].flatMap(([label, value]) =>
    value === undefined || value === 'unknown' ? [] : [`*${withoutMarkup(label ?? '')}:* ${withoutMarkup(value)}`],
  );
  const why = [
    cause && withoutMarkup(cause.cause),
    reason === undefined ? undefined : `> ${withoutMarkup(reason.slice(0, 500))}`,
    firstFailure && `${withoutMarkup(nameOfPart(firstFailure))} failed first.`,
    firstFailure?.reason && `> ${withoutMarkup(firstFailure.reason.slice(0, 500))}`,
    ...lastLines(log),
  ];
  return [`*${withoutMarkup(headline)}*`, ...why, ...facts].filter((line) => line !== undefined).join('\n');
}

/** The last lines of the log, as a quotation. A traceback ends with its exception. */
function lastLines(log: Alert['log']): string[] {
  if (log === undefined || 'noLog' in log) return [];
  return ['The end of its log:', ...log.lines.slice(-CHAT_LINES).map((line) => `> ${withoutMarkup(line.trim())}`)];
}

const CHAT_LINES = 6;

function context({ status, severity, change, owner }: Alert): Record<string, string> {
  const all = { status, severity, account: change.account, region: change.region, ...owner };
  return Object.fromEntries(
    Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [[key, withoutMarkup(value)]])),
  );
}

function link(words: string, url: string | undefined): string | undefined {
  return url === undefined ? undefined : `<${url.replaceAll('|', '%7C').replaceAll('>', '%3E')}|${words}>`;
}

/** Removes the markup from untrusted text: mentions (`<!channel>`, `@here`), links, emphasis. */
export function withoutMarkup(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[*~`@]/g, (character) => MARKUP[character] ?? '')
    .replace(/\]\(/g, '] (');
}

/** Look-alikes that mean nothing in chat and in a shell: an apostrophe would end the quotes in a command. */
const MARKUP: Readonly<Record<string, string>> = { '*': '∗', '~': '∼', '`': 'ˋ', '@': '＠' };
