/**
 * What is reported about labeling teams. Nothing here orders workers by what they did, figures about too few people are
 * absent, and workers are pseudonyms. With names, a worker has both, and the same figures are absent.
 */

import { byWorker, contributorsTo, type Jobs, MEASURES, type Measure } from './contributors.ts';
import { type Figures, figuresOf, type Kinds, timesOf } from './figures.ts';
import { Minutes } from './minutes.ts';
import type { Period, Span } from './period.ts';
import { type Mac, pseudonymsOf } from './pseudonyms.ts';
import { isOfTeam, LEAST_WORKERS, shownJobs } from './suppression.ts';
import { sumOf } from './tally.ts';
import type { Collected, JobWork, WorkerTallies } from './team-work.ts';
import { presentIn, type WorkerReports, workersOf } from './worker-reports.ts';
import { idOf, isSub, mayRepeat, peopleAmong, UNKNOWN_WORKER } from './workers.ts';

/** Figures of several people. */
export interface GroupFigures extends Figures {
  /** How many different workers submitted tasks; absent for a hidden job. */
  readonly workerCount: number | undefined;
  /** Whether there may be more workers than that: nothing tells which ids of two kinds are of the same person. */
  readonly mayBeMore: boolean;
  /**
   * How much larger than in the period before: 0.1 is 10 % more. Absent when fewer than five people contributed in one of
   * the two periods: together with the figure of this period it tells that of the period before.
   */
  readonly change: { readonly tasks: number | undefined; readonly medianWall: number | undefined };
  /** The hours of the day, 0 to 23, in which tasks were submitted. */
  readonly activeHours: readonly number[] | undefined;
  /** Seconds between two submitted tasks that follow each other, at most; 0 for less than a minute. */
  readonly longestIdleSeconds: number | undefined;
}

/** A team or a job. */
export interface Named {
  /** Empty when entries do not say it. */
  readonly arn: string;
  /** The name; a longer part of the ARN when another one has the same name. */
  readonly name: string;
}

export interface JobReport extends Named, GroupFigures {
  /** Whether only its tasks are shown, because all else would be about too few people. */
  readonly isHidden: boolean;
}

export interface TeamReport extends Named, GroupFigures, WorkerReports {
  readonly workerCount: number;
  /** In alphabetical order. */
  readonly jobs: readonly JobReport[];
}

export interface Report {
  readonly period: Period;
  /** In alphabetical order. */
  readonly teams: readonly TeamReport[];
  readonly collected: Collected;
}

/** Makes the report of what was collected. `mac` makes the pseudonyms. `names`: of workers, by `sub`. */
export function reportOn(
  collected: Collected,
  period: Period,
  mac: Mac,
  names: ReadonlyMap<string, string> = new Map(),
): Report {
  const { work, kinds } = collected;
  const active = [...work].filter(([, jobs]) => [...jobs.values()].some((job) => hasWork(job)));
  const ids = active.flatMap(([, jobs]) => [...jobs.values()].flatMap(({ workers }) => [...workers.keys()]));
  const pseudonyms = pseudonymsOf(ids.filter((id) => id !== UNKNOWN_WORKER).map(idOf), mac);
  const teamNames = namesOf(active.map(([arn]) => arn));
  const teams = active.map(
    ([arn, jobs]): TeamReport => ({
      arn,
      name: teamNames.get(arn) ?? arn,
      ...teamFigures(jobs, kinds),
      jobs: jobReports(jobs, kinds),
      ...workersOf(jobs, kinds, { pseudonyms, names }),
    }),
  );
  return { period, teams: teams.toSorted(byName), collected };
}

/** The `sub`s of the workers in a report: nobody else's name is looked up. */
export const subsIn = ({ teams, collected }: Report): ReadonlySet<string> =>
  new Set(
    teams
      .filter(({ workers }) => workers.length > 0)
      .flatMap(({ arn }) => [...presentIn(collected.work.get(arn) ?? new Map())])
      .filter(isSub),
  );

const byName = (one: Named, other: Named): number =>
  one.name < other.name ? -1 : one.name > other.name ? 1 : one.arn < other.arn ? -1 : 1;

/** Whether anything is known of the period itself. */
const hasWork = ({ workers }: JobWork): boolean =>
  [...workers.values()].some(
    ({ now }) => now.tasks + now.declined + now.returned + now.wall.total + now.active.total > 0,
  );

/** The last part of each ARN, and more of it where the last parts are alike. */
function namesOf(arns: readonly string[]): ReadonlyMap<string, string> {
  const last = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1);
  const alike = Map.groupBy(arns, last);
  return new Map(arns.map((arn) => [arn, (alike.get(last(arn))?.length ?? 0) > 1 ? arn : last(arn)]));
}

