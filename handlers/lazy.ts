/** When services are built. */
import type { ResourceTable } from '../adapters/dynamodb/resource-table.ts';

/**
 * A function that calls `build` at its first call and returns the same value ever after. It keeps clients that few
 * events need out of the cold start.
 */
export function lazy<T>(build: () => T): () => T {
  let built: { readonly value: T } | undefined;
  return () => {
    built ??= { value: build() };
    return built.value;
  };
}

/**
 * For functions whose every event needs the table: builds the services while Lambda initialises the process, with a
 * whole CPU, and begins to open the connection to the table. Elsewhere, the first event builds them. Lambda sets this
 * variable (Lambda developer guide, "Defined runtime environment variables"). The module does not await the connection,
 * because `serverless invoke local` hangs on modules that await.
 */
export function initialised<T extends { readonly table: ResourceTable }>(build: () => T): () => T {
  if (process.env['AWS_LAMBDA_INITIALIZATION_TYPE'] === undefined) return build;
  const services = build();
  // If the table cannot be reached, the first event says why.
  services.table.connect().catch(() => undefined);
  return () => services;
}

/** Remembers what `read` returned for some milliseconds. A failure is not remembered. */
export function forSomeTime<T>(milliseconds: number, read: () => Promise<T>): () => Promise<T> {
  let known: { readonly value: T; readonly until: number } | undefined;
  return async () => {
    const now = Date.now();
    // A clock that was set back must not prolong it.
    if (known === undefined || now >= known.until || now < known.until - milliseconds)
      known = { value: await read(), until: now + milliseconds };
    return known.value;
  };
}
