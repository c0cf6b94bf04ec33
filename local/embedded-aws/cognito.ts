/** Simulates the part of Amazon Cognito that we use: `ListUsers` of user pools that tests fill, in memory. */
import { AwsError } from './protocol.ts';

/** The users of each pool, as `ListUsers` answers them. */
export type UserPools = Map<string, readonly object[]>;

/** The most users of a page (Cognito API reference, ListUsers). */
const MOST_USERS = 60;

/** Answers `ListUsers`. The token of the next page is the number of the users before it. */
export function usersIn(pools: UserPools, input: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const pool = String(input['UserPoolId']);
  const users = pools.get(pool);
  if (users === undefined) throw new AwsError('ResourceNotFoundException', `User pool ${pool} does not exist.`);
  const begin = Number(input['PaginationToken'] ?? 0);
  const end = begin + Math.min(Number(input['Limit'] ?? MOST_USERS), MOST_USERS);
  return { Users: users.slice(begin, end), ...(end < users.length && { PaginationToken: String(end) }) };
}
