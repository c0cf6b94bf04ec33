/** Chooses which faults to inject, and where. */
import type { Call } from '../../local/embedded-aws/protocol.ts';
import type { FaultKind } from './lifecycle.ts';
import type { Random } from './random.ts';

/**
 * Whether publishing alerts about the job fails until people repair the cause. Its events end in a queue for failures.
 */
export function hasCurse(name: string): boolean {
  const number = Number(name.slice('job-'.length));
  // The second condition selects labeling jobs.
  return number % 97 === 5 || number % 104 === 14;
}

/** Whether a call creates a job or records its creation. There are few such calls, so they get more faults. */
export function isCreation({ operation, input }: Call): boolean {
  const { pk } = Object(input['Key'] ?? input['Item']);
  return operation === 'CreateLabelingJob' || String(pk?.S).startsWith('effect#chain|');
}

/** The fault for one call, if any. `often`: more likely than usual. Kills are the rarest. */
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
