/**
 * Plays one story, planned from one seed: lives change, faults happen, reconciliation and people repair, and checks
 * follow.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { checkEnd } from './checks/end.ts';
import { countedIn, wrongLines } from './checks/lines.ts';
import { checkMonths, type MonthFacts } from './checks/months.ts';
import { regressed } from './checks/table.ts';
import { nameIn } from './cloud/about.ts';
import { Cloud, type CloudOptions } from './cloud/cloud.ts';
import { live, noTimes, release, type Stage } from './cloud/live.ts';
import { reconcile } from './cloud/repair.ts';
import { monthlyBudgets } from './plan/budgets.ts';
import { FAULTS, type FaultKind, type Life, type PlannedBudget } from './plan/life.ts';
import { plan } from './plan/plan.ts';
import { seeded } from './plan/random.ts';
import { StoryRecord } from './record.ts';
import { calendarAt, type Month } from './truth/months.ts';
import type { Mode } from './truth/reading.ts';

export interface StoryOptions extends Pick<CloudOptions, 'faults' | 'without' | 'bundle' | 'workers' | 'folder'> {
  readonly seed: number;
  /** How many lives. */
  readonly jobs: number;
}

export interface StoryResult {
  readonly seed: number;
  readonly lives: readonly Life[];
  readonly record: StoryRecord;
  /** Failed checks; empty for a good run. Most begin with the name of a life. */
  readonly wrong: readonly string[];
  readonly counts: Counts;
}

/** How much happened. */
export interface Counts {
  readonly lives: number;
  readonly deliveries: number;
  /** Events that never came. */
  readonly dropped: number;
  readonly calls: number;
  readonly faults: number;
  readonly killed: number;
  readonly alerts: number;
  /** Sendings of an alert that SNS had accepted before. */
  readonly repeated: number;
  /** Events and messages that people put back with `redrive`. */
  readonly redriven: number;
  /** Jobs that were stopped at their budget. */
  readonly stopped: number;
  /** Labeling jobs that were continued. */
  readonly continued: number;
  /** Seconds, in real time. */
  readonly seconds: number;
}

/** Milliseconds between the beginnings of two lives, on average. */
const BETWEEN_LIVES = 12;
const MINUTE = 60_000;
/** After this reconciliation checks every resource with an unsent alert. */
const LATER = 10 * MINUTE;
/** After this it also checks running resources, an hour after the last check, and failed alerts. */
const AN_HOUR_LATER = 100 * MINUTE;
/** How long the table throttles every call. */
const STORM = 30 * MINUTE;
/** When the throttling is over, and functions have had time to breathe. */
const AFTER_STORM = AN_HOUR_LATER + STORM + LATER;
/** When every window is over, and forgotten ones are found. */
const AFTER_WINDOWS = AFTER_STORM + 4 * LATER;
/** A day after the last part has ended: then the function digest has told the parts of executions without events. */
const AFTER_PARENTS = AFTER_WINDOWS + 25 * 60 * MINUTE;
/** After this people redrive events in some stories: labeling jobs are then left to people. */
const MUCH_LATER = 8 * 24 * 60 * MINUTE;

/** Plays a story. */
export async function tell(options: StoryOptions): Promise<StoryResult> {
  const started = Date.now();
  const { seed, jobs, faults } = options;
  const random = seeded(seed);
  const record = new StoryRecord(started);
  const modes = modesOf(seed, faults);
  const monthly = monthlyBudgets(jobs);
  const calendar = calendarAt(started);
  const { timeZone } = calendar;
  const cloud = await Cloud.open({
    ...options,
    random,
    record,
    mode: modes[0] ?? 'enforce',
    monthly,
    timeZone,
    start: started,
  });
  try {
    const begin = Date.now();
    const lives = plan(random, jobs, jobs * BETWEEN_LIVES, begin, faults);
    const stage: Stage = { begin, lambda: cloud.lambda, aws: cloud.aws, record, times: noTimes() };
    const ended = new Map<string, number>();
    const isRedrivenLate = random.chance(0.5);

    const early = await playLives(lives, stage, cloud, modes, options);
    cloud.trouble.kills = random.chance(0.2);
    const repaired = await reconcileWithFaults(lives, cloud, ended, options);
    const { known, knownFrom } = repaired;
    const isCalm = !FAULTS.some((fault) => faults.has(fault) && fault !== 'duplicates' && fault !== 'deploy');
    const isReconciled = !options.without.has('reconciliation');
    const modeAtRunway: Mode = isObservedLong(seed, faults) ? 'observe' : 'enforce';
    const facts = { lives, begin, ended, calendar, monthly, known, knownFrom, isCalm, isReconciled, modeAtRunway };
    const wrong = [
      ...early,
      ...repaired.wrong,
      ...(await repairCurses(facts, cloud, isRedrivenLate ? MUCH_LATER : 2 * LATER)),
      ...(await throttle(lives, stage, cloud, modeAtRunway, options)),
      ...(await reconcileAtLast(lives, cloud, ended, options)),
    ];
    wrong.push(...(await tellWhatWaits(cloud, options)));
    const until = Date.now() + AFTER_WINDOWS;
    const { times } = stage;
    wrong.push(...(await checkEnd({ ...facts, times, isRedrivenLate, until }, cloud)));
    for (const what of wrong) record.add(nameIn(what.slice(0, 20)) ?? '', 'wrong', what);
    const counts = { ...countsOf(lives, cloud), seconds: (Date.now() - started) / 1000 };
    return { seed, lives, record, wrong: [...new Set(wrong)], counts };
  } finally {
    await cloud.close();
  }
}

