/**
 * Settings of every AWS client. They bound how long a call takes, so that a slow or throttled service leads to an error
 * that names it, not to a function timeout that does not.
 *
 * The retry mode is `standard`: it waits at most 1 s before the second attempt of a throttled call and 2 s before the
 * third (@smithy/core, util-retry). The mode `adaptive` also holds calls back before their first attempt, without a
 * limit.
 */

/** A call takes at most 3 attempts of at most 8 s each, and waits of 3 s. */
export const CLIENT_SETTINGS = {
  maxAttempts: 3,
  retryMode: 'standard',
  // Without `throwOnRequestTimeout`, the SDK logs a warning and keeps waiting.
  requestHandler: { connectionTimeout: 3000, requestTimeout: 5000, throwOnRequestTimeout: true },
} as const;

/** DynamoDB answers within some milliseconds. An event needs three calls to it, and they share the function's time. */
export const TABLE_SETTINGS = {
  ...CLIENT_SETTINGS,
  requestHandler: { connectionTimeout: 500, requestTimeout: 2000, throwOnRequestTimeout: true },
} as const;

/**
 * SNS cannot recognise a repetition, so the client itself never repeats a request: the table counts them
 * (`domain/change/claim.ts`).
 */
export const PUBLISH_SETTINGS = {
  ...CLIENT_SETTINGS,
  maxAttempts: 1,
  requestHandler: {
    connectionTimeout: 1000,
    requestTimeout: 4000,
    throwOnRequestTimeout: true,
    // Between events Lambda freezes the process, and SNS closes idle connections meanwhile. The next alert would fail
    // on such a connection, so each alert opens its own.
    httpAgent: { keepAlive: false },
    httpsAgent: { keepAlive: false },
  },
} as const;

/** Milliseconds that the SDK waits in all between three attempts of a throttled call. */
const LONGEST_WAITS = 3000;

/** Milliseconds that a call with these settings may take. */
export const longestCall = ({ maxAttempts, requestHandler }: ClientSettings): number =>
  maxAttempts * (requestHandler.connectionTimeout + requestHandler.requestTimeout) +
  (maxAttempts > 1 ? LONGEST_WAITS : 0);

interface ClientSettings {
  readonly maxAttempts: number;
  readonly requestHandler: { readonly connectionTimeout: number; readonly requestTimeout: number };
}
