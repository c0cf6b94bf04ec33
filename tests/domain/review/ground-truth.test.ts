import { describe, expect, it } from 'vitest';
import type { Comparison } from '../../../domain/review/comparison.ts';
import { compareBoxes, overlapOf } from '../../../domain/review/ground-truth/boxes.ts';
import { compareLine } from '../../../domain/review/ground-truth/compare-line.ts';
import { NO_POLICY, policyOf } from '../../support/review.ts';

const compare = (line: unknown, policy = NO_POLICY): readonly Comparison[] => compareLine(line, policy) ?? [];
const outcomes = (line: unknown, policy = NO_POLICY) =>
  compare(line, policy).flatMap(({ fields }) => fields.map(({ field, outcome }) => [field, outcome]));
const why = (line: unknown, policy = NO_POLICY) => compare(line, policy).map(({ notComparable }) => notComparable);

const OBJECT = { 'source-ref': 's3://amzn-s3-demo-bucket/1.jpg' };
const classification = (className: string) => ({
  species: 0,
  'species-metadata': {
    'class-name': className,
    type: 'groundtruth/image-classification',
    'job-name': 'labeling-job/identify-species',
    'human-annotated': 'no',
    'creation-date': '2026-10-01T22:18:13.527256',
  },
});
/** As in the developer guide, with a comment. */
const verification = (className: string, more: object = {}) => ({
  checked: '1',
  'checked-metadata': {
    'class-name': className,
    confidence: 0.93,
    type: 'groundtruth/label-verification',
    'job-name': 'verify-boxes',
    'human-annotated': 'yes',
    'creation-date': '2026-10-18T22:18:13.527256',
    'worker-feedback': [{ comment: 'The box on the bird is too wide.' }],
    ...more,
  },
});

describe('a verification job', () => {
  it('approves or rejects the class of the label that it verified', () => {
    const line = { ...OBJECT, ...classification('dog'), ...verification('bad') };
    expect(compare(line)).toEqual([
      {
        flow: 'verify-boxes',
        reason: 'labeling-job',
        at: new Date('2026-10-18T22:18:13.527Z'),
        fields: [{ field: 'dog', outcome: 'rejected', answers: 1, agreeing: 0, values: [] }],
        skipped: 0,
        notComparable: undefined,
      },
    ]);
    expect(outcomes({ ...OBJECT, ...classification('dog'), ...verification('Good') })).toEqual([['dog', 'confirmed']]);
  });

  it('counts under its own attribute when the line lacks the label that it verified', () => {
    expect(outcomes({ ...OBJECT, ...verification('good') })).toEqual([['checked', 'confirmed']]);
  });

  it('may use other words for approved and rejected, which the configuration lists', () => {
    const line = { ...OBJECT, ...verification('well drawn') };
    expect(why(line)).toEqual(['unknown-verdict']);
    const policy = policyOf({ approved: ['Well drawn'] }, 'verify-boxes');
    expect(outcomes(line, policy)).toEqual([['checked', 'confirmed']]);
    expect(outcomes({ ...OBJECT, ...verification('good') }, policy)).toEqual([['checked', 'rejected']]);
  });

  it('keeps no comment of a worker', () => {
    expect(JSON.stringify(compare({ ...OBJECT, ...verification('bad') }))).not.toContain('bird');
  });
});

const box = (left: number, class_id = 0) => ({ class_id, left, top: 0, width: 100, height: 100 });
const boxes = (attribute: string, annotations: readonly object[], more: object = {}) => ({
  [attribute]: { annotations, image_size: [{ width: 500, height: 400, depth: 3 }] },
  [`${attribute}-metadata`]: {
    objects: annotations.map(() => ({ confidence: 0 })),
    'class-map': { '0': 'dog', '1': 'cat' },
    type: 'groundtruth/object-detection',
    'job-name': `labeling-job/${attribute}`,
    'creation-date': '2026-10-01T22:18:13.527256',
    ...more,
  },
});
const ADJUSTED = { 'adjustment-status': 'adjusted', 'creation-date': '2026-10-18T22:18:13.527256' };

