/** Looks up the names of workers in Amazon Cognito user pools. Nothing is kept or logged. */
import {
  CognitoIdentityProviderClient,
  CognitoIdentityProviderServiceException,
  paginateListUsers,
  ResourceNotFoundException,
} from '@aws-sdk/client-cognito-identity-provider';
import { readUser } from '../../schemas/teams/cognito-user.ts';
import type { Grant } from '../grant.ts';

/** Users in a page (API reference, ListUsers: the most is 60), and in a pool. */
const PAGE = 60;
const MOST_USERS = 100_000;

/** Pools allow 30 calls a second for all callers together (Cognito quotas, UserRead): the mode learns the pace. */
const NAME_SETTINGS = { maxAttempts: 10, retryMode: 'adaptive' } as const;

/** The region of a user pool: its id begins with it, as in `us-east-1_aBcDeFgHi`. */
const regionOf = (pool: string) => pool.slice(0, pool.lastIndexOf('_'));

/** Lists the users of these pools, and of no others; nothing without pools. */
export function readNames(pools: readonly string[]): Grant[] {
  const arn = (pool: string) => ({
    'Fn::Sub': `arn:\${AWS::Partition}:cognito-idp:${regionOf(pool)}:\${AWS::AccountId}:userpool/${pool}`,
  });
  const [first, ...others] = pools;
  if (first === undefined) return [];
  return [
    {
      name: 'names',
      statements: [{ actions: ['cognito-idp:ListUsers'], on: [arn(first), ...others.map(arn)] }],
    },
  ];
}

/** A user pool that cannot be searched: it does not exist, may not be read, or has too many users. */
class NoNames extends Error {
  override readonly name = 'NoNames';
}

export interface NamesFound {
  /** By `sub`; workers without a name are absent. Undefined when no pool answered. */
  readonly names: ReadonlyMap<string, string> | undefined;
  /** Why pools could not be searched, each with the name of its pool. What was found before stays. */
  readonly failed: readonly string[];
}

/**
 * The names of the workers whose `sub`s are `wanted`. Each pool is read once, page by page, until all are found; nothing
 * else of its users is remembered. Throws errors of AWS that may be mended later. `clientIn`: the client of a region.
 */
export async function namesOf(
  pools: readonly string[],
  wanted: ReadonlySet<string>,
  clientIn = (region: string) => new CognitoIdentityProviderClient({ ...NAME_SETTINGS, region }),
): Promise<NamesFound> {
  const names = new Map<string, string>();
  const failed: string[] = [];
  const left = new Set(wanted);
  for (const pool of pools) {
    if (left.size === 0) break;
    try {
      await addNames(clientIn(regionOf(pool)), pool, left, names);
    } catch (error) {
      if (!(error instanceof NoNames)) throw error;
      failed.push(error.message);
    }
  }
  return { names: failed.length === pools.length && names.size === 0 ? undefined : names, failed };
}

/** Adds names from one pool, and takes those who were found out of `left`. */
async function addNames(
  client: CognitoIdentityProviderClient,
  pool: string,
  left: Set<string>,
  names: Map<string, string>,
): Promise<void> {
  // Without AttributesToGet: Cognito refuses the call if one user lacks one of these attributes.
  const pages = paginateListUsers({ client, pageSize: PAGE, stopOnSameToken: true }, { UserPoolId: pool });
  let users = 0;
  try {
    for await (const { Users = [] } of pages) {
      users += Users.length;
      if (users > MOST_USERS) throw new NoNames(`the user pool ${pool} has more than ${MOST_USERS} users`);
      for (const one of Users) {
        const user = readUser(one);
        if (user === undefined || !left.delete(user.sub)) continue;
        if (user.name !== undefined) names.set(user.sub, user.name);
      }
      if (left.size === 0) return;
    }
  } catch (error) {
    if (error instanceof ResourceNotFoundException)
      throw new NoNames(`there is no user pool ${pool} in this account`, { cause: error });
    if (error instanceof Error && /AccessDenied|NotAuthorized/.test(error.name))
      throw new NoNames(`AWS does not allow cognito-idp:ListUsers on the user pool ${pool}`, { cause: error });
    if (isLasting(error))
      throw new NoNames(`Cognito refuses to list the users of the user pool ${pool} (${error.name})`, { cause: error });
    if (error instanceof Error && 'code' in error && error.code === 'ENOTFOUND')
      throw new NoNames(`the region of the user pool ${pool} is not known, or has no Cognito`, { cause: error });
    throw error;
  }
}

/** Whether a retry cannot fix the error: the caller's fault, and not a throttled call. */
const isLasting = (error: unknown): error is CognitoIdentityProviderServiceException =>
  error instanceof CognitoIdentityProviderServiceException &&
  error.$fault === 'client' &&
  error.$retryable === undefined &&
  error.$metadata.httpStatusCode !== 429 &&
  !/TooManyRequests|Throttl|Timeout/i.test(error.name);
