/**
 * Settings of every AWS client.
 *
 * Three attempts of at most 3 s to connect and 5 s to answer stay below the functions' time-out of 30 s, so that a slow
 * service ends in an error that Lambda retries, and not in a time-out that tells nothing.
 */
export const CLIENT_SETTINGS = {
  maxAttempts: 3,
  /** Slows down by itself when a service throttles; what cannot succeed is not retried. */
  retryMode: 'adaptive',
  // Without `throwOnRequestTimeout` the SDK only warns, and waits on.
  requestHandler: { connectionTimeout: 3000, requestTimeout: 5000, throwOnRequestTimeout: true },
} as const;
