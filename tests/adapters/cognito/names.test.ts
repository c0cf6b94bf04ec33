import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { beforeEach, describe, expect, it } from 'vitest';
import { namesOf, readNames } from '../../../adapters/cognito/names.ts';
import { AwsError } from '../../../local/embedded-aws/protocol.ts';
import { useLocalAws } from '../../support/local-aws.ts';
import { subOf } from '../../support/team-world.ts';
import { POOL, userOf } from '../../support/user-pools.ts';

let isThrottled = false;
/** What Cognito says about the pool `eu-west-1_Other`. */
let refusal: AwsError | undefined;
const aws = useLocalAws(undefined, ({ input }) => {
  if (refusal !== undefined && input['UserPoolId'] === 'eu-west-1_Other') throw refusal;
  if (!isThrottled) return undefined;
  isThrottled = false;
  return { kind: 'throttle' };
});
const users = (count: number, from = 0) =>
  Array.from({ length: count }, (_, nth) => userOf(from + nth, { name: `Name ${from + nth}` }));
const subs = (...workers: number[]) => new Set(workers.map(subOf));
const asked = () => aws().calls.map(({ input: { UserPoolId, PaginationToken } }) => [UserPoolId, PaginationToken]);

beforeEach(() => {
  refusal = undefined;
  aws().userPools.clear();
});

describe('the names of workers', () => {
  it('are found in one sweep, of those who are wanted and of nobody else', async () => {
    aws().userPools.set(POOL, users(150));
    const { names = new Map() } = await namesOf([POOL], subs(3, 70, 149, 999));
    expect([...names]).toEqual([
      [subOf(3), 'Name 3'],
      [subOf(70), 'Name 70'],
      [subOf(149), 'Name 149'],
    ]);
    expect(asked()).toEqual([
      [POOL, undefined],
      [POOL, '60'],
      [POOL, '120'],
    ]);
    expect(aws().calls.every(({ input }) => input['Filter'] === undefined && input['Limit'] === 60)).toBe(true);
  });

  it('are not searched for once all are found', async () => {
    aws().userPools.set(POOL, users(150));
    aws().userPools.set('eu-west-1_Other', users(5, 500));
    expect((await namesOf([POOL, 'eu-west-1_Other'], subs(3))).names?.size).toBe(1);
    expect(await namesOf([POOL], new Set())).toEqual({ names: new Map(), failed: [] });
    expect(asked()).toHaveLength(1);
  });

  it('come from several pools, each in the region of its id', async () => {
    aws().userPools.set(POOL, users(1));
    aws().userPools.set('eu-west-1_Other', users(1, 500));
    expect((await namesOf([POOL, 'eu-west-1_Other'], subs(0, 500))).names?.size).toBe(2);
  });

  it('are looked up again when Cognito throttles a call', async () => {
    aws().userPools.set(POOL, users(1));
    isThrottled = true;
    expect((await namesOf([POOL], subs(0))).names?.size).toBe(1);
    expect(isThrottled).toBe(false);
  });

  it('stay known of the pools that answer, and those that do not are named', async () => {
    const missing = `there is no user pool ${POOL} in this account`;
    expect(await namesOf([POOL], subs(0))).toEqual({ names: undefined, failed: [missing] });
    aws().userPools.set('eu-west-1_Other', users(1));
    const both = { names: new Map([[subOf(0), 'Name 0']]), failed: [missing] };
    expect(await namesOf([POOL, 'eu-west-1_Other'], subs(0, 1))).toEqual(both);
  });

  it.each([
    ['NotAuthorizedException', 400, 'AWS does not allow cognito-idp:ListUsers on the user pool eu-west-1_Other'],
    ['InvalidParameterException', 400, 'the user pool eu-west-1_Other (InvalidParameterException)'],
    ['UnrecognizedClientException', 403, 'the user pool eu-west-1_Other (UnrecognizedClientException)'],
  ])('cannot come from a pool of which Cognito says %s', async (code, status, why) => {
    aws().userPools.set(POOL, users(1));
    refusal = new AwsError(code, 'no', status);
    const { names, failed } = await namesOf([POOL, 'eu-west-1_Other'], subs(0, 1));
    expect([names?.size, failed]).toEqual([1, [expect.stringContaining(why)]]);
  });

  it('cannot come from a region that does not exist', async () => {
    const clientIn = () =>
      new CognitoIdentityProviderClient({
        maxAttempts: 1,
        requestHandler: {
          handle: () => Promise.reject(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' })),
        },
      });
    const why = `the region of the user pool ${POOL} is not known, or has no Cognito`;
    expect(await namesOf([POOL], subs(0), clientIn)).toEqual({ names: undefined, failed: [why] });
  });

  it('may be listed in the configured pools only', () => {
    const on = (pool: string, region: string) => ({
      'Fn::Sub': `arn:\${AWS::Partition}:cognito-idp:${region}:\${AWS::AccountId}:userpool/${pool}`,
    });
    const actions = ['cognito-idp:ListUsers'];
    expect(readNames([POOL, 'ap-south-1_x'])).toEqual([
      { name: 'names', statements: [{ actions, on: [on(POOL, 'us-east-1'), on('ap-south-1_x', 'ap-south-1')] }] },
    ]);
    expect(readNames([])).toEqual([]);
  });
});