function teamFigures(jobs: Jobs, kinds: Kinds) {
  const workers = byWorker(jobs);
  const of = (span: Span, measure: Measure) => contributorsTo(workers, span, MEASURES[measure]).workers;
  const isShown = (span: Span, measure: Measure) => isOfTeam(of(span, measure), of(span, 'tasks'));
  const isLarge = (span: Span, measure: Measure) => peopleAmong(of(span, measure)) >= LEAST_WORKERS;
  const size = peopleAmong(of('now', 'tasks'));
  const minutes = new Minutes();
  for (const job of jobs.values()) minutes.merge(job.minutes);
  return {
    workerCount: size,
    mayBeMore: mayRepeat(of('now', 'tasks')),
    ...groupFigures([...workers.values()].flat(), kinds, isShown, isLarge),
    ...(size >= LEAST_WORKERS ? hoursOf([...jobs.values()], minutes) : NO_HOURS),
  };
}

const NO_HOURS = { activeHours: undefined, longestIdleSeconds: undefined };

const hoursOf = (jobs: readonly JobWork[], minutes: Minutes) => ({
  activeHours: Array.from({ length: 24 }, (_, hour) => hour).filter((hour) =>
    jobs.some(({ hours }) => (hours[hour] ?? 0) > 0),
  ),
  longestIdleSeconds: minutes.longestGapSeconds(),
});

/**
 * The figures that teams and jobs have. `isShown`: whether enough people contributed to them. `isLarge`: whether these
 * are at least five, also of a small team.
 */
function groupFigures(
  tallies: readonly WorkerTallies[],
  kinds: Kinds,
  isShown: (span: Span, measure: Measure) => boolean,
  isLarge: (span: Span, measure: Measure) => boolean,
) {
  const [now, before] = [sumOf(tallies.map((one) => one.now)), sumOf(tallies.map((one) => one.before))];
  const wall = isShown('now', 'wall') ? timesOf(now.wall) : undefined;
  const isCompared = (measure: Measure) => isLarge('now', measure) && isLarge('before', measure);
  const figures = figuresOf(now, kinds);
  const areActionsShown = isShown('now', 'tasks') && isShown('now', 'actions');
  return {
    ...figures,
    wall,
    active: isShown('now', 'active') ? figures.active : undefined,
    agreement: isShown('now', 'compared') ? figures.agreement : undefined,
    declined: areActionsShown ? figures.declined : undefined,
    returned: areActionsShown ? figures.returned : undefined,
    change: {
      tasks: isCompared('tasks') ? changeOf(now.tasks, before.tasks) : undefined,
      medianWall: isCompared('wall') ? changeOf(wall?.median, timesOf(before.wall)?.median) : undefined,
    },
  };
}

const changeOf = (now: number | undefined, before: number | undefined): number | undefined =>
  now === undefined || before === undefined || before === 0 ? undefined : now / before - 1;

function jobReports(jobs: Jobs, kinds: Kinds): JobReport[] {
  const shown = (span: Span, measure: Measure) =>
    shownJobs(new Map([...jobs].map(([arn, { workers }]) => [arn, contributorsTo(workers, span, MEASURES[measure])])));
  const shownOf = (span: Span) => ({
    tasks: shown(span, 'tasks'),
    wall: shown(span, 'wall'),
    active: shown(span, 'active'),
    actions: shown(span, 'actions'),
    compared: shown(span, 'compared'),
  });
  const known = {
    now: shownOf('now'),
    before: shownOf('before'),
  };
  const isLarge = peopleAmong(contributorsTo(byWorker(jobs), 'now', MEASURES.tasks).workers) >= LEAST_WORKERS;
  // Work without a job is part of the team's figures only.
  const own = [...jobs].filter(([arn, job]) => arn !== '' && hasWork(job));
  const names = namesOf(own.map(([arn]) => arn));
  const reports = own.map(([arn, job]): JobReport => {
    const isTimed = known.now.tasks.has(arn);
    const workers = contributorsTo(job.workers, 'now', MEASURES.tasks).workers;
    // A job that is shown has at least five people.
    const isShown = (span: Span, measure: Measure) => isLarge && known[span][measure].has(arn);
    return {
      arn,
      name: names.get(arn) ?? arn,
      workerCount: isTimed ? peopleAmong(workers) : undefined,
      mayBeMore: isTimed && mayRepeat(workers),
      ...groupFigures([...job.workers.values()], kinds, isShown, isShown),
      ...(isTimed ? hoursOf([job], job.minutes) : NO_HOURS),
      isHidden: !isTimed,
    };
  });
  return reports.toSorted(byName);
}
