/** The alert as its machine-readable, versioned object. */
import type { AlertMessage } from '../../../schemas/message/alert.ts';
import type { Parent, Part } from '../../../schemas/stored/part.ts';
import { cutText } from '../../../schemas/text/plain-text.ts';
import { isPriced, type Metered } from '../../cost/meter.ts';
import { failedAlike, usdOf } from '../../parts/ended.ts';
import { canWait } from '../../parts/part.ts';
import type { Alert } from '../alert.ts';

const LONGEST_REASON = 500;

function renderCost(cost: Metered): AlertMessage['cost'] {
  if (!isPriced(cost))
    return { usd: null, kind: 'unknown', formula: null, savedUsd: null, prices: null, reason: cost.notPriced };
  const { amount, kind, formula, saved, priced } = cost;
  return {
    usd: amount / 1_000_000,
    kind,
    formula,
    savedUsd: saved === undefined ? null : saved / 1_000_000,
    prices: { source: priced.source, asOf: priced.asOf, region: priced.region ?? null },
    reason: null,
  };
}

function renderLog(log: Alert['log']): AlertMessage['log'] {
  if (log === undefined) return null;
  return 'noLog' in log
    ? { stream: null, lines: [], note: log.noLog }
    : { stream: log.stream, lines: [...log.lines], note: null };
}

const MOST_ALIKE = 20;
const MOST_NAMES = 10;

const renderParts = (parts: readonly Part[]): AlertMessage['parts'] => ({
  ended: parts.length,
  failed: failedAlike(parts)
    .slice(0, MOST_ALIKE)
    .map(({ first, names }) => ({
      count: names.length,
      outcome: first.outcome,
      type: first.type,
      causeCode: first.causeCode ?? null,
      names: names.slice(0, MOST_NAMES),
    })),
  usd: usdOf(parts) ?? null,
});

const renderParent = ({ id, type, name }: Parent, isWaitedFor: boolean) => ({ id, type, name, isWaitedFor });

/** The object that `schemas/message/alert.ts` documents. */
export function renderMessage(alert: Alert): AlertMessage {
  const { change, cause } = alert;
  return {
    schema: 'ground-control/alert',
    version: '2.0',
    id: alert.id,
    severity: alert.severity,
    outcome: alert.outcome,
    family: change.family,
    resource: { type: change.resource.type, name: change.resource.name, arn: change.resource.arn ?? null },
    status: alert.status ?? null,
    secondaryStatus: change.secondaryStatus ?? null,
    headline: alert.headline,
    cause:
      cause === undefined
        ? null
        : {
            code: cause.code,
            detail: cause.detail ?? null,
            text: cause.cause,
            nextStep: cause.nextStep,
            commands: [...(cause.commands ?? [])],
            retry: cause.retry ?? null,
          },
    failureCode: change.failureCode ?? null,
    reason: alert.reason === undefined ? null : cutText(alert.reason, LONGEST_REASON),
    firstFailure:
      alert.firstFailure === undefined
        ? null
        : {
            kind: alert.firstFailure.kind,
            name: alert.firstFailure.name,
            jobArn: alert.firstFailure.job?.arn ?? null,
            reason: alert.firstFailure.reason === undefined ? null : cutText(alert.firstFailure.reason, LONGEST_REASON),
          },
    log: renderLog(alert.log),
    owner: alert.owner,
    createdAt: change.createdAt?.toISOString() ?? null,
    startedAt: change.startedAt?.toISOString() ?? null,
    endedAt: change.endedAt?.toISOString() ?? null,
    durationSeconds: alert.durationSeconds ?? null,
    cost: alert.cost === undefined ? null : renderCost(alert.cost),
    instances: change.instances.map(({ type, count }) => ({ type, count: count ?? null })),
    outputS3Uri: change.outputS3Uri ?? null,
    parts: alert.parts === undefined ? null : renderParts(alert.parts),
    parent: alert.parent === undefined ? null : renderParent(alert.parent, canWait(alert)),
    details: [...change.details],
    links: { console: alert.links.console ?? null, logs: alert.links.logs ?? null },
    account: change.account ?? null,
    region: change.region ?? null,
    partition: change.partition,
    event: {
      id: change.event.id ?? null,
      detailType: change.event.detailType,
      at: change.event.at?.toISOString() ?? null,
    },
  };
}
