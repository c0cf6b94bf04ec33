/** The subscription filters on the log of worker activity, and the log group itself. */
import {
  type CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteSubscriptionFilterCommand,
  DescribeSubscriptionFiltersCommand,
  PutSubscriptionFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { WORKER_ACTIVITY } from './worker-activity.ts';

/** A subscription filter. */
export interface Subscription {
  readonly name: string;
  readonly destination: string;
  /** Empty when it sends every entry. */
  readonly pattern: string;
}

/** Every subscription filter of the log group has been taken: there are at most two, or five in ca-central-1. */
export class FiltersTaken extends Error {
  override readonly name = 'FiltersTaken';
}

/** CloudWatch Logs may not call the function, or there is no such function. */
export class NotCallable extends Error {
  override readonly name = 'NotCallable';
}

const logGroupName = WORKER_ACTIVITY;
const isNamed = (error: unknown, name: string): error is Error => error instanceof Error && error.name === name;

/** The subscription filters; absent when there is no log group. */
export async function subscriptionsTo(client: CloudWatchLogsClient): Promise<readonly Subscription[] | undefined> {
  try {
    const { subscriptionFilters = [] } = await client.send(new DescribeSubscriptionFiltersCommand({ logGroupName }));
    return subscriptionFilters.map(({ filterName = '', destinationArn = '', filterPattern = '' }) => ({
      name: filterName,
      destination: destinationArn,
      pattern: filterPattern,
    }));
  } catch (error) {
    if (isNamed(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}

/** Creates the log group, unless it exists. Its entries are kept until someone sets a retention. */
export async function createLogGroup(client: CloudWatchLogsClient): Promise<void> {
  try {
    await client.send(new CreateLogGroupCommand({ logGroupName }));
  } catch (error) {
    if (!isNamed(error, 'ResourceAlreadyExistsException')) throw error;
  }
}

/**
 * Lets a filter called `name` send every entry to the function `destination` (an ARN). Replaces a filter of this name.
 * Throws a `FiltersTaken` or a `NotCallable`.
 */
export async function subscribe(client: CloudWatchLogsClient, name: string, destination: string): Promise<void> {
  const filter = { logGroupName, filterName: name, filterPattern: '', destinationArn: destination };
  try {
    await client.send(new PutSubscriptionFilterCommand(filter));
  } catch (error) {
    if (isNamed(error, 'LimitExceededException')) throw new FiltersTaken(error.message, { cause: error });
    // CloudWatch Logs calls the function to see whether it may.
    if (isNamed(error, 'InvalidParameterException') && /execute the lambda function/i.test(error.message))
      throw new NotCallable(error.message, { cause: error });
    throw error;
  }
}

/** Deletes the filter called `name`. Returns whether there was one. */
export async function unsubscribe(client: CloudWatchLogsClient, name: string): Promise<boolean> {
  try {
    await client.send(new DeleteSubscriptionFilterCommand({ logGroupName, filterName: name }));
    return true;
  } catch (error) {
    if (isNamed(error, 'ResourceNotFoundException')) return false;
    throw error;
  }
}
