/** Repairs after the faults: reconciliation, and people who empty the queues for failures with the real command. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { HIDDEN_MINUTES } from '../../../commands/redrive/queue.ts';
import type { LocalAws } from '../../../local/embedded-aws/start.ts';
import { type Lambda, LONGEST_RUN } from './lambda.ts';

const MOST_ROUNDS = 40;
const REDRIVE = join(import.meta.dirname, '..', '..', '..', 'commands', 'redrive.ts');
const QUEUES = ['failed', 'quarantine', 'undelivered'] as const;

/**
 * Runs reconciliation until it is complete. Returns the last failure if it is not complete after `MOST_ROUNDS` runs.
 */
export async function reconcile(lambda: Lambda, later: number): Promise<string[]> {
  let left = 'not begun';
  let passed = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const outcome = await lambda.once('reconciliation', {}, later + passed);
    // A run that was killed holds its lease until its time is over.
    if ('result' in outcome && outcome.result === 'busy') passed += LONGEST_RUN;
    if ('result' in outcome && isComplete(outcome.result)) return [];
    left = 'failure' in outcome ? outcome.failure : 'not complete';
  }
  return [`reconciliation: ${left}`];
}

const isComplete = (result: unknown) =>
  typeof result === 'object' && result !== null && 'complete' in result && result.complete === true;

/** The messages that rest in the queues for failures. */
const resting = ({ messages }: LocalAws): string[] =>
  messages.flatMap(({ queueUrl, body }) => (QUEUES.some((name) => queueUrl.endsWith(`-${name}`)) ? [body] : []));

/**
 * Runs `npm run redrive` on every queue that has messages, again and again until all are empty. Returns how many
 * messages it found at first, and what it said if it did not empty them. `cache` keeps compiled code between runs.
 */
export async function redrive(
  aws: LocalAws,
  cache: string,
): Promise<{ readonly found: readonly string[]; readonly left: string[] }> {
  const found = resting(aws);
  let said = '';
  for (let round = 0; round < MOST_ROUNDS && resting(aws).length > 0; round++) {
    for (const queue of QUEUES) {
      if (!aws.messages.some(({ queueUrl }) => queueUrl.endsWith(`-${queue}`))) continue;
      said = await run(aws, queue, cache);
    }
    // What the last run left may stay hidden for a while, and people would wait.
    aws.sqs.clock = after(aws.sqs.clock, (HIDDEN_MINUTES + 1) * 60_000);
  }
  return { found, left: resting(aws).map((body) => `redrive left ${body.slice(0, 300)}; it said: ${said}`) };
}

const after = (clock: () => Date, milliseconds: number) => () => new Date(clock().getTime() + milliseconds);

function run(aws: LocalAws, queue: string, NODE_COMPILE_CACHE: string): Promise<string> {
  const env = { ...process.env, AWS_ENDPOINT_URL: `${aws.endpoint}/redrive`, NODE_COMPILE_CACHE };
  return new Promise((resolve) => {
    execFile(process.execPath, [REDRIVE, '--stage', 'local', '--queue', queue], { env }, (_error, stdout, stderr) =>
      resolve(`${stdout}${stderr}`),
    );
  });
}
