import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../../domain/decide.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import type { Remembered } from '../../../schemas/stored/resource.ts';
import { SCHEMAS } from '../../support/events.ts';

const configuration = Configuration.parse({});
const START = Date.parse('2026-11-20T03:00:00Z');
const MINUTE = 60_000;
const REASON = 'The primary container for production variant AllTraffic did not pass the ping health check.';

interface Told {
  readonly config?: string;
  readonly reason?: string;
  readonly deploying?: string;
  /** Current and desired instances. */
  readonly instances?: readonly [number, number];
  readonly created?: number;
}

/** The event of an endpoint with a status, minutes after the start. */
const event = (status: string, minute: number, { config, reason, deploying, instances, created = 0 }: Told = {}) => ({
  id: `${status}-${minute}`,
  source: 'aws.sagemaker',
  'detail-type': 'SageMaker Endpoint State Change',
  time: new Date(START + minute * MINUTE).toISOString(),
  resources: ['arn:aws:sagemaker:eu-west-1:123456789012:endpoint/churn'],
  detail: {
    EndpointName: 'churn',
    EndpointArn: 'arn:aws:sagemaker:eu-west-1:123456789012:endpoint/churn',
    EndpointStatus: status,
    EndpointConfigName: config ?? 'c-1',
    FailureReason: reason ?? null,
    CreationTime: START - 60 * MINUTE + created * MINUTE,
    LastModifiedTime: START + minute * MINUTE,
    ProductionVariants: instances && [
      { VariantName: 'AllTraffic', CurrentInstanceCount: instances[0], DesiredInstanceCount: instances[1] },
    ],
    PendingDeploymentSummary: deploying && { EndpointConfigName: deploying },
  },
});

/** Handles `events` in order; returns the severity and the subject of each alert. Each alert is sent at once. */
function told(...events: readonly ReturnType<typeof event>[]): string[] {
  let before: Remembered | undefined;
  return events.flatMap((one) => {
    const { remember, actions } = decide(SCHEMAS.endpoint.parse(one), before, configuration);
    const sent = actions.flatMap((action) => (action.kind === 'notify' ? [action] : []));
    const settled = sent.flatMap(({ settles }) => settles ?? []);
    if (remember !== undefined)
      before = { ...remember, untold: undefined, announced: new Set([...(before?.announced ?? []), ...settled]) };
    return sent.map(({ notice }) => `${notice.message.severity} ${notice.subject}`);
  });
}

const IN_SERVICE = 'info IN SERVICE: endpoint churn';
const ROLLING_BACK = 'warning ROLLING BACK: endpoint churn';
const ROLLED_BACK = 'error ROLLED BACK: endpoint churn';
const UPDATE_FAILED = 'error UPDATE FAILED: endpoint churn';

