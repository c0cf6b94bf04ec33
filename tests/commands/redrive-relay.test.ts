import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { relayedEvent } from '../../commands/redrive/relayed-event.ts';
import { sourceText } from '../../commands/redrive/source-text.ts';
import type { Call } from '../../local/embedded-aws/protocol.ts';
import type { Fault } from '../../local/embedded-aws/server.ts';
import { useLocalAws } from '../support/local-aws.ts';
import { useRedrive } from '../support/redrive.ts';

let fault: (call: Call) => Fault | undefined;
const aws = useLocalAws(undefined, (call) => fault(call));
const { put, left, redrive } = useRedrive(aws);

const RULE = 'ground-control-local/ground-control-local-warehouse';
const ARN = 'arn:aws:sagemaker:eu-west-1:123456789012:training-job/churn';
/** An envelope as a message holds it. Written anew by `JSON.stringify`, each of these would differ. */
const envelope = (id: string) =>
  `{ "schema":"ground-control/change", "version":"1.0","id":"${id}", "order":12345678901234567890,` +
  `"resource":{"id":"r", "name":"}],\\"detail\\": \\u00e9 $(x)","arn":"${ARN}"}, "cost": {"usd":1.50} }`;
const wholeEvent = (id: string, source = 'ground-control') =>
  `{"version":"0","id":"0d-1","detail-type":"ground-control.change.v1","source":"${source}","account":"123456789012",` +
  `"time":"2026-11-22T10:00:00Z","region":"eu-west-1","resources":["${ARN}"],"detail": ${envelope(id)} }`;
const published = (id: string) => ({
  source: 'ground-control.redriven.warehouse',
  detailType: 'ground-control.change.v1',
  detail: JSON.parse(envelope(id)),
  text: envelope(id),
  bus: 'ground-control-local',
  resources: [ARN],
});
const lastLine = (output: string) => output.trimEnd().split('\n').at(-1);
const redriveRelay = (...args: readonly string[]) => redrive(['--queue', 'relay-warehouse', ...args]);
const putRelayed = (...bodies: readonly string[]) => put(bodies, 'relay-warehouse');
const pattern = (...source: readonly string[]) => JSON.stringify({ source });
const SOURCES = ['ground-control', 'ground-control.redriven.warehouse'];
const ruleWith = (filters: object) =>
  aws().eventBridge.rules.set(RULE, {
    State: 'ENABLED',
    EventPattern: JSON.stringify({ source: SOURCES, 'detail-type': ['ground-control.change.v1'], ...filters }),
  });
const ofOutcome = (id: string, outcome: string) =>
  `{"schema":"ground-control/change","version":"1.0","id":"${id}","outcome":"${outcome}","resource":{"arn":"${ARN}"}}`;

beforeEach(() => {
  fault = () => undefined;
  aws().sqs.queueUrls.add(`${aws().endpoint}/000000000000/ground-control-local-relay-warehouse`);
  aws().eventBridge.rules.clear();
  aws().eventBridge.rules.set(RULE, {
    State: 'ENABLED',
    EventPattern: pattern(...SOURCES),
  });
});

