/** How Ground Control itself does. */
import { type CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';

export interface Alarm {
  readonly name: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  readonly since: Date | undefined;
  /** What it means, and what to do first. */
  readonly about: string;
  /** Metrics that it looks at. */
  readonly metrics: number;
}

const ORDER = ['ALARM', 'INSUFFICIENT_DATA', 'OK'];

/** The alarms of `stage`, those that fire first. They tell its operators; those of a stage `<stage>-2` tell others. */
export async function alarmsOf(stage: string, client: CloudWatchClient): Promise<Alarm[]> {
  const alarms: Alarm[] = [];
  for await (const { MetricAlarms = [] } of paginateDescribeAlarms(
    { client },
    { AlarmNamePrefix: `ground-control-${stage}-` },
  )) {
    for (const {
      AlarmName = '',
      StateValue = 'INSUFFICIENT_DATA',
      StateUpdatedTimestamp,
      AlarmDescription = '',
      Metrics = [],
      AlarmActions = [],
    } of MetricAlarms) {
      if (!AlarmActions.some((action) => action.endsWith(`:ground-control-${stage}-operators`))) continue;
      const metrics = Metrics.filter(({ MetricStat }) => MetricStat !== undefined).length || 1;
      alarms.push({
        name: AlarmName,
        state: StateValue,
        since: StateUpdatedTimestamp,
        about: AlarmDescription,
        metrics,
      });
    }
  }
  return alarms.sort((one, other) => ORDER.indexOf(one.state) - ORDER.indexOf(other.state));
}
