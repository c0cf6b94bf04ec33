import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { subsIn } from '../../../domain/teams/report.ts';
import { type Logged, macOf, type Response, reportOf } from '../../support/team-report.ts';
import { entryOf, FROM, HOUR, jobArn, subOf, type Task, tasksOf } from '../../support/team-world.ts';

const DAY = 24 * HOUR;
const pseudonym = (worker: number) => `w${macOf(subOf(worker)).slice(0, 8)}`;
const range = (count: number) => Array.from({ length: count }, (_, nth) => nth);
const entriesOf = (tasks: readonly Task[]) => tasks.map((task) => entryOf(task));
/** A team of workers of the same speed. */
const teamOf = (workers: number, more: Partial<Task> = {}) =>
  range(workers).flatMap((one) => tasksOf(one, 10, [10], more));
const only = <T>(list: readonly T[]): T => {
  const [one] = list;
  if (one === undefined || list.length > 1) throw new Error(`${list.length} instead of 1`);
  return one;
};
const teamIn = (entries: readonly (object | Logged)[], responses: readonly Response[] = []) =>
  only(reportOf(entries, { responses }).teams);
const times = (tasks: number, median: number, p90: number) => ({ tasks, median, p90 });
const responseOf = (worker: number, nth: number, seconds: number, jobName = 'cats'): Response => ({
  jobName,
  file: `1/${worker}-${nth}`,
  content: {
    answers: [
      {
        workerId: `worker${worker}`,
        submissionTime: new Date(FROM + nth * HOUR).toISOString(),
        timeSpentInSeconds: seconds,
        workerMetadata: { identityData: { sub: subOf(worker) } },
      },
    ],
  },
});

