/** Builds the context object that Lambda passes to a handler. */
import type { Context } from 'aws-lambda';

/** Seconds. The default timeout in serverless.yml. */
const TIMEOUT = 30;

/** The context of an invocation that starts now and may take `timeoutSeconds`. */
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
