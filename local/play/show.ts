/** Formats results for the terminal. Colours only when standard output is a terminal that supports them. */
import { isDeepStrictEqual, styleText } from 'node:util';
import * as z from 'zod';
import { formatTime } from '../../domain/alert/render/time.ts';
import type { Subscriber } from '../../schemas/configuration/delivery/subscriber-section.ts';
import type { Configuration } from '../../schemas/configuration/file.ts';
import type { Relays } from '../../schemas/configuration/relays-section.ts';
import { lookUp } from '../../schemas/look-up.ts';
import { counted } from '../../schemas/text/count.ts';
import { plainText } from '../../schemas/text/plain-text.ts';
import type { Call } from '../embedded-aws/protocol.ts';
import type { Publication } from '../embedded-aws/sns.ts';
import type { Moment } from '../stories/moment.ts';
import type { Played } from './play.ts';
import { deliveriesOf } from './relays.ts';
import { receiversOf } from './shown/receivers.ts';
import { severityOf } from './shown/severity.ts';
import { targetOf } from './shown/target.ts';

type Style = Parameters<typeof styleText>[0];

const paint = (style: Style, text: string) => styleText(style, text, { stream: process.stdout });

const SEVERITY_STYLE = {
  critical: ['bold', 'red'],
  error: 'red',
  warning: 'yellow',
  info: 'green',
} as const satisfies Record<string, Style>;

/**
 * The text for one event: its detail-type and function, who gets which alert, and every AWS call. With `relays`, also what
 * each of them would get.
 */
export function showPlayed(
  file: string,
  played: Played,
  { subscribers, timeZone }: Pick<Configuration, 'subscribers' | 'timeZone'>,
  relays?: Pick<Relays, 'to'>,
): string {
  const name = plainText(file, 200);
  const goesTo = played.functionName === undefined ? '' : ` -> ${played.functionName}`;
  const lines = [paint('bold', `== ${name}`), `   ${plainText(played.detailType ?? 'no detail-type', 128)}${goesTo}`];
  const isTold = played.outcome === 'alerted' && played.reason === undefined;
  if (!isTold)
    lines.push(`   ${paint('dim', played.outcome)}${describe(played)}: ${plainText(played.reason ?? '', 600)}`);
  for (const publication of played.publications) {
    lines.push('', ...showPublication(publication, played.severity ?? 'info', subscribers), '');
  }
  lines.push(...waitsIn(played.calls, timeZone), ...played.calls.map(showCall));
  if (relays !== undefined) lines.push('', ...showRelays(played, relays));
  return `${lines.join('\n')}\n`;
}

/** The lines that say what each relay would get: the published content once, and what is another for its target. */
function showRelays({ events }: Played, relays: Pick<Relays, 'to'>): string[] {
  if (events.length === 0) return [`   ${paint('dim', 'Relays')}  get nothing: nothing was published`];
  const json = (value: unknown) =>
    JSON.stringify(value, null, 2)
      .split('\n')
      .map((line) => `   | ${plainText(line.trimStart(), 4096).padStart(line.length)}`);
  return events.flatMap((event) => [
    `   ${paint('dim', 'Published')}  ${event.detailType}`,
    ...json(event.detail),
    ...deliveriesOf(event, relays).flatMap(({ relay, kind, body, with: more }) => {
      const name = `   ${paint('dim', 'Relay')}  ${relay} (${kind})`;
      if (body === undefined) return [`${name}: nothing, by its filters`];
      const told = Object.entries(more).map(([what, value]) => `, ${what} ${value}`);
      const isAsPublished = isDeepStrictEqual(body, event.detail);
      return [
        `${name}: ${isAsPublished ? 'this' : 'other content'}${told.join('')}`,
        ...(isAsPublished ? [] : json(body)),
      ];
    }),
  ]);
}

/** What an alert waits for, in the order of the windows' ends. */
const WAITS = {
  storm: 'five minutes with many alerts',
  digest: 'a digest',
  quiet: 'the end of quiet hours',
  snooze: 'the end of a snooze',
} as const;

