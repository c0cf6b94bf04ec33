/** Simulated jobs of a time zone: what they are, and what happens to the events about them. */
import type { Random } from '../../tests/chaos/plan/random.ts';
import {
  endOf,
  inTurn,
  type Life,
  type Status,
  startOf,
  USD_AN_HOUR,
  usdBetween,
  type WindDown,
  type Zone,
} from './bill.ts';

/** What is special about the jobs of a project. */
export const KINDS = ['on demand', 'warm pools', 'spot', 'spot, no caps'] as const;
export type Kind = (typeof KINDS)[number];

/** A project with a budget for each month. */
export interface Project {
  readonly name: string;
  readonly kind: Kind;
  budgetUsd: number;
}

/** A simulated job. Times are whole seconds since 1970. */
export interface Job extends WindDown {
  readonly name: string;
  readonly createdAt: number;
  /** Its life if nobody stops it. */
  readonly life: Life;
  readonly kind: Kind;
  readonly project: Project | undefined;
  readonly capUsd: number | undefined;
  readonly isProtected: boolean;
  /** Seconds from the start, and from the end, until copies of its event arrive; none when the event is lost. */
  readonly startDelays: readonly number[];
  readonly endDelays: readonly number[];
}

export interface Population {
  readonly zone: Zone;
  readonly projects: readonly Project[];
  readonly jobs: readonly Job[];
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** The jobs begin in these days. They contain two ends of months and both ends of summer time. */
const BEGIN = Date.parse('2026-10-12T00:00Z') / 1000;
const DAYS = 58;
/** Jobs for each project of a month. */
const JOBS_A_PROJECT = 80;
const TYPES = Object.keys(USD_AN_HOUR);

/** `count` jobs, most of them in projects with monthly budgets. */
export function populationOf(zone: Zone, count: number, random: Random): Population {
  const projects = Array.from(
    { length: Math.max(KINDS.length, Math.round(count / JOBS_A_PROJECT)) },
    (_, at): Project => ({
      name: `project-${at}`,
      kind: KINDS[at % KINDS.length] ?? 'on demand',
      budgetUsd: 0,
    }),
  );
  const jobs = Array.from({ length: count }, (_, at) => jobOf(`job-${at}`, random.pick(projects), random));
  for (const project of projects) {
    const usd = jobs.reduce(
      (sum, { project: own, life }) => sum + (own === project ? usdBetween(life, 0, Infinity) : 0),
      0,
    );
    // From a third of what the jobs of a month would cost to twice that.
    project.budgetUsd = Math.max(1, Math.round((usd / 2) * (random.between(33, 200) / 100)));
  }
  return { zone, projects, jobs };
}

function jobOf(name: string, project: Project, random: Random): Job {
  const { kind } = project;
  const createdAt = BEGIN + random.between(0, DAYS * DAY);
  const isSpot = kind.startsWith('spot') && random.chance(0.7);
  const uploadSeconds = random.chance(0.1) ? random.between(5 * MINUTE, 15 * MINUTE) : random.between(5, 90);
  const warmSeconds = kind === 'warm pools' && random.chance(0.5) ? random.between(5 * MINUTE, HOUR) : 0;
  const life: Life = {
    ...machinesOf(isSpot, random),
    phases: inTurn(createdAt, [...phasesOf(isSpot, random), ['Uploading', uploadSeconds], ['Warm', warmSeconds]]),
  };
  const whole = usdBetween(life, 0, endOf(life));
  const isCapped = kind !== 'spot, no caps' && random.chance(0.7);
  return {
    name,
    createdAt,
    life,
    kind,
    project: random.chance(0.6) || !isCapped ? project : undefined,
    capUsd: isCapped ? Number(Math.max(0.05, whole * (random.between(10, 200) / 100)).toFixed(2)) : undefined,
    isProtected: random.chance(0.05),
    stopSeconds: random.between(5, 120),
    uploadSeconds,
    warmSeconds,
    startDelays: delaysOf(random),
    endDelays: delaysOf(random),
  };
}

/** An event may be late, come twice or never. Each copy comes after a delay of its own. */
function delaysOf(random: Random): number[] {
  const copies = random.chance(0.02) ? 0 : random.chance(0.1) ? 2 : 1;
  const delay = () => (random.chance(0.99) ? random.between(500, 5000) : random.between(5000, 600_000)) / 1000;
  return Array.from({ length: copies }, delay).sort((one, other) => one - other);
}

function machinesOf(isSpot: boolean, random: Random) {
  const type = random.pick(TYPES);
  const count = random.pick([1, 1, 1, 2, 4, 8]);
  const groups = [{ type, count }];
  if (random.chance(0.1)) groups.push({ type: random.pick(TYPES), count: random.between(1, 3) });
  // Each type has a discount of its own, which moves a little.
  const discount = isSpot ? 0.3 + (0.5 * ((TYPES.indexOf(type) * 7) % 10)) / 10 + random.between(-5, 5) / 100 : 0;
  return { groups, volumeGb: random.pick([0, 30, 100, 500]), discount };
}

/** What a job does before its upload. Spot capacity may be taken away: the job waits, and downloads its data again. */
function phasesOf(isSpot: boolean, random: Random): (readonly [Status, number])[] {
  // From ten minutes to three days, evenly distributed on a logarithmic scale.
  let training = Math.round(10 * MINUTE * 432 ** random.next());
  const phases: (readonly [Status, number])[] = [
    ['Starting', random.between(30, 5 * MINUTE)],
    ['Downloading', random.between(10, 5 * MINUTE)],
  ];
  for (let interruptions = isSpot ? random.between(0, 3) : 0; interruptions > 0; interruptions--) {
    const some = random.between(5 * MINUTE, 10 * HOUR);
    if (some >= training) break;
    training -= some;
    const wait = random.between(MINUTE, 3 * HOUR);
    // The job is shown as interrupted at first, and as starting again while it waits for capacity.
    const shown = random.chance(0.5) ? wait : random.between(10, 50);
    phases.push(['Training', some], ['Interrupted', shown], ['Starting', wait - shown]);
    phases.push(
      ['LaunchingMLInstances', random.between(20, 3 * MINUTE)],
      ['Downloading', random.between(10, 5 * MINUTE)],
    );
  }
  return [...phases, ['Training', training]];
}

/** When the instances of `job` first run. */
export const beginOf = ({ life }: Job): number => startOf(life);
