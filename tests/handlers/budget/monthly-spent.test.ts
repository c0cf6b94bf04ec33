import { describe, expect, it } from 'vitest';
import { auditIn } from '../../../adapters/dynamodb/audit.ts';
import { TABLE, TAG } from '../../support/capped-job.ts';
import { refOf, useMonthlyProject } from '../../support/monthly-project.ts';

const { subjects, check, put, end, emails, stopped } = useMonthlyProject();

describe('when a monthly budget is spent', () => {
  /** Checks two jobs when the budget is spent: the older one has reserved an hour, the newer one nothing. */
  const spend = async (budgets?: object, tags?: Record<string, string>) => {
    put('ended', 0, { status: 'Completed', endedAt: 9.5 });
    put('old', 9, tags === undefined ? {} : { tags });
    put('new', 9.2, tags === undefined ? {} : { tags });
    for (const name of ['ended', 'old', 'new', 'new', 'old']) await check(name, 9.5, budgets);
  };

  it('jobs continue in mode observe, with one alert for each', async () => {
    await spend({ mode: 'observe' });
    await check('new', 10.5, { mode: 'observe' });
    expect(stopped()).toEqual([]);
    expect(subjects().filter((subject) => subject?.startsWith('OVER BUDGET'))).toEqual([
      'OVER BUDGET: training job old',
      'OVER BUDGET: training job new',
    ]);
    expect(emails().find((text) => text.startsWith('Project churn has spent'))).toContain('stops nothing');
  });

  it('protected jobs continue, with one alert for each', async () => {
    await spend({}, { 'ground-control:protected': 'true' });
    expect(stopped()).toEqual([]);
    expect(emails().filter((text) => text.includes('because it is protected'))).toHaveLength(2);
  });

  it('Ground Control asks people about the jobs above the limit of stops per hour', async () => {
    await spend({ mostStopsPerHour: 1 });
    expect(stopped()).toHaveLength(1);
    const asked = emails().find((text) => text.includes('stops this job in the next hour'));
    expect(asked).toContain(
      'the November 2026 budget of project churn has no money left: Ground Control did not stop it',
    );
    expect(asked).toContain('raise budgets.monthly: project: churn in ground-control.yml, and deploy');
    for (const name of ['old', 'new']) await check(name, 10.6, { mostStopsPerHour: 1 });
    expect(stopped().toSorted()).toEqual(['new', 'old']);
  });

  it('a job that begins is stopped, and the audit record has the numbers', async () => {
    end('ended', 0, 10);
    await check('ended', 10);
    put('late', 10.1);
    await check('late', 10.2);
    expect(stopped()).toEqual(['late']);
    const records = await Array.fromAsync(auditIn(TABLE, 400).ofResource(refOf('late').arn));
    expect(records.find(({ action }) => action === 'stop-job')).toMatchObject({
      result: 'stopped',
      reason: 'the November 2026 budget of project churn has nothing left',
      numbers: { month: 'the November 2026 budget of project churn', spent: '$101.00 of $100.00' },
    });
  });

  it('a job that begins continues once people raised the budget', async () => {
    await spend({ mode: 'observe' });
    put('next', 10, { tags: { [TAG]: '20' } });
    await check('next', 10.1, { monthly: { project: { churn: 200 } } });
    expect(stopped()).toEqual([]);
  });
});
