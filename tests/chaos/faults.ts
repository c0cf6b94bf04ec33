/** What goes wrong, and where. */
import type { Call } from '../../local/embedded-aws/protocol.ts';
import type { FaultKind } from './lifecycle.ts';
import type { Random } from './random.ts';

/** A few jobs cannot be told of until people have put that right: their events end in the queue. */
export function hasCurse(name: string): boolean {
  const number = Number(name.slice('job-'.length));
  // The second are labeling jobs.
  return number % 97 === 5 || number % 104 === 14;
}

/** Creating a job, and noting that it is or was created: there are few such calls, and each is worth a fault. */
export function isCreation({ operation, input }: Call): boolean {
  const { pk } = Object(input['Key'] ?? input['Item']);
  return operation === 'CreateLabelingJob' || String(pk?.S).startsWith('effect#chain|');
}

/** Faults by what they do; kills are the rarest. */
export function choose(
  random: Random,
  faults: ReadonlySet<FaultKind>,
  kills: boolean,
  often: boolean,
): 'throttle' | 'error' | 'reset' | 'lost' | 'slow' | 'kill' | undefined {
  const wire = (['throttle', 'error', 'reset', 'lost', 'slow'] as const).filter((kind) => faults.has(kind));
  if (kills && faults.has('kill') && random.chance(often ? 0.05 : 0.002)) return 'kill';
  return wire.length > 0 && random.chance(often ? 0.3 : 0.03) ? random.pick(wire) : undefined;
}
