import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EndedLabeling } from '../../../domain/labeling/facts.ts';
import { wordsForEnd } from '../../../domain/labeling/words/end.ts';
import { wordsForNews } from '../../../domain/labeling/words/news.ts';
import { LabelingDescription } from '../../../schemas/api/labeling-job.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import { ROOT, readTraining, trainingEvent } from '../../support/events.ts';
import { ENFORCED, progressOf } from '../../support/labeling-jobs.ts';

const EXPIRED = JSON.parse(readFileSync(join(ROOT, 'tests/fixtures/labeling/describe.expired.json'), 'utf8'));
const change = readTraining(trainingEvent());
const policy = Configuration.parse({ labeling: { ...ENFORCED, chain: ['expired'] } }).labeling;
const jobOf = (TotalLabeled: number, Unlabeled: number, FailedNonRetryableError = 0, over: object = {}) =>
  LabelingDescription.parse({
    ...EXPIRED,
    ...over,
    LabelCounters: { TotalLabeled, HumanLabeled: TotalLabeled, MachineLabeled: 0, Unlabeled, FailedNonRetryableError },
  });

/** The words for a job that expired with `untouched` objects left, and was chained. */
const chained = (labeled: number, untouched: number, over: object = {}) => {
  const facts: EndedLabeling = {
    kind: 'ended',
    job: jobOf(labeled, untouched, 0, over),
    verdict: { kind: 'chain', end: 'expired', link: 1, price: undefined },
    progress: progressOf({ labeled, labeledByThisJob: labeled, untouched }),
    tasks: { Declined: 0, Returned: 0, Expired: 0 },
  };
  return wordsForEnd({ change, facts, policy, outcome: { kind: 'created' } });
};

describe('the words for a labeling job that was chained', () => {
  it.each([
    [0, 1, 'with 1 of 1 object left', 'sends workers the 1 object that has no label.'],
    [1, 1, 'with 1 of 2 objects left', 'sends workers the 1 object that has no label.'],
    [1, 2, 'with 2 of 3 objects left', 'sends workers the 2 objects that have no label.'],
    [0, 1234, 'with 1,234 of 1,234 objects left', 'sends workers the 1,234 objects that have no label.'],
  ])('agree with %i labeled and %i left', (labeled, untouched, headline, cause) => {
    const words = chained(labeled, untouched);
    expect(words.headline).toContain(headline);
    expect(words.cause?.cause).toContain(cause);
  });

  it('name the part that the stopping conditions allow', () => {
    const StoppingConditions = { MaxHumanLabeledObjectCount: 2 };
    expect(chained(1, 2, { StoppingConditions }).cause?.cause).toContain(
      'sends workers 1 of the 2 objects that have no label, because its stopping conditions allow no more.',
    );
  });
});

describe('the words for a labeling job without progress', () => {
  it.each([
    [0, 0, '0 of 2 objects have labels. No object'],
    [1, 0, '1 of 2 objects has a label. No object'],
    [2, 0, '2 of 2 objects have labels. No object'],
    [1, 1, '1 of 2 objects has a label. 1 object has failed. No object'],
    [0, 2, '0 of 2 objects have labels. 2 objects have failed. No object'],
  ])('agree with %i labeled and %i failed', (labeled, failed, words) => {
    const now = new Date(EXPIRED.LastModifiedTime);
    const job = jobOf(labeled, 2 - labeled - failed, failed);
    const facts = { kind: 'running', job, standing: { changedAt: 0, samples: [] }, now } as const;
    const context = { change, facts, policy, price: undefined, mayGoOn: true, timeZone: 'UTC' };
    expect(wordsForNews({ kind: 'stalled', since: now, done: labeled }, context).cause?.cause).toContain(words);
  });
});
