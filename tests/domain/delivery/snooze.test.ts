import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAbout, snoozedUntil } from '../../../domain/delivery/snooze.ts';

const ARN = 'arn:aws:sagemaker:eu-west-1:123456789012:endpoint/churn-Prod';
const endpoint = { arn: ARN, name: 'churn-Prod' };
const AT = new Date('2026-11-20T10:00:00Z');
const END = AT.getTime() + 1000;

describe('a snooze', () => {
  it.each([
    ['churn-prod', true],
    [ARN, true],
    ['CHURN-*', true],
    ['*prod', true],
    ['*:endpoint/*', true],
    ['c*n*d', true],
    ['churn', false],
    ['hurn-prod', false],
    ['churn-prod-2', false],
    ['churn-p*prod', false],
    ['', false],
  ])('for %s is about the endpoint: %s', (pattern, isIt) => {
    expect(isAbout(pattern, endpoint)).toBe(isIt);
  });

  it('takes * for any characters, and nothing else', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '-'), maxLength: 8 });
    fc.assert(
      fc.property(
        word,
        word.map((text) => text.replaceAll('*', '')),
        (pattern, name) => {
          const asRegex = new RegExp(
            `^${pattern
              .split('*')
              .map((one) => one.replaceAll('.', '\\.'))
              .join('.*')}$`,
          );
          expect(isAbout(pattern, { arn: null, name })).toBe(asRegex.test(name));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['a failure', { outcome: 'failed', cause: null } as const, END],
    ['a budget warning', { outcome: 'budget', cause: null } as const, undefined],
    ['a stop at its budget', { outcome: 'stopped', cause: { code: 'stopped-at-budget' } as never } as const, undefined],
  ])('lets %s wait, or not', (_, what, until) => {
    const alert = { resource: { type: 'endpoint', ...endpoint }, ...what };
    expect(snoozedUntil(alert, [{ pattern: 'churn-*', at: 0, until: END }], AT)).toBe(until);
  });

  it('that is over has no effect, and of several the last end counts', () => {
    const alert = { resource: { type: 'endpoint', ...endpoint }, outcome: 'failed', cause: null } as const;
    const snooze = (until: number) => ({ pattern: 'churn-*', at: 0, until });
    expect(snoozedUntil(alert, [snooze(AT.getTime())], AT)).toBeUndefined();
    expect(snoozedUntil(alert, [snooze(END + 5), snooze(END), snooze(1)], AT)).toBe(END + 5);
  });
});
