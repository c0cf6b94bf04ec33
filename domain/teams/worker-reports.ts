/** What is reported about workers: nobody has a name unless names are given, and no figure is that of a hidden job. */
import { byWorker, contributorsTo, type Jobs, MEASURES } from './contributors.ts';
import { type Figures, figuresOf, type Kinds } from './figures.ts';
import { outliersAmong, type Speed } from './outliers.ts';
import { LEAST_WORKERS, shownWorkers } from './suppression.ts';
import { sumOf, type Tally } from './tally.ts';
import { idOf, mayRepeat, peopleAmong } from './workers.ts';

export interface WorkerReport extends Figures {
  readonly pseudonym: string;
  /** One printable line; absent unless names were looked up, and when none was found. */
  readonly name: string | undefined;
  /** Whether figures other than tasks are hidden, because they would be those of a job of too few people. */
  readonly isHidden: boolean;
  /** Whether the median wall time is far from that of the team; absent when there are too few tasks or workers. */
  readonly isOutlier: boolean | undefined;
  readonly outlier: 'slower' | 'faster' | undefined;
}

export interface WorkerReports {
  /** In the order of their pseudonyms. */
  readonly workers: readonly WorkerReport[];
  /** Why there are none: fewer than five, or it is not certain who is the same person. */
  readonly whyNoWorkers: 'too few' | 'uncertain' | undefined;
}

/** What workers are called, by `sub` or worker id. */
export interface Called {
  readonly pseudonyms: ReadonlyMap<string, string>;
  readonly names: ReadonlyMap<string, string>;
}

/** The final keys of the workers who did anything in the period: those whom the report shows, if it shows any. */
export const presentIn = (jobs: Jobs): ReadonlySet<string> =>
  contributorsTo(byWorker(jobs), 'now', (tally) => MEASURES.actions(tally) + MEASURES.active(tally)).workers;

/** The workers of a team. */
export function workersOf(jobs: Jobs, kinds: Kinds, called: Called): WorkerReports {
  const workers = byWorker(jobs);
  const present = presentIn(jobs);
  if (mayRepeat(present)) return { workers: [], whyNoWorkers: 'uncertain' };
  const size = peopleAmong(contributorsTo(workers, 'now', MEASURES.tasks).workers);
  if (size < LEAST_WORKERS) return { workers: [], whyNoWorkers: 'too few' };
  const tallies: WorkerSums = new Map(
    [...workers].flatMap(([worker, all]) =>
      present.has(worker) ? [[worker, sumOf(all.map(({ now }) => now))] as const] : [],
    ),
  );
  return { workers: workerReports(tallies, hiddenIn(jobs, tallies), kinds, called), whyNoWorkers: undefined };
}

type WorkerSums = ReadonlyMap<string, Tally>;
type HiddenWorkers = Readonly<Record<'wall' | 'active' | 'actions' | 'compared', ReadonlySet<string>>>;

/** The workers whose own figures are hidden, by measure. `sums`: everything that each worker did. */
function hiddenIn(jobs: Jobs, sums: WorkerSums): HiddenWorkers {
  const members = new Map(
    [...jobs].map(([arn, { workers }]) => [arn, contributorsTo(workers, 'now', MEASURES.tasks).workers]),
  );
  const hidden = (measure: (tally: Tally) => number) => {
    const contributed = new Map<string, { readonly jobs: string[]; readonly tasks: number }>();
    for (const [arn, job] of jobs) {
      for (const [worker, { now }] of job.workers) {
        const sum = sums.get(worker);
        if (sum === undefined || measure(now) === 0) continue;
        const own = contributed.get(worker);
        if (own === undefined) contributed.set(worker, { jobs: [arn], tasks: sum.tasks });
        else own.jobs.push(arn);
      }
    }
    const shown = shownWorkers(contributed, members);
    return new Set([...contributed.keys()].filter((worker) => !shown.has(worker)));
  };
  return {
    wall: hidden(MEASURES.wall),
    active: hidden(MEASURES.active),
    actions: hidden(MEASURES.actions),
    compared: hidden(MEASURES.compared),
  };
}

function workerReports(
  sums: WorkerSums,
  hidden: HiddenWorkers,
  kinds: Kinds,
  { pseudonyms, names }: Called,
): WorkerReport[] {
  const figures = new Map([...sums].map(([worker, tally]) => [worker, figuresOf(tally, kinds)]));
  const speeds = [...figures].flatMap(([worker, { wall }]): [string, Speed][] =>
    wall === undefined ? [] : [[worker, { medianSeconds: wall.median, tasks: wall.tasks }]],
  );
  const outliers = outliersAmong(new Map(speeds));
  return [...figures]
    .map(([worker, own]): WorkerReport => {
      const [isWallHidden, isActiveHidden] = [hidden.wall.has(worker), hidden.active.has(worker)];
      const [areActionsHidden, isAgreementHidden] = [hidden.actions.has(worker), hidden.compared.has(worker)];
      const outlier = outliers.get(worker);
      return {
        pseudonym: pseudonyms.get(idOf(worker)) ?? '',
        name: names.get(worker),
        tasks: own.tasks,
        wall: isWallHidden ? undefined : own.wall,
        active: isActiveHidden ? undefined : own.active,
        declined: areActionsHidden ? undefined : own.declined,
        returned: areActionsHidden ? undefined : own.returned,
        agreement: isAgreementHidden ? undefined : own.agreement,
        isHidden: isWallHidden || isActiveHidden || areActionsHidden || isAgreementHidden,
        isOutlier: isWallHidden || !outliers.has(worker) ? undefined : outlier !== undefined,
        outlier: isWallHidden ? undefined : outlier,
      };
    })
    .toSorted((one, other) => (one.pseudonym < other.pseudonym ? -1 : 1));
}
