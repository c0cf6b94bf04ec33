import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { dashboardOf } from '../../infrastructure/dashboard/dashboard.ts';

const FUNCTION = { description: 'Alerts', events: [] };
const STACK = { service: 'ground-control', stage: 'prod' };
const Body = z.object({
  widgets: z.array(
    z.object({
      x: z.number(),
      y: z.number(),
      width: z.number(),
      height: z.number(),
      properties: z.looseObject({ metrics: z.array(z.array(z.unknown())).default([]) }),
    }),
  ),
});
const Dashboard = z.object({ Properties: z.object({ DashboardBody: z.object({ 'Fn::Sub': z.string() }) }) });

const bodyOf = (functions: readonly string[], relays: readonly string[] = []) => {
  const named = Object.fromEntries(functions.map((name) => [name, FUNCTION]));
  const { Dashboard: dashboard } = dashboardOf(named, relays, STACK, true);
  return Body.parse(JSON.parse(Dashboard.parse(dashboard).Properties.DashboardBody['Fn::Sub']));
};
const metricsOf = (body: z.output<typeof Body>) => body.widgets.flatMap(({ properties }) => properties.metrics);

describe('the dashboard', () => {
  it('is not there by default', () => {
    expect(dashboardOf({ budget: FUNCTION }, [], STACK, false)).toEqual({});
  });

  it('shows the errors and throttles of each function, and each queue in which something waits for people', () => {
    const metrics = metricsOf(bodyOf(['budget', 'digest'], ['warehouse'])).map((metric) =>
      metric.slice(0, 4).join(' '),
    );
    for (const name of ['budget', 'digest'])
      for (const metric of ['Errors', 'Throttles'])
        expect(metrics).toContain(`AWS/Lambda ${metric} FunctionName ground-control-prod-${name}`);
    for (const name of ['failed', 'quarantine', 'undelivered', 'relay-warehouse'])
      expect(metrics).toContain(`AWS/SQS ApproximateNumberOfMessagesVisible QueueName ground-control-prod-${name}`);
  });

  it('needs at most 30 metrics that AWS charges for', () => {
    const own = metricsOf(bodyOf(['budget']))
      .filter(([namespace]) => namespace === 'GroundControl')
      .map((metric) => metric.filter((part) => typeof part === 'string').join(' '));
    expect(new Set(own).size).toBeLessThanOrEqual(30);
    expect(own).toContain('GroundControl Alerts service ground-control-prod family training-job');
    expect(own).toContain('GroundControl Alerts service ground-control-prod outcome budget');
  });

  it('has no widget over another one, and none beyond its width of 24', () => {
    const { widgets } = bodyOf(['budget', 'digest']);
    for (const [at, one] of widgets.entries()) {
      expect(one.x + one.width).toBeLessThanOrEqual(24);
      for (const other of widgets.slice(at + 1)) {
        const apart =
          one.x + one.width <= other.x ||
          other.x + other.width <= one.x ||
          one.y + one.height <= other.y ||
          other.y + other.height <= one.y;
        expect([apart, one, other]).toEqual([true, one, other]);
      }
    }
  });
});
