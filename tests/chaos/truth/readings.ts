/** The readings of a life: from its plan, from the table of statuses, and from what happened in the run. */
import { CAP } from '../plan/budgets.ts';
import { nextOf, OBJECTS } from '../plan/labeling.ts';
import { type Change, type Life, lastOf } from '../plan/life.ts';
import { hasLog, logLineOf } from '../plan/logs.ts';
import { type Amount, type Course, END, type Reading } from './reading.ts';
import {
  BUDGETS,
  FAMILIES,
  inWords,
  LABELING,
  LABELING_LONG_AGO,
  LABELING_OBSERVED,
  NO_PROGRESS,
  ROLLED_BACK,
  type Said,
  STATUSES,
  WILL_EXPIRE,
} from './statuses.ts';

/** Everything that people must or may read about `life`. */
export function readingsOf(life: Life, course: Course, start: number): Reading[] {
  if (life.labeling !== undefined) return labelingReadings(life, life.labeling, course);
  const changes = life.changes.flatMap((change, number) => changeReading(life, change, number, course, start));
  return life.budget === undefined ? changes : [...changes, ...budgetReadings(life, course)];
}

const common = ({ name, type, arn, team = 'unknown' }: Life) => ({
  resource: name,
  type,
  family: FAMILIES[type] ?? type,
  arn,
  team,
});

/** An alert about a change, if its status leads to one. */
function changeReading(life: Life, change: Change, number: number, course: Course, start: number): Reading[] {
  const said = STATUSES[life.type]?.[change.secondaryStatus ?? ''] ?? STATUSES[life.type]?.[change.status];
  if (said === undefined) return [];
  const reading = (as: Said) => readingOf(as, life, change, number, course, start);
  return change.isRolledBack ? ROLLED_BACK.map((as) => ({ ...reading(as), oneOf: [END] })) : [reading(said)];
}

function readingOf(said: Said, life: Life, change: Change, number: number, course: Course, start: number): Reading {
  const isLast = change === lastOf(life);
  return {
    ...inWords(said),
    ...common(life),
    about: `its change to ${change.status}`,
    need: (isLast && (life.isListed || course.came.has(number))) || course.inTime.has(number) ? 'must' : 'may',
    status: change.status,
    secondaryStatus: change.secondaryStatus ?? null,
    reason: isBad(said) ? (life.reasons?.[change.status] ?? null) : null,
    // Jobs end once, and their descriptions do not all say when. Nobody can say when an endpoint was deleted.
    ...(!/job$/.test(life.type) && change.status !== 'Deleted' && { at: start + change.at }),
    ...(isLast && life.type !== 'endpoint' && workReading(life)),
    ...(hasLog(life, change) && { saysOneOf: [logLineOf(life), 'The alert has no lines of the log: '] }),
  };
}

const isBad = ([outcome]: Said) => ['failed', 'stopped', 'degraded', 'time-limit'].includes(outcome);

/** Duration and cost of a life that ended as planned. */
function workReading({ work, type }: Life): Pick<Reading, 'seconds' | 'usd'> {
  if (work?.to === undefined) return { seconds: null, usd: null };
  const seconds = (work.to - work.from) / 1000;
  const usd = work.usdPerHour === undefined ? undefined : usdFor(work.usdPerHour, seconds);
  // What a tuning job costs depends on its training jobs, and those of these stories have none.
  if (type === 'tuning-job') return { seconds: Math.round(seconds) };
  return { seconds: Math.round(seconds), usd: usd ?? null };
}

/** The cost of `seconds`: SageMaker charges begun seconds, and people read cents. */
function usdFor(usdPerHour: number, seconds: number): Amount {
  const usd = (usdPerHour * Math.ceil(seconds)) / 3600;
  return { least: usd - 0.005, most: usd + 0.005 };
}

