/**
 * The worker thread in which people try things: one AWS and one clock for all that they send. It answers requests one
 * after the other.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { Call } from '../../../embedded-aws/protocol.ts';
import type { Fault } from '../../../embedded-aws/server.ts';
import { startLocalAws } from '../../../embedded-aws/start.ts';
import type { Beside } from '../../../play/beside.ts';
import { startClock } from '../../../play/history/clock.ts';
import { isWindow } from '../../../play/history/windows.ts';
import { type Play, playerOf } from '../../../play/play.ts';
import { emptyQueues } from '../../../play/queues.ts';
import type { Moment } from '../../../stories/moment.ts';
import { momentOf } from '../../../stories/samples.ts';
import type { Answer, FaultName, Request, TrialTask } from './protocol.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Lambda tries an event again after one minute, and after two more (Lambda developer guide, asynchronous invocation). */
const TRIES_AGAIN = [MINUTE, 2 * MINUTE];

const { configuration }: TrialTask = workerData;
Object.assign(process.env, { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' });

let fault: FaultName = 'none';
let isDead = false;
let refused = 0;
const faultOf = ({ service, operation }: Call): Fault | undefined => {
  if (isDead) return { kind: 'reset' };
  if (service !== 'sns' || operation !== 'Publish' || fault === 'none') return undefined;
  if (fault === 'denied') return { kind: 'denied' };
  if (fault === 'throttle') return refused++ === 0 ? { kind: 'throttle' } : undefined;
  if (fault === 'lost') return refused++ === 0 ? { kind: 'lost' } : undefined;
  isDead = true;
  return undefined;
};

const aws = await startLocalAws(configuration, faultOf);
const clock = startClock(Date.now());
const play: Play = playerOf(aws, 'history');
const say = (answer: Answer) => parentPort?.postMessage(answer);
const show = (moment: Moment) => say({ kind: 'moment', moment });
const words = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** What the functions published and called since the last `clear`. */
const seen = (what: string, nobody?: string): Moment => ({
  at: new Date(),
  what,
  publications: [...aws.publications],
  calls: [...aws.calls],
  nobody: aws.publications.length > 0 ? undefined : nobody,
});

/** Hands the event over as EventBridge does: a function that fails gets it again. */
async function deliver(event: unknown, beside: Beside | undefined, what: string): Promise<void> {
  try {
    show(momentOf(new Date(), what, event, await play(event, beside)));
    return;
  } catch (error) {
    show({ ...seen(`${what}. The function fails: ${words(error)}`), event });
  }
  for (const [at, after] of TRIES_AGAIN.entries()) {
    isDead = false;
    if (fault !== 'denied') fault = 'none';
    clock.moveTo(Date.now() + after);
    const again = `Lambda tries again, ${after / MINUTE === 1 ? 'a minute' : 'two minutes'} later`;
    const waits = [...aws.messages];
    aws.clear();
    aws.messages.push(...waits);
    try {
      // A message that a function could not handle comes again; otherwise the event does.
      if (waits.length > 0) await emptyQueues(aws);
      else {
        show(momentOf(new Date(), again, event, await play(event, beside)));
        return;
      }
      show(seen(again, 'there was nothing more to do'));
      return;
    } catch (error) {
      const isLast = at + 1 === TRIES_AGAIN.length;
      const kept = isLast ? '. The event is kept in the queue of failed events, and an alarm tells operators' : '';
      show(seen(`${again}, and the function fails: ${words(error)}${kept}`));
    }
  }
}

/** The same event as one that is an hour older and has an id of its own. */
function anHourOlder(event: unknown): unknown {
  const { detail, time, ...rest } = Object(event);
  const older = (value: unknown) =>
    typeof value === 'number'
      ? value - HOUR
      : typeof value === 'string' && !Number.isNaN(Date.parse(value))
        ? new Date(Date.parse(value) - HOUR).toISOString()
        : value;
  return {
    ...rest,
    id: `${rest.id ?? 'event'}-older`,
    time: older(time),
    detail:
      typeof detail === 'object' && detail !== null
        ? { ...detail, LastModifiedTime: older(detail.LastModifiedTime) }
        : detail,
  };
}

/** Moves the clock to `instant`; schedules fire on the way. */
async function advanceTo(instant: number): Promise<void> {
  for (const schedule of aws.scheduler.take(new Date(instant))) {
    clock.moveTo(schedule.at.getTime());
    aws.clear();
    aws.send(isWindow(schedule) ? 'digest' : 'budget', schedule.input);
    try {
      await emptyQueues(aws);
      show(seen('A schedule fires', 'the function looked, and found nothing to tell'));
    } catch (error) {
      show(seen(`A schedule fires, and the function fails: ${words(error)}`));
    }
  }
  clock.moveTo(instant);
}

async function handle(request: Request): Promise<void> {
  if (request.kind === 'end') {
    await aws.stop();
    process.exit(0);
  }
  if (request.kind === 'advance') {
    const next = standing().schedules[0]?.getTime();
    return advanceTo(request.minutes === 'next' ? (next ?? Date.now()) : Date.now() + request.minutes * MINUTE);
  }
  ({ fault } = request);
  [isDead, refused] = [false, 0];
  const { event, beside, what, way } = request;
  if (way === 'late') await deliver(anHourOlder(event), beside, `${what}, as an event that is an hour older`);
  else await deliver(event, beside, what);
  if (way === 'twice') await deliver(event, beside, 'The same event comes again');
  fault = 'none';
}

const standing = () => ({
  now: new Date(),
  schedules: [...aws.scheduler.schedules.values()]
    .map(({ at }) => at)
    .sort((one, other) => one.getTime() - other.getTime()),
});

/** Requests are answered in order. */
let last: Promise<void> = Promise.resolve();
parentPort?.on('message', (request: Request) => {
  last = last
    .then(() => handle(request))
    .catch((error: unknown) => say({ kind: 'failed', why: words(error) }))
    .then(() => say({ kind: 'idle', standing: standing() }));
});
say({ kind: 'idle', standing: standing() });
