import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgePast } from '../../../local/backtest/past-budgets.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import { TrainingJobStateChange } from '../../../schemas/event/training-job.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const BEGIN = Date.parse('2026-11-10T00:00:00Z');
const DECEMBER = Date.parse('2026-12-01T00:00:00Z');
/** The rest of a month has to last this long. */
const RUNWAY = 30 * MINUTE;

/** A past job: minutes from the begin of the history, and what it cost an hour. */
interface Past {
  readonly name: string;
  readonly from: number;
  readonly minutes: number;
  readonly usd: number;
  readonly isProtected?: boolean;
}

/** What would have happened to a job. Times are epoch milliseconds. */
interface Course extends Past {
  readonly start: number;
  readonly end: number;
  readonly stoppedAt: number | undefined;
}

const PRICES = { 'us-east-1': { Training: { 'ml.ten.large': 10, 'ml.one.large': 1.515 } } };

async function play(jobs: readonly Past[], budgetUsd: number, begin = BEGIN, caps = {}): Promise<Course[]> {
  const changes = jobs.map((job) => changeOf(job, begin));
  const budgets = { mode: 'enforce', prices: PRICES, caps, monthly: { project: { churn: budgetUsd } } };
  const configuration = Configuration.parse({ budgets: { ...budgets, mostStopsPerHour: 1000 } });
  const past = { jobs: changes.map((change) => ({ change, children: [] })), until: new Date(begin + 1000 * HOUR) };
  const { verdicts } = await judgePast(past, configuration, async () => undefined);
  return jobs.map((job): Course => {
    const at = verdicts.find(({ job: name }) => name === job.name)?.stoppedAt ?? undefined;
    const stoppedAt = at === undefined ? undefined : Date.parse(at);
    const start = begin + job.from * MINUTE;
    return { ...job, start, end: stoppedAt ?? start + job.minutes * MINUTE, stoppedAt };
  });
}

function changeOf({ name, from, minutes, usd, isProtected = false }: Past, begin: number) {
  const [InstanceType, price] = usd % 10 === 0 ? ['ml.ten.large', 10] : ['ml.one.large', 1.515];
  return TrainingJobStateChange.parse({
    'detail-type': 'SageMaker Training Job State Change',
    resources: [`arn:aws:sagemaker:us-east-1:123456789012:training-job/${name}`],
    detail: {
      TrainingJobName: name,
      TrainingJobStatus: 'Completed',
      CreationTime: begin + from * MINUTE,
      TrainingStartTime: begin + from * MINUTE,
      TrainingEndTime: begin + (from + minutes) * MINUTE,
      ResourceConfig: { InstanceType, InstanceCount: Math.round(usd / price) },
      Tags: { project: 'churn', ...(isProtected && { 'ground-control:protected': 'true' }) },
    },
  });
}

const many = (count: number, job: (at: number) => Omit<Past, 'name'>): Past[] =>
  Array.from({ length: count }, (_, at) => ({ name: `job-${at}`, ...job(at) }));
/** The names of the stopped jobs, in order; jobs of one moment with the newest first, as they are stopped. */
const stopped = (courses: readonly Course[]) =>
  courses
    .filter(({ stoppedAt }) => stoppedAt !== undefined)
    .toSorted((one, other) => (one.stoppedAt ?? 0) - (other.stoppedAt ?? 0) || other.start - one.start)
    .map(({ name }) => name);
const spent = (courses: readonly Course[]) => spentBy(courses, Number.POSITIVE_INFINITY);

