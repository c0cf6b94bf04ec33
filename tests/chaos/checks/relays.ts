/** Compares what was published for other systems with the plan. */
import type { PutEvent } from '../../../local/embedded-aws/events.ts';
import { type Change, type Life, lastOf } from '../plan/life.ts';
import type { Course } from '../truth/reading.ts';
import { FAMILIES } from '../truth/statuses.ts';

/** The fields of a published change or action that are compared, as the harness reads them. */
interface Published {
  readonly id: string;
  /** Changes only. */
  readonly order?: number;
  readonly family: string;
  readonly resource: { readonly id: string; readonly name: string; readonly arn: string | null };
  readonly status: string | null;
  readonly secondaryStatus?: string | null;
  readonly team: string;
  readonly times?: { readonly changed: string | null };
  /** Actions only. */
  readonly action?: string;
}

/** One published event: what it says, and its text. */
interface Sent {
  readonly what: Published;
  readonly text: string;
}

/** What happened that others must hear of, besides the planned changes. */
export interface Others {
  /** ARNs of the jobs that SageMaker accepted to stop, and of which people were told. */
  readonly stopped: ReadonlySet<string>;
  /** ARNs of the jobs that ended after they were stopped. */
  readonly ended: ReadonlySet<string>;
}

/** Everything that is wrong about the events on the bus. `courseOf` says what happened to a life in this run. */
export function checkRelays(
  lives: readonly Life[],
  events: readonly PutEvent[],
  courseOf: (life: Life) => Course,
  start: number,
  others: Others,
): string[] {
  const sent: Sent[] = events.map(({ text }) => ({ what: JSON.parse(text), text }));
  const byName = Map.groupBy(sent, ({ what }) => what.resource.name);
  return lives.flatMap((life) => {
    const all = byName.get(life.name) ?? [];
    const changes = all.filter(({ what }) => what.action === undefined);
    const actions = all.filter(({ what }) => what.action !== undefined);
    const isStopped = others.stopped.has(life.arn);
    const wrong = [
      ...changing(all),
      ...disordered(life, changes, start),
      ...wrongFields(life, changes),
      ...missing(life, changes, courseOf(life), start),
      ...(isStopped && !actions.some(({ what }) => what.action === 'stopped') ? ['that it was stopped'] : []).map(
        (what) => `${what} was never published`,
      ),
      ...(others.ended.has(life.arn) && !changes.some(({ what }) => what.status === 'Stopped')
        ? ['that it ended after it was stopped was never published']
        : []),
      ...(!isStopped && actions.some(({ what }) => what.action === 'stopped') && !isStoppable(life)
        ? ['it was published as stopped, and nobody stopped it']
        : []),
    ];
    return wrong.map((what) => `${life.name}: ${what}`);
  });
}

/** Only jobs with a budget may be published as stopped. */
const isStoppable = ({ budget }: Life) => budget !== undefined;

/** Events with one id and another content, and one change or action with several ids. */
function changing(all: readonly Sent[]): string[] {
  const texts = Map.groupBy(all, ({ what }) => what.id);
  const differ = [...texts].flatMap(([id, same]) =>
    new Set(same.map(({ text }) => text)).size > 1 ? [`the event ${id} was published with different contents`] : [],
  );
  const news = Map.groupBy(all, ({ what: { status, secondaryStatus, times, action } }) =>
    // A stop and a warning may come several times: they are different actions.
    action === undefined ? [status, secondaryStatus, times?.changed].join('|') : '',
  );
  news.delete('');
  const several = [...news].flatMap(([change, same]) =>
    new Set(same.map(({ what }) => what.id)).size > 1 ? [`one change has several ids: ${change}`] : [],
  );
  return [...differ, ...several];
}

/** Changes whose order numbers do not rise as the plan does; two changes with one number; two ids of one resource. */
function disordered(life: Life, changes: readonly Sent[], start: number): string[] {
  const byId = new Map(changes.map(({ what }) => [what.id, what]));
  const inOrder = [...byId.values()].toSorted((one, other) => (one.order ?? 0) - (other.order ?? 0));
  const numbers = inOrder.map(({ order }) => order);
  const planned = inOrder.flatMap((what) => {
    const at = life.changes.findIndex((change) => isAbout(what, life, change, start));
    return at < 0 ? [] : [at];
  });
  return [
    ...(new Set(numbers).size < numbers.length ? [`two changes have one order number: ${numbers.join(', ')}`] : []),
    ...(planned.every((at, nth) => nth === 0 || at > (planned[nth - 1] ?? -1))
      ? []
      : [`by their order numbers, changes happened as ${planned.join(', ')}`]),
    ...(new Set(changes.map(({ what }) => what.resource.id)).size > 1 ? ['its changes have several resource ids'] : []),
  ];
}

function wrongFields({ arn, type, team = 'unknown' }: Life, changes: readonly Sent[]): string[] {
  return changes.flatMap(({ what }) =>
    what.resource.arn === arn && what.family === (FAMILIES[type] ?? type) && what.team === team
      ? []
      : [`${what.status} was published as of ${what.resource.arn}, ${what.family}, ${what.team}`],
  );
}

/** Changes that must be on the bus and are not. */
function missing(life: Life, changes: readonly Sent[], { inTime, came }: Course, start: number): string[] {
  const known = changes.map(({ what: { status, times } }) => `${status} at ${times?.changed}`).join(', ') || 'nothing';
  return life.changes.flatMap((change, number) => {
    const isLast = change === lastOf(life);
    // An execution that runs again looks as before, until its failure in between is known. And the function that gets
    // events of labeling jobs hands them over: nobody knows when the other one handled them.
    const isKnown = life.changes.slice(0, number).every((_, earlier) => inTime.has(earlier));
    const isInTime = life.labeling === undefined && isKnown && inTime.has(number);
    const isDue = (isLast && (life.isListed || came.has(number))) || isInTime;
    return !isDue || changes.some(({ what }) => isAbout(what, life, change, start))
      ? []
      : [
          `its change to ${change.status} at ${new Date(start + change.at).toISOString()} was never published, but ${known}`,
        ];
  });
}

/** Milliseconds by which the time of a change may differ: SageMaker's lists and events round differently. */
const SAME_TIME = 1000;

/** Whether `what` is about `change`. Endpoints and executions return to a status, so there the time counts. */
function isAbout(what: Published, { type, changes }: Life, change: Change, start: number): boolean {
  if (what.status !== change.status) return false;
  if (change.secondaryStatus !== undefined && what.secondaryStatus !== change.secondaryStatus) return false;
  const isAgain = changes.filter(({ status }) => status === change.status).length > 1;
  if (!isAgain || /job$/.test(type)) return true;
  return Math.abs(Date.parse(what.times?.changed ?? '') - (start + change.at)) <= SAME_TIME;
}
