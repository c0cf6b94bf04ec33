import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Comparison, JobComparison } from '../../../domain/teams/agreement/job-comparison.ts';
import { readLabeledAnswers } from '../../../schemas/teams/worker-response.ts';
import { reportOf } from '../../support/team-report.ts';
import { entryOf, FROM, subOf, tasksOf } from '../../support/team-world.ts';

const range = (count: number) => Array.from({ length: count }, (_, nth) => nth);
const NAMES = ['dog', 'cat', 'bird'];
const metadata = (more: object) => ({
  confidence: 0.9,
  type: 'groundtruth/image-classification',
  'job-name': 'labeling-job/Cats',
  'human-annotated': 'yes',
  'creation-date': '2026-11-10T22:18:13.527256',
  ...more,
});
/** A line of an output manifest with this label. */
const line = (name: string, more: object = {}) => ({
  'source-ref': 's3://amzn-s3-demo-bucket/1.jpg',
  species: NAMES.indexOf(name),
  'species-metadata': metadata({ 'class-name': name, ...more }),
});
const content = (label: unknown) => ({ 'crowd-image-classifier': { label } });
/** The answers of workers 0, 1, … about one object. */
const answersOf = (contents: readonly unknown[]) =>
  readLabeledAnswers({
    answers: contents.map((answerContent, worker) => ({
      answerContent,
      workerId: `private.eu-west-1.${worker}`,
      submissionTime: new Date(FROM).toISOString(),
      workerMetadata: { identityData: { sub: subOf(worker) } },
    })),
  }) ?? [];
const labels = (...names: readonly string[]) => answersOf(names.map(content));

/** Compares objects: the line of each, and its answers. */
function compare(lines: readonly unknown[], objects: readonly ReturnType<typeof answersOf>[]): Comparison {
  const comparison = new JobComparison('cats');
  for (const one of lines) comparison.addLine(one);
  for (const [index, answers] of objects.entries()) comparison.addObject(index, answers);
  return comparison.result();
}
const equal = (result: Comparison) => (result.why === undefined ? result.answers.map(({ isEqual }) => isEqual) : []);

/** Ten objects of each class, about which all workers agree: they show that lines and folders belong together. */
const CLEAR = range(30).map((nth) => NAMES[nth % 3] ?? '');
const clearLines = CLEAR.map((name) => line(name));
const clearAnswers = CLEAR.map((name) => labels(name, name));

