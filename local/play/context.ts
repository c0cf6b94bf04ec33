/** The context that Lambda gives a handler, as far as handlers look at it. */
import type { Context } from 'aws-lambda';

/** Seconds a function may take (serverless.yml, `timeout`). */
const TIMEOUT = 30;

/** A context for an invocation that begins now. */
export function localContext(functionName: string, timeoutSeconds = TIMEOUT): Context {
  const deadline = Date.now() + timeoutSeconds * 1000;
  const unused = () => {
    throw new Error('callbacks are not supported');
  };
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`,
    memoryLimitInMB: '512',
    awsRequestId: crypto.randomUUID(),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: 'local',
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    done: unused,
    fail: unused,
    succeed: unused,
  };
}
