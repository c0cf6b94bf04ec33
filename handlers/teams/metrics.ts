/** Writes metrics about labeling teams into the log, in the embedded metric format of CloudWatch. */
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { LiveFigures } from '../../domain/teams/live.ts';

/** What the metrics of one team are about. */
export interface TeamPoint {
  /** The dimension `team`. */
  readonly team: string;
  readonly at: Date;
  readonly figures: Readonly<LiveFigures>;
}

export interface TeamMetrics {
  /** Writes the figures of a team. A figure of 0 has no data point: nothing is known to have happened. */
  readonly publish: (point: TeamPoint) => void;
  /** Counts entries, or a whole message, that could not be read. */
  readonly countUnreadable: (count: number) => void;
}

/** An entry of the format has at most 100 values of a metric. Powertools would drop the dimension after these. */
const MOST_VALUES = 99;

/** Metrics in the namespace `GroundControl`, with the dimension `service`, which names the stage. */
export function teamMetrics(metrics = new Metrics({ namespace: 'GroundControl' })): TeamMetrics {
  return {
    publish: ({ team, at, figures }) => {
      const { submitted, declined, returned, wallSeconds } = figures;
      const open = () => metrics.addDimension('team', team).setTimestamp(at);
      open();
      if (submitted > 0) metrics.addMetric('TasksSubmitted', MetricUnit.Count, submitted);
      if (declined > 0) metrics.addMetric('TasksDeclined', MetricUnit.Count, declined);
      if (returned > 0) metrics.addMetric('TasksReturned', MetricUnit.Count, returned);
      metrics.publishStoredMetrics();
      for (let from = 0; from < wallSeconds.length; from += MOST_VALUES) {
        open();
        for (const seconds of wallSeconds.slice(from, from + MOST_VALUES))
          metrics.addMetric('TaskWallSeconds', MetricUnit.Seconds, seconds);
        metrics.publishStoredMetrics();
      }
    },
    countUnreadable: (count) => {
      metrics.addMetric('WorkerActivityUnreadable', MetricUnit.Count, count).publishStoredMetrics();
    },
  };
}
