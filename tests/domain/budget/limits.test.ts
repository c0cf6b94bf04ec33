import { describe, expect, it } from 'vitest';
import { isLimited, limitsOf } from '../../../domain/budget/limits.ts';
import { configured, NOBODY, TAG } from '../../support/budget-facts.ts';

const { budgets } = configured({
  caps: { 'training-job': 50, 'processing-job': 5 },
  teams: { vision: { 'training-job': 100 } },
  projects: { churn: { 'training-job': 200 } },
});
const limits = (tags: Record<string, string>, owner = {}, type = 'training-job') =>
  limitsOf(type, new Map(Object.entries(tags)), { ...NOBODY, ...owner }, budgets);

describe('the cap of a job', () => {
  it.each([
    ['is in its own tag', { [TAG]: '25' }, { project: 'churn' }, 25, `the tag ${TAG}`],
    [
      'is in its own tag, whatever its case and spaces',
      { 'Ground-Control:Max-Cost-USD': ' 12.50 ' },
      {},
      12.5,
      'the tag Ground-Control:Max-Cost-USD',
    ],
    ['is at most a million', { [TAG]: '1000000' }, {}, 1_000_000, `the tag ${TAG}`],
    ['is at least a cent', { [TAG]: '0.01' }, {}, 0.01, `the tag ${TAG}`],
    [
      'is in two tags that agree, apart from spaces',
      { [TAG]: '25', [TAG.toUpperCase()]: ' 25 ' },
      {},
      25,
      `the tag ${TAG}`,
    ],
    [
      'is in ground-control.yml for its project',
      {},
      { team: 'vision', project: 'churn' },
      200,
      'ground-control.yml for project churn',
    ],
    [
      'is in ground-control.yml for its team',
      {},
      { team: 'vision', project: 'other' },
      100,
      'ground-control.yml for team vision',
    ],
    ['is in ground-control.yml for its kind', {}, { team: 'constructor' }, 50, 'ground-control.yml'],
  ])('%s', (_, tags, owner, usd, from) => {
    expect(limits(tags, owner)).toMatchObject({ cap: { amount: usd * 1_000_000, from }, protected: false, flaws: [] });
  });

  it('is absent by default', () => {
    expect(limitsOf('training-job', new Map(), NOBODY, configured().budgets).cap).toBeUndefined();
    expect(limits({}, {}, 'transform-job').cap).toBeUndefined();
    expect(limits({}, {}, 'endpoint').cap).toBeUndefined();
  });

  it.each([
    '-5',
    'abc',
    '25 USD',
    '$25',
    '1e99',
    '',
    '0',
    '0.001',
    '1000001',
    'Infinity',
    '25,00',
    '٢٥',
    'x25',
    '25x',
    '25.',
  ])('is the configured one when the tag value is %j, and the flaw quotes the value', (value) => {
    const { cap, flaws } = limits({ [TAG]: value });
    expect(cap).toEqual({ amount: 50_000_000, from: 'ground-control.yml' });
    expect(flaws.map(({ text }) => text)).toEqual([
      `Tag ${TAG} is "${value}": expected US dollars from 0.01 to 1000000, such as 25 or 12.50. The cap of ground-control.yml holds.`,
    ]);
    expect(flaws.map(({ explanation }) => explanation)).toEqual([
      `Tag ${TAG} is "${value}": expected US dollars from 0.01 to 1000000, such as 25 or 12.50. Until this is corrected, the cap from ground-control.yml applies.`,
    ]);
  });

  it('is the configured one when two tags contradict each other', () => {
    const { cap, flaws } = limits({ [TAG]: '25', [TAG.toUpperCase()]: '250' });
    expect(cap?.amount).toBe(50_000_000);
    expect(flaws).toEqual([
      {
        key: TAG,
        others: [TAG.toUpperCase()],
        example: '25',
        text: expect.stringContaining(`Tag ${TAG} = "25" and tag ${TAG.toUpperCase()} = "250" contradict each other`),
        explanation: expect.stringContaining('contradict each other: expected US dollars'),
      },
    ]);
  });
});

describe('the protection of a job from being stopped', () => {
  it.each([
    ['true', true, 0],
    ['TRUE', true, 0],
    ['false', false, 0],
    ['yes', false, 1],
    ['constructor', false, 1],
  ])('follows the tag value %j', (value, isProtected, flaws) => {
    const read = limits({ 'ground-control:protected': value });
    expect([read.protected, read.flaws.length, read.isProtectionUnclear]).toEqual([isProtected, flaws, flaws > 0]);
    for (const flaw of read.flaws) {
      expect(flaw).toEqual({
        key: 'ground-control:protected',
        others: [],
        example: 'true',
        text:
          `Tag ground-control:protected is "${value}": expected true or false. ` +
          'It is not stopped at its cap: people are asked.',
        explanation:
          `Tag ground-control:protected is "${value}": expected true or false. ` +
          'Until this is corrected, Ground Control does not stop the job at its cap: it asks people.',
      });
    }
  });
});

describe('a job is limited', () => {
  it('by a cap tag, even one that is not an amount, or by a monthly budget', () => {
    const { budgets } = configured({ monthly: { project: { churn: 100 } } });
    const of = (type: string, tags: object, owner = NOBODY) =>
      isLimited(type, new Map(Object.entries(tags)), owner, budgets);
    expect([
      of('training-job', { [TAG]: '5' }),
      of('training-job', { [TAG]: 'five' }),
      of('training-job', {}, { ...NOBODY, project: 'churn' }),
      of('training-job', { team: 'x' }),
      of('endpoint', {}, { ...NOBODY, project: 'churn' }),
    ]).toEqual([true, true, true, false, false]);
  });
});
