/**
 * Paces the calls to SageMaker.
 *
 * SageMaker limits the rate of each operation in an account and region, and people's own programs share these limits.
 * It publishes few of them; `ListTrainingJobs` has 2 calls a second (issue 87 of aws-solutions/deepracer-on-aws). So
 * each operation's rate is learned: it grows slowly while calls succeed, and shrinks at once when SageMaker throttles
 * (additive increase, multiplicative decrease). The SDK's adaptive mode has one rate for all operations of a client, so
 * a throttled list would slow down the descriptions too.
 */
import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { type Clock, SYSTEM_CLOCK } from '../clock.ts';

/** Calls of one operation a second: at first, and the least and the most. The most leaves room for other programs. */
const RATE = { first: 4, least: 0.5, most: 10 } as const;
/** By how many calls a second the rate grows in a second of calls that succeed. */
const GROWTH = 0.05;
/** What is left of the rate when SageMaker throttles. */
const CUT = 0.7;
/** Milliseconds for which a throttled call is tried again. Then it fails. */
export const PATIENCE = 60_000;

/** The rate of one operation. */
class Pace {
  readonly #clock: Clock;
  #rate: number = RATE.first;
  /** When the next call may be sent, and when the rate was last cut. Epoch milliseconds. */
  #next = 0;
  #cutAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Waits until a call may be sent. Returns when it is sent. */
  async turn(): Promise<number> {
    const now = this.#clock.now();
    const at = Math.max(now, this.#next);
    this.#next = at + 1000 / this.#rate;
    if (at > now) await this.#clock.sleep(at - now);
    return this.#clock.now();
  }

  succeeded(): void {
    this.#rate = Math.min(RATE.most, this.#rate + GROWTH / this.#rate);
  }

  /** Cuts the rate. Calls that were sent before the last cut tell nothing about the rate since. */
  throttled(sentAt: number): void {
    if (sentAt < this.#cutAt) return;
    this.#cutAt = this.#clock.now();
    this.#rate = Math.max(RATE.least, this.#rate * CUT);
    this.#next = Math.max(this.#next, this.#cutAt + 1000 / this.#rate);
  }
}

/** Calls to SageMaker: all attempts, and those that SageMaker throttled. */
export interface CallCounts {
  readonly calls: number;
  readonly throttled: number;
}

/**
 * Lets `client` send each operation at the rate that SageMaker accepts. Throttled calls are sent again at that rate, for
 * up to `PATIENCE`. Returns a function that counts the calls since its last call.
 */
export function paceCalls(client: SageMakerClient, clock = SYSTEM_CLOCK): () => CallCounts {
  const paces = new Map<string, Pace>();
  let counts = { calls: 0, throttled: 0 };
  const paced = <Request, Answer>(
    next: (request: Request) => Promise<Answer>,
    { commandName = '' }: { commandName?: string },
  ) => {
    const pace = paces.get(commandName) ?? new Pace(clock);
    paces.set(commandName, pace);
    const giveUpAt = clock.now() + PATIENCE;
    return async (request: Request): Promise<Answer> => {
      for (;;) {
        const sentAt = await pace.turn();
        counts.calls++;
        try {
          const answer = await next(request);
          pace.succeeded();
          return answer;
        } catch (error) {
          if (!isThrottled(error)) throw error;
          counts.throttled++;
          pace.throttled(sentAt);
          if (clock.now() >= giveUpAt) throw error;
        }
      }
    };
  };
  // The SDK retries other errors outside of this, and signs each attempt inside.
  client.middlewareStack.addRelativeTo(paced, { name: 'pace', relation: 'after', toMiddleware: 'retryMiddleware' });
  return () => {
    const counted = counts;
    counts = { calls: 0, throttled: 0 };
    return counted;
  };
}

const isThrottled = (error: unknown): boolean => error instanceof Error && error.name === 'ThrottlingException';
