/** What is noted about the end of a part, and whether its alert waits for the end of its parent. */
import type { Parent, Part } from '../../schemas/stored/part.ts';
import type { Alert } from '../alert/alert.ts';
import { resourceKey } from '../change/identity.ts';
import { hasEnded } from '../change/outcome.ts';
import { isPriced } from '../cost/meter.ts';

/** What is noted about `alert`, which says that a part of `parent` has ended. */
export function partOf(alert: Alert, parent: Parent, isWanted: boolean): Part {
  const { change, status, cause, cost, owner } = alert;
  // After a step that succeeded, the execution goes on.
  const outcome = status === 'Succeeded' ? 'completed' : alert.outcome;
  const { resource, jobArn, family, account, region, partition } = change;
  const arn = resource.type === 'pipeline-step' ? jobArn : resource.arn;
  return {
    id: arn?.toLowerCase() ?? resourceKey(change),
    at: (change.endedAt ?? change.event.at)?.getTime() ?? 0,
    ...{ family, type: resource.type, name: resource.name, outcome, isWanted },
    causeCode: cause?.code,
    causeDetail: cause?.detail,
    cause: cause?.cause,
    nextStep: cause?.nextStep,
    usd: cost !== undefined && isPriced(cost) ? cost.amount / 1_000_000 : undefined,
    ...{ owner, account, region, partition, parent },
  };
}

const BY_GROUND_CONTROL: ReadonlySet<string> = new Set(['stopped-at-budget', 'stopped-at-monthly-budget']);

/** Whether the code of a cause says that Ground Control did it itself. People hear of that at once. */
export const isByGroundControl = (code: string | undefined): boolean => BY_GROUND_CONTROL.has(code ?? '');

/** Whether an alert about a part may wait for the end of its parent, which tells of it. */
export const canWait = (alert: Alert): boolean =>
  hasEnded(alert.change, alert) &&
  alert.outcome !== 'deleted' &&
  alert.severity !== 'critical' &&
  !isByGroundControl(alert.cause?.code);
