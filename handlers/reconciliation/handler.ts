/** The Lambda handler of reconciliation. */
import { IdempotencyAlreadyInProgressError } from '@aws-lambda-powertools/idempotency';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { CLIENT_SETTINGS } from '../../adapters/client-settings.ts';
import { overdueChecksIn } from '../../adapters/dynamodb/overdue-checks.ts';
import { reconciliationTableIn } from '../../adapters/dynamodb/reconciliation-table.ts';
import { readEnvironment, required } from '../../adapters/environment.ts';
import { sageMaker } from '../../adapters/sagemaker/account.ts';
import { budgetQueueAt } from '../../adapters/sqs/budget-queue.ts';
import type { Action } from '../../domain/action.ts';
import { isLimited } from '../../domain/budget/limits.ts';
import { foundByReconciliation, reconciliationEventId } from '../../domain/change/found-by.ts';
import { ownerOf } from '../../domain/change/owner.ts';
import type { Decide, Decision } from '../../domain/decide.ts';
import type { Reconciled } from '../../domain/kinds.ts';
import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import { buildReconciliationServices } from '../budget/services.ts';
import { handle } from '../event.ts';
import type { Feed, Limits } from './inspection.ts';
import { type Reconciliation, reconcile } from './run.ts';

type Schemas = Readonly<Record<Reconciled, z.ZodMiniType<StateChange>>>;

const Environment = z.object({ FAILED_QUEUE_URL: z.url() });

/** Calls a run: at SageMaker's few a second, some four of the function's five minutes. */
const MOST_CALLS = 1000;
/** Budgets whose schedule got lost that are asked about in a run. */
const MOST_OVERDUE = 100;
/** Time that is left to finish what was begun. */
const RESERVE = 90_000;

/**
 * Reconciles, one bounded run an invocation. What was found and could not be handled goes to the queue `failed`, with its
 * error, as an event of SageMaker's would.
 */
export function reconciliationHandler(
  schemas: Schemas,
  decide: Decide,
): (event: unknown, context: Context) => Promise<Reconciliation> {
  const build = () => ({
    services: buildReconciliationServices(),
    client: sageMaker(),
    table: reconciliationTableIn(readEnvironment().STATE_TABLE),
    overdueChecks: overdueChecksIn(readEnvironment().STATE_TABLE),
    queue: budgetQueueAt(required('BUDGET_QUEUE_URL')),
    keepFailed: failedQueue(Environment.parse(process.env).FAILED_QUEUE_URL),
    metrics: new Metrics({ namespace: 'GroundControl' }),
  });
  let built: ReturnType<typeof build> | undefined;
  return async (_event, context) => {
    built ??= build();
    const { services, client, table, overdueChecks, queue, keepFailed, metrics } = built;
    const limits: Limits = { calls: MOST_CALLS, hasTime: () => context.getRemainingTimeInMillis() > RESERVE };
    const feed: Feed = async (type, described, since) => {
      const event = { ...described, id: reconciliationEventId(context.awsRequestId) };
      try {
        await handle(
          event,
          context,
          schemas[type],
          (change, before, configuration, facts) => {
            const decideFound = (known = facts) => decide(foundByReconciliation(change), before, configuration, known);
            if (before === undefined && isBefore(change, since)) return remembered(decideFound({}));
            return askedAgain(decideFound(), change, configuration);
          },
          services,
        );
      } catch (error) {
        // Somebody tells of it at this moment. Should they not live to do it, it is asked about again.
        if (isInProgress(error)) return false;
        await keepFailed(event, new Date(), error);
      }
      return true;
    };
    // First: whatever else fails, what was to be asked about a job's money is asked.
    const overdue = await overdueChecks.list(new Date(), MOST_OVERDUE);
    for (const job of overdue) {
      await queue.check(job);
      await overdueChecks.requested(job, new Date());
    }
    const done = await reconcile(new Date(), { ...table, recall: services.table.recall }, client, feed, limits);
    services.logger.info('reconciled', { ...done, overdueBudgets: overdue.length });
    metrics.addMetric('Reconciled', MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
    return done;
  };
}

const isBefore = ({ modifiedAt, event }: StateChange, since: Date): boolean =>
  (modifiedAt ?? event.at ?? since) < since;

/**
 * A job that runs has its cost looked at whenever it is asked about, where anything limits it: tags and the configuration
 * may have changed since it began.
 */
function askedAgain(decision: Decision, change: StateChange, { tags, budgets }: FunctionConfiguration): Decision {
  if (!isLimited(change.resource.type, change.tags, ownerOf(change.tags, tags), budgets)) return decision;
  const hour = new Date().toISOString().slice(0, 13);
  const again = (action: Action): Action =>
    action.kind === 'check-budget' && action.requestedBy !== undefined
      ? { ...action, requestedBy: { ...action.requestedBy, key: `${action.requestedBy.key}|${hour}` } }
      : action;
  return { ...decision, actions: decision.actions.map(again) };
}

/** What was long over when reconciliation first looked is known from then on, and not told. */
function remembered({ remember, ...decision }: Decision): Decision {
  return {
    ...decision,
    outcome: 'ignored',
    reason: 'it was over before reconciliation first looked',
    remember: remember && { ...remember, untold: undefined },
    actions: [],
  };
}

/** Whether nothing failed but effects that somebody else has in hand. */
function isInProgress(error: unknown): boolean {
  return (
    error instanceof AggregateError &&
    error.errors.every((one) => one instanceof Error && one.cause instanceof IdempotencyAlreadyInProgressError)
  );
}

/** Keeps an event in the form of Lambda's own record of a failed invocation. */
function failedQueue(QueueUrl: string) {
  const client = new SQSClient(CLIENT_SETTINGS);
  return async (event: object, at: Date, error: unknown): Promise<void> => {
    const record = {
      version: '1.0',
      timestamp: at.toISOString(),
      requestContext: { condition: 'ReconciliationFailed' },
      requestPayload: event,
      responsePayload: { errorMessage: error instanceof Error ? error.message : String(error) },
    };
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(record) }));
  };
}
