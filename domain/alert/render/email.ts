/** The alert as a plain-text e-mail of 72 columns. */
import { formatDuration } from '../../../schemas/text/duration.ts';
import type { Outcome } from '../../../schemas/vocabulary.ts';
import { costOfParts, countsOf, failedAlike } from '../../parts/ended.ts';
import type { Alert } from '../alert.ts';
import type { Retry } from '../causes/cause.ts';
import { displayName, LABEL, nameOfPart, nameOfTypeInside } from '../wording.ts';
import { listed } from './listed.ts';
import { formatTime } from './time.ts';
import { wrap } from './wrap.ts';

const LONGEST_QUOTE = 500;

const RETRY = {
  yes: 'Trying again without changes may work.',
  once: 'Trying again without changes may work. After a second failure, look for the cause.',
  'after-quota': 'Trying again works only when the quota allows it.',
  'after-change': 'Trying again without changes will most likely end the same way.',
} as const satisfies Record<Retry, string>;

const WITHHELD = 'The console shows the reason. Alerts do not quote it (ground-control.yml, reasons: cause-only).';

/** The body: printable characters and line feeds only. Only links, long names and commands go beyond 72 columns. */
export function renderEmail(alert: Alert, timeZone: string): string {
  const sections = [
    wrap(alert.headline, ''),
    section('WHY', why(alert)),
    section('LOG', log(alert)),
    section('PARTS', parts(alert)),
    section('OWNER', ownership(alert)),
    section('FACTS', facts(alert, timeZone)),
    section('WHERE TO LOOK', where(alert)),
    footer(alert),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [title, ...lines].join('\n');
}

function why({ cause, reason, isReasonWithheld, firstFailure, outcome, status }: Alert): string[] {
  const lines = [];
  if (cause !== undefined) lines.push(wrap(cause.cause, '  '), wrap(`Next: ${cause.nextStep}`, '  '));
  for (const { does, command } of cause?.commands ?? []) lines.push(wrap(`${does}:`, '  '), `    ${command}`);
  if (cause?.retry !== undefined) lines.push(wrap(RETRY[cause.retry], '  '));
  if (outcome === 'unknown') lines.push(wrap(received(status), '  '));
  if (reason !== undefined) lines.push(wrap(`SageMaker says: "${quote(reason)}"`, '  '));
  else if (isReasonWithheld) lines.push(wrap(WITHHELD, '  '));
  else if (outcome === 'failed' && cause === undefined)
    lines.push(wrap('The event gives no reason. The console or the log may show one.', '  '));
  if (outcome === 'failed' && cause === undefined && reason !== undefined)
    lines.push(wrap('Next: Read the reason above, and the log if there is one.', '  '));
  if (firstFailure !== undefined) lines.push(wrap(`${nameOfPart(firstFailure)} failed first.`, '  '));
  if (firstFailure?.reason !== undefined)
    lines.push(wrap(`SageMaker says about it: "${quote(firstFailure.reason)}"`, '  '));
  return lines;
}

/** The last lines of the log, as they are: wrapped lines of a traceback are hard to read. */
function log({ log: end }: Alert): string[] {
  if (end === undefined) return [];
  if ('noLog' in end) return [wrap(`The alert has no lines of the log: ${end.noLog}.`, '  ')];
  return [wrap(`From the stream ${end.stream}:`, '  '), ...end.lines.map((line) => `    ${line}`)];
}

const MOST_ALIKE = 10;
const MOST_NAMES = 10;

/** What became of the parts: how many ended how, and why those failed that did. */
function parts({ parts: ended = [], cause }: Alert): string[] {
  if (ended.length === 0) return [];
  const all = failedAlike(ended);
  // If all failed for one cause, it is explained above.
  const isToldAbove = (text: string | undefined, above: string | undefined) =>
    text === undefined || (all.length === 1 && text === above);
  const rest = all.slice(MOST_ALIKE).reduce((sum, { names }) => sum + names.length, 0);
  return [
    wrap(`${countsOf(ended)}.`, '  '),
    ...all
      .slice(0, MOST_ALIKE)
      .flatMap(({ first, names }) => [
        wrap(
          `${labelOfPart(first.outcome, names.length)}: ${nameOfTypeInside(first.type)} ${listed(names.map(displayName), MOST_NAMES)}`,
          '  ',
        ),
        ...(isToldAbove(first.cause, cause?.cause) ? [] : [wrap(first.cause ?? '', '    ')]),
        ...(isToldAbove(first.nextStep, cause?.nextStep) ? [] : [wrap(`Next: ${first.nextStep}`, '    ')]),
      ]),
    ...(rest === 0 ? [] : [wrap(`And ${rest} more that did not complete.`, '  ')]),
  ];
}

const labelOfPart = (outcome: Outcome, count: number): string =>
  count === 1 ? LABEL[outcome] : `${count} x ${LABEL[outcome]}`;

function received(status: string | undefined): string {
  if (status === undefined) return 'The event has no status. Look at the resource to see what happened.';
  return `SageMaker reports the status "${status}". Look at the resource to see what this status means.`;
}

function quote(reason: string): string {
  return reason.length <= LONGEST_QUOTE ? reason : `${reason.slice(0, LONGEST_QUOTE).trimEnd()} ...`;
}

function ownership({ owner, isForAll }: Alert): string[] {
  if (isForAll) return [];
  const { owner: person, team, project } = owner;
  if (person === 'unknown' && team === 'unknown' && project === 'unknown') {
    return [wrap('Owner unknown: no owner, team or project tag.', '  ')];
  }
  return table([
    ['Owner', person],
    ['Team', team],
    ['Project', project],
  ]);
}

function facts({ change, durationSeconds, status, parts = [], cost }: Alert, timeZone: string): string[] {
  const secondary =
    change.secondaryStatus === undefined || change.secondaryStatus === status ? '' : ` (${change.secondaryStatus})`;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Status', status && `${status}${secondary}`],
    ['Started', change.startedAt && formatTime(change.startedAt, timeZone)],
    ['Ended', change.endedAt && formatTime(change.endedAt, timeZone)],
    ['Duration', durationSeconds === undefined ? undefined : formatDuration(durationSeconds)],
    [
      'Instances',
      change.instances.map(({ type, count }) => (count === undefined ? type : `${count} x ${type}`)).join(', ') ||
        undefined,
    ],
    ...change.details.map(({ label, value }) => [label, value] as const),
    // The cost of a tuning job has a line of its own.
    ['Cost of its jobs', cost === undefined ? costOfParts(parts) : undefined],
  ];
  return table(rows);
}

function where({ links, change }: Alert): string[] {
  return table([
    ['Console', links.console],
    ['In Studio', links.inStudio],
    ['Logs', links.logs],
    ['ARN', change.resource.arn],
  ]);
}

function footer({ severity, change }: Alert): string {
  const at = [change.account && `account ${change.account}`, change.region].filter(Boolean).join(', ');
  return ['--', wrap(`Ground Control, severity ${severity}${at === '' ? '' : `, ${at}`}`, '')].join('\n');
}

/** Labels and values in two columns. Rows without a value are left out. */
function table(rows: readonly (readonly [string, string | undefined])[]): string[] {
  const known = rows.flatMap(([label, value]) => (value === undefined ? [] : [[`${label}:`, value] as const]));
  const width = Math.max(...known.map(([label]) => label.length)) + 1;
  return known.map(([label, value]) => wrap(value, `  ${label.padEnd(width)}`, ' '.repeat(width + 2)));
}
