/**
 * Simulated jobs under Ground Control: the real budget function, on a SageMaker, a Scheduler and a table in memory.
 *
 * Events come late, twice or never. Schedules fire at any moment of their minute, or twice. Calls are throttled.
 * Reconciliation requests what got lost.
 */
import { resourceTableIn } from '../../adapters/dynamodb/resource-table.ts';
import type { JobRef } from '../../domain/budget/job.ts';
import type { LineId } from '../../domain/budget/month/line.ts';
import { type PaidShare, paidShareOf, withShare } from '../../domain/cost/spot.ts';
import { decide } from '../../domain/decide.ts';
import { budgetHandler } from '../../handlers/budget/handler.ts';
import { budgetPowers } from '../../handlers/budget/powers.ts';
import type { BudgetServices } from '../../handlers/budget/services.ts';
import { costsWith } from '../../handlers/cost/cost-of-job.ts';
import type { Effects } from '../../handlers/effects.ts';
import { MonthsInMemory } from '../../local/backtest/months-in-memory.ts';
import { localContext } from '../../local/play/context.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { BUDGETED_JOBS } from '../../schemas/event/priced-jobs.ts';
import { budgetCheckOf, monthLookOf } from '../../schemas/message/budget-check.ts';
import type { Random } from '../../tests/chaos/plan/random.ts';
import { endOf } from './bill.ts';
import { budgetJobsInMemory } from './budget-jobs-in-memory.ts';
import { beginOf, type Population } from './jobs.ts';
import { arnOf, type Course, courseOf, describeAt, nameIn, stopJob } from './sagemaker.ts';
import { Timeline } from './timeline.ts';

const MINUTE = 60;
/** Interval of reconciliation. */
export const RECONCILIATION = 15 * MINUTE;
/** After this time without its check, reconciliation takes a schedule for lost. */
const OVERDUE = 5 * MINUTE;
/** A message that failed comes back after this time. */
const REDELIVERY = 90;
/** Processing takes longer than that only when calls are throttled twice. */
const PROCESSED = 3 * MINUTE;

/** The policy under which `population` runs. */
export const policyOf = ({ projects, zone }: Population): Configuration =>
  Configuration.parse({
    timeZone: zone,
    budgets: {
      mode: 'enforce',
      mostStopsPerHour: 1000,
      monthly: { project: Object.fromEntries(projects.map(({ name, budgetUsd }) => [name, budgetUsd])) },
    },
  });

/** What happened, and how many calls about jobs it took. */
export interface Played {
  readonly courses: readonly Course[];
  readonly calls: number;
}

/** Called before each stop, at its time in seconds, with all jobs. */
export type OnStop = (course: Course, now: number, why: 'cap' | 'month', courses: readonly Course[]) => void;

