import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { auditIn } from '../../adapters/dynamodb/audit.ts';
import { onceIn } from '../../adapters/dynamodb/once.ts';
import { resourceTableIn } from '../../adapters/dynamodb/resource-table.ts';
import { readEnvironment } from '../../adapters/environment.ts';
import { type Decide, decide } from '../../domain/decide.ts';
import { type Handler, handlerOf } from '../../handlers/event.ts';
import { executorFor } from '../../handlers/execute.ts';
import { buildServices } from '../../handlers/services.ts';
import { localContext } from '../../local/play/context.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { TrainingJobStateChange } from '../../schemas/event/training-job.ts';
import { AlertMessage } from '../../schemas/message/alert.ts';
import { FAMILY_NAMES, type Family } from '../../schemas/vocabulary.ts';
import { eventFiles, functionOf, named, readEvent, SCHEMAS, trainingEvent } from '../support/events.ts';
import { useLocalAws } from '../support/local-aws.ts';

const aws = useLocalAws();
beforeEach(() => aws().emptyTable());

const invoke = (handler: Handler, event: unknown, family: Family = 'training-job') =>
  handler(event, localContext(functionOf(family)));

/** A handler with the real services, and a logger that keeps its lines. */
function handlerWithLog(schema: (typeof SCHEMAS)[keyof typeof SCHEMAS] = TrainingJobStateChange) {
  const lines: unknown[] = [];
  const remember = (...line: unknown[]) => void lines.push(line);
  const handler = handlerOf(schema, decide, () => ({ ...buildServices(), logger: { info: remember, warn: remember } }));
  return { handler, lines };
}

describe('a handled event', () => {
  it('is published once, in every form, with attributes for filters', async () => {
    const { handler } = handlerWithLog();
    await invoke(handler, readEvent('events/training-job/failed.json'));
    const [publication, ...more] = aws().publications;
    expect(more).toEqual([]);
    expect([...(publication?.bodies.keys() ?? [])].sort()).toEqual([
      'default',
      'email',
      'http',
      'https',
      'lambda',
      'sms',
      'sqs',
    ]);
    expect(Object.fromEntries(publication?.attributes ?? [])).toEqual({
      severity: 'error',
      family: 'training-job',
      status: 'Failed',
      team: 'vision',
      owner: 'maria',
      project: 'churn',
      'AWS.SNS.SMS.SMSType': 'Transactional',
    });
    const json = publication?.bodies.get('default') ?? '';
    expect(AlertMessage.safeParse(JSON.parse(json)).success).toBe(true);
    for (const protocol of ['sqs', 'lambda', 'http']) expect(publication?.bodies.get(protocol)).toBe(json);
    expect(JSON.parse(publication?.bodies.get('https') ?? '')).toMatchObject({ source: 'custom' });
  });

  it('is logged in one line with event id, resource and actions', async () => {
    const { handler, lines } = handlerWithLog();
    const record = await invoke(handler, trainingEvent());
    expect(lines).toEqual([['decision', record]]);
    expect(record).toEqual({
      outcome: 'alerted',
      eventId: 'e1',
      detailType: 'SageMaker Training Job State Change',
      resource: {
        type: 'training-job',
        name: 'churn',
        arn: 'arn:aws:sagemaker:eu-west-1:123456789012:training-job/churn',
      },
      status: 'Failed',
      severity: 'error',
      reason: undefined,
      actions: [
        {
          kind: 'notify',
          id: 'notify|training-job|arn:aws:sagemaker:eu-west-1:123456789012:training-job/churn|0|Failed|Failed|',
        },
      ],
    });
  });

  it('is stored without any other effect when it is ignored', async () => {
    const { handler } = handlerWithLog();
    const record = await invoke(handler, trainingEvent({ TrainingJobStatus: 'InProgress' }));
    expect([record.outcome, aws().calls.map(({ operation }) => operation)]).toEqual([
      'ignored',
      ['GetItem', 'PutItem'],
    ]);
  });
});

describe('input that cannot be read', () => {
  it('is sent to the quarantine queue with the reason, and the invocation succeeds', async () => {
    const { handler } = handlerWithLog();
    const input = trainingEvent({ TrainingJobStatus: 7 });
    const record = await invoke(handler, input);
    expect(record.outcome).toBe('quarantined');
    expect(aws().publications).toEqual([]);
    expect(aws().messages.map(({ body }) => JSON.parse(body))).toEqual([
      { reason: 'detail.TrainingJobStatus: Invalid input: expected string, received number', event: input },
    ]);
  });

  it('is kept whole if it fits into a message, compressed if it is larger, and cut only if it is still too large', async () => {
    const { handler } = handlerWithLog();
    await invoke(handler, trainingEvent({ junk: 'x'.repeat(900_000) }));
    await invoke(handler, trainingEvent({ junk: 'x'.repeat(1_040_000) }));
    await invoke(
      handler,
      trainingEvent({
        junk: Array.from({ length: 1_500_000 }, (_, at) =>
          String.fromCharCode(33 + (((at * at * 31 + at * 17) % 9973) % 90)),
        ).join(''),
      }),
    );
    const kinds = aws().messages.map(({ body }) => Object.keys(JSON.parse(body)));
    expect(kinds.slice(0, 2)).toEqual([
      ['reason', 'event'],
      ['reason', 'eventGzip'],
    ]);
    expect(kinds).toHaveLength(3);
  });

  it('is never logged whole', async () => {
    const { handler, lines } = handlerWithLog();
    await invoke(handler, trainingEvent({ TrainingJobStatus: { secret: 'hunter22' }, junk: 'y'.repeat(1000) }));
    expect(JSON.stringify(lines)).not.toMatch(/hunter22|yyyy/);
  });
});

