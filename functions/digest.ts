import { digestHandler } from '../handlers/delivery/handler.ts';
import { buildDigestServices } from '../handlers/delivery/services.ts';

/** Builds the handler. `now` replaces the real time, so that a story of hours can run within a minute. */
export const digestFunction = (now?: () => number) => digestHandler(() => buildDigestServices(now));

export const handler = digestFunction();
