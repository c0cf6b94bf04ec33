import { describe, expect, it } from 'vitest';
import { type Progress, ProgressCounter } from '../../../domain/labeling/progress.ts';
import { readFixture } from '../../support/labeling-jobs.ts';

const count = (lines: readonly unknown[], attribute = 'species', job = 'identify-species') => {
  const counter = new ProgressCounter(attribute, job);
  for (const line of lines) counter.line(typeof line === 'string' ? line : JSON.stringify(line));
  return counter.result();
};

describe('the counts of an output manifest', () => {
  it('come from the attribute and the metadata of its lines', () => {
    expect(count(readFixture('output.manifest').split('\n'))).toEqual({
      labeled: 2,
      labeledByThisJob: 2,
      untouched: 1,
      failed: 1,
      broken: 0,
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
    ['take metadata without a reason for no failure', { 'species-metadata': {} }, { untouched: 1, failed: 0 }],
    ['take a line without the attribute for untouched', { source: 'x' }, { untouched: 1 }],
    ['skip a line of broken JSON, and count it as broken', '{"source": ', { broken: 1, untouched: 0 }],
    ['count a line that is no object as broken', '[1]', { broken: 1 }],
    ['count a line with null as broken', 'null', { broken: 1 }],
    ['count a line with only a text as broken', '"x"', { broken: 1 }],
    [
      'take metadata that is no object for no failure',
      { 'species-metadata': 'failure-reason' },
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
