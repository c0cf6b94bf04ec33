/** Handlers of functions that have a queue. */
import type { Context } from 'aws-lambda';
import { inputsOf } from '../adapters/sqs/received.ts';
import { lazy } from './lazy.ts';

/**
 * A Lambda handler that gives each message of a batch to `handleOne`, with services that are built once per cold
 * start. Any other input counts as one message. Returns the last result. Throws when a message failed, so that the
 * queue retries it.
 */
export function queueHandler<Built, Result>(
  build: () => Built,
  handleOne: (input: unknown, context: Context, built: Built) => Promise<Result>,
): (event: unknown, context: Context) => Promise<Result | undefined> {
  const built = lazy(build);
  return async (event, context) => {
    let last: Result | undefined;
    for (const input of inputsOf(event)) last = await handleOne(input, context, built());
    return last;
  };
}
