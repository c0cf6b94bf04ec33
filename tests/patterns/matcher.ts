/**
 * EventBridge's own matcher, Event Ruler (https://github.com/aws/event-ruler), in a Java process (Matcher.java).
 *
 * Source: AWS Open Source Blog, "Open Sourcing Event Ruler": it is the technology that matches events in EventBridge.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { type JavaProgram, javaProgram } from '../../tools/java-program.ts';

export const EVENT_RULER: JavaProgram = {
  name: "EventBridge's matcher (Event Ruler)",
  profile: 'event-ruler',
  main: join(import.meta.dirname, 'Matcher.java'),
};

const Answer = z.union([
  z.object({ complexity: z.int(), matches: z.array(z.boolean()) }),
  z.object({ refused: z.string() }),
]);
/** What the matcher says of a pattern: for each event whether it matches, or why EventBridge refuses the pattern. */
export type Answer = z.output<typeof Answer>;

/** The running matcher. */
export interface Matcher {
  /** Pattern and events are JSON. Throws what Java wrote when its process has ended. */
  ask(pattern: string, events: readonly string[]): Promise<Answer>;
  stop(): Promise<void>;
}

/** Starts the matcher. Throws `MissingJava`. */
export function startMatcher(): Matcher {
  const { command, args } = javaProgram(EVENT_RULER);
  const java = spawn(command, args, { stdio: 'pipe' });
  let complaints = '';
  java.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  // Without a listener, writing to a process that has ended would be an error that nobody handles.
  java.stdin.on('error', () => undefined);
  const ended = once(java, 'exit');
  const lines = createInterface({ input: java.stdout })[Symbol.asyncIterator]();
  const answerTo = async (question: object) => {
    java.stdin.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error(`${EVENT_RULER.name} has ended: ${complaints}`);
    return Answer.parse(JSON.parse(value));
  };
  // One question at a time, so that each gets the line that answers it.
  let last: Promise<unknown> = Promise.resolve();
  return {
    ask(pattern, events) {
      const answer = last.then(() => answerTo({ pattern, events }));
      last = answer.catch(() => undefined);
      return answer;
    },
    async stop() {
      java.stdin.end();
      await ended;
    },
  };
}
