import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEEPEST_EVENT, LARGEST_EVENT } from '../../../schemas/event/harmless.ts';
import { SCHEMAS, trainingEvent } from '../../support/events.ts';

const flaws = (input: unknown, family: keyof typeof SCHEMAS = 'training-job') => {
  const read = SCHEMAS[family].safeParse(input);
  return read.success ? [] : read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
};

const nested = (levels: number): unknown => (levels === 0 ? 1 : { deeper: nested(levels - 1) });

describe('input that cannot be read', () => {
  it.each([
    ['nothing', undefined, ': Invalid input: expected object, received undefined'],
    ['text', 'hello', ': Invalid input: expected object, received string'],
    ['a list', [trainingEvent()], ': Invalid input: expected object, received array'],
    ['no detail-type', trainingEvent({}, { 'detail-type': undefined }), 'detail-type: Invalid input: expected'],
    ['a detail that is text', trainingEvent({}, { detail: 'Failed' }), 'detail: Invalid input: expected object'],
    ['a detail that is a list', trainingEvent({}, { detail: [] }), 'detail: Invalid input: expected object'],
    ['a status that is a number', trainingEvent({ TrainingJobStatus: 7 }), 'detail.TrainingJobStatus: Invalid input'],
    ['a name that is an object', trainingEvent({ TrainingJobName: {} }), 'detail.TrainingJobName: Invalid input'],
    ['a megabyte of junk', trainingEvent({ junk: 'x'.repeat(1_000_000) }), 'detail.junk: input is larger than'],
    [
      'a megabyte of keys',
      trainingEvent(Object.fromEntries(Array.from({ length: 60_000 }, (_, at) => [`k${at}`, 1]))),
      'input is larger than',
    ],
    ['deep nesting', trainingEvent({ a: nested(100) }), 'input is nested deeper than'],
    [
      'a key that reaches the prototype',
      JSON.parse('{"detail":{"__proto__":{"polluted":true}}}'),
      'detail.__proto__: key is not allowed',
    ],
    [
      'a constructor that is an object',
      trainingEvent({ constructor: { prototype: {} } }),
      'detail.constructor: key is not allowed',
    ],
  ])('is refused with its path: %s', (_, input, expected) => {
    expect(flaws(input)).toEqual([expect.stringContaining(expected)]);
  });

  it('is refused with its path by the schema for all other resources, too', () => {
    expect(flaws({ 'detail-type': 'SageMaker Image State Change', detail: { ImageStatus: 1 } }, 'resource')).toEqual([
      'detail.ImageStatus: Invalid input: expected string, received number',
    ]);
    expect(flaws({ 'detail-type': 'AWS API Call via CloudTrail', detail: {} }, 'resource')).toEqual([
      'detail-type: Invalid string: must start with "SageMaker"',
    ]);
  });

  it('does not change the prototype of objects', () => {
    flaws(JSON.parse('{"detail":{"__proto__":{"polluted":true}},"__proto__":{"polluted":true}}'));
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('never crashes a schema', () => {
    fc.assert(
      fc.property(fc.anything({ maxDepth: 4, withNullPrototype: true }), fc.anything(), (detail, status) => {
        for (const family of Object.keys(SCHEMAS) as (keyof typeof SCHEMAS)[]) {
          SCHEMAS[family].safeParse(trainingEvent({}, { detail }));
          SCHEMAS[family].safeParse(trainingEvent({ TrainingJobStatus: status }));
          SCHEMAS[family].safeParse(detail);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('may have a tag called constructor or prototype, but no object there', () => {
    const tags = (value: unknown) => flaws(trainingEvent({ Tags: { constructor: value, prototype: value } }));
    expect([tags('x'), tags(null)]).toEqual([[], []]);
    expect(flaws(trainingEvent({ prototype: {} }))).toEqual(['detail.prototype: key is not allowed']);
    expect(flaws(trainingEvent({ list: [{}, { prototype: [] }] }))).toEqual([
      'detail.list.1.prototype: key is not allowed',
    ]);
  });

  it('is what has more than 262,144 characters', () => {
    const empty = JSON.stringify(trainingEvent({ junk: '' })).length;
    expect(flaws(trainingEvent({ junk: 'x'.repeat(LARGEST_EVENT - empty) }))).toEqual([]);
    expect(flaws('x'.repeat(LARGEST_EVENT))).toEqual([': Invalid input: expected object, received string']);
    expect(flaws('x'.repeat(LARGEST_EVENT + 1))).toEqual([': input is larger than 262144 characters']);
  });

  it('is what nests a level deeper than the limit', () => {
    expect(flaws(nested(DEEPEST_EVENT)).join()).not.toContain('nested deeper');
    expect(flaws(nested(DEEPEST_EVENT + 1))).toEqual([
      expect.stringMatching(/^(deeper\.?){32}: input is nested deeper/),
    ]);
  });

  it('does not include an event that nests as deep as the limit allows', () => {
    expect(flaws(trainingEvent({ a: nested(DEEPEST_EVENT - 4) }))).toEqual([]);
  });
});
