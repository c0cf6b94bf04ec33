/** Request rates of SageMaker, and the time that calls take, by a simulated clock. */
import type { Clock } from '../../adapters/clock.ts';
import type { EmbeddedResources, Fault } from '../../local/embedded-aws/server.ts';

/** How often an operation may be called: `rate` calls a second, and `burst` calls at once after a pause. */
export interface Quota {
  readonly rate: number;
  readonly burst: number;
}

/** Milliseconds of a call. */
const TAKES: Readonly<Record<string, number>> = { sagemaker: 150, dynamodb: 8, sns: 30, sqs: 15, scheduler: 50 };

/** Lets every call take its time, and throttles calls to SageMaker beyond the quota of their operation. */
export function ratesOf(quotaOf: (operation: string) => Quota, clock: Clock): NonNullable<EmbeddedResources['fault']> {
  const buckets = new Map<string, { tokens: number; at: number }>();
  const isWithin = (operation: string): boolean => {
    const { rate, burst } = quotaOf(operation);
    const now = clock.now();
    const bucket = buckets.get(operation) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, bucket.tokens + (rate * (now - bucket.at)) / 1000);
    buckets.set(operation, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
    return tokens >= 1;
  };
  return async ({ service, operation }): Promise<Fault | undefined> => {
    const fault: Fault | undefined = service === 'sagemaker' && !isWithin(operation) ? { kind: 'throttle' } : undefined;
    await clock.sleep(TAKES[service] ?? 20);
    return fault;
  };
}