/** Plays the jobs. */
export async function guard(population: Population, random: Random, onStop: OnStop): Promise<Played> {
  const courses = population.jobs.map(courseOf);
  const byName = new Map(courses.map((course) => [course.job.name, course]));
  const configuration = policyOf(population);
  const timeline = new Timeline<() => Promise<void> | void>();
  const schedules = new Set<string>();
  /** Starts and ends that nobody has checked. */
  const owed = new Set<Course>();
  const looks = new Map<string, LineId>();
  const months = new MonthsInMemory();
  const state = budgetJobsInMemory(months);
  let now = 0;
  let calls = 0;
  let left = courses.length;
  const clock = () => new Date(Math.round(now * 1000));
  const courseOfJob = ({ arn }: JobRef): Course => {
    const course = byName.get(nameIn(arn));
    if (course === undefined) throw new Error(`there is no job ${arn}`);
    return course;
  };

  const send = (at: number, body: unknown) => {
    // The queue, a cold start, and now and then retries of throttled calls.
    const throttled = random.chance(0.03) ? random.between(1000, 4000) / 1000 : 0;
    timeline.add(at + random.between(50, 2000) / 1000 + throttled, () => handle(body));
  };
  const check = (at: number, course: Course) => send(at, budgetCheckOf(refOf(course)));

  const nameOf = (checked: JobRef | LineId, minute: number) => `${keyOf(checked)} ${minute}`;
  const minuteOf = (at: Date, after: number) =>
    Math.max(Math.floor(at.getTime() / 60_000), Math.floor(after / MINUTE) + 1) * MINUTE;
  const disarm = (checked: JobRef | LineId, before: Date | undefined) => {
    if (before !== undefined) schedules.delete(nameOf(checked, minuteOf(before, -MINUTE)));
  };
  const deadlines: BudgetServices['deadlines'] = {
    async arm(checked, at, before) {
      const minute = minuteOf(at, now);
      const name = nameOf(checked, minute);
      if (!('arn' in checked)) looks.set(keyOf(checked), checked);
      if (before !== undefined && minuteOf(before, -MINUTE) !== minute) disarm(checked, before);
      calls++;
      if (schedules.has(name)) return;
      schedules.add(name);
      // Schedules fire at least once, so now and then twice (EventBridge Scheduler user guide).
      const fire = () => send(now, 'arn' in checked ? budgetCheckOf(checked) : monthLookOf(checked));
      timeline.add(minute + random.between(0, 59_999) / 1000, () => {
        // A deleted schedule does not fire.
        if (!schedules.delete(name)) return;
        fire();
        if (random.chance(0.01)) timeline.add(now + random.between(0, MINUTE), fire);
      });
    },
    disarm: async (checked, before) => disarm(checked, before),
  };

  /** What the last spot jobs paid, as the table keeps it. */
  const spotShares = new Map<string, readonly PaidShare[]>();
  const keepShare = (described: ReturnType<typeof describeAt>) => {
    const ended = BUDGETED_JOBS['training-job'].parse(described);
    const paid = paidShareOf(ended);
    if (paid === undefined) return;
    const key = `${ended.region} ${paid.type}`;
    spotShares.set(key, withShare(spotShares.get(key) ?? [], paid.share));
  };

  const stops = new Map<string, Set<string>>();
  const mayStop: BudgetServices['mayStop'] = async (key, { scope, most }) => {
    const hour = `${scope} ${Math.floor(now / 3600)}`;
    const keys = stops.get(hour) ?? new Set();
    if (!keys.has(key) && keys.size >= most) return false;
    stops.set(hour, keys.add(key));
    return true;
  };
  let why: 'cap' | 'month' = 'cap';
  const powers = budgetPowers({
    state,
    mayStop,
    stopJob: async (job) => {
      calls++;
      const course = courseOfJob(job);
      if (course.stoppedAt !== undefined) return 'already stopping';
      onStop(course, now, why, courses);
      if (!stopJob(course, now, why)) return 'already ended';
      timeline.add(endOf(course.life), () => ended(course));
      return 'stopped';
    },
    // No job that was stopped leaves a warm pool here.
    endPool: async () => 'ended',
    deadlines,
    configuration,
    clock,
  });
  const effects: Effects = {
    once: async (_, act) => ({ at: clock().toISOString(), result: await act() }),
    notify: async () => {},
    record: async () => {},
    settle: async () => {},
    giveBack: async () => {},
    notePart: async () => {},
    linkJob: async () => {},
    releaseParts: async () => [],
    relay: async () => [],
  };
  const built: BudgetServices = {
    services: {
      configuration,
      // Only handed-over events use the table.
      table: resourceTableIn('none', 1),
      gather: async () => ({}),
      parentOf: async () => undefined,
      relays: { publishOwed: async () => {}, publishKept: async () => {} },
      async execute({ actions }) {
        for (const action of actions) {
          if (action.kind === 'stop-job') {
            why = action.ifLine === undefined ? 'cap' : 'month';
            await powers.stop(action, effects);
          } else if (action.kind === 'arm-budget' || action.kind === 'disarm-budget') await powers.schedule(action);
        }
        return true;
      },
      logger: { info: () => {}, warn: () => {} },
    },
    async describe(type, { arn }) {
      calls += 2;
      if (random.chance(0.003)) throw new Error('ThrottlingException: Rate exceeded');
      const course = courseOfJob({ type, arn });
      const isOver = now >= endOf(course.life);
      course.checkedAt ??= isOver ? undefined : now;
      if (isOver || course.checkedAt !== undefined) owed.delete(course);
      const described = describeAt(course, now);
      if (isOver) keepShare(described);
      return described;
    },
    costs: costsWith(configuration.budgets.prices, {
      list: async () => undefined,
      trainingJobsOf: async () => [],
      spotShares: async (region, type) => spotShares.get(`${region} ${type}`) ?? [],
    }),
    state,
    months,
    deadlines,
    mayStop,
    clock,
  };
  const handler = budgetHandler(BUDGETED_JOBS, decide, () => built);
  const context = localContext('budget', 86_400);

  const began = (course: Course) => {
    owed.add(course);
    for (const delay of course.job.startDelays) check(now + delay, course);
  };
  const ended = (course: Course) => {
    // It was stopped before this.
    if (now < endOf(course.life) || course.endKnownAt !== Number.POSITIVE_INFINITY) return;
    left--;
    owed.add(course);
    const found = Math.ceil(now / RECONCILIATION) * RECONCILIATION;
    course.endKnownAt = Math.min(now + (course.job.endDelays[0] ?? Number.POSITIVE_INFINITY), found) + PROCESSED;
    for (const delay of course.job.endDelays) check(now + delay, course);
  };
  const handle = async (body: unknown) => {
    try {
      await handler({ Records: [{ body: JSON.stringify(body) }] }, context);
    } catch (error) {
      if (!String(error).includes('ThrottlingException')) throw error;
      timeline.add(now + REDELIVERY, () => handle(body));
    }
  };
  const reconcile = async () => {
    for (const course of owed) check(now, course);
    const overdue = new Date((now - OVERDUE) * 1000);
    for (const [arn, nextAt] of state.waiting())
      if (nextAt < overdue) send(now, budgetCheckOf({ type: 'training-job', arn }));
    for (const id of looks.values()) {
      const { lookAt } = await months.read(id);
      if (lookAt !== undefined && lookAt < overdue) send(now, monthLookOf(id));
    }
    if (left > 0 || owed.size > 0) timeline.add(now + RECONCILIATION, reconcile);
  };

  for (const course of courses) {
    timeline.add(beginOf(course.job), () => began(course));
    timeline.add(endOf(course.life), () => ended(course));
  }
  const first = Math.min(...courses.map(({ job }) => job.createdAt));
  timeline.add(Math.ceil(first / RECONCILIATION) * RECONCILIATION, reconcile);
  // Checks go on for some hours after the last end, while prices may become known.
  for (let next = timeline.take(); next !== undefined; next = timeline.take()) {
    now = next.at;
    await next.what();
  }
  return { courses, calls };
}

const refOf = ({ job }: Course): JobRef => ({ type: 'training-job', arn: arnOf(job) });
const keyOf = (checked: JobRef | LineId): string =>
  'arn' in checked ? checked.arn : [checked.tag, checked.value, checked.month].join('|');