describe('a failing action', () => {
  it('fails the invocation with its cause, so that Lambda retries', async () => {
    const broken = handlerOf(TrainingJobStateChange, decide, () => {
      const environment = {
        ...readEnvironment(),
        ALERTS_TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:no-such-topic',
      };
      const dynamoDb = new DynamoDBClient({});
      const table = resourceTableIn(environment.STATE_TABLE, 400, dynamoDb);
      return {
        ...buildServices(),
        execute: executorFor({
          environment,
          isRelaying: false,
          delivery: { breaker: true, collapse: true, groups: [] },
          isCounted: false,
          daysKept: 400,
          table,
          audit: auditIn(environment.STATE_TABLE, 400, dynamoDb),
          dynamoDb,
        }),
      };
    });
    const failure = await invoke(broken, trainingEvent()).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      name: 'AggregateError',
      message: '1 of 1 actions failed: notify: NotFoundException: Topic does not exist',
      errors: [{ cause: { name: 'NotFoundException' } }],
    });
  });
});

describe('several actions of one event', () => {
  it('are all attempted when one fails, and a retry repeats only the failed one', async () => {
    const two =
      (second: string): Decide =>
      (change, before, configuration) => {
        const decision = decide(change, before, configuration);
        const [first] = decision.actions;
        if (first?.kind !== 'notify') return decision;
        // SNS refuses a publication with an empty subject.
        const other = { ...first, key: `${first.key}-other`, notice: { ...first.notice, subject: second } };
        return { ...decision, actions: [other, first] };
      };
    const with2 = (subject: string) => handlerOf(TrainingJobStateChange, two(subject));
    await expect(invoke(with2('\n'), trainingEvent())).rejects.toThrow(
      /^1 of 2 actions failed: notify: InvalidParameter/,
    );
    expect(aws().publications.map(({ subject }) => subject)).toEqual(['FAILED: training job churn']);
  });

  it('have one idempotency record each, so that only the failed one is repeated', async () => {
    const client = new DynamoDBClient({});
    const once = onceIn('ground-control-local-state', 30, client, localContext('trainingJob'));
    const done: string[] = [];
    const act = (name: string, fails = false) =>
      once(name, async () => {
        if (fails) throw new Error('not now');
        done.push(name);
        return name;
      });
    await Promise.allSettled([act('first'), act('second', true)]);
    await Promise.allSettled([act('first'), act('second')]);
    expect(done).toEqual(['first', 'second']);
  });
});

describe('an item of the table', () => {
  it('is not written by a function that has read an older one', async () => {
    const { remember, recall } = resourceTableIn('ground-control-local-state', 400);
    const { remember: first } = decide(
      TrainingJobStateChange.parse(trainingEvent()),
      undefined,
      Configuration.parse({}),
    );
    if (first === undefined) throw new Error('the first event of a job is stored');
    expect(await remember('training-job|a', first)).toBe(true);
    expect(await remember('training-job|a', { ...first, revision: 2 })).toBe(true);
    const stale = [
      await remember('training-job|a', first),
      await remember('training-job|a', { ...first, revision: 2 }),
    ];
    expect(stale).toEqual([false, false]);
    expect(await recall('training-job|a')).toMatchObject({ revision: 2 });
  });
});

describe('a table that cannot be reached', () => {
  it('fails the event, so that it is retried and kept, and no alert is sent', async () => {
    const handler = handlerOf(TrainingJobStateChange, decide, () => ({
      ...buildServices(),
      table: resourceTableIn('no-such-table', 400),
    }));
    await expect(invoke(handler, trainingEvent())).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect(aws().publications).toEqual([]);
  });
});

describe('secrets in events', () => {
  it.each(named(eventFiles('events/**/*.json')))('never leave the function: %s', async (_, event) => {
    for (const family of FAMILY_NAMES) {
      const schema = SCHEMAS[family];
      const { handler, lines } = handlerWithLog(schema);
      if (!schema.safeParse(event).success) continue;
      await invoke(handler, event, family);
      expect(JSON.stringify([lines, aws().calls])).not.toMatch(/CANARY/i);
    }
  });

  it('are in the fixtures, so that the test above can fail', () => {
    expect(JSON.stringify(eventFiles('events/**/*.json').map(readEvent))).toMatch(
      /CANARY-hyperparameter.*CANARY-password/,
    );
  });
});