describe('an adjustment job', () => {
  it('compares boxes before and after, by class', () => {
    const before = boxes('model', [box(0), box(200), box(400, 1)]);
    const after = boxes('fixed', [box(0), box(220), box(0, 1)], ADJUSTED);
    expect(outcomes({ ...OBJECT, ...before, ...after })).toEqual([
      ['dog', 'kept'],
      ['dog', 'changed'],
      ['cat', 'rejected'],
      ['cat', 'added'],
    ]);
  });

  it('compares the classes of boxes by their names, if both labels have them', () => {
    const before = boxes('model', [box(0), box(200, 1)]);
    const swapped = { ...ADJUSTED, 'class-map': { '0': 'cat', '1': 'dog' } };
    expect(outcomes({ ...OBJECT, ...before, ...boxes('fixed', [box(0, 1), box(220, 0)], swapped) })).toEqual([
      ['dog', 'kept'],
      ['cat', 'changed'],
    ]);
    const unnamed = { ...ADJUSTED, 'class-map': undefined };
    expect(outcomes({ ...OBJECT, ...before, ...boxes('fixed', [box(0), box(200, 2)], unnamed) })).toEqual([
      ['dog', 'kept'],
      ['cat', 'rejected'],
      ['class 2', 'added'],
    ]);
  });

  it('compares labels of a multi-label classification', () => {
    const labels = (attribute: string, ids: readonly number[], more: object = {}) => ({
      [attribute]: ids,
      [`${attribute}-metadata`]: {
        'class-map': { '0': 'dog', '1': 'cat', '8': 'bird' },
        type: 'groundtruth/image-classification-multilabel',
        job_name: 'labeling-job/fix',
        ...more,
      },
    });
    const line = {
      ...OBJECT,
      ...labels('before', [1, 0]),
      ...labels('after', [8, 0], { adjustment_status: 'adjusted' }),
    };
    expect(outcomes(line)).toEqual([
      ['cat', 'rejected'],
      ['dog', 'confirmed'],
      ['bird', 'added'],
    ]);
    expect(compare(line)[0]?.flow).toBe('fix');
  });

  it('compares classes', () => {
    const after = { fixed: 1, 'fixed-metadata': { ...classification('cat')['species-metadata'], ...ADJUSTED } };
    expect(why({ ...OBJECT, ...classification('dog'), ...after })).toEqual(['not-labeled']);
    Object.assign(after['fixed-metadata'], { 'human-annotated': 'yes' });
    expect(outcomes({ ...OBJECT, ...classification('dog'), ...after })).toEqual([
      ['dog', 'rejected'],
      ['cat', 'added'],
    ]);
  });

  it.each(['adjusted', 'unadjusted'])('of a mask in another file knows only that people left it %s', (status) => {
    const mask = (attribute: string, more: object = {}) => ({
      [attribute]: 's3://amzn-s3-demo-bucket/mask.png',
      [`${attribute}-metadata`]: { type: 'groundtruth/semantic-segmentation', 'job-name': 'masks', ...more },
    });
    const line = { ...OBJECT, ...mask('before-ref'), ...mask('after-ref', { 'adjustment-status': status }) };
    expect(outcomes(line)).toEqual([['before-ref', status === 'adjusted' ? 'changed' : 'kept']]);
  });
});

describe('a line that compares nothing', () => {
  it.each([
    ['an object that nobody labeled', OBJECT, 'not-labeled'],
    ['a label without a review', { ...OBJECT, ...classification('dog') }, 'no-review'],
    [
      'an object that failed',
      { ...OBJECT, 'a-metadata': { 'failure-reason': 'declined', 'job-name': 'j' } },
      'not-labeled',
    ],
    [
      'the empty label of a custom template',
      { ...OBJECT, a: {}, 'a-metadata': { job_name: 'labeling-job/j', creation_date: '2021-03-08T23:06:49.111000' } },
      'empty-label',
    ],
    ['a verification that failed', { ...OBJECT, ...verification('bad', { 'failure-reason': 'x' }) }, 'not-labeled'],
    ['a verification by no person', { ...OBJECT, ...verification('good', { 'human-annotated': 'no' }) }, 'not-labeled'],
    ['a verdict that is a number', { ...OBJECT, ...verification('bad', { 'class-name': 7 }) }, 'unknown-verdict'],
    [
      'an adjustment of another kind',
      { ...OBJECT, ...boxes('b', [], { 'adjustment-status': 'half' }) },
      'unknown-verdict',
    ],
  ])('says why: %s', (_, line, reason) => {
    expect(why(line)).toEqual([reason]);
  });

  it.each([
    [null],
    [7],
    ['x'],
    [[]],
    [{}],
    [{ a: 1 }],
    [{ '-metadata': {} }],
    [{ 'a b-metadata': {} }],
    [{ 'a-metadata': 7 }],
  ])('is no line of a manifest: %j', (line) => {
    expect(compareLine(line, NO_POLICY)).toBeUndefined();
  });

  it('may have wrong types and keys such as __proto__', () => {
    const line = JSON.parse(
      '{"__proto__": 1, "__proto__-metadata": {"type": "groundtruth/label-verification"}, "constructor-metadata": {"type": "groundtruth/label-verification", "class-name": "good", "class-map": {"__proto__": "x"}}}',
    );
    expect(why(line)).toEqual(['not-labeled']);
  });
});

describe('boxes', () => {
  it('have an overlap between 0 and 1', () => {
    expect(overlapOf(box(0), box(0))).toBe(1);
    expect(overlapOf(box(0), box(50))).toBeCloseTo(1 / 3);
    expect(overlapOf(box(0), box(100))).toBe(0);
    expect(overlapOf({ ...box(0), width: 0 }, box(0))).toBe(0);
    expect(overlapOf({ ...box(0), width: -5 }, box(0))).toBe(0);
  });

  it('are paired with the box that overlaps them most', () => {
    expect(compareBoxes([box(0), box(30)], [box(10), box(45)])).toEqual([
      { box: box(0), change: 'changed' },
      { box: box(30), change: 'changed' },
    ]);
    expect(compareBoxes([box(0), box(0)], [box(0)]).map(({ change }) => change)).toEqual(['kept', 'removed']);
    expect(compareBoxes([], [])).toEqual([]);
  });
});
