/** Counts calls in simulated time, and throttles those that AWS would throttle. */
import type { Call } from '../../local/embedded-aws/protocol.ts';
import type { Fault } from '../../local/embedded-aws/server.ts';

/**
 * Calls per second that AWS answers before it throttles. SNS: Publish in most regions (300 to 30,000, service quotas).
 * DynamoDB: units of one partition, as if every write went to one key of an index (developer guide, partition limits).
 */
export const LIMITS: Readonly<Record<string, number>> = {
  'sns:Publish': 300,
  'dynamodb:write': 1000,
  'dynamodb:read': 3000,
};
const WRITES = /^(?:Put|Update|Delete|BatchWrite|TransactWrite)/;

/** Calls that were made, also throttled ones. */
export class Calls {
  /** By `service:Operation`. */
  readonly byName: Record<string, number> = {};
  /** The most in one simulated second, by the names of `LIMITS` and of other calls. */
  readonly busiest: Record<string, number> = {};
  throttled = 0;
  #second = 0;
  #inSecond: Record<string, number> = {};

  /** Counts a call at a simulated instant, epoch milliseconds. The fault is that of AWS's limits. */
  count({ service, operation }: Call, at: number): Fault | undefined {
    const name = `${service}:${operation}`;
    this.byName[name] = (this.byName[name] ?? 0) + 1;
    const kind = service === 'dynamodb' ? (WRITES.test(operation) ? 'dynamodb:write' : 'dynamodb:read') : name;
    const second = Math.floor(at / 1000);
    if (second !== this.#second) [this.#second, this.#inSecond] = [second, {}];
    const used = (this.#inSecond[kind] ?? 0) + 1;
    this.#inSecond[kind] = used;
    this.busiest[kind] = Math.max(this.busiest[kind] ?? 0, used);
    if (used <= (LIMITS[kind] ?? Infinity)) return undefined;
    this.throttled++;
    return { kind: 'throttle' };
  }
}
