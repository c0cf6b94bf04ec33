/**
 * The matcher that replay, redrive and the offline tests use (local/play/event-pattern.ts) gives the same answers as
 * EventBridge's own.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matches } from '../../local/play/event-pattern.ts';
import { readEvent } from '../support/events.ts';
import { DOCUMENTED, eventOf, INVENTED, OF_CLOUDTRAIL, SAMPLES, UNDOCUMENTED } from './events.ts';
import { useMatcher } from './setting.ts';

const { matcher, rules } = useMatcher();
const RUNS = 1500;

/** Whether EventBridge's matcher says that `event` matches. Throws if it refuses the pattern. */
async function really(pattern: object, event: object): Promise<boolean> {
  const answer = await matcher.ask(JSON.stringify(pattern), [JSON.stringify(event)]);
  if ('refused' in answer) throw new Error(`EventBridge refuses ${JSON.stringify(pattern)}: ${answer.refused}`);
  return answer.matches[0] === true;
}

// Few and similar values, so that patterns often match.
const text = fc.constantFrom('', 'a', 'ab', 'b', 'A', 'null', '1', 'é', 'SageMaker Job');
const number = fc.constantFrom(0, 1, -1, 12, 0.5);
const scalar = fc.oneof({ weight: 3, arbitrary: text }, number, fc.boolean(), fc.constant(null));
const someOf = <T>(arbitrary: fc.Arbitrary<T>) => fc.array(arbitrary, { minLength: 1, maxLength: 3 });
/** Mostly `usual`; `odd` is there to be no match, or a match that people do not expect. */
const mostly = <T, U>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<U>) =>
  fc.oneof({ weight: 8, arbitrary: usual }, { weight: 1, arbitrary: odd });

/** What EventBridge lets a pattern list: `anything-but` takes texts or numbers, not both. */
const list = someOf(
  fc.oneof(
    scalar,
    fc.record({ prefix: text }),
    fc.record({ 'anything-but': fc.oneof(text, number, someOf(text), someOf(number)) }),
  ),
);
const nestedLists = fc.dictionary(fc.constantFrom('x', 'y'), list, { minKeys: 1 });
const pattern = fc
  .record({ a: mostly(list, nestedLists), b: list, detail: mostly(nestedLists, list) }, { requiredKeys: [] })
  .filter((one) => Object.keys(one).length > 0);

const value = mostly(scalar, fc.array(mostly(scalar, fc.array(scalar, { maxLength: 2 })), { maxLength: 3 }));
const object = mostly(fc.record({ x: value, y: value }), fc.record({ x: value, y: value }, { requiredKeys: [] }));
const objects = fc.array(mostly(object, scalar), { maxLength: 3 });
const event = mostly(
  fc.record({ a: mostly(value, object), b: value, detail: mostly(object, fc.oneof(objects, value)) }),
  fc.record({ a: value, b: objects, detail: objects }, { requiredKeys: [] }),
);

describe("the project's own matcher agrees with that of EventBridge", () => {
  it('on each packaged pattern and each event of these tests', async () => {
    const published = ['change.v1.failed-job', 'change.v1.found-endpoint', 'action.v1.stopped-job'].flatMap((name) =>
      ['ground-control', 'ground-control.redriven.hook'].map((source) =>
        eventOf(`ground-control.${name.split('.', 2).join('.')}`, {
          source,
          detail: readEvent(`tests/fixtures/relays/${name}.json`),
        }),
      ),
    );
    const names = [...DOCUMENTED, ...UNDOCUMENTED, ...INVENTED, ...OF_CLOUDTRAIL];
    const events: object[] = [
      ...SAMPLES.map(({ event: sample }) => sample),
      ...published,
      ...names.flatMap((name) => [
        eventOf(name),
        eventOf(name, { source: ['aws.sagemaker'] }),
        eventOf(name, { source: 'aws.s3', detail: null }),
      ]),
      { source: 'aws.sagemaker' },
      { source: 'aws.sagemaker', 'detail-type': null },
    ];
    for (const { id, pattern: text } of rules) {
      const answer = await matcher.ask(
        text,
        events.map((one) => JSON.stringify(one)),
      );
      const own = events.map((one) => matches(JSON.parse(text), one));
      expect([id, answer]).toEqual([id, expect.objectContaining({ matches: own })]);
    }
  });

  it(`on ${RUNS} random patterns and events`, async () => {
    const seen = { true: 0, false: 0 };
    await fc.assert(
      fc.asyncProperty(pattern, event, async (one, other) => {
        const own = matches(one, other);
        seen[`${own}`]++;
        expect(own).toBe(await really(one, other));
      }),
      { numRuns: RUNS },
    );
    // Otherwise this would compare little.
    expect(Math.min(seen.true, seen.false)).toBeGreaterThan(RUNS / 20);
  });
});
