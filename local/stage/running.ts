/** The running jobs of a stage, page by page, with what each costs. */
import { resourcesIn } from '../../adapters/dynamodb/browse/resources.ts';
import type { Budgeted } from '../../schemas/configuration/budgets.ts';
import { type Attempt, attempt } from './attempt.ts';
import { instantOf, type Stage } from './stage.ts';
import { type Standing, standingsIn } from './standings.ts';

/** A job that runs as far as the table knows. */
export interface RunningJob {
  readonly key: string;
  readonly name: string;
  readonly team: string;
  readonly startedAt: Date | undefined;
  /** Undefined: SageMaker says that it does not run any more. */
  readonly standing: Attempt<Standing | undefined>;
}

export interface RunningJobs {
  readonly jobs: readonly RunningJob[];
  /** Where the next page begins; absent at the end. */
  readonly next: string | undefined;
}

/** At most `most` running jobs of `type`, as they stand at `now`. */
export async function runningJobs(
  stage: Stage,
  type: Budgeted,
  { most, from, now }: { readonly most: number; readonly from: string | undefined; readonly now: Date },
): Promise<RunningJobs> {
  const { found, next } = await resourcesIn(stage.table, stage.dynamoDb).running(type, most, from);
  const configuration = stage.configuration();
  const standingOf =
    'value' in configuration ? standingsIn(stage.table, stage, configuration.value, () => undefined) : undefined;
  const jobs = found.map(async ({ key, state }): Promise<RunningJob[]> => {
    // It has ended, and an alert about it is still to be sent.
    if (state === undefined || state.ended) return [];
    const { name, arn = '', owner, startedAt, createdAt } = state;
    const standing = standingOf ? await attempt('its cost', () => standingOf(type, { name, arn }, now)) : WITHOUT_FILE;
    return [{ key, name, team: owner.team, startedAt: instantOf(startedAt) ?? instantOf(createdAt), standing }];
  });
  return { jobs: (await Promise.all(jobs)).flat(), next };
}

/** Caps and own prices are in the file. */
const WITHOUT_FILE = { problem: 'not known: ground-control.yml has mistakes; “Who hears what” names them' } as const;
