/**
 * `npm run redrive -- --stage <s> [--queue failures|quarantine|rules] [--dry-run]`
 *
 * Shows what rests in a queue of a deployed stage (what, when, why), and puts it back through the function it belongs to.
 * A message is deleted only after the function has handled its event. An event that still cannot be read is put into the
 * quarantine by the function, with the reason of today: its old message goes, and its new one is left for later. Exit 0
 * when nothing is left, 1 when something failed again, 2 for wrong usage, no region, or a stage that is not there.
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
import { plainText } from '../schemas/text.ts';
import { orUsage, Refused, regionOf, runCommand } from './command.ts';
import { ruleFor, SERVICE } from './play.ts';
import { readRules } from './rules.ts';
import { unpack } from './unpack.ts';

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

async function redrive({ stage, queue, dryRun, region }: ReturnType<typeof readArguments>): Promise<number> {
  const settings = region === undefined ? {} : { region };
  const sqs = new SQSClient(settings);
  const lambda = new LambdaClient(settings);
  const rules = readRules(join(SERVICE, 'serverless.yml'));
  await regionOf(sqs);
  const QueueUrl = await findQueue(sqs, stage, QUEUES[queue]);
  const unreadable = new Set<string>();
  const seen = new Set<string>();
  const kept: Message[] = [];
  const count = { handled: 0, failed: 0 };
  for (;;) {
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
    const fresh = Messages.filter(({ MessageId = '' }) => !seen.has(MessageId));
    if (fresh.length === 0) break;
    for (const message of fresh) {
      seen.add(message.MessageId ?? '');
      const [event] = unpack({ Body: message.Body ?? '' });
      stdout.write(`${describe(message, event)}\n`);
      if (dryRun) {
        kept.push(message);
        continue;
      }
      const identity = createHash('sha256')
        .update(JSON.stringify(event ?? null))
        .digest('base64');
      if (unreadable.has(identity)) {
        kept.push(message);
        stdout.write('   kept: this is what was just found unreadable\n');
        continue;
      }
      const name = ruleFor(rules, event)?.functionName ?? 'resource';
      const result = await invoke(lambda, `ground-control-${stage}-${name}`, event);
      if (result.failure !== undefined) {
        kept.push(message);
        count.failed++;
        stdout.write(`   failed again and kept: ${plainText(result.failure, 300)}\n`);
        continue;
      }
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
      if (result.quarantined) {
        unreadable.add(identity);
        count.failed++;
        stdout.write(`   still unreadable for ${name}: kept in the quarantine with the reason of today\n`);
      } else {
        count.handled++;
        stdout.write(`   handled by ${name}\n`);
      }
    }
  }
  await release(sqs, QueueUrl, kept);
  stdout.write(
    dryRun
      ? `${seen.size} in the queue ${queue}; nothing was changed\n`
      : `${count.handled} handled, ${count.failed} failed again\n`,
  );
  return count.failed === 0 ? 0 : 1;
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
  const { FunctionError, Payload } = await lambda.send(
    new InvokeCommand({ FunctionName, Payload: JSON.stringify(event ?? null) }),
  );
  const answer = Buffer.from(Payload ?? []).toString('utf8');
  if (FunctionError !== undefined) return { failure: answer, quarantined: false };
  return { quarantined: Outcome.safeParse(parsed(answer)).data?.outcome === 'quarantined' };
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

await runCommand('redrive', () => redrive(readArguments()));
