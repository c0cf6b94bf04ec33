import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeKey, incarnationKey, resourceKey } from '../../../domain/change/identity.ts';
import { order } from '../../../domain/change/order.ts';
import { judge } from '../../../domain/change/outcome.ts';
import { KNOWN_TYPES, kindOf } from '../../../domain/kinds.ts';
import { EndpointStateChange } from '../../../schemas/event/endpoint.ts';
import { ResourceStateChange } from '../../../schemas/event/resource.ts';
import type { StateChange } from '../../../schemas/event/state-change.ts';
import type { Remembered } from '../../../schemas/stored/resource.ts';
import { readTraining, trainingEvent } from '../../support/events.ts';

const NOBODY = { owner: 'unknown', team: 'unknown', project: 'unknown' };
const CREATED = 1_795_000_000_000;

const job = (status: string, minutes: number, created = CREATED): StateChange =>
  readTraining(
    trainingEvent({
      TrainingJobStatus: status,
      SecondaryStatus: status,
      CreationTime: created,
      LastModifiedTime: created + minutes * 60_000,
    }),
  );

const endpoint = (status: string, minutes: number): StateChange =>
  EndpointStateChange.parse({
    'detail-type': 'SageMaker Endpoint State Change',
    detail: {
      EndpointName: 'e',
      EndpointStatus: status,
      CreationTime: CREATED,
      LastModifiedTime: CREATED + minutes * 60_000,
    },
  });

/** Applies changes in order. Returns the last stored state, the keys of accepted changes, and why others were late. */
function report(...changes: StateChange[]) {
  let before: Remembered | undefined;
  const keys: string[] = [];
  const late: string[] = [];
  for (const change of changes) {
    const ordering = order(before, change, judge(change), NOBODY);
    if (ordering.kind === 'late') late.push(ordering.reason);
    else {
      before = ordering.news ? ordering.now : before;
      keys.push(changeKey(resourceKey(change), ordering.now));
    }
  }
  return { now: before, keys: new Set(keys), late };
}

describe('the order of changes', () => {
  it('keeps a job ended when late events arrive', () => {
    const { now, late } = report(job('InProgress', 1), job('Completed', 9), job('InProgress', 5), job('Stopping', 8));
    expect([now?.status, late]).toEqual([
      'Completed',
      ['it has already ended: Completed', 'it has already ended: Completed'],
    ]);
  });

  it('gives all copies of a change the same key', () => {
    expect(report(job('Failed', 9), job('Failed', 9), job('Failed', 9)).keys.size).toBe(1);
  });

  it('treats a job that was created again under the same name as a new job', () => {
    const { now, keys, late } = report(job('Failed', 9), job('InProgress', 1, CREATED + 3_600_000), job('Failed', 9));
    expect([now?.status, keys.size, late]).toEqual(['InProgress', 2, ['a newer resource of the same name is known']]);
  });

  it('treats creation times that differ by rounding as the same job', () => {
    expect(report(job('Failed', 9), job('Failed', 9, CREATED + 400)).keys.size).toBe(1);
  });

  it('tells an endpoint that returned to a status from a copy of the event', () => {
    const { keys } = report(
      endpoint('IN_SERVICE', 1),
      endpoint('IN_SERVICE', 1),
      endpoint('UPDATING', 5),
      endpoint('IN_SERVICE', 9),
    );
    expect(keys.size).toBe(3);
    expect(report(endpoint('IN_SERVICE', 1), endpoint('IN_SERVICE', 9)).keys.size).toBe(2);
  });

  it('takes an event that was sent before the endpoint returned to its status for an old one, not for a copy', () => {
    const sent = (status: string, minutes: number) => {
      const change = endpoint(status, minutes);
      return { ...change, event: { ...change.event, at: change.modifiedAt } };
    };
    const { keys, late } = report(sent('IN_SERVICE', 9), sent('IN_SERVICE', 1), sent('IN_SERVICE', 9));
    expect([keys.size, late]).toEqual([1, ['a later status is known: InService']]);
  });

  it('ignores an older status of an endpoint', () => {
    const { now, late } = report(endpoint('FAILED', 9), endpoint('UPDATING', 5));
    expect([now?.status, late]).toEqual(['Failed', ['a later status is known: Failed']]);
  });

  it('counts writes, so that no writer overwrites another', () => {
    expect(report(job('InProgress', 1), job('Completed', 9)).now?.revision).toBe(2);
  });

  it('ends with the same status of a job, whatever the order and number of its events', () => {
    const history = [job('InProgress', 1), job('InProgress', 2), job('Stopping', 8), job('Stopped', 9)];
    fc.assert(
      fc.property(fc.shuffledSubarray([...history, ...history], { minLength: 1 }), (reports) => {
        const { now, keys } = report(...reports, job('Stopped', 9));
        expect([now?.status, now?.ended]).toEqual(['Stopped', true]);
        expect([...keys].filter((key) => key.includes('|Stopped|'))).toHaveLength(1);
      }),
    );
  });

  it('ends with the latest status of an endpoint, whatever the order and number of its events', () => {
    const history = [
      endpoint('CREATING', 0),
      endpoint('IN_SERVICE', 5),
      endpoint('UPDATING', 10),
      endpoint('FAILED', 15),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray([...history, ...history], { minLength: 1 }), (reports) => {
        expect(report(...reports, endpoint('FAILED', 15)).now?.status).toBe('Failed');
      }),
    );
  });
});

