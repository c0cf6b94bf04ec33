/** Repairs after the faults: reconciliation, and people who redrive the queues. */
import { setTimeout as delay } from 'node:timers/promises';
import type { LocalAws } from '../../local/embedded-aws/start.ts';
import { unpack } from '../../local/play/unpack.ts';
import { nameOf } from './about.ts';
import type { Lambda } from './lambda.ts';
import type { PlannedJob } from './lifecycle.ts';

/** Milliseconds after which people redrive events of labeling jobs: more than a week. */
const MUCH_LATER = 8 * 24 * 60 * 60_000;
const MOST_ROUNDS = 40;

/**
 * Runs reconciliation until it is complete. Returns the last failure if it is not complete after `MOST_ROUNDS` runs.
 */
export async function reconcile(lambda: Lambda, later: number): Promise<string[]> {
  let left: string | undefined = 'not begun';
  for (let round = 0; round < MOST_ROUNDS && left !== undefined; round++) {
    left = await lambda.once('reconciliation', {}, later);
  }
  return left === undefined ? [] : [`reconciliation: ${left}`];
}

/** An event in a queue for failures, and the function that failed on it. */
export interface Resting {
  readonly functionName: string;
  readonly event: unknown;
}

/** Names of the labeling jobs whose events were redriven, more than a week later. */
export const namesOf = (rests: readonly Resting[]) =>
  new Set(rests.flatMap(({ functionName, event }) => (functionName === 'labeling' ? [nameOf(event) ?? ''] : [])));

/** Takes all events out of the queues for failures. */
export function resting(jobs: readonly PlannedJob[], aws: LocalAws, lambda: Lambda): Resting[] {
  const bodies = [...aws.take('quarantine'), ...aws.take('failed')];
  const unpacked = bodies.flatMap((body) => unpack(JSON.parse(body)));
  return [...lambda.failed.splice(0), ...unpacked.map((event) => ({ functionName: functionOf(jobs, event), event }))];
}

/** Sends the events to their functions again until these handle them. */
export async function redrive(rests: readonly Resting[], lambda: Lambda): Promise<void> {
  for (const { functionName, event } of rests) {
    const later = functionName === 'labeling' ? MUCH_LATER : 0;
    for (let round = 0; round < MOST_ROUNDS && !(await lambda.invoke(functionName, event, false, later)); round++)
      await delay(200);
  }
}

function functionOf(jobs: readonly PlannedJob[], event: unknown): string {
  const text = JSON.stringify(event);
  return jobs.find(({ detailType }) => text.includes(`"${detailType}"`))?.functionName ?? '';
}
