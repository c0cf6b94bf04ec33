/** The Lambda handler of reconciliation. */
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import type { StateChange } from '../schemas/state-change.ts';
import { CLIENT_SETTINGS } from './client-settings.ts';
import { buildServices, type Decide, handle } from './handler.ts';
import { type Limits, type Reconciliation, reconcile } from './reconcile.ts';
import { type DescribedEvent, type Reconciled, sageMaker } from './sagemaker.ts';

type Schemas = Readonly<Record<Reconciled, z.ZodMiniType<StateChange>>>;

const Environment = z.object({ FAILED_QUEUE_URL: z.url() });

/** Calls a run: at SageMaker's few a second, some four of the function's five minutes. */
const MOST_CALLS = 1000;
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
    services: buildServices(),
    client: sageMaker(),
    keepFailed: failedQueue(Environment.parse(process.env).FAILED_QUEUE_URL),
    metrics: new Metrics({ namespace: 'GroundControl', serviceName: 'ground-control' }),
  });
  let built: ReturnType<typeof build> | undefined;
  return async (_event, context) => {
    built ??= build();
    const { services, client, keepFailed, metrics } = built;
    const limits: Limits = { calls: MOST_CALLS, hasTime: () => context.getRemainingTimeInMillis() > RESERVE };
    const feed = async (type: Reconciled, described: DescribedEvent) => {
      const now = new Date();
      const event = { ...described, id: `reconciliation-${context.awsRequestId}`, time: now.toISOString() };
      try {
        await handle(
          event,
          context,
          schemas[type],
          (change, before, configuration) => decide(foundBy(change), before, configuration),
          services,
        );
      } catch (error) {
        await keepFailed(event, now, error);
      }
    };
    const done = await reconcile(new Date(), services.table, client, feed, limits);
    services.logger.info('reconciled', { ...done });
    metrics.addMetric('Reconciled', MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
    return done;
  };
}

function foundBy(change: StateChange): StateChange {
  const value = 'reconciliation; its event was lost or failed';
  return { ...change, details: [...change.details, { label: 'Found by', value }] };
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
