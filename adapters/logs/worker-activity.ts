/** Reads the log of worker activity that Ground Truth writes for private teams. */
import {
  type CloudWatchLogsClient,
  type FilteredLogEvent,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Grant } from '../grant.ts';

/** Source: developer guide, "Track worker performance" (workteam-private-tracking). */
export const WORKER_ACTIVITY = '/aws/sagemaker/groundtruth/WorkerActivity';

/**
 * Settings of a client for many calls in a row. Regions allow 5, 10 or 25 calls of FilterLogEvents a second
 * (CloudWatch Logs quotas): the adaptive mode learns from throttled calls how fast it may go.
 */
export const MANY_CALLS = { maxAttempts: 10, retryMode: 'adaptive' } as const;

/** Reads the log of worker activity, and no other log. */
export const READ_WORKER_ACTIVITY: Grant = {
  name: 'worker-activity',
  statements: [
    {
      actions: ['logs:FilterLogEvents'],
      on: [
        {
          'Fn::Sub': `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:${WORKER_ACTIVITY}:*`,
        },
      ],
    },
  ],
};

/** There is no log group: no private team of this account and region has written to it yet. */
export class NoWorkerActivity extends Error {
  override readonly name = 'NoWorkerActivity';
}

/**
 * The entries logged from `from` to `to` (epoch milliseconds), page by page: at most 1 MB or 10,000 entries each. A page
 * may be empty. Throws a `NoWorkerActivity`, and every error of AWS that retries do not mend.
 */
export async function* workerActivity(
  client: CloudWatchLogsClient,
  from: number,
  to: number,
): AsyncGenerator<readonly FilteredLogEvent[]> {
  const searched = { logGroupName: WORKER_ACTIVITY, startTime: from, endTime: to };
  // A token that comes twice would be asked for ever.
  const pages = paginateFilterLogEvents({ client, stopOnSameToken: true }, searched);
  try {
    for await (const { events = [] } of pages) yield events;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ResourceNotFoundException') throw error;
    throw new NoWorkerActivity(`there is no log group ${WORKER_ACTIVITY}`, { cause: error });
  }
}
