/** How what went wrong is put right: by reconciliation, and by people who put back what rests in queues. */
import { setTimeout as delay } from 'node:timers/promises';
import type { LocalAws } from '../../local/embedded-aws/start.ts';
import { unpack } from '../../local/play/unpack.ts';
import { nameOf } from './about.ts';
import type { Lambda } from './lambda.ts';
import type { PlannedJob } from './lifecycle.ts';

/** Milliseconds after which people put back what rests of labeling jobs: more than a week. */
const MUCH_LATER = 8 * 24 * 60 * 60_000;
const MOST_ROUNDS = 40;

/** Reconciles until nothing is left to look at; what is wrong where that never comes. */
export async function reconcile(lambda: Lambda, later: number): Promise<string[]> {
  let left: string | undefined = 'not begun';
  for (let round = 0; round < MOST_ROUNDS && left !== undefined; round++) {
    left = await lambda.once('reconciliation', {}, later);
  }
  return left === undefined ? [] : [`reconciliation: ${left}`];
}

/** An event that a function gave up, and the function. */
export interface Resting {
  readonly functionName: string;
  readonly event: unknown;
}

/** Labeling jobs that were put back, long after. */
export const namesOf = (rests: readonly Resting[]) =>
  new Set(rests.flatMap(({ functionName, event }) => (functionName === 'labeling' ? [nameOf(event) ?? ''] : [])));

/** Takes what rests in the queues for what failed. */
export function resting(jobs: readonly PlannedJob[], aws: LocalAws, lambda: Lambda): Resting[] {
  const bodies = [...aws.take('quarantine'), ...aws.take('failed')];
  const unpacked = bodies.flatMap((body) => unpack(JSON.parse(body)));
  return [...lambda.failed.splice(0), ...unpacked.map((event) => ({ functionName: functionOf(jobs, event), event }))];
}

/** Puts it back through its functions until they take it. */
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
