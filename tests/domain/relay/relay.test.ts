import { describe, expect, it } from 'vitest';
import type { RelayAction } from '../../../domain/action.ts';
import { meter } from '../../../domain/cost/meter.ts';
import { pricesIn } from '../../../domain/cost/prices.ts';
import { decide } from '../../../domain/decide.ts';
import type { Facts } from '../../../domain/facts.ts';
import { deedOf } from '../../../domain/relay/deed.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import type { Remembered } from '../../../schemas/stored/resource.ts';
import { readTraining, trainingEvent } from '../../support/events.ts';

const to = { all: { queue: 'arn:aws:sqs:us-east-1:123456789012:changes' } };
const relaying = Configuration.parse({ relays: { to } });
const isRelay = (action: { kind: string }): action is RelayAction => action.kind === 'relay';
const decided = (detail: object, before?: Remembered, facts?: Facts, configuration = relaying) =>
  decide(readTraining(trainingEvent(detail)), before, configuration, facts);
const contentsOf = (actions: readonly { kind: string }[]) =>
  actions.filter(isRelay).map(({ content }) => JSON.parse(content));

describe('the decision on a change, for other systems', () => {
  it('publishes nothing without relays, and stores nothing for that', () => {
    const { actions, remember } = decided({}, undefined, {}, Configuration.parse({}));
    expect(actions.some(isRelay)).toBe(false);
    expect([...(remember?.untold?.keys() ?? [])].filter((name) => name.startsWith('relay|'))).toEqual([]);
  });

  it('drops what was not published yet, once there are no relays any more', () => {
    const { remember } = decided({});
    const { remember: after } = decided({}, remember, {}, Configuration.parse({}));
    expect([...(after?.untold?.values() ?? [])].filter(({ relay }) => relay !== undefined)).toEqual([]);
  });

  it('leaves a failure to the function that looks into its logs, which adds the cost and publishes it', () => {
    const running = decided({ TrainingJobStatus: 'InProgress', SecondaryStatus: 'Training' }).remember;
    const first = decided({}, running && { ...running, untold: undefined }, { diagnosis: 'elsewhere' });
    expect([first.outcome, first.actions.filter(isRelay)]).toEqual(['handed-over', []]);
    const ended = readTraining(
      trainingEvent({
        TrainingStartTime: 1795132800000,
        TrainingEndTime: 1795136400000,
        ResourceConfig: { InstanceType: 'ml.a', InstanceCount: 1, VolumeSizeInGB: 0 },
      }),
    );
    const prices = pricesIn('eu-west-1', { 'eu-west-1': { Training: { 'ml.a': 10 } } }, () => undefined);
    const cost = meter(ended, prices, new Date(1795136400000));
    const log = { stream: 's', lines: [], evidence: [], isTraceback: false };
    const { actions } = decide(ended, first.remember, relaying, { cost, diagnosis: { firstFailure: undefined, log } });
    const [before] = [...(first.remember?.untold?.values() ?? [])].flatMap(({ relay }) => relay ?? []);
    const [published, ...more] = contentsOf(actions);
    expect(more).toEqual([]);
    expect(published).toMatchObject({ status: 'Failed', previousStatus: 'InProgress', cost: { usd: 10 } });
    expect({ ...published, cost: null, cause: null }).toEqual({ ...JSON.parse(before ?? ''), cost: null, cause: null });
  });

  it('keeps at most the 50 newest changes of one resource while the bus takes none', () => {
    const statuses = Array.from({ length: 60 }, (_, at) => at);
    let before: Remembered | undefined;
    for (const at of statuses)
      before = decided(
        { TrainingJobStatus: 'InProgress', SecondaryStatus: `Step${at}`, LastModifiedTime: 1795132800000 + at },
        before,
      ).remember;
    const waiting = [...(before?.untold?.values() ?? [])].flatMap(({ relay }) =>
      relay === undefined ? [] : JSON.parse(relay),
    );
    expect(waiting.map(({ secondaryStatus }) => secondaryStatus)).toEqual(statuses.slice(10).map((at) => `Step${at}`));
    const orders = waiting.map(({ order }) => order);
    expect(orders).toEqual(orders.toSorted((one, other) => one - other));
    expect(new Set(orders).size).toBe(50);
  });
});

describe('changes that wait for the bus', () => {
  const keys = Array.from({ length: 20 }, (_, at) => `key-${at}`);
  const tagged = Configuration.parse({ relays: { to, tags: keys } });
  const step = (at: number, value = 'x') =>
    readTraining(
      trainingEvent({
        TrainingJobStatus: 'InProgress',
        SecondaryStatus: `Step${at}`,
        LastModifiedTime: 1795132800000 + at,
        Tags: Object.fromEntries(keys.map((key) => [key, value])),
      }),
    );
  const waiting = (count: number, value?: string) => {
    let before: Remembered | undefined;
    for (let at = 0; at < count; at++) before = decide(step(at, value), before, tagged).remember;
    return before;
  };

  it('are published in their order, whatever the order of the map in the table', () => {
    const stored = waiting(50);
    const shuffled = stored && { ...stored, untold: new Map([...(stored.untold ?? [])].toReversed()) };
    const steps = contentsOf(decide(step(99), shuffled, tagged).actions).map(({ secondaryStatus }) => secondaryStatus);
    expect(steps).toEqual([...Array.from({ length: 49 }, (_, at) => `Step${at + 1}`), 'Step99']);
  });

  it.each(['a', '\u6f22'])('take at most 100,000 bytes of the item, with tags of 256 times %s', (letter) => {
    const untold = [...(waiting(60, letter.repeat(256))?.untold ?? [])];
    const bytes = untold.reduce((sum, [name, { relay = '' }]) => sum + Buffer.byteLength(name + relay), 0);
    expect(bytes).toBeLessThanOrEqual(100_000);
    expect(untold.at(-1)?.[0]).toContain('Step59');
  });
});

it('a change says nothing that looks like a secret, also in the tags that name its owner', () => {
  const Tags = { team: 'password=hunter2', owner: 'AKIAIOSFODNN7EXAMPLE', project: 'churn' };
  const [content] = contentsOf(decided({ Tags }).actions);
  expect(JSON.stringify(content)).not.toMatch(/hunter2|AKIAIOSFODNN7EXAMPLE/);
  expect(content.project).toBe('churn');
});

describe('what Ground Control did', () => {
  it.each([
    ['budget-stopped', 'stopped'],
    ['budget-pool-ended', 'pool-ended'],
    ['labeling-chained', 'chained'],
    ['labeling-costly', 'asked'],
    ['labeling-no-manifest', 'asked'],
    ['budget-held-back', 'asked'],
    ['monthly-budget-short', 'warned'],
    ['agreement-below-level', 'warned'],
    ['labeling-opted-out', undefined],
    ['labeling-nothing-left', undefined],
    ['labeling-configuration', undefined],
    ['gpu-memory', undefined],
    ['constructor', undefined],
    ['labeling-constructor', undefined],
    [undefined, undefined],
  ])('is told by the cause of its notice: %s', (code, deed) => {
    expect(deedOf(code)).toBe(deed);
  });
});
