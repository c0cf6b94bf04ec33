/** What reconciliation looks up about money, and what it does with a description that it cannot read. */
import { describe, expect, it } from 'vitest';
import { decide } from '../../../domain/decide.ts';
import { schemas } from '../../../functions/reconciliation.ts';
import { reconciliationHandler } from '../../../handlers/reconciliation/handler.ts';
import { localContext } from '../../../local/play/context.ts';
import { emptyQueues } from '../../../local/play/queues.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import { useBudgetFunction } from '../../support/budget-function.ts';
import { arnOf, cappedJob, JOB, minutesIn, ONE_INSTANCE, secondsIn } from '../../support/capped-job.ts';
import { useLocalAws } from '../../support/local-aws.ts';
import { IMPATIENT } from '../../support/simulated-clock.ts';

const monthly = { project: { churn: 1000 } };
const aws = useLocalAws(Configuration.parse({ budgets: { monthly } }));
const budget = useBudgetFunction(aws);

const run = () => reconciliationHandler(schemas, decide, IMPATIENT)({}, localContext('reconciliation', 300));
const operations = () => aws().calls.map(({ operation }) => operation);

describe('reconciliation', () => {
  it('reads the jobs of a month whose sums it compares', async () => {
    aws().sageMaker.put(cappedJob({ tags: { project: 'churn' } }));
    await budget.check(JOB, minutesIn(1), { monthly });
    aws().clear();
    await run();
    const queries = aws().calls.filter(
      ({ operation, input }) => operation === 'Query' && input['IndexName'] === undefined,
    );
    expect(queries.length).toBeGreaterThan(0);
  });

  it('knows what a tuning job on spot capacity cost, by the price list', async () => {
    const arn = arnOf('hyper-parameter-tuning-job', 'tune');
    const tuning = (status: string) =>
      aws().sageMaker.put(
        cappedJob({
          type: 'tuning-job',
          name: 'tune',
          arn,
          status,
          modifiedAt: new Date(),
          detail: {
            TrainingJobDefinition: { EnableManagedSpotTraining: true, ResourceConfig: ONE_INSTANCE },
            HyperParameterTuningEndTime: secondsIn(60),
          },
        }),
      );
    tuning('InProgress');
    await run();
    aws().sageMaker.put(
      cappedJob({
        name: 'tune-1',
        arn: arnOf('training-job', 'tune-1'),
        status: 'Completed',
        detail: {
          TuningJobArn: arn,
          ResourceConfig: ONE_INSTANCE,
          TrainingStartTime: secondsIn(0),
          TrainingEndTime: secondsIn(60),
          BillableTimeInSeconds: 1200,
          TrainingTimeInSeconds: 3600,
        },
      }),
    );
    tuning('Completed');
    await run();
    expect(operations()).toContain('GetProducts');
    await emptyQueues(aws());
    expect(aws().publications.map(({ subject }) => subject)).toContain('COMPLETED: tuning job tune [vision]');
  });

  it('quarantines a description that no schema reads', async () => {
    aws().sageMaker.put(cappedJob({ modifiedAt: new Date(), detail: { TrainingJobStatus: 7 } }));
    await run();
    expect(aws().take('quarantine')).toHaveLength(1);
  });
});
