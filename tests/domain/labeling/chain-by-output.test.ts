import { describe, expect, it } from 'vitest';
import { type ChainVerdict, decideByOutput } from '../../../domain/labeling/chain.ts';
import { endOf } from '../../../domain/labeling/end.ts';
import { priceOf } from '../../../domain/labeling/price.ts';
import type { Progress } from '../../../domain/labeling/progress.ts';
import type { LabelingPolicy } from '../../../schemas/configuration/labeling.ts';
import {
  counters,
  jobOf,
  labeledBeforeTag,
  linkTag,
  policyOf,
  progressOf,
  taskOf,
  teamOf,
} from '../../support/labeling-jobs.ts';

/** A team of this kind; three workers label each object. */
const threeOf = (kind: string, price?: object) =>
  teamOf(kind, {
    NumberOfHumanWorkersPerDataObject: 3,
    ...(price && { PublicWorkforceTaskPrice: { AmountInUsd: price } }),
  });
const PER_ANSWER = { Dollars: 0, Cents: 1, TenthFractionsOfACent: 2 };
const noPrice: ChainVerdict = { kind: 'ask', end: 'expired', why: 'price-unknown' };
const noManifest: ChainVerdict = { kind: 'ask', end: 'expired', why: 'no-manifest' };

type Row = [string, object, Partial<Progress>, Partial<LabelingPolicy>, ChainVerdict];

function verdictOf(over: object, progress: Partial<Progress>, policy: Partial<LabelingPolicy>): ChainVerdict {
  const job = jobOf(over);
  return decideByOutput(job, endOf(job) ?? 'early', policyOf(policy), progressOf(progress));
}

describe('the output of an expired labeling job leads to a verdict', () => {
  it.each<Row>([
    ['when objects are left', {}, {}, {}, { kind: 'chain', end: 'expired', link: 1, price: 0 }],
    ['when it is link 2', { Tags: [linkTag(2)] }, {}, {}, { kind: 'chain', end: 'expired', link: 3, price: 0 }],
    [
      'when this job labeled nothing',
      {},
      { labeledByThisJob: 0 },
      {},
      { kind: 'ask', end: 'expired', why: 'no-progress' },
    ],
    [
      'when every line has a label, but the job counts unlabeled objects',
      {},
      { labeled: 6252, untouched: 0 },
      {},
      noManifest,
    ],
    ['when its output has fewer objects than the job counts', {}, { labeled: 3, untouched: 2 }, {}, noManifest],
    ['when its output lacks one unlabeled object', {}, { untouched: 398 }, {}, noManifest],
    [
      'when only failed objects are left',
      counters(5853, 0, 399),
      { untouched: 0, failed: 399 },
      {},
      { kind: 'chain', end: 'expired', link: 1, price: 0 },
    ],
    [
      'when a link has one label more than at its creation',
      { Tags: [labeledBeforeTag(5852)] },
      { labeledByThisJob: 0 },
      {},
      { kind: 'chain', end: 'expired', link: 1, price: 0 },
    ],
    [
      'when a link has as many labels as at its creation',
      { Tags: [labeledBeforeTag(5853)] },
      {},
      {},
      { kind: 'ask', end: 'expired', why: 'no-progress' },
    ],
    ['when its output has fewer labels than the job counts', {}, { labeled: 5852, untouched: 400 }, {}, noManifest],
    [
      'when a link has labeled as many objects as its stopping conditions allow',
      { Tags: [labeledBeforeTag(5849)], StoppingConditions: { MaxHumanLabeledObjectCount: 4 } },
      {},
      {},
      { kind: 'leave', end: 'expired', why: 'limited' },
    ],
  ])('%s', (_, over, progress, policy, expected) => {
    expect(verdictOf(over, progress, policy)).toEqual(expected);
  });
});

describe('the price of the workers leads to a verdict', () => {
  it.each<Row>([
    [
      'when stopping conditions allow 10 more objects: only those are paid',
      { ...threeOf('public', { Cents: 1 }), StoppingConditions: { MaxHumanLabeledObjectCount: 5863 } },
      {},
      { mostUsd: 0.3 },
      { kind: 'chain', end: 'expired', link: 1, price: 300_000 },
    ],
    [
      'when lines of the output are broken: they are paid as well',
      threeOf('public', { Cents: 1 }),
      { untouched: 2, broken: 397 },
      { mostUsd: 10 },
      { kind: 'ask', end: 'expired', why: 'costly', price: 11_970_000 },
    ],
    [
      'when broken lines may be more objects than the job counts: they are paid as well',
      threeOf('public', { Cents: 1 }),
      { broken: 1 },
      { mostUsd: 11.99 },
      { kind: 'ask', end: 'expired', why: 'costly', price: 12_000_000 },
    ],
    [
      'when the price has dollars, cents and tenths of a cent',
      teamOf('public', {
        PublicWorkforceTaskPrice: { AmountInUsd: { Dollars: 1, Cents: 2, TenthFractionsOfACent: 3 } },
      }),
      {},
      { mostUsd: 1 },
      { kind: 'ask', end: 'expired', why: 'costly', price: 399 * 1_023_000 },
    ],
    ['when the price of public workers is 0', threeOf('public', { Cents: 0 }), {}, { mostUsd: 10 }, noPrice],
    ['when the price of public workers is negative', threeOf('public', { Cents: -1 }), {}, { mostUsd: 10 }, noPrice],
    ['when public workers have no price', threeOf('public'), {}, { mostUsd: 1000 }, noPrice],
    [
      'when the kind of its team is unknown',
      taskOf({ WorkteamArn: 'arn:aws:sagemaker:us-east-1:1:workteam/other/x' }),
      {},
      { mostUsd: 10 },
      noPrice,
    ],
    [
      'when public workers cost more than the policy allows',
      threeOf('public', PER_ANSWER),
      { untouched: 399, failed: 1 },
      { mostUsd: 14.39 },
      { kind: 'ask', end: 'expired', why: 'costly', price: 14_400_000 },
    ],
    [
      'when public workers cost exactly what the policy allows',
      threeOf('public', PER_ANSWER),
      { untouched: 399, failed: 1 },
      { mostUsd: 14.4 },
      { kind: 'chain', end: 'expired', link: 1, price: 14_400_000 },
    ],
    ['when the configuration has no price for vendors', threeOf('vendor'), {}, { mostUsd: 1000 }, noPrice],
    [
      'when the configuration has a price for vendors',
      threeOf('vendor'),
      {},
      { mostUsd: 1000, vendorUsd: 0.1 },
      { kind: 'chain', end: 'expired', link: 1, price: 119_700_000 },
    ],
  ])('%s', (_, over, progress, policy, expected) => {
    expect(verdictOf(over, progress, policy)).toEqual(expected);
  });

  it.each([
    ['public', threeOf('public', PER_ANSWER)],
    ['vendor', threeOf('vendor')],
  ])('when so many objects are left that no exact amount holds the price of %s workers', (_, over) => {
    expect(priceOf(jobOf(over), 1e15, policyOf({ vendorUsd: 9999 }))).toBeUndefined();
  });

  it('when its team is private: workers cost nothing more', () => {
    expect(priceOf(jobOf(), 1000, policyOf())).toBe(0);
  });
});