describe("redrive of a relay's queue", () => {
  it.each([
    ['the whole event', wholeEvent('a'), wholeEvent('b')],
    ['the envelope alone', envelope('a'), envelope('b')],
    ['one that came back', wholeEvent('a', 'ground-control.redriven.warehouse'), envelope('b')],
  ])('puts events back on the bus byte for byte, for this relay alone, from messages that hold %s', async (_, a, b) => {
    putRelayed(a, b);
    const { code, output } = await redriveRelay();
    expect([code, aws().messages, aws().eventBridge.events]).toEqual([0, [], [published('a'), published('b')]]);
    expect(output).toContain(`ground-control.change.v1  ${ARN}\n`);
    expect(lastLine(output)).toBe('2 put back, 0 failed again');
    const changes = aws().calls.flatMap(({ operation }) => (/Put|Delete/.test(operation) ? [operation] : []));
    expect(changes).toEqual(['PutEvents', 'DeleteMessage', 'PutEvents', 'DeleteMessage']);
  });

  it('says why EventBridge could not deliver an event', async () => {
    putRelayed(wholeEvent('a'));
    Object.assign(aws().messages[0] ?? {}, {
      attributes: {
        ERROR_CODE: { DataType: 'String', StringValue: 'NO_PERMISSIONS' },
        ERROR_MESSAGE: { DataType: 'String', StringValue: 'not authorized to perform kinesis:PutRecord' },
      },
    });
    const { output } = await redriveRelay();
    expect(output).toContain('why: NO_PERMISSIONS: not authorized to perform kinesis:PutRecord');
  });

  it('changes nothing when it only shows, even without the rule', async () => {
    aws().eventBridge.rules.clear();
    putRelayed(wholeEvent('a'));
    const { code, output } = await redriveRelay('--dry-run');
    expect([code, (await left('relay-warehouse')).visible, aws().eventBridge.events]).toEqual([
      0,
      [wholeEvent('a')],
      [],
    ]);
    expect(lastLine(output)).toBe('1 message in the queue relay-warehouse; nothing was changed');
  });

  it.each([
    [
      'is not there',
      () => aws().eventBridge.rules.clear(),
      'there is no rule ground-control-local-warehouse on the bus',
    ],
    [
      'is disabled',
      () => aws().eventBridge.rules.set(RULE, { State: 'DISABLED', EventPattern: pattern() }),
      'the rule ground-control-local-warehouse is disabled',
    ],
    [
      'is for another relay',
      () =>
        aws().eventBridge.rules.set(RULE, { State: 'ENABLED', EventPattern: pattern('ground-control.redriven.ware') }),
      'does not match the source ground-control.redriven.warehouse',
    ],
  ])('refuses to put back what nobody would get, because the rule %s', async (_, change, why) => {
    change();
    putRelayed(wholeEvent('a'));
    const { code, errors } = await redriveRelay();
    expect([code, aws().messages.length, aws().eventBridge.events]).toEqual([2, 1, []]);
    expect(errors).toContain(why);
  });

  it('keeps the events that the filters of the relay no longer let pass', async () => {
    ruleWith({ detail: { outcome: ['failed'], resource: { arn: [{ prefix: '' }] } } });
    const action = ofOutcome('c', 'failed').replace('/change', '/action');
    const kept = [ofOutcome('a', 'completed'), action];
    putRelayed(kept[0] ?? '', ofOutcome('b', 'failed'), action);
    const { code, output } = await redriveRelay();
    expect([code, aws().eventBridge.events.map(({ text }) => text), await left('relay-warehouse')]).toEqual([
      1,
      [ofOutcome('b', 'failed')],
      { all: kept, visible: kept },
    ]);
    expect(output).toContain(
      'not put back: the filters of the relay no longer let this event pass, so its target would not get it',
    );
    expect(lastLine(output)).toBe(
      '1 put back, 0 failed again, 2 not matched by the rule; 2 messages stay in the queue relay-warehouse',
    );
  });

  it.each([
    ['an operator', { detail: { outcome: [{ exists: true }] } }],
    ['an operator that joins others', { $or: [{ detail: { outcome: ['failed'] } }] }],
  ])('keeps an event when the rule has %s that redrive does not know', async (_, filters) => {
    ruleWith(filters);
    putRelayed(ofOutcome('a', 'failed'));
    const { code, output } = await redriveRelay();
    expect([code, aws().messages.length, aws().eventBridge.events]).toEqual([1, 1, []]);
    expect(output).toContain('not put back: nobody knows whether the rule matches this event: event pattern: ');
    expect(lastLine(output)).toBe(
      '0 put back, 0 failed again, 1 not matched by the rule; 1 message stays in the queue relay-warehouse',
    );
  });

  it('leaves messages that hold no event of Ground Control', async () => {
    const others = [
      'no JSON',
      '{"Name":["churn"]}',
      '{"detail-type":"SageMaker Training Job State Change","detail":{"id":"a"}}',
      '{"schema":"ground-control/change","version":"1.0"}',
    ];
    putRelayed(...others, envelope('c'));
    const { code, output } = await redriveRelay();
    expect([code, await left('relay-warehouse'), aws().eventBridge.events]).toEqual([
      1,
      { all: others, visible: others },
      [published('c')],
    ]);
    expect(lastLine(output)).toBe(
      '1 put back, 0 failed again, 4 not an event; 4 messages stay in the queue relay-warehouse',
    );
  });

  it.each<[string, Fault | undefined, string]>([
    ['the bus refuses within an answer of success', undefined, 'EventBridge refused the event: ThrottlingException'],
    ['the bus refuses', { kind: 'throttle' }, 'ThrottlingException: Rate exceeded'],
    ['the bus gives no answer for', { kind: 'lost' }, 'socket hang up'],
  ])('keeps the message of an event that %s', async (_, of, why) => {
    fault = ({ operation }) => (operation === 'PutEvents' ? of : undefined);
    if (of === undefined) aws().eventBridge.refusals.push([0], [0], [0]);
    putRelayed(wholeEvent('a'));
    const { code, output } = await redriveRelay();
    expect([code, (await left('relay-warehouse')).visible]).toEqual([1, [wholeEvent('a')]]);
    expect(output).toMatch(new RegExp(`kept: the bus has not confirmed that it took the event: .*${why}`));
    expect(lastLine(output)).toBe('0 put back, 1 failed again; 1 message stays in the queue relay-warehouse');
  });

  it('says so if it cannot delete the message of an event that the bus took', async () => {
    fault = ({ operation }) => (operation === 'DeleteMessage' ? { kind: 'error' } : undefined);
    putRelayed(wholeEvent('a'));
    const { code, output } = await redriveRelay();
    expect([code, aws().eventBridge.events, aws().messages.length]).toEqual([1, [published('a')], 1]);
    expect(lastLine(output)).toBe(
      '0 put back, 0 failed again, 1 put back but not deleted; 1 message stays in the queue relay-warehouse',
    );
  });

  it('ends though the target still fails and every event comes back', async () => {
    const { eventBridge } = aws();
    const perform = eventBridge.perform.bind(eventBridge);
    eventBridge.perform = (operation, input) => {
      const output = perform(operation, input);
      const came = /"id":"([ab])"/.exec(eventBridge.events.at(-1)?.text ?? '')?.[1] ?? '';
      if (operation === 'PutEvents') putRelayed(wholeEvent(came, 'ground-control.redriven.warehouse'));
      return output;
    };
    putRelayed(wholeEvent('a'), wholeEvent('b'));
    const { code, output } = await redriveRelay();
    eventBridge.perform = perform;
    expect([code, eventBridge.events.length, (await left('relay-warehouse')).visible.length]).toEqual([1, 2, 2]);
    expect(lastLine(output)).toBe('2 put back, 2 failed again; 2 messages stay in the queue relay-warehouse');
  });

  it.each(['relay-Upper', `relay-${'a'.repeat(31)}`])('refuses the queue %s', async (queue) => {
    const { code, errors } = await redrive(['--queue', queue]);
    expect([code, errors]).toEqual([
      2,
      expect.stringContaining('is not one of failed, quarantine, undelivered, relay-<name>'),
    ]);
  });

  it('refuses a relay that is not deployed', async () => {
    const { code, errors } = await redrive(['--queue', 'relay-unknown']);
    expect([code, errors]).toEqual([
      2,
      expect.stringContaining('there is no queue ground-control-local-relay-unknown'),
    ]);
  });
});