describe('the report on a team', () => {
  it('has the figures of the team, its jobs and its workers', () => {
    const walls = [4, 8, 6, 100];
    const tasks = [
      ...range(5).flatMap((worker) => tasksOf(worker, 8, walls)),
      ...tasksOf(0, 2, [10], { type: 'TasksDeclined' }),
      ...tasksOf(1, 1, [10], { type: 'TasksReturned' }),
      ...tasksOf(1, 4, [10], { type: 'TasksAccepted' }),
      ...tasksOf(2, 20, [14], { at: FROM - HOUR }).map((task, nth) => ({ ...task, at: FROM - DAY + nth * 1000 })),
    ];
    const team = teamIn(
      entriesOf(tasks),
      range(5).map((worker) => responseOf(worker, 1, 2.5 + worker)),
    );
    const figures = {
      tasks: 40,
      wall: times(40, 7, 100),
      active: times(5, 4.5, 6.5),
      declined: 2,
      returned: 1,
      workerCount: 5,
      mayBeMore: false,
      // All tasks before were by one worker.
      change: { tasks: undefined, medianWall: undefined },
      activeHours: [0, 1, 2, 3, 4, 5, 6, 7],
      longestIdleSeconds: 3596,
    };
    expect({ ...team, jobs: [], workers: [] }).toEqual({
      arn: entryOf({ worker: 0, at: FROM }).workteam_arn,
      name: 'vision',
      ...figures,
      jobs: [],
      workers: [],
      whyNoWorkers: undefined,
    });
    expect(team.jobs).toEqual([{ arn: jobArn('cats'), name: 'cats', ...figures, isHidden: false }]);
    expect(team.workers).toEqual(
      range(5)
        .map((worker) => ({
          pseudonym: pseudonym(worker),
          tasks: 8,
          wall: times(8, 7, 100),
          isHidden: false,
          active: times(1, 2.5 + worker, 2.5 + worker),
          declined: worker === 0 ? 2 : 0,
          returned: worker === 1 ? 1 : 0,
          isOutlier: undefined,
          outlier: undefined,
        }))
        .toSorted((one, other) => (one.pseudonym < other.pseudonym ? -1 : 1)),
    );
  });

  it('does not know how many tasks were declined or returned if the log has no such entries', () => {
    expect(teamIn(entriesOf(teamOf(5)))).toMatchObject({ declined: undefined, returned: undefined });
  });

  it('knows outliers among workers with at least 10 tasks', () => {
    const speeds = [10, 11, 12, 9, 10, 90];
    const slow = [...speeds.flatMap((wall, worker) => tasksOf(worker, 10, [wall])), ...tasksOf(6, 9, [500])];
    const found = new Map(teamIn(entriesOf(slow)).workers.map((one) => [one.pseudonym, [one.isOutlier, one.outlier]]));
    expect(range(7).map((worker) => found.get(pseudonym(worker)))).toEqual([
      ...Array(5).fill([false, undefined]),
      [true, 'slower'],
      [undefined, undefined],
    ]);
  });

  it('counts tasks without a worker, a job or a wall time in the figures of the team', () => {
    const [first, ...rest] = entriesOf(teamOf(5));
    const odd = [
      { ...first, cognito_sub_id: '', worker_id: '' },
      { ...first, labeling_job_arn: '', task_accepted_time: '' },
    ];
    const { teams, collected } = reportOf([...odd, ...rest]);
    const team = only(teams);
    expect([team.tasks, team.wall?.tasks, only(team.jobs).tasks]).toEqual([51, 50, 50]);
    expect(team.workers.reduce((sum, { tasks }) => sum + tasks, 0)).toBe(50);
    expect([collected.withoutWorker, collected.withoutWall]).toEqual([1, 1]);
  });

  it('counts one person once, even if some entries have only the worker id', () => {
    const entries = teamOf(4).flatMap((task) => [
      entryOf(task),
      { ...entryOf({ ...task, at: task.at + 30_000 }), cognito_sub_id: 'oidc|7' },
    ]);
    expect(teamIn(entries)).toMatchObject({ workerCount: 4, tasks: 80, workers: [] });
  });

  it('counts three people when half of their entries have only a sub and the others only a worker id', () => {
    const entries = (people: number) =>
      entriesOf(teamOf(people)).map((entry, nth) => ({ ...entry, [nth % 2 ? 'cognito_sub_id' : 'worker_id']: '' }));
    expect(teamIn(entries(3))).toMatchObject({
      workerCount: 3,
      mayBeMore: true,
      tasks: 30,
      activeHours: undefined,
      jobs: [{ tasks: 30, wall: undefined, workerCount: undefined }],
      workers: [],
      whyNoWorkers: 'uncertain',
    });
    // Five people at least: times are shown, but no workers, since half of a person's work would be missing.
    expect(teamIn(entries(5))).toMatchObject({
      workerCount: 5,
      mayBeMore: true,
      jobs: [{ wall: times(50, 10, 10), workerCount: 5, mayBeMore: true }],
      workers: [],
      whyNoWorkers: 'uncertain',
    });
  });

  it('has pseudonyms of worker ids when entries have no subs', () => {
    const team = teamIn(entriesOf(teamOf(5)).map((entry) => ({ ...entry, cognito_sub_id: '' })));
    expect(team).toMatchObject({ workerCount: 5, mayBeMore: false, whyNoWorkers: undefined });
    const expected = range(5).map((worker) => `w${macOf(`worker${worker}`).slice(0, 8)}`);
    expect(team.workers.map((worker) => worker.pseudonym)).toEqual(expected.sort());
  });

  it('has only entries of the period, and compares them with the same number of days before', () => {
    const at = (when: number) => entryOf({ worker: 1, at: when });
    const entries = [FROM - 7 * DAY - 1000, FROM - 7 * DAY, FROM - 1000, FROM, FROM + 7 * DAY - 1000, FROM + 7 * DAY];
    const { teams, collected } = reportOf(entries.map(at));
    expect(only(teams)).toMatchObject({ tasks: 2 });
    expect(collected).toMatchObject({ counted: 4, outside: 2, earliest: FROM - 7 * DAY - 1000 });
  });

  it.each([
    [5, 5, 1, -0.5],
    [6, 1, undefined, undefined],
    [6, 4, undefined, undefined],
    [4, 6, undefined, undefined],
    [1, 1, undefined, undefined],
  ])('compares %i people with %i of the period before only if both are at least five', (now, before, more, faster) => {
    const earlier = range(before).flatMap((worker) =>
      tasksOf(worker, 5, [20]).map((task) => ({ ...task, at: task.at - 7 * DAY })),
    );
    const { change, jobs } = teamIn(entriesOf([...teamOf(now), ...earlier]));
    expect([change.tasks, change.medianWall]).toEqual([more, faster]);
    expect(only(jobs).change).toEqual(change);
  });

  it('is left out if the team did nothing in the period', () => {
    expect(reportOf(entriesOf(teamOf(5, { at: FROM - HOUR }))).teams).toEqual([]);
  });

  it('has hours of the configured time zone', () => {
    const entries = teamOf(5, { at: FROM + 10 * HOUR }).map((task) => entryOf(task));
    expect(only(reportOf(entries, { timeZone: 'Asia/Kathmandu' }).teams).activeHours).toEqual([15]);
  });

  it('names teams of the same name by their ARNs', () => {
    const entries = entriesOf(teamOf(1));
    const elsewhere = entries.map((entry) => ({ ...entry, workteam_arn: entry.workteam_arn.replace('west', 'east') }));
    const names = reportOf([...entries, ...elsewhere]).teams.map(({ name }) => name);
    expect(names).toEqual([
      'arn:aws:sagemaker:eu-east-1:111122223333:workteam/private-crowd/vision',
      'arn:aws:sagemaker:eu-west-1:111122223333:workteam/private-crowd/vision',
    ]);
  });
});

