/**
 * What a status means to a person.
 *
 * Per resource type, the statuses SageMaker documents (API enumerations and those seen only in events) and what each
 * comes to. A status that is not listed is never guessed at: it is `unknown`, and the alert says what was received.
 */

import type { StateChange } from '../../schemas/event/state-change.ts';
import type { Outcome, Severity } from '../../schemas/vocabulary.ts';
import { kindOf } from '../kinds.ts';
import type { Meaning, Statuses } from '../statuses.ts';

const SEVERITY = {
  completed: 'info',
  failed: 'error',
  'time-limit': 'warning',
  stopped: 'warning',
  degraded: 'warning',
  deleted: 'info',
  running: 'info',
  changed: 'info',
  unknown: 'warning',
  budget: 'warning',
  labeling: 'warning',
} as const satisfies Record<Outcome, Severity>;

/** A job that ran into its own limit ends `Stopped` with one of these; nobody stopped it. */
const TIME_LIMITS: ReadonlySet<string> = new Set(['maxruntimeexceeded', 'maxwaittimeexceeded']);

/** What a change comes to. `status` is in the API's spelling when it is a known one, else as received. */
export interface Verdict {
  readonly outcome: Outcome;
  readonly severity: Severity;
  readonly status: string | undefined;
}

/** The verdict on `change`, from its resource type and status alone. */
export function judge(change: StateChange): Verdict {
  if (change.status === undefined)
    return verdict(kindOf(change.resource.type).withoutStatus ? 'changed' : 'unknown', undefined);
  const known = lookUp(kindOf(change.resource.type).statuses, change.status);
  if (known === undefined) return verdict('unknown', change.status);
  const [status, meaning] = known;
  if (meaning === 'stopped' && TIME_LIMITS.has(squash(change.secondaryStatus ?? '')))
    return verdict('time-limit', status);
  return verdict(meaning, status);
}

function verdict(meaning: Meaning, status: string | undefined): Verdict {
  const [outcome, severity] = typeof meaning === 'string' ? [meaning, SEVERITY[meaning]] : meaning;
  return { outcome, severity, status };
}

/** One spelling of `InService`, `IN_SERVICE`, `in service` and `in-service`. */
function squash(status: string): string {
  return status.toLowerCase().replace(/[\s_-]/g, '');
}

type Index = ReadonlyMap<string, readonly [string, Meaning]>;
const indices = new Map<Statuses, Index>();

/** The status of `statuses` that is spelled like `status`, and its meaning. */
function lookUp(statuses: Statuses, status: string): readonly [string, Meaning] | undefined {
  const index =
    indices.get(statuses) ??
    new Map(Object.entries(statuses).map(([name, meaning]) => [squash(name), [name, meaning]]));
  indices.set(statuses, index);
  return index.get(squash(status));
}
