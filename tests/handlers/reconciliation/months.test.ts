import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from 'vitest';
import { monthsIn } from '../../../adapters/dynamodb/months.ts';
import { correctMonths, recordOf } from '../../../handlers/reconciliation/months.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import { TABLE } from '../../support/capped-job.ts';
import { hoursIn, NOVEMBER, useMonthlyProject } from '../../support/monthly-project.ts';

const { check, put, end, totals } = useMonthlyProject();
const configuration = Configuration.parse({ budgets: { monthly: { project: { churn: 100, other: 5 } } } });
const correct = (hours: number) => correctMonths(monthsIn(TABLE), configuration, hoursIn(hours));

/** Adds `added` to the sums by hand. */
const spoil = (added: Record<string, number>) =>
  new DynamoDBClient({}).send(
    new UpdateItemCommand({
      TableName: TABLE,
      Key: marshall({ pk: 'month#project|churn|2026-11', sk: 'line' }),
      UpdateExpression: `ADD ${Object.keys(added)
        .map((_, at) => `#${at} :${at}`)
        .join(', ')}`,
      ExpressionAttributeNames: Object.fromEntries(Object.keys(added).map((name, at) => [`#${at}`, name])),
      ExpressionAttributeValues: marshall(
        Object.fromEntries(Object.values(added).map((value, at) => [`:${at}`, value])),
      ),
    }),
  );

describe('the sums of a month', () => {
  const begin = async () => {
    put('a', 0);
    put('b', 0, { tags: { 'ground-control:protected': 'true' } });
    end('c', 0, 1);
    for (const name of ['a', 'b', 'c']) await check(name, 1);
  };

  it('are left alone while they are those of its jobs', async () => {
    await begin();
    expect([await correct(2), await correct(30)]).toEqual([[], []]);
    expect(await totals(2)).toEqual({ spent: 50, perHour: 20, running: 2 });
  });

  it('are corrected, and the correction is recorded', async () => {
    await begin();
    await spoil({ base: 36_000_000_000, rate: 7, protectedRate: -3, jobs: 1 });
    const [found] = await correct(2);
    expect(found).toEqual({
      month: NOVEMBER,
      added: { base: -36_000_000_000n, rate: -7n, protectedRate: 3n, stoppingRate: 0n, running: -1, unpriced: 0 },
    });
    expect([await totals(2), await correct(30)]).toEqual([{ spent: 50, perHour: 20, running: 2 }, []]);
    expect(found && recordOf(found, hoursIn(2))).toMatchObject({
      resource: 'monthly-budget|project/churn',
      action: 'month-corrected',
      reason: 'the sums of the November 2026 budget of project churn were not those of its jobs',
      numbers: { base: '-36000000000', rate: '-7', protectedRate: '3', running: '-1' },
    });
  });

  it('are compared with running jobs every hour, and with ended ones once a day', async () => {
    await begin();
    expect(await correct(2)).toEqual([]);
    await spoil({ base: 5, rate: 7 });
    expect(await correct(2.9)).toEqual([]);
    expect((await correct(3))[0]?.added).toMatchObject({ base: 0n, rate: -7n });
    expect(await correct(25)).toEqual([]);
    expect((await correct(26))[0]?.added).toMatchObject({ base: -5n, rate: 0n });
  });

  it('stay as they are when a job changed them while its jobs were read', async () => {
    await begin();
    await spoil({ rate: 7 });
    const months = monthsIn(TABLE);
    const late = {
      ...months,
      async *jobs(...what: Parameters<typeof months.jobs>) {
        yield* months.jobs(...what);
        put('d', 1);
        await check('d', 1.5);
      },
    };
    expect(await correctMonths(late, configuration, hoursIn(2))).toEqual([]);
    expect((await correct(4))[0]?.added).toMatchObject({ rate: -7n });
  });
});