/** Whether the first deployment observes until months have run out. */
const isObservedLong = (seed: number, faults: ReadonlySet<FaultKind>) => faults.has('deploy') && seed % 4 === 3;

/**
 * The modes of the deployments while lives change, one after the other. Odd seeds observe for a long time at first, even
 * ones for a short time in the middle.
 */
function modesOf(seed: number, faults: ReadonlySet<FaultKind>): readonly Mode[] {
  if (!faults.has('deploy')) return ['enforce'];
  if (isObservedLong(seed, faults)) return ['observe'];
  return seed % 2 === 0 ? ['enforce', 'observe', 'enforce'] : ['observe', 'enforce'];
}

/** Plays all lives, while reconciliation runs and people deploy other modes. */
async function playLives(
  lives: readonly Life[],
  stage: Stage,
  cloud: Cloud,
  modes: readonly Mode[],
  { without }: StoryOptions,
): Promise<string[]> {
  const changes = lives.reduce((sum, life) => sum + life.changes.length, 0);
  let isOver = false;
  const end = Promise.all(lives.map((life) => live(life, stage))).finally(() => {
    isOver = true;
  });
  /** Waits until this share of all changes was handled, or the story is over. */
  const handled = async (share: number) => {
    while (!isOver && stage.times.handled.size < share * changes) await Promise.race([end, delay(20)]);
  };
  const runs = [0.3, 0.7].map(async (share) => {
    await handled(share);
    if (!without.has('reconciliation')) await cloud.lambda.once('reconciliation', {});
  });
  const deployments = modes.slice(1).map(async (mode, nth) => {
    await handled(modes.length === 2 ? 0.8 : 0.5 + nth / 10);
    cloud.deploy(mode);
  });
  await cloud.queues.during(Promise.all([end, ...runs, ...deployments]));
  await cloud.queues.settle();
  const table = await cloud.table();
  return [...regressed(lives, table, cloud.told()), ...wrongLines(table)];
}

interface Repaired {
  readonly wrong: string[];
  /** The jobs that months counted at `knownFrom` (epoch milliseconds), before schedules fired. */
  readonly known: ReadonlySet<string>;
  readonly knownFrom: number;
}

/** Reconciliation finds what was lost, and schedules fire: first while calls fail, then without faults. */
async function reconcileWithFaults(
  lives: readonly Life[],
  cloud: Cloud,
  ended: Map<string, number>,
  { without }: StoryOptions,
): Promise<Repaired> {
  const { trouble, lambda, queues } = cloud;
  if (!without.has('reconciliation')) await lambda.once('reconciliation', {});
  trouble.calls = false;
  if (without.has('reconciliation')) return { wrong: [], known: new Set(), knownFrom: Infinity };
  await queues.settle();
  endStopped(lives, cloud, ended, LATER, IN_MONTHS);
  const wrong = await reconcile(lambda, LATER);
  await queues.settle(LATER);
  const knownFrom = Date.now() + LATER;
  const known = countedIn(await cloud.table());
  // First the minutes in which jobs spend the rest of their money, then those after which Ground Control verifies
  // stops.
  trouble.calls = true;
  for (const later of [LATER, 2 * LATER]) {
    endStopped(lives, cloud, ended, later, IN_MONTHS);
    await queues.fire(later);
  }
  trouble.calls = false;
  // When a job was stopped meanwhile and its alert failed, the alert about the end mentions the stop.
  wrong.push(...(await reconcile(lambda, 2 * LATER)));
  await queues.settle(2 * LATER);
  return { wrong, known, knownFrom };
}

/**
 * People repair what kept alerts from being published, and redrive. Messages about labeling jobs are then handled
 * `labelingLater`: a month would be over by then.
 */
