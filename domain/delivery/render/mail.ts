/** The e-mail about the alerts that waited in a window: plain text of 72 columns. */
import type { PendingAlert } from '../../../schemas/stored/pending-alert.ts';
import { counted } from '../../../schemas/text/count.ts';
import { listed } from '../../alert/render/listed.ts';
import { formatTime } from '../../alert/render/time.ts';
import { wrap } from '../../alert/render/wrap.ts';
import { displayName, nameOfTypeInside } from '../../alert/wording.ts';
import { type Alike, type Counted, costOf, namesOf, ownersOf } from '../alike.ts';
import { nameOfParent, type Waited, type WindowKind } from '../window.ts';

/** Kinds of alerts that the mail tells in full. */
const MOST_TOLD = 20;
const MOST_NAMES = 10;
const MOST_OWNERS = 5;

/** The body: printable characters and line feeds only. `groups` holds all `alerts`. */
export function renderMail(
  waited: Waited,
  alerts: readonly PendingAlert[],
  groups: readonly Alike[],
  timeZone: string,
): string {
  const told = groups.slice(0, MOST_TOLD);
  const rest = groups.slice(MOST_TOLD);
  const restCount = rest.reduce((sum, { all }) => sum + all.length, 0);
  const sections = [
    wrap(opening(waited, alerts.length, timeZone), ''),
    ...told.map(paragraph),
    ...(rest.length === 0
      ? []
      : [wrap(`And ${counted(restCount, 'more alert')} of ${counted(rest.length, 'other kind')}.`, '')]),
    [
      'TO LIST THEM ALL',
      wrap('Each alert has a record in the audit. With the code of Ground Control:', '  '),
      listCommand(waited),
    ].join('\n'),
    ['--', `Ground Control, stage ${waited.stage}`].join('\n'),
  ];
  return `${sections.join('\n\n')}\n`;
}

/** Why people get this message, and what it covers. */
function opening({ kind, from, until, parent, isReleased }: Waited, count: number, timeZone: string): string {
  const since = formatTime(from, timeZone);
  const period = count === 1 ? `at ${since}` : `from ${since} to ${formatTime(until, timeZone)}`;
  const alerts = counted(count, 'alert');
  if (kind !== 'parent') return OPENINGS[kind](alerts, period);
  const name = parent === undefined ? 'pipeline execution or tuning job' : nameOfParent(parent);
  return isReleased
    ? `The ${name} has ended, and you get no alert about its end. About its parts came ${alerts}, ${period}:`
    : `Ground Control has not seen the ${name} end within 24 hours after the last of its parts. About its parts came ${alerts}, ${period}:`;
}

const OPENINGS: Readonly<Record<Exclude<WindowKind, 'parent'>, (alerts: string, period: string) => string>> = {
  storm: (alerts, period) =>
    `Many alerts came at once. You got the first ones one by one; after them came ${alerts}, ${period}:`,
  digest: (alerts, period) => `${alerts}, ${period}. No action is needed:`,
  quiet: (alerts, period) =>
    `${alerts} waited for the end of your quiet hours, ${period}. Next steps and times are as of then:`,
  snooze: (alerts, period) => `${alerts} waited for the end of a snooze, ${period}:`,
};

/** What several alerts say in common, and which resources they are about. */
function paragraph({ first, all, label }: Alike): string {
  const { cause, nextStep, reason, instance, parts, console, logs } = first;
  const isOne = all.length === 1;
  const type = nameOfTypeInside(first.type);
  const on = cause === undefined || instance === undefined ? '' : ` on ${instance}`;
  const owners = ownersOf(all);
  const cost = costOf(all);
  return [
    wrap(isOne ? first.headline : `${all.length} x ${label}: ${type}${on}`, ''),
    ...(cause === undefined ? [] : [wrap(cause, '  ')]),
    ...(nextStep === undefined ? [] : [wrap(`Next: ${nextStep}`, '  ')]),
    ...(reason === undefined
      ? []
      : [wrap(`${isOne ? 'SageMaker says' : 'SageMaker says about the first'}: "${reason}"`, '  ')]),
    ...(parts === undefined ? [] : [wrap(`${isOne ? 'Its parts' : 'Parts of the first'}: ${parts}`, '  ')]),
    ...(isOne ? [] : [wrap(listed(namesOf(all).map(shownName), MOST_NAMES), '  ')]),
    ...(owners.length === 0 ? [] : [wrap(ownersIn(owners, isOne), '  ')]),
    ...(cost === undefined || cost === 0 ? [] : [`  Cost: $${cost.toFixed(2)}`]),
    ...(isOne && console !== undefined ? [`  Console: ${console}`] : []),
    ...(isOne && logs !== undefined ? [`  Logs: ${logs}`] : []),
  ].join('\n');
}

const shownName = ({ value, count }: Counted): string =>
  count === 1 ? displayName(value) : `${displayName(value)} (${count})`;

/** `Belongs to: nlp (87), vision (44)`: teams, or the owners of what has no team. */
const ownersIn = (owners: ReturnType<typeof ownersOf>, isOne: boolean): string =>
  `Belongs to: ${isOne ? owners[0]?.value : listed(owners.map(named), MOST_OWNERS)}`;

const named = ({ value, count }: Counted): string => `${value} (${count})`;

/** The audit has days of UTC. A window of quiet hours begins on one day and ends on the next. */
function listCommand({ from, until, stage }: Waited): string {
  const days = [...new Set([from, until].map((at) => at.toISOString().slice(0, 10)))];
  return days.map((day) => `    npm run --silent audit -- --stage ${stage} --day ${day}`).join('\n');
}