describe('the key of a change', () => {
  const key = (change: StateChange) => [...report(change).keys][0];

  it('has the resource, its creation, its statuses, and the time of a status that may return', () => {
    const arn = 'arn:aws:sagemaker:eu-west-1:123456789012:training-job/churn';
    const created = CREATED / 1000;
    const at = CREATED + 60_000;
    expect(key(job('Failed', 9))).toBe(`training-job|${arn}|${created}|Failed|Failed|`);
    expect(key(job('InProgress', 1))).toBe(`training-job|${arn}|${created}|InProgress|InProgress|${at}`);
    expect(key(endpoint('IN_SERVICE', 1))).toBe(`endpoint|endpoint/e|${created}|InService||${at}`);
    const { status: _, ...silent } = endpoint('IN_SERVICE', 1);
    expect(key({ ...silent, status: undefined })).toBe(`endpoint|endpoint/e|${created}|||${at}`);
  });

  it('has no creation when nobody knows it', () => {
    expect(incarnationKey({ ...endpoint('IN_SERVICE', 1), createdAt: undefined })).toBe('endpoint|endpoint/e|0');
    expect(incarnationKey(endpoint('IN_SERVICE', 1))).toBe(`endpoint|endpoint/e|${CREATED / 1000}`);
  });
});

describe('what the table stores about a resource', () => {
  const owned = { owner: 'maria', team: 'vision', project: 'churn' };
  const stored = (change: StateChange, over: Partial<Remembered>, owner = NOBODY) => {
    const before = { ...order(undefined, job('InProgress', 1), judge(job('InProgress', 1)), owned).now, ...over };
    return order(before, change, judge(change), owner).now;
  };

  it.each([
    ['stays when an event has no tags', NOBODY, owned],
    ['changes when an event names an owner', { ...NOBODY, owner: 'li' }, { ...NOBODY, owner: 'li' }],
    ['changes when an event names a team', { ...NOBODY, team: 'nlp' }, { ...NOBODY, team: 'nlp' }],
    ['changes when an event names a project', { ...NOBODY, project: 'x' }, { ...NOBODY, project: 'x' }],
  ])('has an owner that %s', (_, owner, expected) => {
    expect(stored(job('Completed', 9), {}, owner).owner).toEqual(expected);
  });

  it('keeps times that later events do not have', () => {
    const times = { createdAt: 1, startedAt: 2, endedAt: 3 };
    const without = { ...job('Completed', 9), createdAt: undefined, startedAt: undefined, endedAt: undefined };
    expect(stored(without, times)).toMatchObject(times);
    const at = new Date(CREATED);
    expect(stored({ ...without, createdAt: at, startedAt: at, endedAt: at }, times)).toMatchObject({
      createdAt: CREATED,
      startedAt: CREATED,
      endedAt: CREATED,
    });
  });

  it('keeps the 100 newest names of sent alerts, those without a time, and all names of alerts that are owed', () => {
    const names = (count: number) => [
      'k|Failed|',
      ...Array.from({ length: count - 1 }, (_, at) => `k|InService||${at}`),
    ];
    const kept = (count: number) => {
      const given = names(count).toReversed();
      const { announced, untold, givenUp } = stored(job('Completed', 9), {
        announced: new Set(given),
        givenUp: new Set(given),
        untold: new Map(given.map((name) => [name, { attempts: 2 }])),
      });
      expect([...(untold?.values() ?? [])].every(({ attempts }) => attempts === 2)).toBe(true);
      expect(givenUp).toEqual(announced);
      expect(new Set(untold?.keys())).toEqual(new Set(given));
      return announced;
    };
    expect(kept(100)).toEqual(new Set(names(100)));
    expect(kept(102)).toEqual(new Set(names(102).filter((name) => !/\|[01]$/.test(name))));
  });
});