/** A line for each window in which the alert waits now, for subscribers that get it later. */
function waitsIn(calls: readonly Call[], timeZone: string): string[] {
  // A window itself is updated when its alerts are told.
  const puts = calls.flatMap(({ input }) => z.array(z.looseObject({})).catch([]).parse(input['TransactItems']));
  const written = JSON.stringify(puts.filter((item) => 'Put' in item));
  const found = [...written.matchAll(/"window#(?<kind>storm|digest|quiet|parent|snooze)-[0-9a-f]+-(?<end>[^"]+)"/g)];
  const windows = new Map(found.map(({ groups: { kind = '', end = '' } = {} }) => [end, kind]));
  return [...windows]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([end, kind]) => {
      const why = lookUp(WAITS, kind);
      const what =
        why === undefined
          ? `the end of ${end.replace('-', ' ')}`
          : `${why}, until ${formatTime(new Date(Number(end)), timeZone)}`;
      return `   ${paint('dim', 'Waits')}     for ${what}`;
    });
}

/** The lines for one alert: who gets it, its e-mail and its SMS. */
function showPublication(
  publication: Publication,
  severity: keyof typeof SEVERITY_STYLE,
  subscribers: readonly Subscriber[],
): string[] {
  const receivers = receiversOf(publication, subscribers);
  return [
    `   ${paint('dim', 'E-mail to')} ${to(receivers, 'email')}`,
    `   ${paint('dim', 'Subject:')}  ${paint(SEVERITY_STYLE[severity], publication.subject ?? '')}`,
    ...(publication.bodies.get('email') ?? '')
      .trimEnd()
      .split('\n')
      .map((line) => `   | ${line}`.trimEnd()),
    '',
    `   ${paint('dim', 'SMS to')} ${to(receivers, 'phone')}`,
    `   | ${publication.bodies.get('sms') ?? ''}`,
  ];
}

const showCall = ({ service, operation, input }: Call): string =>
  `   ${paint('dim', 'AWS call')}  ${service}:${operation}  ${targetOf(input)}`;

/** The text for one step of a story: time, headline, alerts and AWS calls other than DynamoDB's. */
export function showMoment(
  { at, what, publications, calls, nobody }: Moment,
  { subscribers, timeZone }: Pick<Configuration, 'subscribers' | 'timeZone'>,
): string {
  const lines = [paint('bold', `== ${formatTime(at, timeZone)}  ${what}`)];
  for (const publication of publications) {
    lines.push('', ...showPublication(publication, severityOf(publication), subscribers), '');
  }
  if (nobody !== undefined) lines.push(`   ${paint('dim', 'Nobody is told')}  ${plainText(nobody, 600)}`);
  lines.push(...calls.filter(({ service }) => service !== 'dynamodb').map(showCall));
  return `${lines.join('\n')}\n`;
}

function describe({ resource, status }: Played): string {
  return resource === undefined
    ? ''
    : ` (${resource.type} ${resource.name}${status === undefined ? '' : `, ${status}`})`;
}

function to(receivers: readonly Subscriber[], kind: 'email' | 'phone'): string {
  return (
    receivers.flatMap((one) => one[kind] ?? []).join(', ') ||
    'nobody now (no matching subscriber in ground-control.yml, or it waits)'
  );
}

/** One line with the counts of events, outcomes, severities and AWS calls. */
export function showSummary(played: readonly Played[]): string {
  const count = (outcome: Played['outcome']) => played.filter((one) => one.outcome === outcome).length;
  const severities = Object.keys(SEVERITY_STYLE)
    .map(
      (severity) =>
        [severity, played.filter((one) => one.outcome === 'alerted' && one.severity === severity).length] as const,
    )
    .filter(([, number]) => number > 0)
    .map(([severity, number]) => `${number} ${severity}`);
  const calls = played.reduce((sum, one) => sum + one.calls.length, 0);
  const alerts = `${count('alerted')} alerted${severities.length === 0 ? '' : ` (${severities.join(', ')})`}`;
  const others = `${count('ignored')} ignored, ${count('quarantined')} quarantined`;
  return `${counted(played.length, 'event')}: ${alerts}, ${others}; ${counted(calls, 'AWS call')}`;
}
