/** EventBridge's own matcher says which relay of tests/fixtures/relays.yml gets which published event. */
import { describe, expect, it } from 'vitest';
import { readEvent } from '../support/events.ts';
import { eventOf } from './events.ts';
import { routesOf } from './rules.ts';
import { useMatcher } from './setting.ts';

const { matcher, rules } = useMatcher();
const ofRelays = rules.filter(({ from }) => from === 'bus of relays');

const CHANGE = 'ground-control.change.v1';
const ACTION = 'ground-control.action.v1';

/** Published events are samples; their `team` is `vision`, and the project of failed-job is `unknown`. */
const failedJob = readEvent('tests/fixtures/relays/change.v1.failed-job.json');
const foundEndpoint = readEvent('tests/fixtures/relays/change.v1.found-endpoint.json');
const stoppedJob = readEvent('tests/fixtures/relays/action.v1.stopped-job.json');
const ofChurn = { ...failedJob, project: 'churn' };

/** Relays without filters. */
const UNFILTERED = [
  ...['RelayFunctionRule', 'RelayFifoRule', 'RelayTopicRule', 'RelayMachineRule', 'RelayCentralBusRule'],
  ...['RelayLinesRule', 'RelayFleetRule', 'RelayHookRule', 'RelayHookBasicRule', 'RelayHookOauthRule'],
];
/** Gets changes, no actions. */
const QUEUE = 'RelayQueueRule';
/** Gets what failed training jobs of team vision and project churn did; severities error and critical. */
const WAREHOUSE = 'RelayWarehouseRule';
/** Sends the resource's ARN as a parameter, so it needs one. */
const EXPORTER = 'RelayExporterRule';
/** Gets the severities error and critical. */
const ONCALL = 'RelayOncallRule';
const ALL = [...UNFILTERED, QUEUE, WAREHOUSE, EXPORTER, ONCALL];
const allBut = (...left: string[]) => ALL.filter((id) => !left.includes(id));

interface Published {
  readonly source?: unknown;
  readonly 'detail-type'?: string;
  readonly detail: unknown;
}
const published = ({ source = 'ground-control', 'detail-type': detailType = CHANGE, detail }: Published) =>
  eventOf(detailType, { source, detail });
const action = (detail: object) => ({ 'detail-type': ACTION, detail });

describe('the rules of relays', () => {
  it('are one for each relay', () => {
    expect(ofRelays.map(({ id }) => id).toSorted()).toEqual(ALL.toSorted());
  });

  it.each<[string, Published, readonly string[]]>([
    ['a failed training job', { detail: failedJob }, allBut(WAREHOUSE)],
    ['one of project churn', { detail: ofChurn }, ALL],
    ['one of project Churn', { detail: { ...ofChurn, project: 'Churn' } }, allBut(WAREHOUSE)],
    ['one of another team', { detail: { ...ofChurn, team: 'vision-2' } }, allBut(WAREHOUSE)],
    ['one that is critical', { detail: { ...ofChurn, severity: 'critical' } }, ALL],
    ['one that is only a warning', { detail: { ...ofChurn, severity: 'warning' } }, allBut(WAREHOUSE, ONCALL)],
    ['one that completed', { detail: { ...ofChurn, outcome: 'completed' } }, allBut(WAREHOUSE)],
    ['a processing job', { detail: { ...ofChurn, family: 'processing-job' } }, allBut(WAREHOUSE)],
    ['an endpoint without an ARN', { detail: foundEndpoint }, allBut(WAREHOUSE, EXPORTER, ONCALL)],
    ['an ARN that is empty', { detail: { ...ofChurn, resource: { ...ofChurn.resource, arn: '' } } }, ALL],
    ['an ARN that is missing', { detail: { ...ofChurn, resource: { name: 'churn' } } }, allBut(EXPORTER)],
    ['an ARN that is a number', { detail: { ...ofChurn, resource: { arn: 7 } } }, allBut(EXPORTER)],
    ['a job that was stopped at its budget', action(stoppedJob), allBut(QUEUE, WAREHOUSE)],
    ['an action that failed jobs of churn may get', action({ ...ofChurn, action: 'asked' }), allBut(QUEUE)],
    ['a warning', action({ ...stoppedJob, severity: 'warning' }), allBut(QUEUE, WAREHOUSE, ONCALL)],
    ['a change of version 2', { 'detail-type': 'ground-control.change.v2', detail: ofChurn }, []],
    ['a change of another source', { source: 'ground-control-test', detail: ofChurn }, []],
    ['an event of SageMaker', { source: 'aws.sagemaker', detail: ofChurn }, []],
    ['a change that is back for queue', { source: 'ground-control.redriven.queue', detail: ofChurn }, [QUEUE]],
    ['a change that is back for hook', { source: 'ground-control.redriven.hook', detail: ofChurn }, ['RelayHookRule']],
    ['a change that is back for nobody', { source: 'ground-control.redriven.', detail: ofChurn }, []],
    [
      'one back for warehouse, which it is not for',
      { source: 'ground-control.redriven.warehouse', detail: failedJob },
      [],
    ],
    ['an action that is back for queue', { ...action(stoppedJob), source: 'ground-control.redriven.queue' }, []],
  ])('give %s to those whose filters let it pass', async (_, event, expected) => {
    const [route = []] = await routesOf(matcher, ofRelays, [published(event)]);
    expect(route.toSorted()).toEqual([...expected].toSorted());
  });
});