describe('a copy of a change', () => {
  const isNews = (first: StateChange, second: StateChange) => {
    const { now } = order(undefined, first, judge(first), NOBODY);
    const ordering = order(now, second, judge(second), NOBODY);
    return ordering.kind === 'accepted' && ordering.news;
  };
  const at = (milliseconds: number) => new Date(CREATED + milliseconds);
  const of = (over: Partial<StateChange>): StateChange => ({
    ...endpoint('FAILED', 0),
    modifiedAt: undefined,
    ...over,
  });
  const sent = (milliseconds: number) => ({ id: 'e', detailType: 'any', at: at(milliseconds) });

  it.each<[string, StateChange, StateChange, boolean]>([
    ['has the same modification, up to a second', of({ modifiedAt: at(0) }), of({ modifiedAt: at(1000) }), false],
    ['has no later modification', of({ modifiedAt: at(0) }), of({ modifiedAt: at(1001) }), true],
    ['was sent up to 15 minutes later', of({ event: sent(0) }), of({ event: sent(900_000) }), false],
    ['was not sent later than that', of({ event: sent(0) }), of({ event: sent(900_001) }), true],
    [
      'ended at the same time, up to a second, whenever it was sent',
      of({ event: sent(0), endedAt: at(0) }),
      of({ event: sent(9_000_000), endedAt: at(1000) }),
      false,
    ],
    [
      'did not end at another time',
      of({ event: sent(0), endedAt: at(5000) }),
      of({ event: sent(1), endedAt: at(3000) }),
      true,
    ],
    [
      'is any with the same status, when no time is known',
      of({ event: { ...sent(0), at: undefined } }),
      of({ event: sent(1) }),
      false,
    ],
    [
      'may have an earlier modification, because the first copy may only have the time at which it was sent',
      of({ event: sent(9000) }),
      of({ event: sent(9000), modifiedAt: at(0) }),
      false,
    ],
    ['has the same secondary status', of({ event: sent(0) }), of({ event: sent(1), secondaryStatus: 'x' }), true],
  ])('%s', (_, first, second, expected) => {
    expect(isNews(first, second)).toBe(expected);
  });
});