describe('jobs that nothing is done about', () => {
  it('30 one-hour jobs, begun a minute apart, whose caps are six times their month', async () => {
    const jobs = many(30, (at) => ({ from: at, minutes: 60, usd: 1.515 }));
    expect(stopped(await play(jobs, 500, BEGIN, { 'training-job': 100 }))).toEqual([]);
  });

  it('jobs that end in the minute in which another one begins, and whose ends let the rest last', async () => {
    const jobs = [
      { name: 'begins', from: 309, minutes: 5, usd: 10, isProtected: true },
      { name: 'protected', from: 114, minutes: 195, usd: 80, isProtected: true },
      { name: 'older', from: 80, minutes: 229, usd: 80 },
      { name: 'newest', from: 231, minutes: 79, usd: 70 },
    ];
    expect(stopped(await play(jobs, 768))).toEqual([]);
  });

  it('jobs that end by themselves while the rest still lasts for the runway', async () => {
    const jobs = many(5, (at) => ({ from: at, minutes: 60, usd: 10 }));
    // 50 USD when they have ended, and 25 more for half an hour.
    expect(stopped(await play(jobs, 75, BEGIN))).toEqual([]);
  });

  it('jobs whose month ends before the rest is spent, although it ends within the runway', async () => {
    const jobs = many(4, (at) => ({ from: at, minutes: 22 - at, usd: 100 }));
    // Some 137 USD are spent by midnight.
    expect(stopped(await play(jobs, 138, DECEMBER - 22 * MINUTE))).toEqual([]);
  });

  it('a job that spends its month exactly when it ends', async () => {
    expect(stopped(await play([{ name: 'only', from: 0, minutes: 600, usd: 10 }], 100))).toEqual([]);
  });

  it('protected jobs, whatever they spend', async () => {
    const jobs = many(4, (at) => ({ from: at, minutes: 600, usd: 10, isProtected: true }));
    expect(stopped(await play(jobs, 20))).toEqual([]);
  });
});

describe('jobs that are stopped', () => {
  it('ten equal jobs, the newest first, so that together they spend exactly the budget', async () => {
    const jobs = many(10, (at) => ({ from: at, minutes: 6000, usd: 10 }));
    const courses = await play(jobs, 100);
    expect(stopped(courses)).toEqual(jobs.map(({ name }) => name).toReversed());
    expect(spent(courses)).toBeGreaterThanOrEqual(100);
    expect(spent(courses)).toBeLessThan(100.5);
  });

  it('a burst of new jobs before one long old job, which goes on until the last cent', async () => {
    const old = { name: 'old', from: 0, minutes: 6000, usd: 10 };
    const burst = many(20, (at) => ({ from: 300 + at, minutes: 6000, usd: 10 }));
    const courses = await play([old, ...burst], 400);
    expect(stopped(courses)).toEqual([...burst.map(({ name }) => name).toReversed(), 'old']);
    expect(spent(courses)).toBeGreaterThanOrEqual(400);
    expect(spent(courses)).toBeLessThan(400.5);
  });

  it('an old job for protected ones that began later, when it is the only one that may be stopped', async () => {
    const jobs = [
      { name: 'old', from: 0, minutes: 6000, usd: 10 },
      ...many(3, () => ({ from: 60, minutes: 120, usd: 10, isProtected: true })),
    ];
    expect(stopped(await play(jobs, 60))).toEqual(['old']);
  });

  it('all jobs at the end of the money, when not even the oldest could go on for the runway', async () => {
    const jobs = many(3, (at) => ({ from: at, minutes: 600, usd: 100 }));
    const courses = await play(jobs, 40);
    expect(stopped(courses)).toEqual(['job-2', 'job-1', 'job-0']);
    expect(new Set(courses.map(({ stoppedAt }) => stoppedAt)).size).toBe(1);
    expect(spent(courses)).toBeGreaterThanOrEqual(40);
  });
});

/** USD that the jobs have spent by `at`, and what those cost an hour that run then. */
const spentBy = (courses: readonly Course[], at: number) =>
  courses.reduce((sum, { usd, start, end }) => sum + (usd * Math.max(0, Math.min(at, end) - start)) / HOUR, 0);
const runningAt = (courses: readonly Course[], at: number) =>
  courses.filter(({ start, end }) => start <= at && at < end);
const perHour = (courses: readonly Past[]) => courses.reduce((sum, { usd }) => sum + usd, 0);
const isFree = ({ isProtected = false }: Past) => !isProtected;

/**
 * The policy in a few lines: milliseconds that the rest lasts for `running` from `at` on, more than the runway by any
 * measure when the month ends before.
 */
function lasts(courses: readonly Course[], running: readonly Course[], budget: number, at: number, monthEnd: number) {
  const time = ((budget - spentBy(courses, at)) / perHour(running)) * HOUR;
  return at + time >= monthEnd ? Number.POSITIVE_INFINITY : time;
}

