import { describe, expect, it } from 'vitest';
import { type ChainVerdict, decideByOutput } from '../../../domain/labeling/chain.ts';
import { endOf } from '../../../domain/labeling/end.ts';
import type { LinkPrice } from '../../../domain/labeling/price.ts';
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
const ofVideo = taskOf({ PreHumanTaskLambdaArn: 'arn:aws:lambda:us-east-1:1:function:PRE-VideoObjectDetection' });
const PER_ANSWER = { Dollars: 0, Cents: 1, TenthFractionsOfACent: 2 };
const SERVICE = 80_000;
/** The price of `objects`, each at SageMaker's price and labeled by so many workers, for `each` micro-USD an answer. */
const costs = (objects: number, workers = 1, each = 0): LinkPrice => ({
  objects,
  sent: objects,
  workers,
  service: { each: SERVICE, amount: objects * SERVICE },
  pay: { each, amount: objects * workers * each },
  total: objects * (SERVICE + workers * each),
});
/** It asks, because nobody knows what so many workers are paid for each of 399 objects. */
const noPay = (workers = 3): ChainVerdict => ({
  kind: 'ask',
  end: 'expired',
  why: 'price-unknown',
  price: { ...costs(399, workers), pay: undefined, total: undefined },
});
const noManifest: ChainVerdict = { kind: 'ask', end: 'expired', why: 'no-manifest' };

type Row = [string, object, Partial<Progress>, Partial<LabelingPolicy>, ChainVerdict];

function verdictOf(over: object, progress: Partial<Progress>, policy: Partial<LabelingPolicy>): ChainVerdict {
  const job = jobOf(over);
  return decideByOutput(job, endOf(job) ?? 'early', policyOf(policy), progressOf(progress));
}

describe('the output of an expired labeling job leads to a verdict', () => {
  it.each<Row>([
    ['when objects are left', {}, {}, {}, { kind: 'chain', end: 'expired', link: 1, price: costs(399) }],
    [
      'when it is link 2',
      { Tags: [linkTag(2)] },
      {},
      {},
      { kind: 'chain', end: 'expired', link: 3, price: costs(399) },
    ],
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
      { kind: 'chain', end: 'expired', link: 1, price: costs(399) },
    ],
    [
      'when a link has one label more than at its creation',
      { Tags: [labeledBeforeTag(5852)] },
      { labeledByThisJob: 0 },
      {},
      { kind: 'chain', end: 'expired', link: 1, price: costs(399) },
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

describe('the price of the next link leads to a verdict', () => {
  it.each<Row>([
    [
      'when stopping conditions allow 10 more objects: only those are paid',
      { ...threeOf('public', { Cents: 1 }), StoppingConditions: { MaxHumanLabeledObjectCount: 5863 } },
      {},
      { mostUsd: 1.1 },
      { kind: 'chain', end: 'expired', link: 1, price: costs(10, 3, 10_000) },
    ],
    [
      'when lines of the output are broken: they are paid as well',
      threeOf('public', { Cents: 1 }),
      { untouched: 2, broken: 397 },
      { mostUsd: 43.88 },
      { kind: 'ask', end: 'expired', why: 'costly', price: costs(399, 3, 10_000) },
    ],
    [
      'when broken lines may be more objects than the job counts: they are paid as well',
      threeOf('public', { Cents: 1 }),
      { broken: 1 },
      { mostUsd: 43.99 },
      { kind: 'ask', end: 'expired', why: 'costly', price: costs(400, 3, 10_000) },
    ],
    [
      'when the price has dollars, cents and tenths of a cent',
      teamOf('public', {
        PublicWorkforceTaskPrice: { AmountInUsd: { Dollars: 1, Cents: 2, TenthFractionsOfACent: 3 } },
      }),
      {},
      { mostUsd: 1 },
      { kind: 'ask', end: 'expired', why: 'costly', price: costs(399, 1, 1_023_000) },
    ],
    ['when the price of public workers is 0', threeOf('public', { Cents: 0 }), {}, { mostUsd: 10 }, noPay()],
    ['when the price of public workers is negative', threeOf('public', { Cents: -1 }), {}, { mostUsd: 10 }, noPay()],
    ['when public workers have no price', threeOf('public'), {}, { mostUsd: 1000 }, noPay()],
    [
      'when the kind of its team is unknown',
      taskOf({ WorkteamArn: 'arn:aws:sagemaker:us-east-1:1:workteam/other/x' }),
      {},
      { mostUsd: 10 },
      noPay(1),
    ],
    [
      'when public workers cost more than the policy allows',
      threeOf('public', PER_ANSWER),
      { untouched: 399, failed: 1 },
      { mostUsd: 46.39 },
      { kind: 'ask', end: 'expired', why: 'costly', price: costs(400, 3, 12_000) },
    ],
    [
      'when public workers cost exactly what the policy allows',
      threeOf('public', PER_ANSWER),
      { untouched: 399, failed: 1 },
      { mostUsd: 46.4 },
      { kind: 'chain', end: 'expired', link: 1, price: costs(400, 3, 12_000) },
    ],
    [
      'when its own team costs nothing more, but SageMaker charges more than the policy allows',
      {},
      {},
      { mostUsd: 31.91 },
      { kind: 'ask', end: 'expired', why: 'costly', price: costs(399) },
    ],
    [
      'when SageMaker charges exactly what the policy allows',
      {},
      {},
      { mostUsd: 31.92 },
      { kind: 'chain', end: 'expired', link: 1, price: costs(399) },
    ],
    [
      'when the policy allows nothing',
      {},
      {},
      { mostUsd: 0 },
      { kind: 'ask', end: 'expired', why: 'costly', price: costs(399) },
    ],
    [
      'when nobody knows what SageMaker charges',
      ofVideo,
      {},
      { mostUsd: 1000 },
      {
        kind: 'ask',
        end: 'expired',
        why: 'price-unknown',
        price: { ...costs(399), service: undefined, total: undefined },
      },
    ],
    ['when the configuration has no price for vendors', threeOf('vendor'), {}, { mostUsd: 1000 }, noPay()],
    [
      'when the configuration has a price for vendors',
      threeOf('vendor'),
      {},
      { mostUsd: 1000, vendorUsd: 0.1 },
      { kind: 'chain', end: 'expired', link: 1, price: costs(399, 3, 100_000) },
    ],
  ])('%s', (_, over, progress, policy, expected) => {
    expect(verdictOf(over, progress, policy)).toEqual(expected);
  });
});