describe('an update of an endpoint that was rolled back', () => {
  it.each<[string, ReturnType<typeof event>[], string[]]>([
    [
      'when all its events arrive',
      [event('IN_SERVICE', 0), event('UPDATING', 10), event('ROLLING_BACK', 20), event('IN_SERVICE', 30)],
      [IN_SERVICE, ROLLING_BACK, ROLLED_BACK],
    ],
    [
      'when its end has a reason and fewer instances than wanted',
      [event('ROLLING_BACK', 20), event('IN_SERVICE', 30, { reason: REASON, instances: [1, 2] })],
      [ROLLING_BACK, 'critical ROLLED BACK (critical): endpoint churn'],
    ],
    [
      'when instances are missing, although an earlier alert had the same reason',
      [
        event('IN_SERVICE', 0, { reason: REASON, instances: [2, 2] }),
        event('UPDATING', 10, { reason: REASON }),
        event('IN_SERVICE', 30, { reason: REASON, instances: [1, 2] }),
      ],
      [UPDATE_FAILED, 'critical UPDATE FAILED (critical): endpoint churn'],
    ],
    [
      'when fewer instances serve than before the update',
      [
        event('IN_SERVICE', 0, { instances: [3, 3] }),
        event('UPDATING', 10, { instances: [3, 3] }),
        event('ROLLING_BACK', 20, { instances: [1, 3] }),
        event('IN_SERVICE', 30, { instances: [2, 2] }),
      ],
      [IN_SERVICE, ROLLING_BACK, 'critical ROLLED BACK (critical): endpoint churn'],
    ],
    ['when only its end arrives, with a reason', [event('IN_SERVICE', 30, { reason: REASON })], [UPDATE_FAILED]],
    [
      'when the event that it was rolling back is lost, and its end has a reason',
      [event('IN_SERVICE', 0), event('UPDATING', 10), event('IN_SERVICE', 30, { reason: REASON })],
      [IN_SERVICE, UPDATE_FAILED],
    ],
    [
      'when SageMaker gives no reason, and the config that was deployed does not serve',
      [
        event('IN_SERVICE', 0),
        event('UPDATING', 10),
        event('UPDATING', 10, { deploying: 'c-2' }),
        event('IN_SERVICE', 30),
      ],
      [IN_SERVICE, 'error NOT UPDATED: endpoint churn'],
    ],
    [
      'when the event that it was rolling back comes after its end',
      [event('IN_SERVICE', 0), event('UPDATING', 10), event('IN_SERVICE', 30), event('ROLLING_BACK', 20)],
      [IN_SERVICE, IN_SERVICE, ROLLED_BACK],
    ],
    [
      'once, when the late event only confirms what the reason told',
      [event('UPDATING', 10), event('IN_SERVICE', 30, { reason: REASON }), event('ROLLING_BACK', 20)],
      [UPDATE_FAILED],
    ],
    [
      'once, whatever copies arrive',
      [
        event('ROLLING_BACK', 20),
        event('ROLLING_BACK', 20),
        event('IN_SERVICE', 30),
        event('IN_SERVICE', 30),
        event('ROLLING_BACK', 20),
      ],
      [ROLLING_BACK, ROLLED_BACK],
    ],
    [
      'again, when another update fails for another reason',
      [event('IN_SERVICE', 30, { reason: REASON }), event('IN_SERVICE', 90, { reason: 'CapacityError: no capacity.' })],
      [UPDATE_FAILED, UPDATE_FAILED],
    ],
    [
      'again, when another update is rolled back for the same reason',
      [
        event('IN_SERVICE', 30, { reason: REASON }),
        event('ROLLING_BACK', 60, { reason: REASON }),
        event('IN_SERVICE', 90, { reason: REASON }),
      ],
      [UPDATE_FAILED, ROLLING_BACK, ROLLED_BACK],
    ],
  ])('is told as a failure %s', (_, events, expected) => {
    expect(told(...events)).toEqual(expected);
  });
});

