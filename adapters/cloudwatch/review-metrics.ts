/**
 * Metrics about reviews: how many answers people gave about each workflow, and in how many they agree with the model.
 *
 * Each configured workflow is a dimension, so their number is bounded. CloudWatch reads them from the function's log
 * (embedded metric format). A metric that was written before the function died is not written again, and one that was
 * not is lost: the table has the exact sums.
 */
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Comparison } from '../../domain/review/comparison.ts';
import { agreementOf, sumsOfWhole } from '../../domain/review/sums.ts';

/** Counts the comparison of one loop of `flow`. */
export type CountReview = (flow: string, comparison: Comparison) => void;

/** Counts in the metrics `HumanAnswers`, `HumanAgreed` and `NotComparable` of the namespace `GroundControl`. */
export function countReviews(): CountReview {
  const metrics = new Metrics({ namespace: 'GroundControl' });
  return (flow, { fields, notComparable }) => {
    const { n, agreed } = agreementOf(sumsOfWhole(fields));
    metrics.addDimension('flow', flow);
    if (notComparable !== undefined) metrics.addMetric('NotComparable', MetricUnit.Count, 1);
    else {
      metrics.addMetric('HumanAnswers', MetricUnit.Count, n);
      metrics.addMetric('HumanAgreed', MetricUnit.Count, agreed);
    }
    metrics.publishStoredMetrics();
  };
}
