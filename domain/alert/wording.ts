/** The words for resource types, and for what happened to a resource. */

import type { StateChange } from '../../schemas/event/state-change.ts';
import { lookUp } from '../../schemas/look-up.ts';
import type { UpdateFailure } from '../../schemas/stored/resource.ts';
import type { Outcome } from '../../schemas/vocabulary.ts';
import type { Verdict } from '../change/outcome.ts';
import type { FailedPart } from '../diagnosis/diagnosis.ts';
import { kindOf } from '../kinds.ts';
import { asciiLine } from './render/ascii.ts';

/** For these outcomes the status says more than the outcome. */
const NAMED_BY_STATUS: ReadonlySet<Outcome> = new Set(['completed', 'degraded', 'running', 'changed']);

/** First words of subject and SMS: `FAILED`, `TIME LIMIT`, `IN SERVICE`. */
export function labelOf({
  outcome,
  status,
  change,
  label,
  failedUpdate,
}: Verdict & { readonly change: StateChange; readonly label?: string }): string {
  if (label !== undefined) return label;
  if (failedUpdate !== undefined) return FAILED_UPDATE[failedUpdate.how].label;
  // A completed model package is news because of its approval.
  if (change.resource.type === 'model-package' && change.qualifier !== undefined && outcome === 'completed') {
    return change.qualifier.toUpperCase();
  }
  const level = lookUp(LEVEL, status);
  if (level !== undefined) return level;
  if (
    status === undefined ||
    status === 'Succeeded' ||
    !NAMED_BY_STATUS.has(outcome) ||
    isIncomplete(outcome, status) ||
    lookUp(REPORTED, status) !== undefined
  )
    return LABEL[outcome];
  return inWords(status).toUpperCase();
}

/** In service, although instances are missing. */
const isIncomplete = (outcome: Outcome, status: string | undefined) => outcome === 'degraded' && status === 'InService';

/** ` (create)`: what the label does not say about the change. */
export const noteOf = (label: string, { qualifier }: StateChange): string =>
  qualifier === undefined || label.includes(qualifier.toUpperCase()) ? '' : ` (${qualifier})`;

const ROLLED_BACK = { label: 'ROLLED BACK', happened: 'was rolled back: its update failed' };
const FAILED_UPDATE = {
  'rolled-back': ROLLED_BACK,
  'rolled-back-late': ROLLED_BACK,
  reason: { label: 'UPDATE FAILED', happened: 'is in service, but its last update failed' },
  'other-config': { label: 'NOT UPDATED', happened: 'is in service, but its last update did not take effect' },
} as const satisfies Record<UpdateFailure, { readonly label: string; readonly happened: string }>;

/** Words for outcomes that no status says better. */
export const LABEL = {
  completed: 'COMPLETED',
  failed: 'FAILED',
  'time-limit': 'TIME LIMIT',
  stopped: 'STOPPED',
  degraded: 'DEGRADED',
  deleted: 'DELETED',
  running: 'RUNNING',
  changed: 'CHANGED',
  unknown: 'UNKNOWN STATUS',
  budget: 'BUDGET',
  labeling: 'LABELING',
  review: 'REVIEW',
} as const satisfies Record<Outcome, string>;

/** `Step Train (training job pipelines-x-Train)`: the part that failed first. */
export const nameOfPart = ({ kind, name, job }: FailedPart): string => {
  if (kind === 'training-job') return `Training job ${name}`;
  return `Step ${name}${job === undefined ? '' : ` (${nameOfTypeInside(job.type)} ${job.name})`}`;
};

/** ` of churn`: what the resource belongs to, in subject and SMS. */
export const placeOf = ({ resource, within }: StateChange): string =>
  within === undefined || kindOf(resource.type).partOf === undefined ? '' : ` of ${asciiLine(within, LONGEST_PLACE)}`;

const LONGEST_PLACE = 32;

/** `Training job` for `training-job`. */
export const nameOfType = (type: string): string => kindOf(type).name;

/** The same, within a sentence. */
export function nameOfTypeInside(type: string): string {
  const name = nameOfType(type);
  return name.startsWith('HyperPod') ? name : name.charAt(0).toLowerCase() + name.slice(1);
}

const DONE: Readonly<Record<string, string>> = {
  Complete: 'completed',
  'Complete with labeling errors': 'completed with labeling errors',
  Finished: 'finished',
  Started: 'was started',
  Updated: 'was updated',
  Scheduled: 'was scheduled',
  Completed: 'completed',
  Succeeded: 'completed',
  InService: 'is in service',
  Created: 'was created',
  Active: 'is active',
  Approved: 'was approved',
  Rejected: 'was rejected',
  Healthy: 'is healthy again',
  CompletedWithViolations: 'completed with violations',
};

const LEVEL: Readonly<Record<string, string>> = { Warn: 'WARNING', Error: 'ERROR' };

/** For the levels of HyperPod cluster events. */
const REPORTED: Readonly<Record<string, string>> = {
  Info: 'reported an event',
  Warn: 'reported a warning',
  Error: 'reported an error',
};

/** The predicate of the headline: `failed`, `reached its time limit`, `is in service`. */
export function happened({ outcome, status, failedUpdate }: Verdict): string {
  if (failedUpdate !== undefined) return FAILED_UPDATE[failedUpdate.how].happened;
  const reported = lookUp(REPORTED, status);
  if (reported !== undefined) return reported;
  if (isIncomplete(outcome, status)) return 'is in service, but instances are missing';
  const is = `is ${inWords(status ?? 'changed')}`;
  switch (outcome) {
    case 'completed':
      return lookUp(DONE, status) ?? is;
    case 'failed':
      if (status === undefined || status === 'Failed') return 'failed';
      return status.endsWith('Failed') ? `failed (${inWords(status)})` : is;
    case 'time-limit':
      return status === 'Expired' ? 'expired' : 'reached its time limit';
    case 'stopped':
      return 'was stopped';
    case 'deleted':
      return 'was deleted';
    case 'degraded':
    case 'running':
      return lookUp(DONE, status) ?? is;
    case 'changed':
      return status === undefined ? 'was created or deleted (the event does not say which)' : is;
    case 'budget':
    case 'labeling':
    case 'review':
    case 'unknown':
      return status === undefined
        ? 'changed, but its event has no status'
        : `has a status that Ground Control does not know: "${status}"`;
  }
}

/** `create failed` for `CreateFailed`. */
function inWords(status: string): string {
  return status.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}

/** The name for people. */
export function displayName(name: string): string {
  return name === 'unknown' ? '(name not given)' : name;
}