describe('the time of creation', () => {
  const at = (minutes: number) => new Date(CREATED + minutes * 60_000);
  const of = (status: string, minutes: number, createdAt: Date | undefined): StateChange => ({
    ...job(status, minutes),
    event: { id: 'e', detailType: 'any', at: at(minutes) },
    createdAt,
    modifiedAt: undefined,
  });

  it('counts as a mistake when it is more than a day after the event', () => {
    const generation = (createdAt: Date) => report(of('InProgress', 0, createdAt)).now?.generation;
    expect([generation(at(24 * 60)), generation(at(24 * 60 + 1))]).toEqual([CREATED / 1000 + 86_400, 0]);
  });

  it('is a new resource, when the old one of unknown creation had ended before it', () => {
    const stored = (minutes: number) => report(of('Failed', 9, undefined), of('InProgress', 20, at(minutes)));
    expect(stored(10)).toMatchObject({ now: { status: 'InProgress' }, late: [] });
    expect(stored(8)).toMatchObject({ now: { status: 'Failed' }, late: ['it has already ended: Failed'] });
    // A second more or less is rounding.
    expect(stored(9 + 1 / 60)).toMatchObject({ now: { status: 'Failed' } });
  });

  it('is added when a later event has it', () => {
    const { now } = report(of('InProgress', 0, undefined), of('Stopping', 1, at(0)));
    expect(now?.generation).toBe(CREATED / 1000);
  });

  it('may differ by a second, and not by two', () => {
    const stored = (milliseconds: number) =>
      report(of('Failed', 9, at(0)), of('InProgress', 10, new Date(CREATED + milliseconds))).now?.status;
    expect([stored(1000), stored(2000), stored(-1000), stored(-2000)]).toEqual([
      'Failed',
      'InProgress',
      'Failed',
      'Failed',
    ]);
    const older = report(of('Failed', 9, at(0)), of('InProgress', 10, new Date(CREATED - 2000)));
    expect(older.late).toEqual(['a newer resource of the same name is known']);
  });
});

