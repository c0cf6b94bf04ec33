/**
 * What metrics show of the log of worker activity while it is written: figures of teams, never of a worker or a job.
 */
import type { WorkerActivity } from '../../schemas/teams/worker-activity.ts';

/** What a team did. */
export interface LiveFigures {
  submitted: number;
  declined: number;
  returned: number;
  /** Seconds from accepting to submitting, breaks included: one for each submitted task where they are known. */
  readonly wallSeconds: number[];
}

/** Teams that are told apart. Each has up to four metrics, and CloudWatch bills every metric. */
const MOST_TEAMS = 50;
/** In place of a team beyond these, or an unknown one. Work teams cannot have this name. */
export const OTHER_TEAMS = '(others)';
/** The name of a work team (API reference, CreateWorkteam). */
const TEAM_NAME = /^[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62}$/;

/** The names under which teams have metrics: of the first 50 teams that are asked for, and `OTHER_TEAMS`. */
export class LiveTeams {
  readonly #known = new Set<string>();

  /** The name for the team with this ARN. */
  nameOf(arn: string | undefined): string {
    const name = arn?.slice(arn.lastIndexOf('/') + 1) ?? '';
    if (this.#known.has(name)) return name;
    if (!TEAM_NAME.test(name) || this.#known.size >= MOST_TEAMS) return OTHER_TEAMS;
    this.#known.add(name);
    return name;
  }
}

/** Sums up entries by the name of the team. A team that only accepted tasks has no figures. */
export function liveFigures(
  activities: Iterable<WorkerActivity>,
  teams: LiveTeams,
): ReadonlyMap<string, Readonly<LiveFigures>> {
  const figures = new Map<string, LiveFigures>();
  for (const { kind, teamArn, wallSeconds } of activities) {
    if (kind === undefined || kind === 'accepted') continue;
    const name = teams.nameOf(teamArn);
    const own = figures.get(name) ?? { submitted: 0, declined: 0, returned: 0, wallSeconds: [] };
    figures.set(name, own);
    own[kind]++;
    if (wallSeconds !== undefined) own.wallSeconds.push(wallSeconds);
  }
  return figures;
}
