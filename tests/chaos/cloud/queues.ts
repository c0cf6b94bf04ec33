/** Delivers the messages of functions' queues and fires their schedules, as Lambda, SQS and Scheduler would. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Schedule } from '../../../local/embedded-aws/scheduler.ts';
import type { LocalAws } from '../../../local/embedded-aws/start.ts';
import type { FaultKind } from '../plan/life.ts';
import { nameOf } from './about.ts';
import { BUDGET_TIME, type Lambda } from './lambda.ts';

const NAMES = ['budget', 'labeling', 'diagnosis', 'review', 'digest'] as const;
type Name = (typeof NAMES)[number];

/**
 * How often a queue delivers a message, the milliseconds before each retry, and how far the workers' clocks advance by
 * it. In production queues deliver ten times; here less often, so that the story need not wait.
 */
const QUEUES: Readonly<Record<Name, { receives: number; after: number; passes: number }>> = {
  // What a worker that died had claimed stays claimed for as long as its context showed. Clocks advance instead.
  budget: { receives: 3, after: 100, passes: BUDGET_TIME + 1000 },
  // The message of a dead worker stays locked for half a minute.
  labeling: { receives: 6, after: 100, passes: 35_000 },
  diagnosis: { receives: 6, after: 100, passes: 35_000 },
  review: { receives: 6, after: 100, passes: 35_000 },
  digest: { receives: 6, after: 100, passes: 35_000 },
};

/** One in this many messages is delivered twice. */
const TWICE = 6;
/** One in this many schedules never fires. */
const LOST = 4;

/** A message in a queue. Copies share this object: once one is deleted, `isGone` holds for all. */
interface Message {
  readonly body: string;
  isGone: boolean;
}

/** The clock for the messages about one life or one month, and the tries that are running. */
interface Clock {
  later: number;
  readonly inHand: Set<Promise<unknown>>;
}

/** The function whose schedules have this input. */
const receiverOf = (input: string): 'budget' | 'digest' =>
  input.includes('"ground-control/window"') ? 'digest' : 'budget';

const allAt = (later: number): Record<Name, number> => ({
  budget: later,
  labeling: later,
  diagnosis: later,
  review: later,
  digest: later,
});

/** What the story needs to know of the queues. */
export interface QueueObserver {
  readonly tried: (event: unknown, text: string) => void;
  /** A message failed as often as its queue delivers it. */
  readonly gaveUp: (body: string) => void;
  /** A schedule never fires. */
  readonly lost: (input: string) => void;
}

export class Queues {
  readonly #aws: LocalAws;
  readonly #lambda: Lambda;
  readonly #faults: ReadonlySet<FaultKind>;
  readonly #observer: QueueObserver;
  readonly #clocks = new Map<string, Clock>();
  #given = 0;
  #fired = 0;

  constructor(aws: LocalAws, lambda: Lambda, faults: ReadonlySet<FaultKind>, observer: QueueObserver) {
    this.#aws = aws;
    this.#lambda = lambda;
    this.#faults = faults;
    this.#observer = observer;
  }

  /**
   * Delivers all waiting messages, and those that the functions send meanwhile. Those of labeling jobs are handled
   * `labelingLater`.
   */
  async settle(later = 0, labelingLater = later): Promise<void> {
    const give = () => this.#give({ ...allAt(later), labeling: labelingLater });
    for (let given = give(); given.length > 0; given = give()) await Promise.all(given);
  }

  /** Delivers messages while `story` runs, so that their functions race with the changes. */
  async during(story: Promise<unknown>): Promise<void> {
    let goesOn = true;
    const end = story.finally(() => {
      goesOn = false;
    });
    const given: Promise<unknown>[] = [];
    while (goesOn) {
      given.push(...this.#give(allAt(0)));
      await Promise.race([end, delay(20)]);
    }
    await end;
    await Promise.all(given);
  }

  /**
   * Fires the schedules that are due within `later` milliseconds: some of them twice, and some never. `only`: those of
   * this function.
   */
  async fire(later: number, only?: 'digest'): Promise<void> {
    const all = this.#aws.scheduler.take(new Date(Date.now() + later));
    const isDue = ({ input }: Schedule) => only === undefined || receiverOf(input) === only;
    const due = all.filter(isDue);
    for (const one of all) if (!isDue(one)) this.#aws.scheduler.schedules.set(one.name, one);
    const messages = due.flatMap(({ input }) => {
      const nth = this.#fired++;
      if (this.#faults.has('drop') && nth % LOST === 1) {
        this.#observer.lost(input);
        return [];
      }
      const message = { body: input, isGone: false };
      return this.#faults.has('duplicates') && nth % 5 === 0 ? [message, { ...message }] : [message];
    });
    await Promise.all(messages.map((message) => this.#consume(receiverOf(message.body), message, later)));
    await this.settle(later);
  }

  #give(later: Readonly<Record<Name, number>>): Promise<unknown>[] {
    return NAMES.flatMap((name) =>
      this.#aws.take(name).flatMap((body) => {
        const message = { body, isGone: false };
        const copies = this.#faults.has('duplicates') && ++this.#given % TWICE === 0 ? [message, message] : [message];
        return copies.map((copy) => this.#consume(name, copy, later[name]));
      }),
    );
  }

  /** Delivers one message to its function as often as the queue would, then gives it up. */
  async #consume(name: Name, message: Message, later: number): Promise<void> {
    const event = { Records: [{ body: message.body }] };
    const { receives, after, passes } = QUEUES[name];
    const clock = this.#clockOf(`${name} ${nameOf(event) ?? message.body}`);
    for (let attempt = 0, from = later; attempt < receives && !message.isGone; attempt++) {
      if (attempt > 0) await delay(after);
      // A lock does not expire while the worker that holds it is still running.
      while (attempt > 0 && passes > 0 && clock.inHand.size > 0) await Promise.all(clock.inHand);
      clock.later = Math.max(clock.later, attempt === 0 ? from : from + passes);
      from = clock.later;
      const tried = this.#lambda.once(name, event, from);
      clock.inHand.add(tried);
      const outcome = await tried;
      clock.inHand.delete(tried);
      const failure = 'failure' in outcome ? outcome.failure : undefined;
      this.#observer.tried(event, `${name}, try ${attempt + 1}: ${failure ?? 'handled'}`);
      message.isGone ||= failure === undefined;
    }
    if (message.isGone) return;
    message.isGone = true;
    this.#observer.gaveUp(message.body);
  }

  #clockOf(what: string): Clock {
    const clock = this.#clocks.get(what) ?? { later: 0, inHand: new Set() };
    this.#clocks.set(what, clock);
    return clock;
  }
}