async function repairCurses(facts: MonthFacts, cloud: Cloud, labelingLater: number): Promise<string[]> {
  cloud.trouble.curses = false;
  cloud.redriveLater = 2 * LATER;
  const wrong = await cloud.repair(2 * LATER, labelingLater);
  // A stop that a fault has hindered may come later, and a month that was spent in mode observe waits for an hour.
  const isDue = ({ project }: Month) => facts.isCalm && facts.modeAtRunway === 'enforce' && project.startsWith('dry');
  return [...wrong, ...checkMonths(facts, cloud, await cloud.table(), Date.now() + 2 * LATER, isDue)];
}

/**
 * Half an hour in which the table throttles every call. Lives that were held back end in it, and reconciliation fails
 * in it. Then people redrive.
 */
async function throttle(
  lives: readonly Life[],
  stage: Stage,
  cloud: Cloud,
  mode: Mode,
  { faults, without }: StoryOptions,
): Promise<string[]> {
  if (mode === 'observe') cloud.deploy('enforce');
  const held = lives.filter(({ isHeldBack }) => isHeldBack);
  cloud.trouble.storm = faults.has('throttle');
  stage.record.note('half an hour of throttling begins');
  await Promise.all([
    ...held.map((life) => release(life, stage, AN_HOUR_LATER)),
    ...(without.has('reconciliation') ? [] : [cloud.lambda.once('reconciliation', {}, AN_HOUR_LATER + STORM / 2)]),
  ]);
  cloud.trouble.storm = false;
  stage.record.note('the throttling is over');
  cloud.redriveLater = AFTER_STORM;
  return cloud.repair(AFTER_STORM);
}

/** Reconciliation finds what is left: first jobs that must be stopped, then their ends. */
async function reconcileAtLast(
  lives: readonly Life[],
  cloud: Cloud,
  ended: Map<string, number>,
  { without }: StoryOptions,
): Promise<string[]> {
  if (without.has('reconciliation')) return [];
  const wrong: string[] = [];
  for (const later of [AFTER_STORM, AFTER_STORM + LATER]) {
    endStopped(lives, cloud, ended, later, ['spent', 'spending', ...IN_MONTHS]);
    wrong.push(...(await reconcile(cloud.lambda, later)));
    await cloud.queues.settle(later);
  }
  return wrong;
}

/** All windows are over: their schedules fire. Reconciliation finds the windows whose schedules never do. */
async function tellWhatWaits({ queues, lambda }: Cloud, { without }: StoryOptions): Promise<string[]> {
  await queues.fire(AFTER_STORM + 2 * LATER, 'digest');
  const wrong = without.has('reconciliation') ? [] : await reconcile(lambda, AFTER_WINDOWS);
  await queues.settle(AFTER_WINDOWS);
  await queues.fire(AFTER_PARENTS, 'digest');
  if (without.has('reconciliation')) return wrong;
  // It finds the windows whose schedules were lost.
  wrong.push(...(await reconcile(lambda, AFTER_PARENTS + LATER)));
  await queues.settle(AFTER_PARENTS + LATER);
  return wrong;
}

/** Budgets of jobs that are stopped for their month. */
const IN_MONTHS = ['dry', 'gone'] as const satisfies readonly PlannedBudget[];

/** Shows the ends of the jobs with these budgets that are stopping, by clocks that are `later` ahead. */
function endStopped(
  lives: readonly Life[],
  { aws }: Cloud,
  ended: Map<string, number>,
  later: number,
  budgets: readonly string[],
): void {
  for (const { name, arn, budget } of lives) {
    const job = aws.sageMaker.resources.get(arn);
    if (!budgets.includes(budget ?? '') || job?.status !== 'Stopping' || isStubborn(name, budget)) continue;
    const at = Date.now() + later;
    ended.set(arn, at);
    Object.assign(job, {
      status: 'Stopped',
      secondaryStatus: 'Stopped',
      modifiedAt: new Date(at),
      detail: { ...job.detail, TrainingEndTime: at / 1000 },
    });
  }
}

/** Some jobs do not end although SageMaker has agreed to stop them. */
const isStubborn = (name: string, budget: string | undefined) =>
  !IN_MONTHS.some((one) => one === budget) && name.endsWith('87');

function countsOf(lives: readonly Life[], cloud: Cloud): Omit<Counts, 'seconds'> {
  const changes = lives.flatMap((life) => life.changes);
  return {
    lives: lives.length,
    deliveries: changes.reduce((sum, { deliveries }) => sum + deliveries.length, 0),
    dropped: changes.filter(({ deliveries }) => deliveries.length === 0).length,
    calls: cloud.aws.calls.length,
    faults: cloud.faults,
    killed: cloud.lambda.killed,
    ...cloud.counts(),
    stopped: cloud.aws.sageMaker.stopped.length,
    continued: cloud.aws.sageMaker.created.length,
  };
}
