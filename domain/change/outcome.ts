/**
 * What a status means to a person: its outcome and its severity.
 *
 * Ground Control never guesses: a status that the table of kinds does not list is `unknown`, and the alert quotes it.
 */

import type { StateChange } from '../../schemas/event/state-change.ts';
import type { UpdateFailure } from '../../schemas/stored/resource.ts';
import type { Outcome, Severity } from '../../schemas/vocabulary.ts';
import { kindOf } from '../kinds.ts';
import { ENDS, type Meaning, type Statuses } from '../statuses.ts';

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
  review: 'warning',
} as const satisfies Record<Outcome, Severity>;

/** Secondary statuses of a job that reached its own time limit. It ends as `Stopped`, although nobody stopped it. */
const TIME_LIMITS: ReadonlySet<string> = new Set(['maxruntimeexceeded', 'maxwaittimeexceeded']);

/** What a change means. `status` has the API's spelling when it is known; otherwise it is as received. */
export interface Verdict {
  readonly outcome: Outcome;
  readonly severity: Severity;
  readonly status: string | undefined;
  /** Why an endpoint in service is a failure: its last update failed. */
  readonly failedUpdate?: FailedUpdate;
}

/** An update of an endpoint that failed. */
export interface FailedUpdate {
  readonly how: UpdateFailure;
  /** Instances that served before it, if that is known. */
  readonly instancesBefore?: number | undefined;
}

/** Judges `change` by its resource type, status and secondary status. */
export function judge(change: StateChange): Verdict {
  if (change.status === undefined)
    return verdict(kindOf(change.resource.type).withoutStatus ? 'changed' : 'unknown', undefined);
  const known = lookUp(kindOf(change.resource.type).statuses, change.status);
  if (known === undefined) return verdict('unknown', change.status);
  const [status, meaning] = known;
  if (meaning === 'stopped' && TIME_LIMITS.has(normalize(change.secondaryStatus ?? '')))
    return verdict('time-limit', status);
  return verdict(meaning, status);
}

/** Whether the resource has ended, or no longer exists. False for a status that is not known. */
export function hasEnded({ resource: { type } }: StateChange, { status }: Verdict): boolean {
  if (status === 'Deleted') return true;
  return kindOf(type).end !== 'none' && status !== undefined && ENDS.has(status);
}

function verdict(meaning: Meaning, status: string | undefined): Verdict {
  const [outcome, severity] = typeof meaning === 'string' ? [meaning, SEVERITY[meaning]] : meaning;
  return { outcome, severity, status };
}

/** Gives one spelling to `InService`, `IN_SERVICE`, `in service` and `in-service`. */
function normalize(status: string): string {
  return status.toLowerCase().replace(/[\s_-]/g, '');
}

type Index = ReadonlyMap<string, readonly [string, Meaning]>;
const indices = new Map<Statuses, Index>();

/** Finds `status` among `statuses`, whatever its spelling; returns the API's spelling and the meaning. */
function lookUp(statuses: Statuses, status: string): readonly [string, Meaning] | undefined {
  const index =
    indices.get(statuses) ??
    new Map(Object.entries(statuses).map(([name, meaning]) => [normalize(name), [name, meaning]]));
  indices.set(statuses, index);
  return index.get(normalize(status));
}
