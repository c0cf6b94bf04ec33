/** Names of workers, where the configuration and the user ask for them. */
import { NoNames, namesOf } from '../../adapters/cognito/names.ts';
import type { TeamsPolicy } from '../../schemas/configuration/teams.ts';
import { Refused } from '../shared/cli.ts';

/** The user pools in which names are looked up: none without `--names`. Refuses it if the configuration has no pools. */
export function poolsOf({ names }: Pick<TeamsPolicy, 'names'>, isAsked: boolean): readonly string[] {
  if (!isAsked) return [];
  if (names.length > 0) return names;
  throw new Refused(
    '--names: ground-control.yml has no user pools to look them up: set "teams.names" to a list of ids of user pools',
  );
}

/** The names of the people with these `sub`s, with the user's own credentials. Refuses a pool that does not exist. */
export async function lookUpNames(
  pools: readonly string[],
  subs: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  try {
    return await namesOf(pools, subs);
  } catch (error) {
    if (error instanceof NoNames) throw new Refused(`--names: ${error.message}`, { cause: error });
    throw error;
  }
}
