import { describe, expect, it } from 'vitest';
import { type LineFault, type Progress, ProgressCounter } from '../../../domain/labeling/progress.ts';
import { readFixture } from '../../support/labeling-jobs.ts';

const count = (lines: readonly unknown[], attribute = 'species', job = 'identify-species') => {
  const counter = new ProgressCounter(attribute, job);
  for (const line of lines) counter.line(typeof line === 'string' ? line : JSON.stringify(line));
  return counter.result();
};

/** One line that cannot be read. */
const brokenAs = (fault: LineFault): Partial<Progress> => ({
  broken: 1,
  faults: { 'not-json': 0, 'no-object': 0, 'too-long': 0, [fault]: 1 },
  firstBroken: [1],
});

describe('the counts of an output manifest', () => {
  it('come from the attribute and the metadata of its lines', () => {
    expect(count(readFixture('output.manifest').split('\n'))).toEqual({
      labeled: 2,
      labeledByThisJob: 2,
      untouched: 1,
      failed: 1,
      broken: 0,
      faults: { 'not-json': 0, 'no-object': 0, 'too-long': 0 },
      firstBroken: [],
      reasons: new Map([['(free text: wording not documented)', 1]]),
    });
  });

  it.each<[string, unknown, Partial<Progress>]>([
    ['take 0 for a label', { source: 'x', species: 0 }, { labeled: 1, untouched: 0 }],
    ['take an empty list for a label', { source: 'x', species: [] }, { labeled: 1 }],
    ['take null for a label', { source: 'x', species: null }, { labeled: 1 }],
    [
      'do not give this job the label of an earlier job',
      { species: 1, 'species-metadata': { 'job-name': 'labeling-job/other' } },
      { labeled: 1, labeledByThisJob: 0 },
    ],
    [
      'ignore case in the names of jobs',
      { species: 1, 'species-metadata': { 'job-name': 'labeling-job/Identify-Species' } },
      { labeledByThisJob: 1 },
    ],
    ['take another attribute for no label', { source: 'x', colour: 1 }, { untouched: 1 }],
    [
      'take metadata without a reason for no failure',
      { source: 'x', 'species-metadata': {} },
      { untouched: 1, failed: 0 },
    ],
    ['take a reference to an object for an object', { 'source-ref': 's3://x/y' }, { untouched: 1 }],
    ['take a line without the attribute for untouched', { source: 'x' }, { untouched: 1 }],
    ['skip a line of broken JSON, and count it', '{"source": ', { untouched: 0, ...brokenAs('not-json') }],
    ['skip a line that is no JSON object', '[1]', { untouched: 0, ...brokenAs('no-object') }],
    ['skip a line with null', 'null', brokenAs('no-object')],
    ['skip a line with only a text', '"x"', brokenAs('no-object')],
    ['skip a line that names no object', { colour: 1 }, { untouched: 0, ...brokenAs('no-object') }],
    ['skip a line with metadata alone', { 'species-metadata': {} }, { untouched: 0, ...brokenAs('no-object') }],
    [
      'take metadata that is no object for no failure',
      { source: 'x', 'species-metadata': 'failure-reason' },
      { untouched: 1, failed: 0 },
    ],
    [
      'say when a failure reason is no text',
      { 'species-metadata': { 'failure-reason': 7 } },
      { failed: 1, reasons: new Map([['no text', 1]]) },
    ],
    [
      'keep the beginning of a long failure reason',
      { 'species-metadata': { 'failure-reason': 'x'.repeat(1000) } },
      { reasons: new Map([['x'.repeat(200), 1]]) },
    ],
    ['ignore an empty line', '  ', { broken: 0, untouched: 0 }],
  ])('%s', (_, line, expected) => {
    expect(count([line])).toMatchObject(expected);
  });

  it('take no inherited property of JavaScript objects for a label', () => {
    expect(count([{ source: 'x' }], 'constructor').untouched).toBe(1);
  });

  it('name the first five lines that cannot be read, by their numbers in the file', () => {
    const counter = new ProgressCounter('species', 'identify-species');
    for (const line of ['', '{', '{"source":"x"}', '[]', '{"a":1}', '{', '{"species":1}', '{', '{']) counter.line(line);
    counter.tooLongLine();
    expect(counter.result()).toMatchObject({
      labeled: 1,
      untouched: 1,
      broken: 7,
      faults: { 'not-json': 4, 'no-object': 2, 'too-long': 1 },
      firstBroken: [2, 4, 5, 6, 8],
    });
  });

  it('keep at most 100 reasons, the most frequent first', () => {
    const lines = Array.from({ length: 1000 }, (_, at) => ({
      'species-metadata': { 'failure-reason': at < 700 ? 'declined' : `x${at}` },
    }));
    const { failed, reasons } = count(lines);
    expect([failed, reasons.size, [...reasons][0]]).toEqual([1000, 100, ['declined', 700]]);
  });

  it('name the most frequent reason first, although it came last', () => {
    const lines = ['a', 'b', 'b', 'c', 'c', 'c'].map((reason) => ({
      'species-metadata': { 'failure-reason': reason },
    }));
    expect([...count(lines).reasons]).toEqual([
      ['c', 3],
      ['b', 2],
      ['a', 1],
    ]);
  });
});
