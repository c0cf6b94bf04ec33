/**
 * `npm run redrive -- --stage <s> [--queue failed|quarantine|undelivered|relay-<name>] [--dry-run] [--region <region>]`
 *
 * Shows the messages in a queue of a deployed stage (what, when, why), and sends each event to its function again. It
 * deletes a message only after the function has handled the event. If the function still cannot read the event, it puts
 * the event into the quarantine with a new reason. Then redrive deletes the old message and leaves the new one there.
 *
 * Events in the dead-letter queue of a relay go back on the bus instead, with a source that only this relay's rule
 * matches. Redrive deletes a message only after the bus has taken the event. It keeps an event that the filters of the
 * relay no longer let pass.
 *
 * It may end at any moment, even by `kill -9`: a message that it has not deleted stays in the queue, and functions
 * handle an event that they get twice only once.
 * Exit 0 if every message was handled. Exit 1 if a message stays, or the command could not finish. Exit 2 for wrong
 * usage, a wrong region, or a stage that does not exist. Exit 130 after Ctrl-C (128 + the number of the signal). At the
 * end, others can receive the remaining messages at once.
 */
import { parseArgs } from 'node:util';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import { describeError } from '../local/describe-error.ts';
import { unpack } from '../local/play/unpack.ts';
import { isQueue, QUEUES, RELAY_PREFIX } from '../local/stage/queues.ts';
import { agree, counted } from '../schemas/text/count.ts';
import { eachNew } from './redrive/each-new.ts';
import { functionsOf } from './redrive/functions.ts';
import { describe } from './redrive/listing.ts';
import { outputUntilStopped } from './redrive/output.ts';
import { PutBack } from './redrive/put-back.ts';
import { describeRelayed, PutOnBus } from './redrive/put-on-bus.ts';
import { findQueue, HIDDEN_MINUTES, hidingQueue, type Received } from './redrive/queue.ts';
import { relayOf } from './redrive/relay.ts';
import { isDone, totalsOf } from './redrive/totals.ts';
import { orUsage, runCommand } from './shared/cli.ts';
import { findPlace, notDeployed, readStage } from './shared/place.ts';

/** Names that earlier versions used for these queues. */
const EARLIER: Readonly<Record<string, string>> = { failures: 'failed', rules: 'undelivered' };
const USAGE = `usage: npm run redrive -- --stage <stage> [--queue ${QUEUES.join('|')}|relay-<name>] [--dry-run] [--region <region>]`;

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
    const stage = readStage(values.stage);
    const given = values.queue ?? 'failed';
    const queue = EARLIER[given] ?? given;
    if (!isQueue(queue)) throw new Error(`--queue ${values.queue} is not one of ${QUEUES.join(', ')}, relay-<name>`);
    return { stage, queue, dryRun: values['dry-run'] === true, region: values.region };
  });
}

async function redrive({ stage, queue: name, dryRun, region }: ReturnType<typeof readArguments>): Promise<number> {
  const place = await findPlace('redrive', { stage, region });
  const sqs = new SQSClient(place);
  const queueName = `ground-control-${stage}-${name}`;
  const url = await findQueue(sqs, queueName, (cause) => notDeployed(`queue ${queueName}`, stage, place, cause));
  const relay = name.startsWith(RELAY_PREFIX)
    ? relayOf(new EventBridgeClient(place), stage, name.slice(RELAY_PREFIX.length))
    : undefined;
  const obstacleTo = relay && !dryRun ? await relay.check() : () => undefined;
  const queue = hidingQueue(sqs, url);
  const { stopping, exitCode, say, warn, end } = outputUntilStopped('redrive', dryRun);
  const tools = { remove: queue.delete, say };
  const back = relay
    ? new PutOnBus({ ...tools, put: relay.put, obstacleTo })
    : new PutBack({ ...tools, queue: name, invoke: functionsOf(new LambdaClient(place), stage) });
  let listed = 0;
  const list = async (message: Received): Promise<void> => {
    say(relay ? describeRelayed(message) : describe(message, unpack({ Body: message.Body ?? '' })[0]));
    listed++;
  };
  const total = (isWhole: boolean) =>
    dryRun
      ? `${counted(listed, 'message')} ${isWhole ? `in the queue ${name}` : 'listed'}; nothing was changed`
      : totalsOf(back.results.values(), name, back.more);
  try {
    // A dry run and a bus are quick, so they take ten messages at a time. A function may take minutes: the next message
    // waits in the queue meanwhile, where others can receive it and a kill cannot hide it.
    const most = dryRun || relay ? 10 : 1;
    await eachNew(
      () => queue.receive(most),
      (message: Received) => (dryRun ? list(message) : back.put(message)),
      (id) => back.putAgain(id),
      stopping,
    );
  } catch (error) {
    end(`not finished: ${total(false)}`);
    throw error;
  } finally {
    const errors = await queue.release();
    if (errors.length > 0) warn(`${hiddenWords(errors.length)}: ${describeError(errors[0])}`);
  }
  end(`${stopping.aborted ? 'interrupted: ' : ''}${total(!stopping.aborted)}`);
  if (stopping.aborted) return exitCode();
  return dryRun || isDone(back.results.values()) ? 0 : 1;
}

const hiddenWords = (count: number): string =>
  `${counted(count, 'message')} ${agree(count, 'stays', 'stay')} hidden from others for up to ${HIDDEN_MINUTES} minutes`;

await runCommand('redrive', USAGE, () => redrive(readArguments()));
