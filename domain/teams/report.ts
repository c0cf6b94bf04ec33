/**
 * What is reported about labeling teams. Nothing here names a worker or orders workers by what they did, and figures
 * about too few people are absent.
 */

import type { Histogram } from './histogram.ts';
import { Minutes } from './minutes.ts';
import { outliersAmong, type Speed } from './outliers.ts';
import type { Period, Span } from './period.ts';
import { type Mac, pseudonymsOf } from './pseudonyms.ts';
import { type Contributors, isOfTeam, LEAST_WORKERS, shownJobs, shownWorkers } from './suppression.ts';
import { sumOf, type Tally } from './tally.ts';
import type { Collected, JobWork, WorkerTallies } from './team-work.ts';
import { idOf, mayRepeat, peopleAmong, UNKNOWN_WORKER } from './workers.ts';

/** Times of tasks, in seconds. */
export interface Times {
  /** How many tasks have a known time. */
  readonly tasks: number;
  readonly median: number;
  readonly p90: number;
}

/** What is absent is not known, or hidden. */
export interface Figures {
  readonly tasks: number;
  /** Wall time: from accepting to submitting, breaks included, by the log. */
  readonly wall: Times | undefined;
  /** Active time: without breaks, by the worker-response files. It is never mixed with wall time. */
  readonly active: Times | undefined;
  /** How many tasks were declined and returned; absent when the log has no such entries at all, or when hidden. */
  readonly declined: number | undefined;
  readonly returned: number | undefined;
}

