import { describe, expect, it } from 'vitest';
import { TAG } from '../../support/capped-job.ts';
import { hoursIn, useMonthlyProject } from '../../support/monthly-project.ts';

const { aws, subjects, armed, check, put, emails } = useMonthlyProject();

describe('the alerts about a monthly budget', () => {
  it('come once for each share of it, and say what is spent and when the rest will be spent', async () => {
    put('a', 0, { count: 2 });
    put('b', 0, { count: 2 });
    for (const hours of [0.1, 1, 1.2, 1.25, 1.25, 1.9, 2, 2.4]) for (const name of ['a', 'b']) await check(name, hours);
    expect(subjects().slice(0, 2)).toEqual(['BUDGET 50 %: project churn', 'BUDGET 80 %: project churn']);
    expect(emails()[1]).toContain(
      'Project churn has used 80 % of its budget for November 2026. WHY $80.00 of the $100.00 in the November 2026 budget of project churn is spent. Another $9.00 is reserved by 2 running jobs. At the present rate of $40.00 an hour, the rest will be spent at 2026-11-10 02:30:00 UTC. Then Ground Control stops running jobs of this budget, the newest first. A job without checkpoints loses what it has not written. Next: To allow more this month, raise budgets.monthly: project: churn in ground-control.yml, and deploy.',
    );
    expect(JSON.parse(aws().publications[1]?.bodies.get('default') ?? '')).toMatchObject({
      outcome: 'budget',
      severity: 'warning',
      resource: { type: 'project', name: 'churn', arn: null },
      owner: { project: 'churn', team: 'unknown', owner: 'unknown' },
    });
  });

  it('come in time: jobs are checked when all of them together will have spent the next share', async () => {
    put('a', 0, { count: 2, tags: { [TAG]: '50' } });
    put('b', 0, { count: 2, tags: { [TAG]: '50' } });
    await check('a', 0);
    await check('b', 0);
    expect(armed().at(-1)).toEqual(hoursIn(1.25));
  });
});
