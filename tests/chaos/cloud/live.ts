/** Plays the planned changes of a life in real time. */
import { setTimeout as delay } from 'node:timers/promises';
import type { LocalAws } from '../../../local/embedded-aws/start.ts';
import { leaveBehind } from '../plan/labeling.ts';
import { type Change, type Life, lastOf } from '../plan/life.ts';
import { hasLog, writeLog } from '../plan/logs.ts';
import type { StoryRecord } from '../record.ts';
import type { Lambda } from './lambda.ts';

export interface Stage {
  /** The beginning of the story, epoch milliseconds. */
  readonly begin: number;
  readonly lambda: Lambda;
  readonly aws: LocalAws;
  readonly record: StoryRecord;
  /** When each change happened and when one of its events was first handled, epoch milliseconds; by life and number. */
  readonly times: Times;
}

/** Times of the changes of a life. */
export interface Times {
  readonly happened: Map<string, number>;
  readonly handled: Map<string, number>;
}

export const noTimes = (): Times => ({ happened: new Map(), handled: new Map() });

/** The key of a change in `Times`. */
export const keyOf = ({ name }: Pick<Life, 'name'>, number: number): string => `${name}/${number}`;

/** Plays a life. SageMaker shows each change at once; events arrive as planned. The last change may be held back. */
export async function live(life: Life, stage: Stage): Promise<void> {
  const { begin } = stage;
  const now = life.isHeldBack === true ? life.changes.slice(0, -1) : life.changes;
  await Promise.all(
    now.map(async (change) => {
      const happened = until(begin + change.at).then(() => happen(life, change, stage));
      await Promise.all([happened, deliver(life, change, stage, happened)]);
    }),
  );
}

/** Plays the last change of a life that was held back. Its event comes with the clock of functions `later` ahead. */
export async function release(life: Life, stage: Stage, later: number): Promise<void> {
  const change = lastOf(life);
  happen(life, change, stage);
  await come(life, change, stage, 0, later);
}

async function deliver(life: Life, change: Change, stage: Stage, happened: Promise<void>): Promise<void> {
  if (change.deliveries.length === 0) stage.record.add(life.name, 'event', `the event of ${change.status} never comes`);
  await Promise.all(
    change.deliveries.map(async (at, copy) => {
      await until(stage.begin + at);
      // An event may come before its change only if it is planned to.
      if (at >= change.at) await happened;
      await come(life, change, stage, copy, 0);
    }),
  );
}

async function come(life: Life, change: Change, stage: Stage, copy: number, later: number): Promise<void> {
  const { lambda, record, times } = stage;
  record.add(life.name, 'event', `${change.status}, copy ${copy + 1}, comes`);
  const event = life.event(change, copy);
  const key = keyOf(life, life.changes.indexOf(change));
  if ((await lambda.invoke(life.functionName, event, later)) && !times.handled.has(key))
    times.handled.set(key, Date.now());
}

function happen(life: Life, change: Change, { aws, record, times }: Stage): void {
  record.add(life.name, 'change', change.status);
  times.happened.set(keyOf(life, life.changes.indexOf(change)), Date.now());
  if (life.labeling !== undefined && change.status !== 'InProgress') leaveBehind(aws, life, life.labeling);
  if (life.review !== undefined) aws.s3.objects.set(life.review.uri, life.review.output);
  if (hasLog(life, change)) writeLog(aws, life);
  const resource = life.resource(change);
  if (resource === undefined) aws.sageMaker.resources.delete(life.arn);
  else aws.sageMaker.put(resource);
}

const until = (at: number) => delay(Math.max(0, at - Date.now()));
