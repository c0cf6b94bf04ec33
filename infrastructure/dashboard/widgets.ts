/** Widgets of a CloudWatch dashboard (CloudWatch API reference, dashboard body structure and syntax). */

/** A dashboard is 24 units wide (CloudWatch user guide, dashboard body structure). */
export const THIRD = 8;
export const HALF = 12;
const WHOLE = 24;
const HEIGHT = 6;

/** A line of a widget: namespace, name, dimensions, and how it is shown. */
export type Metric = readonly (string | object)[];

interface Widget {
  readonly type: string;
  readonly width: number;
  readonly height: number;
  readonly properties: object;
}

/** Words across the dashboard. */
export const text = (markdown: string): Widget => ({ type: 'text', width: WHOLE, height: 2, properties: { markdown } });

/** CloudFormation knows it when it deploys. */
const REGION = '${AWS::Region}';
/** Seconds. */
const PERIOD = 300;

/** Values over time. */
export const lines = (title: string, width: number, metrics: readonly Metric[]): Widget => ({
  type: 'metric',
  width,
  height: HEIGHT,
  properties: { title, view: 'timeSeries', region: REGION, period: PERIOD, metrics },
});

/** Values of an hour, one upon the other. */
export const bars = (title: string, width: number, metrics: readonly Metric[], stat: string): Widget => ({
  type: 'metric',
  width,
  height: HEIGHT,
  properties: { title, view: 'timeSeries', stacked: true, region: REGION, period: 3600, stat, metrics },
});

/** The widgets with their places, from left to right, in rows as high as their highest. */
export function placed(widgets: readonly Widget[]): object[] {
  let [x, y, height] = [0, 0, 0];
  return widgets.map((widget) => {
    if (x + widget.width > WHOLE) [x, y, height] = [0, y + height, 0];
    const place = { x, y };
    x += widget.width;
    height = Math.max(height, widget.height);
    return { ...widget, ...place };
  });
}
