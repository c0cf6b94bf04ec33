/**
 * `npm run redrive -- --stage <s> [--queue failed|quarantine|undelivered] [--dry-run]`
 *
 * Shows the messages in a queue of a deployed stage (what, when, why), and sends each event to its function again. It
 * deletes a message only after the function has handled the event. If the function still cannot read the event, it puts
 * the event into the quarantine with a new reason. Then redrive deletes the old message and leaves the new one there.
 * Exit 0 if nothing is left. Exit 1 if something failed again or was left. Exit 2 for wrong usage, no region, or a
 * stage that does not exist. Exit 130 if it was interrupted. At the end, others can receive the remaining messages at
 * once.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { redriven } from '../domain/change/redriven.ts';
import { ruleFor, SERVICE } from '../local/play/play.ts';
import { readRules } from '../local/play/rules.ts';
import { unpack } from '../local/play/unpack.ts';
import { BudgetCheck } from '../schemas/message/budget-check.ts';
import { counted } from '../schemas/text/count.ts';
import { plainText } from '../schemas/text/plain-text.ts';
import { orUsage, Refused, regionOf, runCommand } from './shared/cli.ts';

const QUEUES = ['failed', 'quarantine', 'undelivered'] as const;
/** Names that earlier versions used for these queues. */
const EARLIER: Readonly<Record<string, string>> = { failures: 'failed', rules: 'undelivered' };
const USAGE = `usage: npm run redrive -- --stage <stage> [--queue ${QUEUES.join('|')}] [--dry-run] [--region <region>]`;
/** Seconds for which a message is hidden from others. A function may take 40. */
const VISIBILITY = 120;

const Queue = z.enum(QUEUES);

function readArguments() {
  return orUsage(USAGE, () => {
    const { values } = parseArgs({
      options: {
        stage: { type: 'string' },
        queue: { type: 'string' },
        region: { type: 'string' },
        'dry-run': { type: 'boolean' },
      },
    });
    if (values.stage === undefined) throw new Error('--stage is missing');
    const given = values.queue ?? 'failed';
    const queue = Queue.safeParse(EARLIER[given] ?? given);
    if (!queue.success) throw new Error(`--queue ${values.queue} is not one of ${Queue.options.join(', ')}`);
    return { stage: values.stage, queue: queue.data, dryRun: values['dry-run'] === true, region: values.region };
  });
}

const { stdout, stderr } = process;

/** The result for one message. `left`: it stays in the queue. `known`: it stays, and this run has put it there. */
type Result = 'handled' | 'failed' | 'left' | 'known';

/** After so many known messages in a row the queue has nothing new: it only repeats what this run left there. */
const MOST_SEEN_AGAIN = 50;

async function redrive({ stage, queue, dryRun, region }: ReturnType<typeof readArguments>): Promise<number> {
  const settings = region === undefined ? {} : { region };
  const sqs = new SQSClient(settings);
  await regionOf(sqs);
  const QueueUrl = await findQueue(sqs, stage, queue);
  const put = putBackWith(new LambdaClient(settings), sqs, stage, QueueUrl);
  const stopping = new AbortController();
  process.once('SIGINT', () => {
    stderr.write('redrive: interrupted, ends after this message\n');
    stopping.abort();
  });
  /** Hidden messages by id. Only the last receipt of a message is valid. */
  const ours = new Map<string, Message>();
  const count: Record<Result, number> = { handled: 0, failed: 0, left: 0, known: 0 };
  let seenAgain = 0;
  try {
    // A seen message is hidden and comes back only after a while, so the loop ends when the queue gives nothing new.
    for await (const message of messagesOf(sqs, QueueUrl, stopping.signal)) {
      const isNew = !ours.has(message.MessageId ?? '');
      ours.set(message.MessageId ?? '', message);
      if (!isNew && ++seenAgain > MOST_SEEN_AGAIN) break;
      if (!isNew) continue;
      seenAgain = 0;
      const events = unpack({ Body: message.Body ?? '' });
      stdout.write(`${describe(message, events[0])}\n`);
      const result = dryRun ? 'left' : await put(message, events);
      count[result]++;
      if (result === 'handled') ours.delete(message.MessageId ?? '');
    }
  } finally {
    await release(sqs, QueueUrl, [...ours.values()]);
  }
  const end = stopping.signal.aborted ? 'interrupted: ' : '';
  stdout.write(
    dryRun
      ? `${end}${counted(count.left, 'message')} in the queue ${queue}; nothing was changed\n`
      : `${end}${count.handled} handled, ${count.failed} failed again, ${count.left} left in the queue\n`,
  );
  if (stopping.signal.aborted) return 130;
  return dryRun || count.failed + count.left === 0 ? 0 : 1;
}

