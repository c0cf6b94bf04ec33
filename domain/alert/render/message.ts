/** The alert as its machine-readable, versioned object. */
import type { AlertMessage } from '../../../schemas/message/alert.ts';
import { cutText } from '../../../schemas/text/plain-text.ts';
import { isPriced, type Metered } from '../../cost/meter.ts';
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
