/**
 * When a step, a job or what runs them ends: what Ground Control notes in the table, and whom it tells now of alerts that
 * waited for this end.
 */
import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import type { Parent } from '../../schemas/stored/part.ts';
import type { Action, ReleasePartsAction } from '../action.ts';
import type { Alert } from '../alert/alert.ts';
import { hasEnded, type Verdict } from '../change/outcome.ts';
import { jobToLink, parentIn, parentOf } from './parent.ts';
import { partOf } from './part.ts';

/** Whether the end of a training job of a tuning job waits for subscribers, in case they never hear of the tuning job. */
export const waitsForTuningJob = (
  change: StateChange,
  verdict: Verdict,
  { delivery }: FunctionConfiguration,
): boolean =>
  delivery.collapse && delivery.groups.length > 0 && parentOf(change) !== undefined && hasEnded(change, verdict);

/** What is noted about `alert`, which is about a part of `parent`, for the alert about the parent's end. */
export function notesOn(alert: Alert, parent: Parent, { alerts }: FunctionConfiguration): Action[] {
  const { change, outcome } = alert;
  const arn = jobToLink(change);
  const linked: Action[] = arn === undefined ? [] : [{ kind: 'link-job', arn, parent }];
  // How a part ended is known when it is deleted.
  if (!hasEnded(change, alert) || outcome === 'deleted') return linked;
  const isWanted = alerts[change.family].some((wanted) => wanted === outcome);
  return [...linked, { kind: 'note-part', part: partOf(alert, parent, isWanted) }];
}

/** What lets people hear of the parts of something that has ended without an alert. */
export function releaseOf(change: StateChange): ReleasePartsAction[] {
  const parent = parentIn(change);
  return parent === undefined ? [] : [{ kind: 'release-parts', parent }];
}
