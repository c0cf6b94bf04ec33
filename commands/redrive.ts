/**
 * `npm run redrive -- --stage <s> [--queue failures|quarantine|rules] [--dry-run]`
 *
 * Shows what rests in a queue of a deployed stage (what, when, why), and puts it back through the function it belongs to.
 * A message is deleted only after the function has handled its event. An event that still cannot be read is put into the
 * quarantine by the function, with the reason of today: its old message goes, and its new one is left for later. Exit 0
 * when nothing is left, 1 when something failed again or was left, 2 for wrong usage, no region, or a stage that is not
 * there, 130 when it was interrupted; whatever ends it, what is still in the queue can be received again at once.
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
import { ruleFor, SERVICE } from '../local/play/play.ts';
import { readRules } from '../local/play/rules.ts';
import { unpack } from '../local/play/unpack.ts';
import { BudgetCheck } from '../schemas/message/budget-check.ts';
import { plainText } from '../schemas/text/plain-text.ts';
import { orUsage, Refused, regionOf, runCommand } from './shared/cli.ts';

const QUEUES = { failures: 'failed', quarantine: 'quarantine', rules: 'undelivered' } as const;
const USAGE = `usage: npm run redrive -- --stage <stage> [--queue ${Object.keys(QUEUES).join('|')}] [--dry-run] [--region <region>]`;
/** Seconds a message is ours; a function may take 30. */
const VISIBILITY = 120;

const Queue = z.enum(['failures', 'quarantine', 'rules']);

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
    const queue = Queue.safeParse(values.queue ?? 'failures');
    if (!queue.success) throw new Error(`--queue ${values.queue} is none of ${Queue.options.join(', ')}`);
    return { stage: values.stage, queue: queue.data, dryRun: values['dry-run'] === true, region: values.region };
  });
}

const { stdout, stderr } = process;

/** What became of one message. `left`: it stays in the queue, and is everybody's again. `known`: so does what was just put there. */
type Result = 'handled' | 'failed' | 'left' | 'known';

/** Messages that come again before the end is taken for reached: the queue shows what we kept, and nothing new. */
const MOST_SEEN_AGAIN = 50;

async function redrive({ stage, queue, dryRun, region }: ReturnType<typeof readArguments>): Promise<number> {
  const settings = region === undefined ? {} : { region };
  const sqs = new SQSClient(settings);
  await regionOf(sqs);
  const QueueUrl = await findQueue(sqs, stage, QUEUES[queue]);
  const put = putBackWith(new LambdaClient(settings), sqs, stage, QueueUrl);
  const stopping = new AbortController();
  process.once('SIGINT', () => {
    stderr.write('redrive: interrupted; ends after this message\n');
    stopping.abort();
  });
  /** By message id: the last receipt is the one that counts. */
  const ours = new Map<string, Message>();
  const count: Record<Result, number> = { handled: 0, failed: 0, left: 0, known: 0 };
  let seenAgain = 0;
  try {
    // Until the queue gives nothing more: what we have seen is hidden, and shows again only after a while.
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
      ? `${end}${count.left} in the queue ${queue}; nothing was changed\n`
      : `${end}${count.handled} handled, ${count.failed} failed again, ${count.left} left as they are\n`,
  );
  if (stopping.signal.aborted) return 130;
  return dryRun || count.failed + count.left === 0 ? 0 : 1;
}

/** What the queue gives, until it gives nothing or `stopping` says so. */
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

/** Puts messages back through their functions, and deletes what was handled. */
function putBackWith(lambda: LambdaClient, sqs: SQSClient, stage: string, QueueUrl: string) {
  const rules = readRules(join(SERVICE, 'serverless.yml'));
  const unreadable = new Set<string>();
  const say = (text: string) => stdout.write(`   ${text}\n`);
  return async ({ ReceiptHandle }: Message, events: readonly unknown[]): Promise<Result> => {
    const [event] = events;
    if (events.length !== 1 || event === null) {
      say(`left: it holds ${events.length === 1 ? 'nothing' : `${events.length} events`}, and one is expected`);
      return 'left';
    }
    const identity = createHash('sha256').update(JSON.stringify(event)).digest('base64');
    if (unreadable.has(identity)) {
      say('left: this is what was just found unreadable');
      return 'known';
    }
    // It may have waited for those before it.
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
    say(`still unreadable for ${name}: kept in the quarantine with the reason of today`);
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

/** What is still there is everybody's again at once; where that fails, after the visibility timeout. */
async function release(sqs: SQSClient, QueueUrl: string, messages: readonly Message[]): Promise<void> {
  const results = await Promise.allSettled(
    messages.map(({ ReceiptHandle }) =>
      sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 })),
    ),
  );
  const late = results.filter(({ status }) => status === 'rejected').length;
  if (late > 0) stderr.write(`redrive: ${late} messages can be received again in ${VISIBILITY} seconds\n`);
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
    // A function that is not there or may not be called keeps its own events, and not those of others.
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
  return `${when}  ${plainText(what?.['detail-type'] ?? 'not an event', 128)}  ${plainText(what?.resources?.[0] ?? '', 200)}\n   why: ${plainText(reason, 300)}`;
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