describe('the agreement with the consolidated label', () => {
  it('says whether each answer equals the label, and keeps no label', () => {
    const result = compare([line('dog'), ...clearLines], [labels('dog', 'cat', 'dog'), ...clearAnswers]);
    const [first] = result.why === undefined ? result.answers : [];
    expect(first).toEqual({
      sub: subOf(0),
      workerId: 'private.eu-west-1.0',
      submittedAt: FROM,
      object: 0,
      isEqual: true,
    });
    expect(equal(result).slice(0, 3)).toEqual([true, false, true]);
    expect(equal(result)).toHaveLength(63);
    expect(JSON.stringify(result)).not.toMatch(/dog|cat|bird/);
  });

  it.each<[string, unknown, ReturnType<typeof answersOf>, boolean[]]>([
    ['an object of one answer, which is the label', line('dog'), labels('dog'), []],
    ['two answers of one worker', line('dog'), [...labels('dog'), ...labels('dog')], []],
    ['an object without a label', { 'source-ref': 's3://a/b' }, labels('dog', 'cat'), []],
    ['an object that failed', line('dog', { 'failure-reason': 'x' }), labels('dog', 'cat'), []],
    ['a label of another job', line('dog', { 'job-name': 'labeling-job/dogs' }), labels('dog', 'cat'), []],
    ['a line that is no JSON', undefined, labels('dog', 'cat'), []],
    ['answers that are no label', line('dog'), answersOf([content('dog'), { text: 'private' }, {}]), []],
    [
      'answers with two elements',
      line('dog'),
      answersOf([content('dog'), { a: { label: 'dog' }, b: { label: 'x' } }]),
      [],
    ],
    [
      'boxes',
      { ...line('dog'), 'species-metadata': metadata({ 'class-map': { 0: 'dog' } }), species: { annotations: [] } },
      labels('dog', 'dog'),
      [],
    ],
    [
      'the other answers, if one is no label',
      line('dog'),
      answersOf([content('dog'), content(7), content('cat')]),
      [true, false],
    ],
    [
      'a label by snake case',
      { species: 0, 'species-metadata': { job_name: 'cats', class_name: 'dog' } },
      labels('dog', 'cat'),
      [true, false],
    ],
    ['a name that every object has', line('constructor'), labels('constructor', '__proto__'), [true, false]],
  ])('knows what to do with %s', (_, first, answers, expected) => {
    const result = compare([first, ...clearLines], [answers, ...clearAnswers]);
    expect(equal(result).slice(0, -60)).toEqual(expected);
    expect(equal(result)).toHaveLength(expected.length + 60);
  });

  it('compares sets of labels, in any order', () => {
    const many = (names: readonly string[]) => ({
      species: names.map((name) => NAMES.indexOf(name)),
      'species-metadata': metadata({
        type: 'groundtruth/image-classification-multilabel',
        'class-map': Object.fromEntries(names.map((name) => [NAMES.indexOf(name), name])),
      }),
    });
    const sets = (...all: readonly (readonly string[])[]) =>
      answersOf(all.map((own) => ({ animals: { labels: own } })));
    const clear = CLEAR.map((name) => [name]);
    const result = compare(
      [many(['dog', 'cat']), many([]), ...clear.map(many)],
      [
        sets(['cat', 'dog'], ['dog'], ['dog', 'cat', 'bird']),
        // A worker has an own label for "none of these", so an empty set says nothing.
        sets(['none'], ['none']),
        ...clear.map((own) => sets(own, own)),
      ],
    );
    expect(equal(result).slice(0, 3)).toEqual([true, false, false]);
    expect(equal(result)).toHaveLength(63);
  });

  it.each<[string, unknown[], ReturnType<typeof answersOf>[], string]>([
    [
      'automated labeling',
      [line('dog', { 'human-annotated': 'no' }), ...clearLines],
      [[], ...clearAnswers],
      'automated labeling',
    ],
    ['labels without answers', clearLines, clearAnswers.slice(1), 'labels of objects without answers'],
    ['answers beyond its manifest', clearLines, [...clearAnswers, labels('dog', 'dog')], 'not in its manifest'],
    ['no labels', [{}, {}], [labels('a', 'a'), []], 'no labels of a classification'],
    [
      'one worker for each object',
      clearLines,
      CLEAR.map((name) => labels(name)),
      'no object has answers of two workers',
    ],
    [
      'one label only',
      range(30).map(() => line('dog')),
      range(30).map(() => labels('dog', 'dog')),
      'too few of its objects show',
    ],
    ['lines in another order', [...clearLines.slice(1), line('dog')], clearAnswers, 'do not belong together'],
  ])('is not calculated for a job with %s', (_, lines, objects, why) => {
    expect(compare(lines, objects)).toEqual({ why: expect.stringContaining(why) });
  });

  it('equals the agreement of generated answers, and gives no figure when lines are mixed up', () => {
    const world = fc.array(
      fc.record({
        truth: fc.constantFrom('dog', 'dog', 'dog', 'cat', 'bird'),
        wrong: fc.array(fc.boolean(), { minLength: 2, maxLength: 4 }),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(world, fc.integer({ min: 1, max: 29 }), (objects, shift) => {
        const answers = objects.map(({ truth, wrong }) =>
          labels(...wrong.map((isWrong) => (isWrong ? 'other' : truth))),
        );
        const lines = [...objects.map(({ truth }) => line(truth)), ...clearLines, ...clearLines];
        const all = [...answers, ...clearAnswers, ...clearAnswers];
        const result = compare(lines, all);
        // All workers may be wrong about so many objects that the check refuses the job.
        if (result.why === undefined)
          expect(equal(result).slice(0, -120)).toEqual(
            objects.flatMap(({ wrong }) => wrong.map((isWrong) => !isWrong)),
          );
        if (shift % 3 !== 0) {
          const moved = [...clearLines.slice(shift), ...clearLines.slice(0, shift)];
          expect(compare(moved, clearAnswers)).toHaveProperty('why');
        }
      }),
      { seed: 15, numRuns: 100 },
    );
  });
});

describe('agreement in a report', () => {
  /** Each worker of `team` gives two answers for the job, one of which equals the label. */
  const given = (workers: readonly number[], jobName = 'cats') =>
    workers.flatMap((worker) =>
      [0, 1].map((object) => ({
        jobName,
        answer: { sub: subOf(worker), workerId: undefined, submittedAt: FROM + worker, object, isEqual: object === 0 },
      })),
    );
  const reported = (workers: number, compared: ReturnType<typeof given>, job = 'cats') => {
    const entries = range(workers).flatMap((worker) => tasksOf(worker, 3, [10], { job }).map((task) => entryOf(task)));
    const [team] = reportOf(entries, { compared }).teams;
    return {
      team: team?.agreement,
      jobs: team?.jobs.map(({ agreement }) => agreement),
      workers: team?.workers.map(({ agreement }) => agreement),
    };
  };
  const half = (tasks: number) => ({ tasks, share: 0.5 });

  it('is calculated for the team, the job and each worker', () => {
    expect(reported(5, given(range(5)))).toEqual({
      team: half(10),
      jobs: [half(10)],
      workers: range(5).map(() => half(2)),
    });
  });

  it.each<[string, number, number[], object]>([
    ['of one of six workers', 6, [0], { team: undefined, jobs: [undefined] }],
    ['of four of six workers', 6, range(4), { team: undefined, jobs: [undefined] }],
    ['of a team of four: of the whole team only', 4, range(4), { team: half(8), jobs: [undefined], workers: [] }],
    ['of three in a team of four', 4, range(3), { team: undefined, jobs: [undefined], workers: [] }],
  ])('is hidden where it is about too few people: %s', (_, workers, compared, expected) => {
    expect(reported(workers, given(compared))).toMatchObject(expected);
  });

  it('counts an answer once even if two folders have it, and leaves out other days and jobs that are not in the log', () => {
    const twice = [...given(range(5)), ...given(range(5))];
    const early = twice.map((one) => ({ ...one, answer: { ...one.answer, submittedAt: FROM - 1 } }));
    expect(reported(5, [...twice, ...early, ...given(range(5), 'unknown')]).team).toEqual(half(10));
  });
});