/** Figures of several people. */
export interface GroupFigures extends Figures {
  /** How many different workers submitted tasks; absent for a hidden job. */
  readonly workerCount: number | undefined;
  /** Whether there may be more workers than that: nothing tells which ids of two kinds are of the same person. */
  readonly mayBeMore: boolean;
  /** How much larger than in the period before: 0.1 is 10 % more. */
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

export interface WorkerReport extends Figures {
  readonly pseudonym: string;
  /** Whether figures other than tasks are hidden, because they would be those of a job of too few people. */
  readonly isHidden: boolean;
  /** Whether the median wall time is far from that of the team; absent when there are too few tasks or workers. */
  readonly isOutlier: boolean | undefined;
  readonly outlier: 'slower' | 'faster' | undefined;
}

export interface TeamReport extends Named, GroupFigures {
  readonly workerCount: number;
  /** In alphabetical order. */
  readonly jobs: readonly JobReport[];
  /** In the order of their pseudonyms. */
  readonly workers: readonly WorkerReport[];
  /** Why there are none: fewer than five, or it is not certain who is the same person. */
  readonly whyNoWorkers: 'too few' | 'uncertain' | undefined;
}

export interface Report {
  readonly period: Period;
  /** In alphabetical order. */
  readonly teams: readonly TeamReport[];
  readonly collected: Collected;
}

/** Makes the report of what was collected. `mac` makes the pseudonyms. */
export function reportOn(collected: Collected, period: Period, mac: Mac): Report {
  const { work, kinds } = collected;
  const active = [...work].filter(([, jobs]) => [...jobs.values()].some((job) => hasWork(job)));
  const ids = active.flatMap(([, jobs]) => [...jobs.values()].flatMap(({ workers }) => [...workers.keys()]));
  const pseudonyms = pseudonymsOf(ids.filter((id) => id !== UNKNOWN_WORKER).map(idOf), mac);
  const names = namesOf(active.map(([arn]) => arn));
  const teams = active.map(
    ([arn, jobs]): TeamReport => ({
      arn,
      name: names.get(arn) ?? arn,
      ...teamFigures(jobs, kinds),
      jobs: jobReports(jobs, kinds),
      ...workersPart(jobs, kinds, pseudonyms),
    }),
  );
  return { period, teams: teams.toSorted(byName), collected };
}

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

type Jobs = ReadonlyMap<string, JobWork>;
type Kinds = Collected['kinds'];

/** What every worker did in all jobs. */
function byWorker(jobs: Jobs): Map<string, WorkerTallies[]> {
  const all = new Map<string, WorkerTallies[]>();
  for (const { workers } of jobs.values())
    for (const [worker, tallies] of workers) all.set(worker, [...(all.get(worker) ?? []), tallies]);
  return all;
}

/** Who contributed to a measure. */
function contributorsTo(
  workers: Iterable<readonly [string, WorkerTallies | readonly WorkerTallies[]]>,
  span: Span,
  measure: (tally: Tally) => number,
): Contributors {
  const some = [...workers].flatMap(([worker, tallies]) =>
    [tallies].flat().some((one) => measure(one[span]) > 0) ? [worker] : [],
  );
  return {
    workers: new Set(some.filter((worker) => worker !== UNKNOWN_WORKER)),
    hasUnknown: some.includes(UNKNOWN_WORKER),
  };
}

const MEASURES = {
  tasks: ({ tasks }: Tally) => tasks,
  wall: ({ wall }: Tally) => wall.total,
  active: ({ active }: Tally) => active.total,
  actions: ({ tasks, declined, returned }: Tally) => tasks + declined + returned,
} as const;
type Measure = keyof typeof MEASURES;

function teamFigures(jobs: Jobs, kinds: Kinds) {
  const workers = byWorker(jobs);
  const of = (span: Span, measure: Measure) => contributorsTo(workers, span, MEASURES[measure]).workers;
  const isShown = (span: Span, measure: Measure) => isOfTeam(of(span, measure), of(span, 'tasks'));
  const size = peopleAmong(of('now', 'tasks'));
  const minutes = new Minutes();
  for (const job of jobs.values()) minutes.merge(job.minutes);
  return {
    workerCount: size,
    mayBeMore: mayRepeat(of('now', 'tasks')),
    ...groupFigures([...workers.values()].flat(), kinds, isShown),
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

/** The figures that teams and jobs have. `isShown`: whether enough people contributed to them. */
function groupFigures(
  tallies: readonly WorkerTallies[],
  kinds: Kinds,
  isShown: (span: Span, measure: Measure) => boolean,
) {
  const [now, before] = [sumOf(tallies.map((one) => one.now)), sumOf(tallies.map((one) => one.before))];
  const wall = isShown('now', 'wall') ? timesOf(now.wall) : undefined;
  const wallBefore = isShown('before', 'wall') ? timesOf(before.wall) : undefined;
  const figures = figuresOf(now, kinds);
  const areActionsShown = isShown('now', 'tasks') && isShown('now', 'actions');
  return {
    ...figures,
    wall,
    active: isShown('now', 'active') ? figures.active : undefined,
    declined: areActionsShown ? figures.declined : undefined,
    returned: areActionsShown ? figures.returned : undefined,
    change: { tasks: changeOf(now.tasks, before.tasks), medianWall: changeOf(wall?.median, wallBefore?.median) },
  };
}

/** The figures of one tally. */
const figuresOf = (tally: Tally, kinds: Kinds): Figures => ({
  tasks: tally.tasks,
  wall: timesOf(tally.wall),
  active: timesOf(tally.active, 1000),
  declined: kinds.has('declined') ? tally.declined : undefined,
  returned: kinds.has('returned') ? tally.returned : undefined,
});

/** Median and 90th percentile in seconds, of a histogram that counts in `unit`s a second. */
function timesOf(histogram: Histogram, unit = 1): Times | undefined {
  const [median, p90] = histogram.quantiles(50, 90);
  if (median === undefined || p90 === undefined) return undefined;
  return { tasks: histogram.total, median: median / unit, p90: p90 / unit };
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
  });
  const known = {
    now: shownOf('now'),
    before: shownOf('before'),
  };
  // Work without a job is part of the team's figures only.
  const own = [...jobs].filter(([arn, job]) => arn !== '' && hasWork(job));
  const names = namesOf(own.map(([arn]) => arn));
  const reports = own.map(([arn, job]): JobReport => {
    const isTimed = known.now.tasks.has(arn);
    const workers = contributorsTo(job.workers, 'now', MEASURES.tasks).workers;
    return {
      arn,
      name: names.get(arn) ?? arn,
      workerCount: isTimed ? peopleAmong(workers) : undefined,
      mayBeMore: isTimed && mayRepeat(workers),
      ...groupFigures([...job.workers.values()], kinds, (span, measure) => known[span][measure].has(arn)),
      ...(isTimed ? hoursOf([job], job.minutes) : NO_HOURS),
      isHidden: !isTimed,
    };
  });
  return reports.toSorted(byName);
}

function workersPart(
  jobs: Jobs,
  kinds: Kinds,
  pseudonyms: ReadonlyMap<string, string>,
): Pick<TeamReport, 'workers' | 'whyNoWorkers'> {
  const workers = byWorker(jobs);
  const present = contributorsTo(workers, 'now', (tally) => MEASURES.actions(tally) + MEASURES.active(tally)).workers;
  if (mayRepeat(present)) return { workers: [], whyNoWorkers: 'uncertain' };
  const size = peopleAmong(contributorsTo(workers, 'now', MEASURES.tasks).workers);
  if (size < LEAST_WORKERS) return { workers: [], whyNoWorkers: 'too few' };
  const tallies: WorkerSums = new Map(
    [...workers].flatMap(([worker, all]) =>
      present.has(worker) ? [[worker, sumOf(all.map(({ now }) => now))] as const] : [],
    ),
  );
  return { workers: workerReports(tallies, hiddenIn(jobs, tallies), kinds, pseudonyms), whyNoWorkers: undefined };
}

type WorkerSums = ReadonlyMap<string, Tally>;
type HiddenWorkers = Readonly<Record<'wall' | 'active' | 'actions', ReadonlySet<string>>>;

/** The workers whose own figures are hidden, by measure. `sums`: everything that each worker did. */
function hiddenIn(jobs: Jobs, sums: WorkerSums): HiddenWorkers {
  const members = new Map(
    [...jobs].map(([arn, { workers }]) => [arn, contributorsTo(workers, 'now', MEASURES.tasks).workers]),
  );
  const hidden = (measure: (tally: Tally) => number) => {
    const contributed = new Map(
      [...sums].flatMap(([worker, { tasks }]) => {
        const own = [...jobs].flatMap(([arn, { workers }]) => {
          const tallies = workers.get(worker);
          return tallies !== undefined && measure(tallies.now) > 0 ? [arn] : [];
        });
        return own.length === 0 ? [] : [[worker, { jobs: own, tasks }] as const];
      }),
    );
    const shown = shownWorkers(contributed, members);
    return new Set([...contributed.keys()].filter((worker) => !shown.has(worker)));
  };
  return { wall: hidden(MEASURES.wall), active: hidden(MEASURES.active), actions: hidden(MEASURES.actions) };
}

function workerReports(
  sums: WorkerSums,
  hidden: HiddenWorkers,
  kinds: Kinds,
  pseudonyms: ReadonlyMap<string, string>,
): WorkerReport[] {
  const figures = new Map([...sums].map(([worker, tally]) => [worker, figuresOf(tally, kinds)]));
  const speeds = [...figures].flatMap(([worker, { wall }]): [string, Speed][] =>
    wall === undefined ? [] : [[worker, { medianSeconds: wall.median, tasks: wall.tasks }]],
  );
  const outliers = outliersAmong(new Map(speeds));
  return [...figures]
    .map(([worker, own]): WorkerReport => {
      const [isWallHidden, isActiveHidden] = [hidden.wall.has(worker), hidden.active.has(worker)];
      const areActionsHidden = hidden.actions.has(worker);
      const outlier = outliers.get(worker);
      return {
        pseudonym: pseudonyms.get(idOf(worker)) ?? '',
        tasks: own.tasks,
        wall: isWallHidden ? undefined : own.wall,
        active: isActiveHidden ? undefined : own.active,
        declined: areActionsHidden ? undefined : own.declined,
        returned: areActionsHidden ? undefined : own.returned,
        isHidden: isWallHidden || isActiveHidden || areActionsHidden,
        isOutlier: isWallHidden || !outliers.has(worker) ? undefined : outlier !== undefined,
        outlier: isWallHidden ? undefined : outlier,
      };
    })
    .toSorted((one, other) => (one.pseudonym < other.pseudonym ? -1 : 1));
}
