import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideBudget, type OfMonths, situationOf } from '../../../domain/budget/decide.ts';
import { stoppableTypes } from '../../../domain/budget/stoppable.ts';
import { BUDGETED } from '../../../schemas/configuration/budgets.ts';
import { configured, factsOf, JOB, monthWith, type Situation, TAG, USD } from '../../support/budget-facts.ts';

const decide = (situation: Situation, budgets: object = {}, ofMonths: OfMonths = {}) => {
  const { change, metered, checked, now } = factsOf(situation);
  const configuration = configured({ mode: 'enforce', ...situation.budgets, ...budgets });
  return decideBudget(situationOf(JOB, change, metered, checked, now, configuration), configuration, ofMonths);
};
const monthly = { monthly: { project: { churn: 100 } } };
const key = `training-job|${JOB.arn}|1795132740`;

describe('the decision on the budget of a job', () => {
  it.each<[string, Situation, string, object?]>([
    ['it is within its cap', { minutes: 1 }, 'it is within its cap'],
    ['a threshold is reached', { minutes: 48 }, 'a warning threshold of its cap is reached'],
    ['it is stopped', { minutes: 60 }, 'it is over its cap'],
    [
      'it is protected',
      { minutes: 60, tags: { [TAG]: '10', 'ground-control:protected': 'true' } },
      'it is over its cap, and is not stopped',
    ],
    [
      'its tags have a flaw and it is over its cap',
      { minutes: 60, tags: { [TAG]: '10', 'ground-control:protected': '?' } },
      'one of its budget tags has a flaw; it is over its cap, and is not stopped',
    ],
    ['it has no cap', { minutes: 60, tags: {} }, 'it has no cap and no monthly budget'],
    ['it has only a monthly budget', { minutes: 60, tags: { project: 'churn' } }, 'it is within its cap', monthly],
    [
      'it has no price',
      { minutes: 1, more: { ServerlessJobConfig: {} } },
      'not priced: serverless training is not charged by the hour',
    ],
    ['it has ended', { minutes: 60, status: 'Completed' }, 'it has ended: Completed'],
    ['it is stopping', { minutes: 61, stoppedMinutes: 60, status: 'Stopping' }, 'Ground Control stopped it'],
    ['people stopped it', { minutes: 61, status: 'Stopping' }, 'no further check is needed'],
    [
      'it runs on after its stop',
      { minutes: 91, stoppedMinutes: 60, status: 'Stopping' },
      'Ground Control stopped it; Ground Control stopped it, and it has not ended',
    ],
  ])('gives its reason when %s', (_, situation, reason, budgets) => {
    expect(decide(situation, budgets).reason).toBe(reason);
  });

  it('stops a job only where the role may: never in observe, and only types that the settings let it stop', () => {
    const caps = fc.dictionary(fc.constantFrom(...BUDGETED), fc.constant(1), { maxKeys: 2 });
    const budgets = fc.record({
      mode: fc.constantFrom('observe', 'enforce'),
      caps,
      teams: fc.dictionary(fc.constantFrom('vision', 'speech'), caps, { maxKeys: 2 }),
      projects: fc.dictionary(fc.constantFrom('churn', 'fraud'), caps, { maxKeys: 2 }),
      monthly: fc.constantFrom({}, { project: {} }, { project: { churn: 100 } }),
      mostStopsPerHour: fc.constantFrom(0, 10),
      mostStopsPerHourByTag: fc.constantFrom(0, 100),
    });
    const tags = fc.record(
      { [TAG]: fc.constant('1'), team: fc.constant('vision'), project: fc.constant('churn') },
      { requiredKeys: [] },
    );
    let stops = 0;
    const allowed = new Set<string>();
    fc.assert(
      fc.property(budgets, tags, fc.boolean(), (policy, tagged, isForMonth) => {
        const isCounted = 'churn' in (policy.monthly.project ?? {}) && 'project' in tagged;
        const month = isForMonth && isCounted ? { month: monthWith(100) } : {};
        const { actions } = decide({ minutes: 60, tags: tagged }, policy, month);
        const may = stoppableTypes(configured(policy).budgets).includes('training-job');
        for (const action of actions) {
          // With a limit of 0 stops per hour, nothing is called, and people are asked.
          if (action.kind !== 'stop-job' || action.limit.most === 0) continue;
          stops++;
          expect(may).toBe(true);
        }
        allowed.add(String(may));
      }),
      { numRuns: 500 },
    );
    expect([stops > 0, allowed.size]).toEqual([true, 2]);
  });

  it('stops the job once for each cap, and keeps the numbers', () => {
    const decision = decide({ minutes: 60 });
    expect(decision).toMatchObject({ spent: 10 * USD, cap: 10 * USD, status: 'InProgress' });
    expect(decision.actions[0]).toMatchObject({
      kind: 'stop-job',
      key: `stop|${key}|10000000`,
      resource: `training-job|${JOB.arn}`,
      cap: '10000000',
      reason: 'it is over its cap',
      limit: { scope: 'tag', most: 100 },
      numbers: {
        cap: '$10.00',
        capFrom: `the tag ${TAG}`,
        cost: '$10.00 (estimate): 1 x ml.ten.large x 1 h at $10.00/h',
        prices: 'ground-control.yml',
      },
    });
    expect(decision.actions[0]).not.toHaveProperty('ifLine');
  });

  it('stops the job again under a key of its own when the stop had no effect', () => {
    const again = decide({ minutes: 91, stoppedMinutes: 60 }).actions;
    expect(again.flatMap((action) => (action.kind === 'stop-job' ? [action.key] : []))).toEqual([
      `stop|${key}|10000000|again 2`,
    ]);
    expect(again[0]).toMatchObject({ kind: 'notify', key: `notify|budget|${key}|not-stopped|10000000|InProgress` });
  });

  it('stops the job for its month only if that has not changed since it was read', () => {
    const month = monthWith(91, { revision: 7 });
    const { actions } = decide({ minutes: 60, tags: { project: 'churn' } }, monthly, { month });
    expect(actions).toMatchObject([
      {
        kind: 'stop-job',
        key: `stop|${key}|project|churn|2026-11|100000000`,
        ifLine: { id: { tag: 'project', value: 'churn', month: '2026-11' }, revision: 7 },
        reason: 'the November 2026 budget of project churn runs out',
        numbers: { month: 'the November 2026 budget of project churn', spent: '$91.00 of $100.00' },
      },
      { kind: 'arm-budget' },
    ]);
  });

  it.each<[string, Situation, object, string]>([
    ['a warning', { minutes: 48 }, {}, `warning|10000000|80`],
    [
      'a protected job',
      { minutes: 60, tags: { [TAG]: '10', 'ground-control:protected': 'true' } },
      {},
      'over|10000000|protected',
    ],
    ['a job without a price', { minutes: 1, more: { ServerlessJobConfig: {} } }, {}, 'not-priced|10000000'],
    [
      'such a job with monthly budgets',
      { minutes: 1, tags: { project: 'a|b', team: 'c' }, more: { ServerlessJobConfig: {} } },
      { monthly: { project: { 'a|b': 1 }, team: { c: 1 } } },
      'not-priced|project/a%7Cb|team/c',
    ],
    [
      'a tag that cannot be read',
      { minutes: 1, tags: { [TAG]: '25 USD' } },
      {},
      `flaw|Tag ${TAG} is "25 USD": expected US dollars from 0.01 to 1000000, such as 25 or 12.50. It has no cap then.`,
    ],
  ])('sends one alert about %s', (_, situation, budgets, identity) => {
    expect(decide(situation, budgets).actions[0]).toMatchObject({
      kind: 'notify',
      key: `notify|budget|${key}|${identity}`,
      resource: `training-job|${JOB.arn}`,
    });
  });
});