describe('active times', () => {
  const entries = entriesOf(teamOf(5));

  it('belong to the job of the same name in upper or lower case, and count once', () => {
    const answers = range(5).map((worker) => responseOf(worker, 1, 7, 'CATS'));
    const team = teamIn(entries, [...answers, ...answers]);
    expect([team.active, only(team.jobs).active]).toEqual([times(5, 7, 7), times(5, 7, 7)]);
  });

  it('are shown for the only worker of five who has some, and not for the team', () => {
    const team = teamIn(entries, [responseOf(0, 1, 7)]);
    expect([team.active, only(team.jobs).active]).toEqual([undefined, undefined]);
    expect(team.workers.flatMap(({ active }) => active ?? [])).toEqual([times(1, 7, 7)]);
  });

  it('are not counted if no job, or more than one, has the name', () => {
    const elsewhere = entries.map((entry) => ({ ...entry, labeling_job_arn: `${jobArn('x')}/cats` }));
    const ambiguous = reportOf([...entries, ...elsewhere], { responses: [responseOf(0, 1, 7)] });
    const unknown = reportOf(entries, { responses: [responseOf(0, 1, 7, 'dogs'), responseOf(0, 1, 7, '')] });
    expect([ambiguous, unknown].map(({ collected }) => collected.answersWithoutJob)).toEqual([1, 2]);
  });
});

