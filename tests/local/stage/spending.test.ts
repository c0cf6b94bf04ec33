import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resourceTableIn } from '../../../adapters/dynamodb/resource-table.ts';
import { grown, spendingOf } from '../../../local/stage/spending.ts';
import { Remembered } from '../../../schemas/stored/resource.ts';
import { TABLE } from '../../support/capped-job.ts';
import { hoursIn, NOVEMBER, refOf, USD, useMonthlyProject } from '../../support/monthly-project.ts';

const { put, end, check } = useMonthlyProject();
const stage = () => ({ table: TABLE, dynamoDb: new DynamoDBClient({}) });
const range = { from: hoursIn(0), to: hoursIn(8) };

/** What the table knows of a training job of these hours, as its events would have told. */
async function remember(name: string, began: number, ended?: number): Promise<void> {
  const { type, arn } = refOf(name);
  const [startedAt, endedAt] = [hoursIn(began).getTime(), ended === undefined ? 0 : hoursIn(ended).getTime()];
  const nobody = { owner: 'unknown', team: 'unknown', project: 'churn' };
  const state = {
    version: 2,
    family: type,
    type,
    name,
    arn,
    outcome: 'running',
    ended: ended !== undefined,
    owner: nobody,
  };
  const all = { ...state, startedAt, endedAt, since: startedAt, generation: 0, revision: 1 };
  await resourceTableIn(TABLE, 400).remember(`${type}|${arn}`, Remembered.parse(all));
}

describe('the way to what a month has spent', () => {
  it('rises while jobs run, evenly, and is level between them', () => {
    const pieces = [
      { from: hoursIn(0), to: hoursIn(2), cost: 20 },
      { from: hoursIn(6), to: hoursIn(8), cost: 40 },
    ];
    expect(grown(pieces, range, 9).map(({ spent }) => spent)).toEqual([0, 10, 20, 20, 20, 20, 20, 40, 60]);
  });

  it('never falls, and ends at the sum of what the jobs cost', () => {
    const hour = fc.double({ min: 0, max: 8, noNaN: true });
    const piece = fc.tuple(hour, hour, fc.nat(1_000_000)).map(([one, other, cost]) => ({
      from: hoursIn(Math.min(one, other)),
      to: hoursIn(Math.max(one, other)),
      cost,
    }));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const way = grown(pieces, range, 30).map(({ spent }) => spent);
        expect(way).toEqual(way.toSorted((one, other) => one - other));
        expect(way.at(-1)).toBe(pieces.reduce((sum, { cost }) => sum + cost, 0));
      }),
    );
  });

  it('is that of the jobs which the budget function counted', async () => {
    end('ended', 0, 2);
    await check('ended', 2.1);
    await remember('ended', 0, 2);
    put('running', 10);
    await check('running', 12);
    await remember('running', 10);
    const way = (await spendingOf(NOVEMBER, stage(), 'UTC', hoursIn(12))) ?? [];
    const at = (hours: number) => (way.findLast((point) => point.at <= hoursIn(hours))?.spent ?? 0) / USD;
    expect([at(0), at(6), at(9.9), at(12)]).toEqual([0, 20, 20, 40]);
    expect(at(1.9)).toBeLessThan(20);
  });

  it('spreads a job that the table does not know over the whole month', async () => {
    end('unknown', 0, 2);
    await check('unknown', 2.1);
    const way = (await spendingOf(NOVEMBER, stage(), 'UTC', hoursIn(12))) ?? [];
    expect([way[0]?.spent, way.at(-1)?.spent]).toEqual([0, 20 * USD]);
    expect(way[1]?.spent).toBeGreaterThan(0);
  });
});
