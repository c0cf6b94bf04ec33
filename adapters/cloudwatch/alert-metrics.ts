/**
 * Metrics about alerts, for the dashboard: how many by family and by outcome, how long they took, what ended jobs cost, and
 * how many jobs Ground Control stopped.
 *
 * CloudWatch reads them from the function's log (embedded metric format), and bills each combination of dimensions. A
 * family or an outcome is one, so there are 25 of these metrics at most. They are written once the alert is stored as
 * sent: what is not written then, since the function died, is missing, and nothing is counted twice.
 */
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { AlertMessage } from '../../schemas/message/alert.ts';

/** What was told, and whether it tells that Ground Control stopped something. */
export type CountAlert = (message: AlertMessage, isStop: boolean, now: Date) => void;

/** Outcomes of alerts about what has not ended: what they cost is in the alert about the end. */
const RUNNING: ReadonlySet<string> = new Set(['budget', 'labeling', 'running', 'changed']);

/** Counts in the metrics `Alerts`, `AlertSeconds`, `CostUsd`, `SavedUsd` and `Stops` of the namespace `GroundControl`. */
export function countAlerts(): CountAlert {
  const metrics = new Metrics({ namespace: 'GroundControl' });
  const count = (dimension: string, value: string) =>
    metrics.singleMetric().addDimension(dimension, value).addMetric('Alerts', MetricUnit.Count, 1);
  return ({ family, outcome, cost, event }, isStop, now) => {
    count('family', family);
    count('outcome', outcome);
    if (event.at !== null) {
      const seconds = (now.getTime() - Date.parse(event.at)) / 1000;
      metrics.addMetric('AlertSeconds', MetricUnit.Seconds, Math.max(0, seconds));
    }
    if (!RUNNING.has(outcome) && cost !== null) {
      if (cost.usd !== null) metrics.addMetric('CostUsd', MetricUnit.NoUnit, cost.usd);
      if (cost.savedUsd !== null) metrics.addMetric('SavedUsd', MetricUnit.NoUnit, cost.savedUsd);
    }
    if (isStop) metrics.addMetric('Stops', MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
  };
}