describe('the text of a member', () => {
  it('is what was written, whatever the JSON holds', () => {
    fc.assert(
      fc.property(fc.json(), fc.json(), fc.nat(3), (before, detail, indent) => {
        const value = indent === 0 ? detail : JSON.stringify(JSON.parse(detail), undefined, indent);
        const text = `{"resources": ${before},\n "x": {"detail": 1}, "detail"  : ${value} ,"after": ${before}}`;
        expect(sourceText(text, 'detail')).toBe(value);
      }),
    );
  });

  it.each([
    ['{}', undefined],
    ['{"a":{"detail":1}}', undefined],
    ['{"detail":1,"detail":2}', '2'],
    ['{"\\u0064etail":1}', '1'],
    ['{"a":"\\"detail\\":3","detail":"}\\\\"}', '"}\\\\"'],
    ['["detail",1]', undefined],
  ])('of %s is %s', (json, text) => expect(sourceText(json, 'detail')).toBe(text));
});

describe('the event in a message with an action', () => {
  it('has the type of its envelope, and no resource if there is no ARN', () => {
    const body =
      '{"schema":"ground-control/action","version":"1.2","id":"i","action":"stopped","resource":{"id":"r","arn":null}}';
    expect(relayedEvent(`\n${body}\n`)).toEqual({
      id: 'i',
      detailType: 'ground-control.action.v1',
      resources: [],
      detail: body,
    });
  });
});
