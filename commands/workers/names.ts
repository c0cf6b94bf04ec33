/** Names of workers, where the configuration and the user ask for them. */
import { namesOf } from '../../adapters/cognito/names.ts';
import type { LookUpNames } from '../../handlers/teams/collect.ts';
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

/**
 * Looks names up in `pools` with the user's own credentials; absent without pools. Refuses `--names` when every pool
 * fails.
 */
export function lookUpIn(pools: readonly string[]): LookUpNames | undefined {
  if (pools.length === 0) return undefined;
  return async (subs) => {
    const found = await namesOf(pools, subs);
    if (found.names === undefined) throw new Refused(`--names: ${found.failed.join('; ')}`);
    return found;
  };
}