describe('privacy', () => {
  it('shows a team of four as a team only', () => {
    const team = teamIn(entriesOf(teamOf(4)));
    expect(team).toMatchObject({
      workers: [],
      wall: times(40, 10, 10),
      activeHours: undefined,
      longestIdleSeconds: undefined,
    });
    expect(only(team.jobs)).toMatchObject({ tasks: 40, wall: undefined, isHidden: true });
  });

  it('shows only numbers of tasks for the jobs of a team of two: other figures would be about one person', () => {
    const tasks = [
      ...tasksOf(0, 12, [10], { job: 'cats' }),
      ...tasksOf(0, 7, [10], { job: 'cats', type: 'TasksDeclined' }),
      ...tasksOf(1, 9, [20], { job: 'dogs' }),
      ...tasksOf(1, 2, [20], { job: 'dogs', type: 'TasksReturned' }),
    ];
    const team = teamIn(entriesOf(tasks));
    expect(team).toMatchObject({ tasks: 21, declined: 7, returned: 2, workerCount: 2 });
    const nothing = { declined: undefined, returned: undefined, workerCount: undefined, wall: undefined };
    expect(team.jobs).toMatchObject([
      { name: 'cats', tasks: 12, ...nothing, isHidden: true },
      { name: 'dogs', tasks: 9, ...nothing, isHidden: true },
    ]);
  });

  it('hides active times of a job that five people answered, if the log has submissions of only four', () => {
    const { jobs } = teamIn(
      entriesOf(teamOf(4)),
      range(5).map((worker) => responseOf(worker, 1, 7)),
    );
    expect(only(jobs)).toMatchObject({ tasks: 40, active: undefined });
  });

  it('hides declined tasks of a job that five people opened, if only four submitted', () => {
    const tasks = [...teamOf(4), ...tasksOf(4, 3, [10], { type: 'TasksDeclined' })];
    expect(only(teamIn(entriesOf(tasks)).jobs)).toMatchObject({ tasks: 40, declined: undefined });
  });

  it('shows the tasks of two workers of six in a job, and no times of them', () => {
    const both = [
      ...teamOf(6),
      ...range(2).flatMap((one) => tasksOf(one, 3, [99], { job: 'dogs', at: FROM + 22 * HOUR })),
    ];
    const team = teamIn(entriesOf(both));
    const [cats, dogs] = team.jobs;
    expect(dogs).toMatchObject({ name: 'dogs', tasks: 1 + 1, workerCount: undefined, wall: undefined });
    // The team without this job would be the other job: both are hidden.
    expect(cats).toMatchObject({ name: 'cats', tasks: 60, wall: undefined, activeHours: undefined });
    expect(team.workers).toHaveLength(6);
  });

  it('shows no times, declined or returned tasks of a worker who was alone in a job', () => {
    const tasks = [
      ...teamOf(5),
      ...tasksOf(5, 12, [99], { job: 'dogs' }),
      ...tasksOf(5, 3, [99], { job: 'dogs', type: 'TasksDeclined' }),
    ];
    const responses = range(6).map((worker) => responseOf(worker, 1, 7, worker === 5 ? 'dogs' : 'cats'));
    const { workers, jobs } = teamIn(entriesOf(tasks), responses);
    const hidden = { wall: undefined, active: undefined, declined: undefined, isOutlier: undefined, isHidden: true };
    expect(workers.find((worker) => worker.pseudonym === pseudonym(5))).toMatchObject({ tasks: 12, ...hidden });
    // Four others are hidden, too, so that the difference to the team is about five.
    expect(workers.filter(({ isHidden }) => isHidden)).toHaveLength(5);
    expect(workers.find(({ isHidden }) => !isHidden)).toMatchObject({ wall: times(10, 10, 10), declined: 0 });
    expect(jobs.map(({ isHidden }) => isHidden)).toEqual([true, true]);
  });

  /** A world of one team: which worker did how many tasks in which job. */
  const worlds = fc.array(
    fc.record({
      worker: fc.integer({ min: 0, max: 8 }),
      job: fc.constantFrom('a', 'b', 'c', 'd'),
      count: fc.integer({ min: 1, max: 3 }),
      wall: fc.integer({ min: 1, max: 60 }),
    }),
    { minLength: 1, maxLength: 30 },
  );
  const tasksIn = (world: readonly { worker: number; job: string; count: number; wall: number }[]) =>
    world.flatMap(({ worker, job, count, wall }, nth) =>
      tasksOf(worker, count, [wall], { job }).map((task) => ({ ...task, at: task.at + nth * 60_000 })),
    );

  it('has no figure of a job, or of the rest of the team, about fewer than five people', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const tasks = tasksIn(world);
        const team = teamIn(entriesOf(tasks));
        const people = (of: (task: Task) => boolean) => new Set(tasks.filter(of).map(({ worker }) => worker)).size;
        const timed = team.jobs.filter(({ wall, activeHours }) => wall !== undefined || activeHours !== undefined);
        const isTimed = ({ job = '' }: Task) => timed.some(({ name }) => name === job);
        for (const { name } of timed) expect(people(({ job }) => job === name)).toBeGreaterThanOrEqual(5);
        const rest = people((task) => !isTimed(task));
        if (timed.length > 0) expect(rest === 0 || rest >= 5).toBe(true);
        expect(team.workers.length).toBe(team.workerCount >= 5 ? team.workerCount : 0);
        const hidden = team.workers.filter(({ isHidden }) => isHidden);
        expect(hidden.length === 0 || hidden.length >= 5).toBe(true);
        expect(hidden.filter(({ wall }) => wall !== undefined)).toEqual([]);
        const visible = new Set(team.workers.filter(({ isHidden }) => !isHidden).map((one) => one.pseudonym));
        for (const one of range(9).filter((worker) => visible.has(pseudonym(worker)))) {
          const own = new Set(tasks.filter(({ worker }) => worker === one).map(({ job }) => job));
          expect(people(({ job }) => own.has(job))).toBeGreaterThanOrEqual(5);
        }
      }),
      { seed: 1, numRuns: 150 },
    );
  });

  it('has no figures of a worker in a job, so that nobody can subtract them', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const team = teamIn(entriesOf(tasksIn(world)));
        for (const worker of team.workers)
          expect(Object.keys(worker).sort()).toEqual(
            'active agreement declined isHidden isOutlier name outlier pseudonym returned tasks wall'.split(' '),
          );
      }),
      { seed: 1, numRuns: 20 },
    );
  });

  it('shows the same figures with names, and the names of shown workers only', () => {
    const names = new Map(range(7).map((worker) => [subOf(worker), `Name ${worker}`]));
    fc.assert(
      fc.property(worlds, (world) => {
        const entries = entriesOf(tasksIn(world));
        const [named, unnamed] = [reportOf(entries, { names }), reportOf(entries)];
        const workers = named.teams.flatMap((team) => team.workers);
        for (const { pseudonym: own, name } of workers)
          expect(name).toBe(range(7).flatMap((one) => (pseudonym(one) === own ? [`Name ${one}`] : []))[0]);
        expect(subsIn(unnamed).size).toBe(new Set(workers.map((one) => one.pseudonym)).size);
        const without = (report: typeof named) => JSON.stringify(report.teams).replaceAll(/"name":"Name \d",/g, '');
        expect(without(named)).toBe(without(unnamed));
      }),
      { seed: 15, numRuns: 50 },
    );
  });

  it('looks up names only of workers that it shows', () => {
    const gone = tasksOf(8, 5, [10]).map((task) => ({ ...task, at: task.at - 7 * DAY }));
    const accepted = tasksOf(9, 5, [10], { type: 'TasksAccepted' });
    expect(subsIn(reportOf(entriesOf([...teamOf(5), ...gone, ...accepted])))).toEqual(new Set(range(5).map(subOf)));
  });

  it('orders workers by pseudonym, and shows no subs or worker ids', () => {
    const { collected: _, ...shown } = reportOf(entriesOf(range(9).flatMap((one) => tasksOf(one, 12, [one * 7 + 1]))));
    const names = only(shown.teams).workers.map((one) => one.pseudonym);
    expect(names).toEqual(range(9).map(pseudonym).sort());
    expect(JSON.stringify(shown)).not.toMatch(/d6947aeb|worker\d|IpicJ/);
  });
});

