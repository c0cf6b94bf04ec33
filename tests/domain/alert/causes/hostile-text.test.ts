import * as fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { explainError } from '../../../../domain/alert/causes/explain.ts';
import { CODE, explained, FORMS, PUBLISHED, SERVICE } from './reasons.ts';

/** Causes that blame SageMaker, AWS or the account. */
const OF_SAGEMAKER = /^(?:capacity|quota|image-pull|execution-role|internal-service-error)\b/;

/** Words of SageMaker that anybody may write into an error. */
const WORDS = [
  'capacity',
  'insufficient capacity',
  'quota exceeded',
  'image not found',
  'cannot pull image',
  'access denied',
  'role',
  'internal error',
  'We encountered an internal error. Please try again.',
  'Unable to provision requested ML compute capacity.',
  "The account-level service limit 'x' is 0 Instances",
  'Access denied for repository: x in registry ID: 1',
  'Could not assume role arn:aws:iam::123456789012:role/x',
  'is not authorized to perform: ecr:BatchGetImage',
  'An error occurred (ResourceLimitExceeded) when calling the CreateTrainingJob operation: limit',
  'Failed. Reason: CapacityError: x',
  'ResourceLimitExceeded',
  'InternalServerError',
];

describe('words of SageMaker in an error of the code', () => {
  const errors = CODE.filter(
    ([text, cause]) => !OF_SAGEMAKER.test(cause) && !/\bboto|An error occurred/.test(text),
  ).map(([text]) => text);

  it('never make SageMaker or the account its cause', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...errors),
        fc.constantFrom(...WORDS),
        fc.nat(),
        fc.constantFrom(...FORMS),
        (error, words, at, [, form]) => {
          const parts = error.split(' ');
          const place = 1 + (at % parts.length);
          const text = [...parts.slice(0, place), words, ...parts.slice(place)].join(' ');
          for (const reason of [form(text), text.includes(': ') ? text : form(text)])
            expect(explained(reason)).not.toMatch(OF_SAGEMAKER);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('a hostile text', () => {
  const searches: RegExp[] = [];
  const exec = RegExp.prototype.exec;
  const watch = () =>
    vi.spyOn(RegExp.prototype, 'exec').mockImplementation(function (this: RegExp, text: string) {
      searches.push(this);
      return exec.call(this, text);
    });
  afterEach(() => {
    vi.restoreAllMocks();
    searches.length = 0;
  });

  const HOSTILE = [
    'a'.repeat(4096),
    'ValueError: '.repeat(340),
    'An error occurred ('.repeat(200),
    's3://'.repeat(800),
    'ClientError: '.repeat(300),
    'InputConfiguration: '.repeat(200),
    'ClientError: Data download failed:'.repeat(120),
    `AlgorithmError: ${'Command "'.repeat(400)}`,
    `ClientError: User: ${'not authorized to perform: '.repeat(150)}`,
    `${'x.'.repeat(2000)}Error: y`,
    ' '.repeat(4096),
    '"\'`[{('.repeat(700),
  ];

  it('is searched with patterns that repeat nothing without a bound', () => {
    watch();
    for (const text of [
      ...HOSTILE,
      ...PUBLISHED.map(({ reason }) => reason),
      ...SERVICE.map(([, text]) => text),
      ...CODE.map(([text]) => text),
    ]) {
      explained(text);
      explained(`AlgorithmError: ${text}`);
      explained(text, 'labeling-job');
      explainError([text]);
    }
    const ours = new Set(searches.map(({ source }) => source));
    vi.restoreAllMocks();
    const unbounded = [...ours].filter((source) =>
      /[*+]|\{\d+,\}/.test(source.replaceAll(/\\.|\[(?:\\.|[^\]])*\]/g, '_')),
    );
    expect([ours.size > 150, unbounded]).toEqual([true, []]);
  });

  it.each(HOSTILE)('takes few searches: %s', (text) => {
    watch();
    explained(text);
    explained(`AlgorithmError: ${text}`);
    explainError(Array.from({ length: 500 }, () => text));
    const count = searches.length;
    vi.restoreAllMocks();
    expect(count).toBeLessThan(25_000);
  });

  it('of any kind has a cause or none', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 5000 }),
        fc.constantFrom('training-job', 'endpoint', 'human-loop', 'toString'),
        (text, type) => {
          expect(typeof explained(text, type)).toBe('string');
        },
      ),
    );
  });
});