/** What people read about a labeling job: once about its end, and maybe warnings while it runs. */
function labelingReadings(life: Life, kind: string, { isRedrivenLate }: Course): Reading[] {
  const [said, isAsked] = [LABELING[kind], ['taken', 'refused', 'unlisted', 'expired'].includes(kind)];
  if (said === undefined) throw new Error(`nobody says what a labeling job that is ${kind} leads to`);
  const { status } = lastOf(life);
  const labeled = kind === 'stalled' ? 0 : 5;
  const end = (as: Said): Reading => ({
    ...inWords(as),
    ...common(life),
    about: 'its end',
    need: 'must',
    oneOf: [END],
    status,
    secondaryStatus: null,
    reason: life.reasons?.[status] ?? null,
    ...(as[2] !== 'COMPLETED' && { says: [`${labeled} of ${OBJECTS}`] }),
  });
  const running = (as: Said, of: Pick<Reading, 'resource' | 'team'>): Reading => ({
    ...inWords(as),
    ...of,
    about: `${of.resource} while it runs`,
    need: 'may',
    status: 'InProgress',
    reason: null,
  });
  const other = otherOf(life, kind);
  return [
    end(said),
    // A job that was created an hour ago has a month left.
    ...(kind === 'early' ? [] : [running(WILL_EXPIRE, common(life))]),
    ...(kind === 'stalled' ? [running(NO_PROGRESS, common(life))] : []),
    // Nobody works on the other jobs of these stories, and people are told so after a week.
    ...(other === undefined ? [] : [running(NO_PROGRESS, other)]),
    ...(isAsked ? [{ ...end(LABELING_OBSERVED), mode: 'observe' as const }] : []),
    ...((isAsked || kind === 'stalled') && isRedrivenLate ? [end(LABELING_LONG_AGO)] : []),
  ];
}

/** The job that was made from this one or has its name: Ground Control's own, or that of other people without tags. */
function otherOf(life: Life, kind: string): Pick<Reading, 'resource' | 'team'> | undefined {
  if (kind === 'expired') return { resource: nextOf(life), team: 'vision' };
  if (kind === 'taken') return { resource: nextOf(life), team: 'unknown' };
  return kind === 'made-on' ? { resource: `${life.name}-by-hand`, team: 'unknown' } : undefined;
}

/** What people read about the budget of a job that runs until it is stopped. */
function budgetReadings(life: Life, { stops, endedAt, until }: Course): Reading[] {
  const { budget, work, project } = life;
  if (budget === undefined || work?.usdPerHour === undefined || work.to !== undefined || budget === 'modest') return [];
  const cap = Number(CAP[budget] ?? 0);
  // A schedule may fire a minute early, and the story ends with the clock of its last functions.
  const least = Math.max(0, cap - work.usdPerHour / 60);
  const most = (work.usdPerHour * ((endedAt ?? until) - work.from + 60_000)) / 3_600_000;
  const about = (said: Said, what: string, need: Reading['need'], more: Partial<Reading> = {}): Reading => ({
    ...inWords(said),
    ...common(life),
    about: what,
    need,
    status: 'InProgress',
    reason: null,
    usd: { least, most },
    ...more,
  });
  const over = about(BUDGETS.observed, 'that it is over its budget', 'may', { mode: 'observe' });
  if (budget === 'protected')
    return [about(BUDGETS.protected, 'that it is over its budget, and protected', 'must', { oneOf: ['over'] }), over];
  // Nobody checks it when its month is spent.
  if (budget === 'shielded') return [about(BUDGETS.protected, 'that its month is spent, and it is protected', 'may')];
  const near = { usd: { least: 0.8 * least, most: cap } };
  const warnings = budget === 'spending' ? [about(BUDGETS.nearCap, 'that it will reach its cap', 'may', near)] : [];
  if (stops === 0) return [...warnings, over];
  const { status: _, ...stopped } = about(BUDGETS.stopped, 'that it was stopped', 'must', { oneOf: ['stop'] });
  const { status: __, ...stillRunning } = about(BUDGETS.stillRunning, 'that it still runs', 'may');
  const running = [...warnings, over, stopped, stillRunning];
  if (endedAt === undefined) return running;
  const end = about(project === undefined ? BUDGETS.endAtCap : BUDGETS.endAtMonth, 'its end after the stop', 'must', {
    status: 'Stopped',
    // When the job ended before its stop could be told, the alert about the end tells of the stop.
    oneOf: [END, 'stop'],
    seconds: Math.round((endedAt - work.from) / 1000),
  });
  return [...running, end];
}
