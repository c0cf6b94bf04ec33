/** Chooses which faults to inject, and where. */
import type { Call } from '../../../local/embedded-aws/protocol.ts';
import type { Fault } from '../../../local/embedded-aws/server.ts';
import type { FaultKind } from '../plan/life.ts';
import type { Random } from '../plan/random.ts';
import type { Harm } from './sendings.ts';

/** A fault of one call. `kill`: its worker dies during the call. */
export type Chosen = 'throttle' | 'error' | 'reset' | 'lost' | 'slow' | 'partial' | 'conflict' | 'kill';

/** Which faults are possible at the moment. */
export interface Trouble {
  /** Single calls fail. */
  calls: boolean;
  kills: boolean;
  /** Alerts about some lives cannot be published until people repair the cause. */
  curses: boolean;
  /** The table refuses every call: the half hour of throttling. */
  storm: boolean;
}

/**
 * Whether publishing alerts about the life fails until people repair the cause. Its events end in a queue for failures.
 */
function hasCurse(name: string): boolean {
  const number = Number(name.slice('job-'.length));
  // The second condition selects labeling jobs.
  return number % 97 === 5 || number % 208 === 14;
}

/** Whether the event bus takes nothing about the life while calls fail. */
const isCutOff = (name: string): boolean => Number(name.slice('job-'.length)) % 7 === 4;

/** Whether a call creates a job or records its creation. There are few such calls, so they get more faults. */
function isCreation({ operation, input }: Call): boolean {
  const { pk } = Object(input['Key'] ?? input['Item']);
  return operation === 'CreateLabelingJob' || String(pk?.S).startsWith('effect#chain|');
}

/** The fault for one call of a worker, if any. `life`: the name of the life that the call is about. */
export function choose(
  random: Random,
  faults: ReadonlySet<FaultKind>,
  trouble: Trouble,
  call: Call,
  life: string | undefined,
): Chosen | undefined {
  if (trouble.storm && call.service === 'dynamodb') return 'throttle';
  if (trouble.curses && call.service === 'sns' && faults.has('error') && life !== undefined && hasCurse(life))
    return 'error';
  if (!trouble.calls) return undefined;
  // Some changes reach the event bus only after most calls succeed again.
  if (call.service === 'events' && faults.has('error') && life !== undefined && isCutOff(life)) return 'error';
  if (call.operation === 'BatchGetItem' && faults.has('partial') && random.chance(0.5)) return 'partial';
  if (call.operation === 'TransactWriteItems' && faults.has('conflict') && random.chance(0.1)) return 'conflict';
  const often = isCreation(call);
  // Most of what this harness is about happens around Publish.
  const chance = often ? 0.3 : call.service === 'sns' ? 0.1 : 0.03;
  const wire = (['throttle', 'error', 'reset', 'lost', 'slow'] as const).filter((kind) => faults.has(kind));
  if (trouble.kills && faults.has('kill') && random.chance(often ? 0.05 : 0.002)) return 'kill';
  return wire.length > 0 && random.chance(chance) ? random.pick(wire) : undefined;
}

/** How the embedded AWS carries out a chosen fault. A worker that is killed has made its call, or has not. */
export function carriedOut(chosen: Chosen, random: Random): Fault {
  if (chosen === 'kill') return { kind: random.chance(0.5) ? 'lost' : 'reset' };
  return chosen === 'slow' ? { kind: 'slow', milliseconds: random.between(20, 200) } : { kind: chosen };
}

/** What the fault does to the call. */
export function harmOf(fault: Fault | undefined): Harm {
  if (fault === undefined || fault.kind === 'slow' || fault.kind === 'partial') return 'none';
  return fault.kind === 'lost' ? 'lost' : 'refused';
}