describe('a world of entries', () => {
  it('gives the same report in any order, with copies, with and without ids', () => {
    const world = fc
      .array(
        fc.record({
          worker: fc.integer({ min: 0, max: 6 }),
          team: fc.constantFrom('vision', 'text'),
          job: fc.constantFrom('a', 'b'),
          at: fc.integer({ min: -200, max: 200 }).map((hours) => FROM + hours * HOUR),
          wall: fc.integer({ min: 0, max: 5000 }),
          type: fc.constantFrom('TasksSubmitted', 'TasksSubmitted', 'TasksReturned', 'TasksDeclined'),
        }),
        { maxLength: 60 },
      )
      .chain((tasks) => {
        const unique = [...new Map(tasks.map((task) => [JSON.stringify(task), task])).values()];
        const logged = unique.map((task, nth): Logged => ({ entry: entryOf(task), id: `${nth}` }));
        const copies = [...logged, ...logged, ...logged.map(({ entry }): Logged => ({ entry }))];
        return fc.tuple(
          fc.constant(logged),
          fc
            .shuffledSubarray(copies)
            .map((some) => [...some, ...logged])
            .chain((all) => fc.shuffledSubarray(all, { minLength: all.length })),
        );
      });
    fc.assert(
      fc.property(world, ([once, copied]) => {
        const [one, other] = [reportOf(once), reportOf(copied)];
        expect(other.teams).toEqual(one.teams);
        expect(other.collected.counted).toBe(one.collected.counted);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('has the same figures as a plain calculation over all of it', () => {
    const task = fc.record({
      worker: fc.integer({ min: 0, max: 9 }),
      at: fc.integer({ min: 0, max: 7 * 24 * 60 - 1 }).map((minute) => FROM + minute * 60_000),
      wall: fc.integer({ min: 0, max: 50_000 }),
    });
    const byTime = fc.uniqueArray(task, { minLength: 1, maxLength: 80, selector: ({ at }) => at });
    fc.assert(
      fc.property(byTime, (tasks) => {
        const walls = tasks.map(({ wall }) => wall).sort((one, other) => one - other);
        const at = (rank: number) => walls[rank - 1] ?? Number.NaN;
        const quantile = (percent: number) => {
          const rank = (walls.length * percent) / 100;
          return Number.isInteger(rank) ? (at(rank) + at(rank + 1)) / 2 : at(Math.ceil(rank));
        };
        const moments = tasks.map((one) => one.at).sort((one, other) => one - other);
        const gaps = moments.slice(1).map((moment, nth) => (moment - (moments[nth] ?? 0)) / 1000);
        const workers = new Set(tasks.map(({ worker }) => worker)).size;
        const hours = new Set(tasks.map((one) => new Date(one.at).getUTCHours()));
        const found = teamIn(entriesOf(tasks));
        expect(found).toMatchObject({
          tasks: tasks.length,
          workerCount: workers,
          wall: times(tasks.length, quantile(50), quantile(90)),
          activeHours: workers < 5 ? undefined : [...hours].sort((one, other) => one - other),
          longestIdleSeconds: workers < 5 ? undefined : Math.max(...gaps),
        });
      }),
      { seed: 1, numRuns: 150 },
    );
  });
});
