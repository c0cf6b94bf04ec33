/** When a month is looked at again. */
import type { LineId } from '../../../domain/budget/month/line.ts';
import { nameOf } from '../../../domain/budget/month/month.ts';
import type { LookMeans } from './means.ts';

const MINUTE = 60_000;
/** Looks that happen at the same time collide; more attempts than this mean another fault. */
const MOST_ATTEMPTS = 10;

/** Schedules the next look for `at`, unless an earlier one is scheduled. A look that has come counts no more. */
export async function scheduleLook(id: LineId, at: Date | undefined, { months, deadlines, clock }: LookMeans) {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const { lookAt: due } = await months.read(id);
    const isPast = due !== undefined && due <= clock();
    if (at === undefined) return isPast ? months.looked(id, due) : undefined;
    if (due !== undefined && !isPast && due.getTime() <= at.getTime() + MINUTE) return;
    if (await months.lookAt(id, at, due)) return deadlines.arm(id, at, due);
  }
  throw new Error(`the time of the next look at ${nameOf(id)} changed ${MOST_ATTEMPTS} times; the message is retried`);
}
