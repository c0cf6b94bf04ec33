/** The Lambda handler of reconciliation. */
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { Context } from 'aws-lambda';
import type * as z from 'zod/mini';
import { CLIENT_SETTINGS } from '../../adapters/client-settings.ts';
import { SYSTEM_CLOCK } from '../../adapters/clock.ts';
import { auditIn } from '../../adapters/dynamodb/audit.ts';
import { windowsIn } from '../../adapters/dynamodb/delivery/windows.ts';
import { leaseIn } from '../../adapters/dynamodb/lease.ts';
import { monthsIn } from '../../adapters/dynamodb/months.ts';
import { overdueChecksIn } from '../../adapters/dynamodb/overdue-checks.ts';
import { reconciliationTableIn } from '../../adapters/dynamodb/reconciliation-table.ts';
import { required } from '../../adapters/environment.ts';
import { sageMaker } from '../../adapters/sagemaker/account.ts';
import { type CallCounts, PATIENCE, paceCalls } from '../../adapters/sagemaker/pace.ts';
import { continuationWith } from '../../adapters/scheduler/continuation.ts';
import { budgetQueueAt } from '../../adapters/sqs/budget-queue.ts';
import { failureQueueAt } from '../../adapters/sqs/failed.ts';
import { senderTo } from '../../adapters/sqs/send.ts';
import { ClaimedByAnother } from '../../domain/change/claim.ts';
import { foundByReconciliation, reconciliationEventId } from '../../domain/change/found-by.ts';
import type { Decide, Decision } from '../../domain/decide.ts';
import type { Facts } from '../../domain/facts.ts';
import type { Reconciled } from '../../domain/kinds.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import { openWindowOf } from '../../schemas/message/window.ts';
import { handle } from '../event.ts';
import { lazy } from '../lazy.ts';
import { buildFoundation } from '../services.ts';
import type { Feed } from './inspection.ts';
import { correctMonths, recordOf } from './months.ts';
import { firstCursor, type Reconciliation, reconcile, relayOthers } from './run.ts';
import { reconciliationServicesOn } from './services.ts';

type Schemas = Readonly<Record<Reconciled, z.ZodMiniType<StateChange>>>;

/** Lost budget checks that one run requests again. */
const MOST_OVERDUE = 100;
/**
 * Milliseconds before the timeout at which a run takes no further step. The current step needs them: a throttled call
 * is tried again for a minute.
 */
const RESERVE = PATIENCE + 30_000;

/** What a run did; `busy` when it left everything except budget checks to another run that is at work. */
type Run = 'busy' | (Omit<Reconciliation, 'failures'> & CallCounts);

/**
 * A Lambda handler that makes one run of reconciliation. When its time is up before its work is done, it schedules a
 * run that continues. An event that could not be handled goes to the failure queue with its error, in the form in which
 * Lambda keeps a failed event. Throws when resources could not be described.
 */
export function reconciliationHandler(
  schemas: Schemas,
  decide: Decide,
  clock = SYSTEM_CLOCK,
): (event: unknown, context: Context) => Promise<Run> {
  const built = lazy(() => {
    const foundation = buildFoundation();
    const { environment, dynamoDb } = foundation;
    const client = new SageMakerClient(CLIENT_SETTINGS);
    return {
      takeCounts: paceCalls(client, clock),
      services: reconciliationServicesOn(foundation, client),
      account: sageMaker(client),
      table: reconciliationTableIn(environment.STATE_TABLE, dynamoDb),
      lease: leaseIn(environment.STATE_TABLE, 'reconciliation', dynamoDb),
      continueLater: continuationWith({
        group: required('CONTINUATION_GROUP'),
        busArn: required('CONTINUATION_BUS_ARN'),
        roleArn: required('CONTINUATION_ROLE_ARN'),
      }),
      overdueChecks: overdueChecksIn(environment.STATE_TABLE, dynamoDb),
      months: monthsIn(environment.STATE_TABLE, dynamoDb),
      audit: auditIn(environment.STATE_TABLE, foundation.configuration.keepDays, dynamoDb),
      windows: windowsIn(environment.STATE_TABLE, foundation.configuration.keepDays, dynamoDb),
      digestQueue: senderTo(required('DIGEST_QUEUE_URL')),
      queue: budgetQueueAt(required('BUDGET_QUEUE_URL')),
      reportFailure: failureQueueAt(environment.FAILED_QUEUE_URL),
      metrics: new Metrics({ namespace: 'GroundControl' }),
    };
  });
  return async (_event, context) => {
    const { services, account, table, lease, continueLater, takeCounts, reportFailure, metrics, ...others } = built();
    const { overdueChecks, queue, months, audit, windows, digestQueue } = others;
    const now = () => new Date(clock.now());
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
            return decideFound({ ...facts, isInspection: true, now: now() });
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
    // First, so that neither a fault nor a long run delays the budget checks and what waits.
    const overdue = await overdueChecks.list(now(), MOST_OVERDUE);
    for (const one of overdue) {
      await ('arn' in one ? queue.check({ job: one, delaySeconds: 0 }) : queue.look(one));
      await overdueChecks.requested(one, now());
    }
    for (const id of await windows.overdue(now(), MOST_OVERDUE)) await digestQueue(openWindowOf(id));
    // Before the lease: if the first run dies, the next one still covers the time since its start.
    await table.begin(firstCursor(now()));
    const holder = context.awsRequestId;
    // The lease of a run that dies ends with the function's time.
    if (!(await lease.take(holder, clock.now(), clock.now() + context.getRemainingTimeInMillis()))) {
      services.logger.info('another run of reconciliation is at work', { overdueBudgets: overdue.length });
      return 'busy';
    }
    try {
      for (const correction of await correctMonths(months, services.configuration, now())) {
        const record = recordOf(correction, now());
        await audit.keep(record);
        services.logger.warn(record.reason, { ...record.numbers });
        metrics.addMetric('MonthsCorrected', MetricUnit.Count, 1);
      }
      const hasTime = () => context.getRemainingTimeInMillis() > RESERVE;
      const tables = { ...table, recall: services.table.recall, relays: services.relays };
      const notRelayed = services.configuration.relays.on ? await relayOthers(now(), tables) : [];
      for (const { message } of notRelayed) services.logger.warn('not published for other systems', { why: message });
      const { failures, ...done } = await reconcile(tables, account, feed, { clock: now, hasTime });
      const run = { ...done, ...takeCounts() };
      services.logger.info('reconciled', { ...run, overdueBudgets: overdue.length });
      metrics.addMetric('Backlog', MetricUnit.Count, run.backlog.waiting);
      metrics.addMetric('BacklogAge', MetricUnit.Seconds, run.backlog.oldestSeconds);
      if (failures.length === 0) metrics.addMetric('Reconciled', MetricUnit.Count, 1);
      metrics.publishStoredMetrics();
      if (!run.complete) await continueLater(now());
      if (failures.length > 0) throw notDescribed(failures);
      return run;
    } finally {
      await lease.release(holder);
    }
  };
}

function notDescribed(failures: readonly Error[]): AggregateError {
  const what = failures.length === 1 ? '1 resource' : `${failures.length} resources`;
  const first = failures[0]?.message;
  return new AggregateError(failures, `SageMaker did not describe ${what}; the next run tries again. First: ${first}`);
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
