import { describe, expect, it } from 'vitest';
import { matches } from '../../../local/play/event-pattern.ts';

describe('an event pattern', () => {
  it.each([
    ['an exact value', { a: ['x'] }, { a: 'x' }, true],
    ['another value', { a: ['x'] }, { a: 'y' }, false],
    ['one of several', { a: ['x', 'y'] }, { a: 'y' }, true],
    ['an absent field', { a: ['x'] }, {}, false],
    ['all of its fields', { a: ['x'], b: ['y'] }, { a: 'x', b: 'z' }, false],
    ['an element of an array', { a: ['x'] }, { a: ['w', 'x'] }, true],
    ['no element of an array', { a: ['x'] }, { a: ['w'] }, false],
    ['a nested field', { detail: { s: ['x'] } }, { detail: { s: 'x' } }, true],
    ['a nested field of something else', { detail: { s: ['x'] } }, { detail: 'x' }, false],
    ['a prefix', { a: [{ prefix: 'Sage' }] }, { a: 'SageMaker' }, true],
    ['a prefix of a number', { a: [{ prefix: '1' }] }, { a: 12 }, false],
    ['anything but values', { a: [{ 'anything-but': ['x'] }] }, { a: 'y' }, true],
    ['anything but a value', { a: [{ 'anything-but': 'x' }] }, { a: 'x' }, false],
    ['anything but, of an object', { a: [{ 'anything-but': ['x'] }] }, { a: { b: 'y' } }, false],
    ['anything but, of an empty list', { a: [{ 'anything-but': ['x'] }] }, { a: [] }, false],
    ['an object in a list', { a: { b: ['x'] } }, { a: [{ b: 'w' }, { b: 'x' }] }, true],
    ['two objects in a list', { a: { b: ['x'], c: ['y'] } }, { a: [{ b: 'x' }, { c: 'y' }] }, false],
    ['a list in a list', { a: ['x'] }, { a: [['x']] }, true],
    ['anything but, of nothing', { a: [{ 'anything-but': ['x'] }] }, {}, false],
    ['an inherited field', { constructor: [{ 'anything-but': ['x'] }] }, {}, false],
  ])('matches, or not, %s', (_, pattern, event, expected) => {
    expect(matches(pattern, event)).toBe(expected);
  });

  it.each([
    { $or: [] },
    { a: [{ numeric: ['>', 0] }] },
    { a: [{ prefix: 'a', suffix: 'b' }] },
    { a: [{ wildcard: 'a*' }] },
    { a: [{ 'anything-but': { prefix: 'a' } }] },
    { a: 'x' },
  ])('is refused when it uses an operator that is not implemented: %j', (pattern) => {
    expect(() => matches(pattern, { a: 'x' })).toThrow(/event pattern/);
  });
});
