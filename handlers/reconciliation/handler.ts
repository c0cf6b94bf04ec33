/** The Lambda handler of reconciliation. */
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { Context } from 'aws-lambda';
import type * as z from 'zod/mini';
import { CLIENT_SETTINGS } from '../../adapters/client-settings.ts';
import { overdueChecksIn } from '../../adapters/dynamodb/overdue-checks.ts';
import { reconciliationTableIn } from '../../adapters/dynamodb/reconciliation-table.ts';
import { required } from '../../adapters/environment.ts';
import { sageMaker } from '../../adapters/sagemaker/account.ts';
import { budgetQueueAt } from '../../adapters/sqs/budget-queue.ts';
import { failureQueueAt } from '../../adapters/sqs/failed.ts';
import { ClaimedByAnother } from '../../domain/change/claim.ts';
import { foundByReconciliation, reconciliationEventId } from '../../domain/change/found-by.ts';
import type { Decide, Decision } from '../../domain/decide.ts';
import type { Facts } from '../../domain/facts.ts';
import type { Reconciled } from '../../domain/kinds.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import { reconciliationServicesOn } from '../budget/services.ts';
import { handle } from '../event.ts';
import { lazy } from '../lazy.ts';
import { buildFoundation } from '../services.ts';
import type { Feed, Limits } from './inspection.ts';
import { type Reconciliation, reconcile } from './run.ts';

type Schemas = Readonly<Record<Reconciled, z.ZodMiniType<StateChange>>>;

/** Calls to SageMaker in one run: at about four a second, they take about four of the function's five minutes. */
const MOST_CALLS = 1000;
/** Lost budget checks that one run requests again. */
const MOST_OVERDUE = 100;
/** Milliseconds before the timeout at which a run takes no further step, to finish the current one. */
const RESERVE = 90_000;

/**
 * A Lambda handler that makes one bounded run of reconciliation. An event that could not be handled goes to the failure
 * queue with its error, in the form in which Lambda keeps a failed event. Throws when resources could not be described.
 */
export function reconciliationHandler(
  schemas: Schemas,
  decide: Decide,
): (event: unknown, context: Context) => Promise<Reconciliation> {
  const built = lazy(() => {
    const foundation = buildFoundation();
    const { environment, dynamoDb } = foundation;
    const client = new SageMakerClient(CLIENT_SETTINGS);
    return {
      services: reconciliationServicesOn(foundation, client),
      account: sageMaker(client),
      table: reconciliationTableIn(environment.STATE_TABLE, dynamoDb),
      overdueChecks: overdueChecksIn(environment.STATE_TABLE, dynamoDb),
      queue: budgetQueueAt(required('BUDGET_QUEUE_URL')),
      reportFailure: failureQueueAt(environment.FAILED_QUEUE_URL),
      metrics: new Metrics({ namespace: 'GroundControl' }),
    };
  });
  return async (_event, context) => {
    const { services, account, table, overdueChecks, queue, reportFailure, metrics } = built();
    const limits: Limits = { calls: MOST_CALLS, hasTime: () => context.getRemainingTimeInMillis() > RESERVE };
    const feed: Feed = async (type, described, since) => {
      const event = { ...described, id: reconciliationEventId(context.awsRequestId) };
      try {
        await handle(
          event,
          context,
          schemas[type],
          (change, before, configuration, facts) => {
            const decideFound = (known: Facts) => decide(foundByReconciliation(change), before, configuration, known);
            if (before === undefined && isBefore(change, since)) return withoutAlert(decideFound({}));
            return decideFound({ ...facts, isInspection: true });
          },
          services,
        );
      } catch (error) {
        // Another function is sending this alert. If that function dies, the next run inspects the resource again.
        if (error instanceof ClaimedByAnother) return false;
        await reportFailure(event, 'ReconciliationFailed', error);
      }
      return true;
    };
    // First, so that a fault in the rest of the run does not delay the budget checks.
    const overdue = await overdueChecks.list(new Date(), MOST_OVERDUE);
    for (const job of overdue) {
      await queue.check(job);
      await overdueChecks.requested(job, new Date());
    }
    const done = await reconcile(new Date(), { ...table, recall: services.table.recall }, account, feed, limits);
    services.logger.info('reconciled', { ...done, overdueBudgets: overdue.length });
    metrics.addMetric('Reconciled', MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
    return done;
  };
}

const isBefore = ({ modifiedAt, event }: StateChange, since: Date): boolean =>
  (modifiedAt ?? event.at ?? since) < since;

/** Stores a resource that ended before the first run of reconciliation, and sends no alert about it. */
function withoutAlert({ remember, ...decision }: Decision): Decision {
  return {
    ...decision,
    outcome: 'ignored',
    reason: 'it changed before the first run of reconciliation',
    remember: remember && { ...remember, untold: undefined },
    actions: [],
  };
}