/** The messages of the queue, until it gives none or `stopping` is aborted. */
async function* messagesOf(sqs: SQSClient, QueueUrl: string, stopping: AbortSignal): AsyncGenerator<Message> {
  while (!stopping.aborted) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: VISIBILITY,
        WaitTimeSeconds: 1,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['SentTimestamp'],
      }),
    );
    if (Messages.length === 0) return;
    for (const [at, message] of Messages.entries()) {
      if (stopping.aborted) {
        await release(sqs, QueueUrl, Messages.slice(at));
        return;
      }
      yield message;
    }
  }
}

/** Sends the event of a message to its function, and deletes the message if the function handled it. */
function putBackWith(lambda: LambdaClient, sqs: SQSClient, stage: string, QueueUrl: string) {
  const rules = readRules(join(SERVICE, 'serverless.yml'));
  const unreadable = new Set<string>();
  const say = (text: string) => stdout.write(`   ${text}\n`);
  return async ({ ReceiptHandle }: Message, events: readonly unknown[]): Promise<Result> => {
    const [first] = events;
    if (events.length !== 1 || first === null) {
      say(
        `left: the message holds ${events.length === 1 ? 'no event' : counted(events.length, 'event')}, not exactly 1`,
      );
      return 'left';
    }
    const event = redriven(first);
    const identity = createHash('sha256').update(JSON.stringify(event)).digest('base64');
    if (unreadable.has(identity)) {
      say('left: this run has just put this event into the quarantine');
      return 'known';
    }
    // The message may have waited for the messages before it, so it is hidden again for the full time.
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: VISIBILITY }));
    const name = BudgetCheck.safeParse(event).success ? 'budget' : (ruleFor(rules, event)?.functionName ?? 'resource');
    const { failure, quarantined } = await invoke(lambda, `ground-control-${stage}-${name}`, event);
    if (failure !== undefined) {
      say(`failed again and kept: ${plainText(failure, 300)}`);
      return 'failed';
    }
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    if (!quarantined) {
      say(`handled by ${name}`);
      return 'handled';
    }
    unreadable.add(identity);
    say(`still unreadable for ${name}: the quarantine holds it with the new reason`);
    return 'failed';
  };
}

async function findQueue(sqs: SQSClient, stage: string, name: string): Promise<string> {
  const QueueName = `ground-control-${stage}-${name}`;
  try {
    const { QueueUrl = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
    return QueueUrl;
  } catch (error) {
    if (!(error instanceof Error) || !/QueueDoesNotExist|NonExistentQueue/.test(error.name)) throw error;
    throw new Refused(`there is no queue ${QueueName} in ${await regionOf(sqs)}: is stage "${stage}" deployed there?`);
  }
}

/** Lets others receive the messages at once. If that fails, they can after the visibility timeout. */
async function release(sqs: SQSClient, QueueUrl: string, messages: readonly Message[]): Promise<void> {
  const results = await Promise.allSettled(
    messages.map(({ ReceiptHandle }) =>
      sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 })),
    ),
  );
  const late = results.filter(({ status }) => status === 'rejected').length;
  if (late > 0) stderr.write(`redrive: ${counted(late, 'message')} can be received again in ${VISIBILITY} seconds\n`);
}

const Outcome = z.object({ outcome: z.string() });

/** Why the function failed, or whether it found the event unreadable. */
async function invoke(
  lambda: LambdaClient,
  FunctionName: string,
  event: unknown,
): Promise<{ failure?: string; quarantined: boolean }> {
  try {
    const command = new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) });
    const { FunctionError, Payload } = await lambda.send(command);
    const answer = Buffer.from(Payload ?? []).toString('utf8');
    if (FunctionError !== undefined) return { failure: answer, quarantined: false };
    return { quarantined: Outcome.safeParse(parsed(answer)).data?.outcome === 'quarantined' };
  } catch (error) {
    // A function that is missing or may not be called must not stop the events of other functions.
    return { failure: error instanceof Error ? `${error.name}: ${error.message}` : String(error), quarantined: false };
  }
}

const Why = z.object({ reason: z.string(), responsePayload: z.object({ errorMessage: z.string() }) }).partial();
const What = z.object({ 'detail-type': z.string(), resources: z.array(z.string()) }).partial();

function describe({ Body = '', Attributes, MessageAttributes }: Message, event: unknown): string {
  const why = Why.safeParse(parsed(Body)).data;
  const reason =
    why?.reason ??
    why?.responsePayload?.errorMessage ??
    MessageAttributes?.['ERROR_MESSAGE']?.StringValue ??
    'no reason given';
  const what = What.safeParse(event).data;
  const when = new Date(Number(Attributes?.['SentTimestamp'] ?? 0)).toISOString();
  const type = plainText(what?.['detail-type'] ?? 'not an event', 128);
  return `${when}  ${type}  ${plainText(what?.resources?.[0] ?? '', 200)}\n   why: ${plainText(reason, 300)}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

await runCommand('redrive', USAGE, () => redrive(readArguments()));