describe('a modification time in the future', () => {
  const MINUTE = 60_000;
  const YEAR = 365 * 24 * 60 * MINUTE;
  /** An endpoint's change that SageMaker sent after `minutes`, and that claims to have happened `ahead` of that. */
  const sent = (status: string, minutes: number, ahead = 0): StateChange => ({
    ...endpoint(status, minutes),
    event: { id: `${status}-${minutes}`, detailType: 'any', at: new Date(CREATED + minutes * MINUTE) },
    modifiedAt: new Date(CREATED + minutes * MINUTE + ahead),
  });
  const fromReconciliation = (change: StateChange): StateChange => ({
    ...change,
    event: { ...change.event, id: `reconciliation-${change.event.id}` },
  });

  it('is a mistake from an hour after the event on, and the time of the event counts', () => {
    const since = (ahead: number) => report(sent('FAILED', 0, ahead)).now?.since;
    expect([since(60 * MINUTE), since(60 * MINUTE + 1), since(9 * YEAR)]).toEqual([
      CREATED + 60 * MINUTE,
      CREATED,
      CREATED,
    ]);
  });

  it('counts when the time of the event is not known', () => {
    const change = { ...sent('FAILED', 0, YEAR), event: { id: 'e', detailType: 'any', at: undefined } };
    expect(report(change).now?.since).toBe(CREATED + YEAR);
  });

  it('silences no later event of an endpoint, whichever of its events have one', () => {
    const statuses = ['CREATING', 'IN_SERVICE', 'UPDATING', 'FAILED', 'UPDATING', 'IN_SERVICE'];
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 61 * MINUTE, max: 200 * YEAR })), {
          minLength: statuses.length,
          maxLength: statuses.length,
        }),
        (ahead) => {
          const { late, keys, now } = report(...statuses.map((status, at) => sent(status, at * 5, ahead[at])));
          expect([late, keys.size, now?.status]).toEqual([[], statuses.length, 'InService']);
        },
      ),
    );
  });

  it('does not let an older event replace the status', () => {
    fc.assert(
      fc.property(fc.integer({ min: 61, max: 10_000_000 }), fc.integer({ min: 1, max: 100_000 }), (ahead, older) => {
        const { now, late } = report(sent('FAILED', 0, ahead * MINUTE), sent('UPDATING', -older));
        expect([now?.status, late]).toEqual(['Failed', ['a later status is known: Failed']]);
      }),
    );
  });

  it('makes no new change of a copy of its event, nor of what reconciliation describes again', () => {
    const first = sent('FAILED', 0, YEAR);
    const again = [10, 100, 1000].map((minutes) => fromReconciliation(sent('FAILED', minutes, YEAR)));
    expect(report(first, first, ...again).keys.size).toBe(1);
    expect(report(first, fromReconciliation(sent('FAILED', 100))).keys.size).toBe(2);
    expect(report(first, sent('FAILED', 100, YEAR)).keys.size).toBe(2);
  });

  describe('that an earlier version stored', () => {
    const orderAfter = (change: StateChange, stored: Partial<Remembered>) => {
      const [first] = [sent('FAILED', 0)];
      const { now } = order(undefined, first, judge(first), NOBODY);
      return order({ ...now, since: CREATED + 9 * YEAR, ...stored }, change, judge(change), NOBODY);
    };

    it('silences no event, and is replaced by the next status', () => {
      expect(orderAfter(sent('UPDATING', 5), {})).toMatchObject({
        kind: 'accepted',
        news: true,
        now: { status: 'Updating', since: CREATED + 5 * MINUTE },
      });
    });

    it('stays part of the key of a copy, so that no alert is sent twice', () => {
      const copy = orderAfter(sent('FAILED', 0, 9 * YEAR), {});
      expect(copy).toMatchObject({ kind: 'accepted', news: false, now: { since: CREATED + 9 * YEAR } });
    });

    it('is a mistake only when no event could be so late', () => {
      const day = 24 * 60 * MINUTE;
      const kind = (days: number, over = 0) =>
        orderAfter(sent('UPDATING', 0), { since: CREATED + days * day + over }).kind;
      expect([kind(90), kind(120), kind(120, 1)]).toEqual(['late', 'late', 'accepted']);
    });

    it('hides no new job of the name: the stored end counts instead', () => {
      const began = (at: number, endedAt: number | undefined) => {
        const [first, next] = [job('Failed', 9), job('InProgress', at + 1, CREATED + at * MINUTE)];
        const { now } = order(undefined, first, judge(first), NOBODY);
        const change = { ...next, event: { id: 'e', detailType: 'any', at: new Date(CREATED + at * MINUTE) } };
        return order({ ...now, generation: 0, since: CREATED + 9 * YEAR, endedAt }, change, judge(change), NOBODY).kind;
      };
      const end = CREATED + 9 * MINUTE;
      expect([began(60, end), began(5, end), began(60, undefined)]).toEqual(['accepted', 'late', 'late']);
    });

    it('keeps no endpoint deleted that starts again without a time of creation', () => {
      const next: StateChange = { ...sent('CREATING', 5), createdAt: undefined };
      const ordering = orderAfter(next, { status: 'Deleted', ended: true, generation: 0 });
      expect(ordering).toMatchObject({ kind: 'accepted', now: { status: 'Creating' } });
    });
  });
});

/** A change of a resource of `type`, `minutes` after the first. Its event has a time, but no times of the resource. */
const reportOf =
  (type: string) =>
  (status: string, minutes: number, created?: number): StateChange => ({
    ...job('InProgress', 0),
    resource: { type, name: 'churn', arn: `arn:aws:sagemaker:eu-west-1:123456789012:${type}/churn` },
    event: { id: `${status}-${minutes}`, detailType: 'any', at: new Date(CREATED + minutes * 60_000) },
    status,
    secondaryStatus: undefined,
    createdAt: created === undefined ? undefined : new Date(created),
    modifiedAt: undefined,
  });