/** Whether jobs must be stopped at `at`: nothing is left, or the rest is short and the oldest job could go on alone. */
function mustStop(courses: readonly Course[], budget: number, at: number, monthEnd: number): boolean {
  const running = runningAt(courses, at);
  const oldest = running.filter(isFree).toSorted((one, other) => one.start - other.start)[0];
  if (oldest === undefined || at >= monthEnd) return false;
  const left = (some: readonly Course[]) => lasts(courses, some, budget, at, monthEnd);
  const alone = [oldest, ...running.filter((job) => !isFree(job))];
  return spentBy(courses, at) >= budget || (left(running) < RUNWAY && left(alone) >= RUNWAY);
}

/** What is wrong about `courses`. Times are exact to a second, and looks come within a minute. */
function faultsOf(courses: readonly Course[], budget: number, monthEnd: number): string[] {
  const second = 1000;
  const moments = new Set(courses.flatMap(({ stoppedAt }) => stoppedAt ?? []));
  const wrong = [...moments].flatMap((at) => {
    const now = courses.filter(({ stoppedAt }) => stoppedAt === at);
    const others = runningAt(courses, at);
    const left = (some: readonly Course[]) => lasts(courses, some, budget, at, monthEnd);
    const oldestStopped = now.toSorted((one, other) => one.start - other.start)[0];
    const oneLess = oldestStopped === undefined ? others : [...others, oldestStopped];
    return [
      ...now.filter((job) => !isFree(job)).map(({ name }) => `${name} is protected`),
      ...(left([...others, ...now]) >= RUNWAY + second ? [`the rest lasted at ${new Date(at).toISOString()}`] : []),
      ...(left(oneLess) >= RUNWAY + second ? [`one stop too many at ${new Date(at).toISOString()}`] : []),
      ...others
        .filter((job) => isFree(job) && job.start > (oldestStopped?.start ?? 0))
        .map(({ name }) => `${name} is newer than ${oldestStopped?.name}`),
    ];
  });
  const first = Math.min(...courses.map(({ start }) => start));
  const last = Math.max(...courses.map(({ end }) => end));
  const missed = Array.from({ length: Math.ceil((last - first) / MINUTE) }, (_, at) => first + at * MINUTE)
    .filter((at) => [0, MINUTE, 2 * MINUTE].every((later) => mustStop(courses, budget, at + later, monthEnd)))
    .map((at) => `no stop at ${new Date(at).toISOString()}`);
  return [...wrong, ...missed];
}

describe('generated histories', () => {
  const job = fc.record({
    from: fc.integer({ min: 0, max: 600 }),
    minutes: fc.integer({ min: 5, max: 900 }),
    usd: fc.integer({ min: 1, max: 8 }).map((count) => 10 * count),
    isProtected: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
  });
  const history = fc.record({
    jobs: fc.array(job, { minLength: 1, maxLength: 25 }),
    budget: fc.integer({ min: 20, max: 3000 }),
    // In the middle of a month, or in its last hours.
    begin: fc.constantFrom(BEGIN, DECEMBER - 5 * HOUR, DECEMBER - 11 * HOUR),
  });

  it('stop the newest jobs, as few as needed, when the rest does not last, and no others', async () => {
    await fc.assert(
      fc.asyncProperty(history, async ({ jobs, budget, begin }) => {
        // Jobs of the same minute have no order that people could see.
        const distinct = [...new Map(jobs.map((one) => [one.from, one])).values()];
        const named = distinct.map((one, at) => ({ ...one, name: `job-${at}` }));
        const courses = await play(named, budget, begin);
        expect(faultsOf(courses.filter(({ start }) => start < DECEMBER).map(untilDecember), budget, DECEMBER)).toEqual(
          [],
        );
      }),
      { numRuns: 100 },
    );
  });
});

/** The part of `course` that lies in November. */
const untilDecember = (course: Course): Course => {
  const isLater = course.stoppedAt !== undefined && course.stoppedAt >= DECEMBER;
  return { ...course, end: Math.min(course.end, DECEMBER), stoppedAt: isLater ? undefined : course.stoppedAt };
};
