/** Delivers the messages of functions' queues and fires their schedules, as Lambda and Scheduler would. */
import { setTimeout as delay } from 'node:timers/promises';
import type { LocalAws } from '../../local/embedded-aws/start.ts';
import { type Lambda, QUEUE_NAMES, type QueueName } from './lambda.ts';

/** One in this many messages is delivered twice. */
const TWICE = 6;

export class Queues {
  readonly #aws: LocalAws;
  readonly #lambda: Lambda;
  readonly #twice: boolean;
  #given = 0;

  /** `twice`: some messages are delivered twice. */
  constructor(aws: LocalAws, lambda: Lambda, twice: boolean) {
    this.#aws = aws;
    this.#lambda = lambda;
    this.#twice = twice;
  }

  /** Delivers all waiting messages, and those that the functions send meanwhile. */
  async settle(later = 0): Promise<void> {
    for (let given = this.#give(QUEUE_NAMES, later); given.length > 0; given = this.#give(QUEUE_NAMES, later)) {
      await Promise.all(given);
    }
  }

  /** Delivers the labeling queue while `story` runs, so that its function races with the changes. */
  async during(story: Promise<unknown>): Promise<void> {
    let goesOn = true;
    const end = story.finally(() => {
      goesOn = false;
    });
    const given: Promise<unknown>[] = [];
    while (goesOn) {
      given.push(...this.#give(['labeling'], 0));
      await Promise.race([end, delay(20)]);
    }
    await Promise.all(given);
  }

  /** Fires the schedules that are due within `later` milliseconds, some of them twice. */
  async fire(later: number): Promise<void> {
    const due = this.#aws.scheduler.take(new Date(Date.now() + later));
    const twice = due.filter((_, at) => at % 5 === 0);
    const asked = [...due, ...twice].map(({ input }) => ({ body: input, isGone: false }));
    await Promise.all(asked.map((message) => this.#lambda.consume('budget', message, later)));
    await this.settle(later);
  }

  #give(names: readonly QueueName[], later: number): Promise<unknown>[] {
    return names.flatMap((name) =>
      this.#aws.take(name).flatMap((body) => {
        const message = { body, isGone: false };
        const copies = this.#twice && ++this.#given % TWICE === 0 ? [message, message] : [message];
        return copies.map((copy) => this.#lambda.consume(name, copy, later));
      }),
    );
  }
}
