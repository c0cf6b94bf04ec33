/**
 * Settings of every AWS client.
 *
 * Three attempts, each with at most 3 s to connect and 5 s to answer, take less than the 30 s timeout of a function. So
 * a slow service leads to an error that names it, not to a function timeout that does not.
 */
export const CLIENT_SETTINGS = {
  maxAttempts: 3,
  /** The client sends fewer requests while a service throttles. It retries only errors that may pass. */
  retryMode: 'adaptive',
  // Without `throwOnRequestTimeout`, the SDK logs a warning and keeps waiting.
  requestHandler: { connectionTimeout: 3000, requestTimeout: 5000, throwOnRequestTimeout: true },
} as const;