describe('when events of a rolled-back update are lost, late or doubled', () => {
  const story = (reason?: string) => [
    event('IN_SERVICE', 0),
    event('UPDATING', 10),
    event('ROLLING_BACK', 20),
    event('IN_SERVICE', 30, { ...(reason !== undefined && { reason }) }),
  ];
  const arriving = (events: ReturnType<typeof event>[]) =>
    fc.shuffledSubarray([...events, ...events], { minLength: 1 });
  const isEnd = ({ id }: ReturnType<typeof event>) => id === 'IN_SERVICE-30';
  const isRollback = ({ id }: ReturnType<typeof event>) => id === 'ROLLING_BACK-20';

  it('one is enough to tell people, when SageMaker gives a reason', () => {
    fc.assert(
      fc.property(arriving(story(REASON)), (events) => {
        const subjects = told(...events);
        const isTold = subjects.some((subject) => /ROLLED BACK|UPDATE FAILED|ROLLING BACK/.test(subject));
        expect([isTold, new Set(subjects).size]).toEqual([
          events.some((one) => isEnd(one) || isRollback(one)),
          subjects.length,
        ]);
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  it('two are enough to tell people how it ended, when SageMaker gives none', () => {
    fc.assert(
      fc.property(arriving(story()), (events) => {
        const isKnown = events.some(isEnd) && events.some(isRollback);
        expect(told(...events).filter((subject) => subject === ROLLED_BACK)).toHaveLength(isKnown ? 1 : 0);
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});

describe('an update of an endpoint that succeeded', () => {
  it.each<[string, ReturnType<typeof event>[], string[]]>([
    [
      'with another config',
      [event('IN_SERVICE', 0), event('UPDATING', 10, { deploying: 'c-2' }), event('IN_SERVICE', 30, { config: 'c-2' })],
      [IN_SERVICE, IN_SERVICE],
    ],
    [
      'although SageMaker still shows the reason of an earlier failure',
      [
        event('IN_SERVICE', 30, { reason: REASON }),
        event('UPDATING', 60, { reason: REASON }),
        event('IN_SERVICE', 90, { reason: REASON }),
      ],
      [UPDATE_FAILED, IN_SERVICE],
    ],
    [
      'to another config, although SageMaker still shows the reason of a failure that nobody was told',
      [event('UPDATING', 10, { deploying: 'c-2' }), event('IN_SERVICE', 30, { config: 'c-2', reason: REASON })],
      [IN_SERVICE],
    ],
    [
      'after a rollback, with the config that was rolled back before',
      [
        event('UPDATING', 10, { deploying: 'c-2' }),
        event('ROLLING_BACK', 20, { deploying: 'c-2' }),
        event('IN_SERVICE', 90, { config: 'c-2' }),
      ],
      [ROLLING_BACK, IN_SERVICE],
    ],
    [
      'in number of instances: only the capacity changed',
      [
        event('IN_SERVICE', 0, { instances: [4, 4] }),
        event('UPDATING', 10, { instances: [4, 2] }),
        event('IN_SERVICE', 30, { instances: [2, 2] }),
      ],
      [IN_SERVICE, IN_SERVICE],
    ],
    [
      'later than a deployment whose end got lost',
      [
        event('IN_SERVICE', 0),
        event('UPDATING', 10, { deploying: 'c-2' }),
        event('UPDATING', 50, { config: 'c-2' }),
        event('IN_SERVICE', 90, { config: 'c-3' }),
      ],
      [IN_SERVICE, IN_SERVICE],
    ],
    [
      'of a new endpoint, after its namesake was rolling back',
      [event('ROLLING_BACK', 20), event('IN_SERVICE', 90, { created: 120 })],
      [ROLLING_BACK, IN_SERVICE],
    ],
  ])('is good news: %s', (_, events, expected) => {
    expect(told(...events)).toEqual(expected);
  });

  it('is good news for an endpoint that is in service for the first time', () => {
    expect(told(event('CREATING', 0), event('IN_SERVICE', 30, { instances: [1, 1] }))).toEqual([IN_SERVICE]);
  });
});

describe('an endpoint in service with fewer instances than it should have', () => {
  it.each<[string, ReturnType<typeof event>[], string[]]>([
    ['a warning', [event('IN_SERVICE', 30, { instances: [1, 2] })], ['warning DEGRADED: endpoint churn']],
    [
      'critical if none serves',
      [event('CREATING', 0), event('IN_SERVICE', 30, { instances: [0, 2] })],
      ['critical DEGRADED (critical): endpoint churn'],
    ],
    [
      'good news again when they are back',
      [event('IN_SERVICE', 30, { instances: [1, 2] }), event('IN_SERVICE', 40, { instances: [2, 2] })],
      ['warning DEGRADED: endpoint churn', IN_SERVICE],
    ],
    ['good news if it should have none', [event('IN_SERVICE', 30, { instances: [0, 0] })], [IN_SERVICE]],
  ])('is %s', (_, events, expected) => {
    expect(told(...events)).toEqual(expected);
  });

  it('says which variant, and that nobody knows why', () => {
    const change = SCHEMAS.endpoint.parse(event('IN_SERVICE', 30, { instances: [0, 2] }));
    const [action] = decide(change, undefined, configuration).actions;
    const message = action?.kind === 'notify' ? action.notice.message : undefined;
    expect([message?.headline, message?.cause?.code, message?.cause?.text]).toEqual([
      'Endpoint churn is in service, but instances are missing.',
      'instances-missing',
      'Instances are missing: AllTraffic 0 of 2. SageMaker does not say why.',
    ]);
  });
});

describe('an alert about a rolled-back update', () => {
  const parse = (one: ReturnType<typeof event>) => SCHEMAS.endpoint.parse(one);

  it('says the same when it is sent again, whatever happened to the endpoint since', () => {
    const served = decide(parse(event('IN_SERVICE', 0, { instances: [3, 3] })), undefined, configuration).remember;
    const rolling = decide(parse(event('ROLLING_BACK', 20)), served, configuration).remember;
    const end = parse(event('IN_SERVICE', 30, { instances: [2, 2] }));
    const first = decide(end, rolling, configuration);
    const again = decide(end, first.remember, configuration);
    const updating = decide(parse(event('UPDATING', 60)), first.remember, configuration).remember;
    const later = decide(end, updating, configuration);
    const notice = first.actions[0]?.kind === 'notify' ? first.actions[0].notice : undefined;
    expect(notice?.message).toMatchObject({ severity: 'critical', outcome: 'failed', status: 'InService' });
    expect([again, later].map(({ actions }) => actions[0])).toEqual([first.actions[0], first.actions[0]]);
  });

  it.each<[string, ReturnType<typeof event>[]]>([
    ['was rolled back', [event('UPDATING', 10), event('ROLLING_BACK', 20), event('IN_SERVICE', 30)]],
    ['is being updated', [event('UPDATING', 10, { deploying: 'c-2' })]],
    ['is rolling back', [event('UPDATING', 10), event('ROLLING_BACK', 20)]],
    ['failed to update', [event('IN_SERVICE', 30, { reason: REASON })]],
  ])('does not turn good news that is sent late into a failure: the endpoint %s since', (_, events) => {
    const first = parse(event('IN_SERVICE', 0));
    const owing = decide(first, undefined, configuration).remember;
    const since = events.reduce((before, one) => decide(parse(one), before, configuration).remember ?? before, owing);
    const { actions } = decide(first, since, configuration);
    expect(actions.map((action) => action.kind === 'notify' && action.notice.subject)).toEqual([
      'IN SERVICE: endpoint churn',
    ]);
  });

  it('leaves no words of the reason in the table', () => {
    const { remember } = decide(parse(event('IN_SERVICE', 30, { reason: REASON })), undefined, configuration);
    expect(remember?.deployment).toMatchObject({ config: 'c-1', reasonHash: expect.any(Number) });
    expect(JSON.stringify(remember?.deployment)).not.toContain('health');
  });

  it('is not sent about an endpoint that was deleted meanwhile', () => {
    expect(told(event('DELETED', 40), event('ROLLING_BACK', 20))).toEqual(['info DELETED: endpoint churn']);
  });

  it('is not sent in addition to the alert that the rollback failed', () => {
    expect(told(event('UPDATE_ROLLBACK_FAILED', 40), event('ROLLING_BACK', 20))).toEqual([
      'critical FAILED (critical): endpoint churn',
    ]);
  });

  it('is what a late event leads to, also when it is tried again', () => {
    const served = decide(parse(event('IN_SERVICE', 30)), undefined, configuration).remember;
    const first = decide(parse(event('ROLLING_BACK', 20)), served, configuration);
    const again = decide(parse(event('ROLLING_BACK', 20)), first.remember, configuration);
    expect(first).toMatchObject({ outcome: 'alerted', remember: { status: 'InService', outcome: 'completed' } });
    expect(again.actions).toEqual(first.actions);
  });

  /** The cause of the last alert of `events`. */
  const causeOf = (...events: readonly ReturnType<typeof event>[]) => {
    let before: Remembered | undefined;
    const causes = events.flatMap((one) => {
      const { remember, actions } = decide(parse(one), before, configuration);
      before = remember ?? before;
      return actions.flatMap((action) => (action.kind === 'notify' ? [action.notice.message] : []));
    });
    const { headline, cause } = causes.at(-1) ?? {};
    return [headline, cause?.code, cause?.text, cause?.nextStep, cause?.retry];
  };
  const HEALTH = 'The model server did not answer its health check. The model probably did not load.';
  const LOAD = 'Check now whether these instances can take the load.';
  const CORRECT = 'Correct what the reason or the log of the endpoint names. Then update the endpoint again.';

  it.each<[string, ReturnType<typeof event>[], unknown[]]>([
    [
      'what is certain when SageMaker said that it rolled back',
      [event('ROLLING_BACK', 20), event('IN_SERVICE', 30, { instances: [2, 2] })],
      [
        'Endpoint churn was rolled back: its update failed.',
        'rolled-back',
        'The last update failed, and SageMaker rolled it back. Config c-1 serves, with 2 instances.',
        CORRECT,
        null,
      ],
    ],
    [
      'first what is missing',
      [event('ROLLING_BACK', 20), event('IN_SERVICE', 30, { instances: [1, 2], reason: REASON })],
      [
        'Endpoint churn was rolled back: its update failed.',
        'rolled-back',
        `Instances are missing: AllTraffic 1 of 2. The last update failed, and SageMaker rolled it back. ${HEALTH}`,
        `${LOAD} Read the endpoint log for memory errors and missing modules. ` +
          'For large models, raise ContainerStartupHealthCheckTimeoutInSeconds. Then update the endpoint again.',
        null,
      ],
    ],
    [
      'how many instances served before',
      [
        event('IN_SERVICE', 0, { instances: [1, 1] }),
        event('ROLLING_BACK', 20),
        event('IN_SERVICE', 30, { instances: [0, 0] }),
      ],
      [
        'Endpoint churn was rolled back: its update failed.',
        'rolled-back',
        'Fewer instances serve: 0. Before the update, there was 1. ' +
          'The last update failed, and SageMaker rolled it back.',
        `${LOAD} ${CORRECT}`,
        null,
      ],
    ],
    [
      'what only the reason tells',
      [event('IN_SERVICE', 30, { reason: 'x' })],
      [
        'Endpoint churn is in service, but its last update failed.',
        'update-failed',
        'The last update failed: SageMaker gives a reason, although the endpoint is in service. ' +
          'Ground Control saw no rollback; an older reason would look the same. Config c-1 serves.',
        CORRECT,
        null,
      ],
    ],
    [
      'what Ground Control concludes',
      [event('IN_SERVICE', 0), event('UPDATING', 10, { deploying: 'c-2' }), event('IN_SERVICE', 30)],
      [
        'Endpoint churn is in service, but its last update did not take effect.',
        'update-failed',
        'The update ended, but its config does not serve. SageMaker gives no reason. ' +
          'Ground Control concludes that the update was rolled back. Config c-1 serves.',
        CORRECT,
        null,
      ],
    ],
    [
      'that its event came late',
      [event('IN_SERVICE', 30), event('ROLLING_BACK', 20, { instances: [1, 2] })],
      [
        'Endpoint churn was rolled back: its update failed.',
        'rolled-back',
        'An update failed, and SageMaker rolled it back. The event about that came late, so other alerts may be newer.',
        CORRECT,
        null,
      ],
    ],
  ])('says %s', (_, events, expected) => {
    expect(causeOf(...events)).toEqual(expected);
  });
});
