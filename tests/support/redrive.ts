/** Runs the real command `redrive` on the embedded AWS of a test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { LocalAws } from '../../local/embedded-aws/start.ts';
import { BARE } from './bare-environment.ts';
import { ROOT } from './events.ts';

/** The queues of the stage `local`, and `redrive` in a process of its own. An AWS call is tried once. */
export function useRedrive(aws: () => LocalAws) {
  const urlOf = (queue: string) => `${aws().endpoint}/000000000000/ground-control-local-${queue}`;
  return {
    /** Puts messages with these bodies into a queue. */
    put: (bodies: readonly string[], queue = 'failed') =>
      aws().messages.push(...bodies.map((body) => ({ queueUrl: urlOf(queue), body }))),

    /** Bodies of the messages that are left, and of those that others can receive. */
    async left(queue = 'failed') {
      const all = aws().messages.filter(({ queueUrl }) => queueUrl === urlOf(queue));
      const { Messages = [] } = await new SQSClient({}).send(
        new ReceiveMessageCommand({ QueueUrl: urlOf(queue), MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
      );
      return { all: all.map(({ body }) => body), visible: Messages.map(({ Body }) => Body) };
    },

    /**
     * How the command ended and what it wrote. `act` gets the process when it starts. The process emits `interrupted`
     * when the command has said so.
     */
    async redrive(args: readonly string[] = [], act?: (child: ChildProcess) => unknown) {
      const child = spawn(process.execPath, ['commands/redrive.ts', '--stage', 'local', ...args], {
        cwd: ROOT,
        env: {
          ...BARE,
          AWS_ENDPOINT_URL: aws().endpoint,
          AWS_REGION: 'us-east-1',
          AWS_ACCESS_KEY_ID: 'x',
          AWS_SECRET_ACCESS_KEY: 'x',
          AWS_MAX_ATTEMPTS: '1',
        },
      });
      const ended = once(child, 'close');
      const written = { output: '', errors: '' };
      child.stdout.setEncoding('utf8').on('data', (text) => {
        written.output += text;
      });
      child.stderr.setEncoding('utf8').on('data', (text) => {
        written.errors += text;
        if (written.errors.includes('interrupted')) child.emit('interrupted');
      });
      await act?.(child);
      const [code, signal] = await ended;
      return { code, signal, ...written };
    },
  };
}