/** Types by what their end means, listed by hand, not read from the table of kinds. */
const FINAL = [
  'training-job',
  'tuning-job',
  'processing-job',
  'transform-job',
  'labeling-job',
  'human-loop',
  'job',
  'evaluation-job',
  'model-card-export-job',
  'teleport-job',
];
const RETRYABLE = ['pipeline-execution', 'pipeline-step'];
const INVENTED = ['teleport', 'tracking-server'];
const OTHERS = KNOWN_TYPES.filter((type) => !FINAL.includes(type) && !RETRYABLE.includes(type));

describe.each(FINAL)('the end of a %s', (type) => {
  const of = reportOf(type);
  const other = type === 'human-loop' ? 'Stopped' : 'Completed';

  it('is the same change in a copy that was sent 20 minutes later', () => {
    expect(report(of('InProgress', 0), of('Failed', 9), of('Failed', 29)).keys.size).toBe(2);
  });

  it('stays, whatever arrives after it and whenever that was sent', () => {
    const { now, late } = report(of('Failed', 9), of('InProgress', 5), of('InProgress', 29), of(other, 30));
    expect([now?.status, now?.ended, late.length]).toEqual(['Failed', true, 3]);
  });

  it('is accepted even when it was sent before the stored status', () => {
    expect(report(of('InProgress', 9), of('Failed', 5)).now?.status).toBe('Failed');
  });
});

describe.each(RETRYABLE)('the end of a %s', (type) => {
  const of = reportOf(type);

  it('is followed by a retry, whose end is another change', () => {
    const { now, keys, late } = report(of('Failed', 9), of('Executing', 20), of('Failed', 40));
    expect([now?.status, keys.size, late]).toEqual(['Failed', 3, []]);
  });

  it('stays when an event arrives that was sent before it', () => {
    expect(report(of('Failed', 9), of('Executing', 5)).late).toEqual(['it has already ended: Failed']);
  });
});

describe.each([...OTHERS, ...INVENTED])('a status of a %s', (type) => {
  it('may return, as a new change', () => {
    const of = reportOf(type);
    expect([kindOf(type).end, report(of('Failed', 9), of('Updating', 30), of('Failed', 60)).keys.size]).toEqual([
      'none',
      3,
    ]);
  });
});

describe.each([...new Set([...KNOWN_TYPES, ...FINAL, ...INVENTED])])('a %s that was deleted', (type) => {
  const of = reportOf(type);
  const HOUR = 60 * 60_000;

  it('and created again under its name is a new resource, by its time of creation', () => {
    const { now, keys, late } = report(
      of('Failed', 9, CREATED),
      of('Deleted', 20, CREATED),
      of('InProgress', 61, CREATED + HOUR),
      of('Failed', 70, CREATED + HOUR),
    );
    expect([now?.status, now?.generation, keys.size, late]).toEqual(['Failed', (CREATED + HOUR) / 1000, 4, []]);
  });

  it('and starts again is a new resource, when events have no time of creation', () => {
    const { now, keys, late } = report(of('Failed', 9), of('Deleted', 20), of('InProgress', 61), of('Failed', 70));
    expect([now?.status, keys.size, late]).toEqual(['Failed', 4, []]);
  });
});

it.each([
  'SageMaker Evaluation Job Status Change',
  'SageMaker Job State Change',
  'SageMaker Teleport Job State Change',
])('a job whose type has no row, with events of type %s, ends once', (detailType) => {
  const event = (JobStatus: string, minutes: number) =>
    ResourceStateChange.parse({
      'detail-type': detailType,
      source: 'aws.sagemaker',
      time: new Date(CREATED + minutes * 60_000).toISOString(),
      resources: ['arn:aws:sagemaker:eu-west-1:123456789012:job/churn'],
      detail: { JobName: 'churn', JobStatus },
    });
  const { now, keys, late } = report(
    event('InProgress', 0),
    event('Failed', 9),
    event('Failed', 29),
    event('InProgress', 31),
  );
  expect([now?.status, keys.size, late]).toEqual(['Failed', 2, ['it has already ended: Failed']]);
});
