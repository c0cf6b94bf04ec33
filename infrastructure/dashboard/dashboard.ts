/** The CloudWatch dashboard of a stage, derived from its functions and relays. */
import { FAMILY_NAMES, OUTCOMES } from '../../schemas/vocabulary.ts';
import type { Functions, Resources, Stack } from '../per-function.ts';
import { deadLetterQueueOf } from '../relays/names.ts';
import { bars, HALF, lines, type Metric, placed, THIRD, text } from './widgets.ts';

const QUEUES = ['failed', 'quarantine', 'undelivered'];

/** The dashboard; nothing when `isWanted` is false. */
export function dashboardOf(
  functions: Functions,
  relays: readonly string[],
  { service, stage }: Stack,
  isWanted: boolean,
): Resources {
  if (!isWanted) return {};
  const prefix = `${service}-${stage}`;
  const own = (name: string, ...dimensions: string[]): Metric => [
    'GroundControl',
    name,
    ...['service', prefix, ...dimensions],
  ];
  const ofFunctions = (metric: string): Metric[] =>
    Object.keys(functions).map((name) => ['AWS/Lambda', metric, 'FunctionName', `${prefix}-${name}`, { label: name }]);
  const queues = [
    ...QUEUES.map((name) => [name, `${prefix}-${name}`] as const),
    ...relays.map((name) => [`relay ${name}`, deadLetterQueueOf(name, { service, stage })] as const),
  ];
  const widgets = [
    text(
      `# Ground Control, ${stage}\nEach alert counts once. What it tells in detail, and what waits: \`npm run console -- --stage ${stage}\``,
    ),
    bars(
      'Alerts by family',
      HALF,
      FAMILY_NAMES.map((family) => own('Alerts', 'family', family)),
      'Sum',
    ),
    bars(
      'Alerts by outcome',
      HALF,
      OUTCOMES.map((outcome) => own('Alerts', 'outcome', outcome)),
      'Sum',
    ),
    bars('Cost of ended jobs, and saved by spot capacity (USD)', THIRD, [own('CostUsd'), own('SavedUsd')], 'Sum'),
    bars('Jobs that Ground Control stopped', THIRD, [own('Stops')], 'Sum'),
    lines('Seconds from an event to its alert', THIRD, [
      [...own('AlertSeconds'), { stat: 'p50', label: 'half within' }],
      [...own('AlertSeconds'), { stat: 'p95', label: '95 % within' }],
      [...own('AlertSeconds'), { stat: 'Maximum', label: 'longest' }],
    ]),
    lines(
      'Waiting for people in queues',
      THIRD,
      queues.map(([label, name]) => [
        'AWS/SQS',
        'ApproximateNumberOfMessagesVisible',
        'QueueName',
        name,
        { stat: 'Maximum', label },
      ]),
    ),
    lines('Lost changes that wait for reconciliation', THIRD, [
      [...own('Backlog'), { stat: 'Maximum', label: 'resources' }],
      [...own('BacklogAge'), { stat: 'Maximum', label: 'the oldest, seconds', yAxis: 'right' }],
    ]),
    lines('Input that cannot be read, and months that were corrected', THIRD, [
      [...own('Quarantined'), { stat: 'Sum' }],
      [...own('MonthsCorrected'), { stat: 'Sum' }],
    ]),
    bars('Errors of functions', HALF, ofFunctions('Errors'), 'Sum'),
    bars('Throttles of functions', HALF, ofFunctions('Throttles'), 'Sum'),
  ];
  const body = JSON.stringify({ start: '-P7D', widgets: placed(widgets) });
  return {
    Dashboard: {
      Type: 'AWS::CloudWatch::Dashboard',
      // The region is known when it is deployed.
      Properties: { DashboardName: prefix, DashboardBody: { 'Fn::Sub': body } },
    },
  };
}
