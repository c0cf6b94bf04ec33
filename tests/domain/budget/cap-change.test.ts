import { describe, expect, it } from 'vitest';
import { capChange } from '../../../domain/budget/cap-change.ts';
import { type CheckedCap, UNCHECKED } from '../../../domain/budget/checked.ts';
import { situationOf } from '../../../domain/budget/decide.ts';
import type { FunctionConfiguration } from '../../../schemas/configuration/compiled.ts';
import { configured, TAG } from '../../support/budget-facts.ts';
import { readTraining, trainingEvent } from '../../support/events.ts';

const JOB = { type: 'training-job', arn: 'arn:aws:sagemaker:eu-west-1:123456789012:training-job/churn' } as const;
const NOW = new Date('2026-11-20T03:00:00Z');
const policy: FunctionConfiguration = configured({ caps: { 'training-job': 5 } });

type Cap = Pick<CheckedCap, 'amount' | 'from'>;
/** The reason in the record, when the last check found `before` and the job has `Tags` now. */
function reasonFor(before: Cap | undefined, Tags: object, TrainingJobStatus = 'InProgress') {
  const change = readTraining(trainingEvent({ TrainingJobStatus, Tags }));
  const checked = { ...UNCHECKED, cap: before && { ...before, since: NOW } };
  return capChange(situationOf(JOB, change, { notPriced: 'x' }, checked, NOW, policy))?.reason;
}

describe('a change of the cap of a running job', () => {
  const five = { amount: 5_000_000, from: 'ground-control.yml' };

  it.each<[string, Cap | undefined, object, string | undefined, string?]>([
    ['nothing at the first check', undefined, {}, undefined],
    ['nothing when it is the same', five, {}, undefined],
    [
      'another source, with the same amount',
      five,
      { [TAG]: '5' },
      `the cap was $5.00 of ground-control.yml, and is $5.00 of the tag ${TAG}`,
    ],
    [
      'a tag that is gone',
      { amount: 9_000_000, from: `the tag ${TAG}` },
      {},
      `the cap was $9.00 of the tag ${TAG}, and is $5.00 of ground-control.yml`,
    ],
    [
      'a job that had no cap',
      { amount: 0, from: undefined },
      { [TAG]: '7' },
      `the cap was not set, and is $7.00 of the tag ${TAG}`,
    ],
    [
      'nothing when an earlier version stored the same amount without its source',
      { amount: 5_000_000, from: undefined },
      {},
      undefined,
    ],
    [
      'another amount than an earlier version stored',
      { amount: 1_000_000, from: undefined },
      {},
      'the cap was $1.00, and is $5.00 of ground-control.yml',
    ],
    ['nothing after the end of the job', five, { [TAG]: '7' }, undefined, 'Completed'],
  ])('is on the record: %s', (_, before, tags, reason, status) => {
    expect(reasonFor(before, tags, status)).toBe(reason);
  });
});
