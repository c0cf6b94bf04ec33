import { describe, expect, it } from 'vitest';
import { type LinkPrice, priceOf } from '../../../domain/labeling/price.ts';
import { priceWords, unknownWords } from '../../../domain/labeling/words/price.ts';
import type { LabelingPolicy } from '../../../schemas/configuration/labeling.ts';
import { jobOf, policyOf, SAMPLE, taskOf, teamOf } from '../../support/labeling-jobs.ts';

/** Mechanical Turk workers, each paid 0.036 USD an answer. */
const turk = (workers: number) =>
  teamOf('public', {
    NumberOfHumanWorkersPerDataObject: workers,
    PublicWorkforceTaskPrice: { AmountInUsd: { Dollars: 0, Cents: 3, TenthFractionsOfACent: 6 } },
  });
const automated = { LabelingJobAlgorithmsConfig: { LabelingJobAlgorithmSpecificationArn: 'arn:x' } };
const preparedBy = (task: string) =>
  taskOf({ PreHumanTaskLambdaArn: `arn:aws:lambda:us-east-1:1:function:PRE-${task}` });
const mergedBy = (task: string) =>
  taskOf({
    PreHumanTaskLambdaArn: undefined,
    AnnotationConsolidationConfig: {
      AnnotationConsolidationLambdaArn: `arn:aws:lambda:us-east-1:1:function:ACS-${task}`,
    },
  });
const shown = (ui: string) =>
  taskOf({ UiConfig: { HumanTaskUiArn: `arn:aws:sagemaker:us-east-1:394669845002:human-task-ui/${ui}` } });

interface Link {
  readonly job?: object;
  readonly policy?: Partial<LabelingPolicy>;
  /** How many objects are left, and how many of them go to workers. */
  readonly left?: number;
  readonly sent?: number;
}

const priced = ({ job = {}, policy, left = 100, sent = left }: Link): LinkPrice =>
  priceOf(jobOf(job), left, sent, policyOf(policy));
const said = (link: Link) => priceWords(priced(link), jobOf(link.job), 'This link labels');

describe('the price of a link', () => {
  // Source: the sample notebook of AWS labels 100 images with five workers each, for 26 USD.
  it('agrees with the example of AWS', () => {
    expect(priced({ job: turk(5) })).toEqual({
      objects: 100,
      sent: 100,
      workers: 5,
      service: { each: 80_000, amount: 8_000_000 },
      pay: { each: 36_000, amount: 18_000_000 },
      total: 26_000_000,
    });
    expect(said({ job: turk(5) })).toBe(
      'This link labels up to 100 objects: ' +
        'at most $8.00 to SageMaker (100 x $0.08) + $18.00 to workers (100 x 5 workers x $0.036) = $26.00.',
    );
  });

  it.each<[string, Link, string]>([
    [
      'names what it does not include: the pay of an own team',
      {},
      'This link labels up to 100 objects: at most $8.00 to SageMaker (100 x $0.08). ' +
        'Not included: what you pay your own team.',
    ],
    [
      'counts objects that a model labels, and names the instances',
      { job: { ...turk(1), ...automated }, left: 1000, sent: 100 },
      'This link labels up to 1,000 objects: ' +
        'at most $80.00 to SageMaker (1,000 x $0.08) + $3.60 to workers (100 x 1 worker x $0.036) = $83.60. ' +
        'Not included: the instances of automated labeling.',
    ],
    [
      'names both',
      { job: automated, left: 1 },
      'This link labels up to 1 object: at most $0.08 to SageMaker (1 x $0.08). ' +
        'Not included: what you pay your own team and the instances of automated labeling.',
    ],
    [
      'has the prices of the configuration',
      { job: teamOf('vendor'), policy: { objectUsd: 0.0405, vendorUsd: 0.5 } },
      'This link labels up to 100 objects: ' +
        'at most $4.05 to SageMaker (100 x $0.0405) + $50.00 to workers (100 x 1 worker x $0.50) = $54.05.',
    ],
    [
      'says that the pay of workers is unknown, and has no sum then',
      { job: teamOf('vendor') },
      'This link labels up to 100 objects: ' +
        'at most $8.00 to SageMaker (100 x $0.08) + an unknown amount to workers.',
    ],
    [
      'says that the price of SageMaker is unknown',
      { job: preparedBy('3DPointCloudObjectTracking') },
      'This link labels up to 100 objects: an unknown amount to SageMaker. Not included: what you pay your own team.',
    ],
  ])('%s', (_, link, words) => {
    expect(said(link)).toBe(words);
  });

  it.each<[string, object]>([
    ['3D point clouds', preparedBy('3DPointCloudObjectDetection')],
    ['adjusted point clouds', mergedBy('Adjustment3DPointCloudSemanticSegmentation')],
    ['videos', preparedBy('VideoMultiClass')],
    ['frames of videos', mergedBy('VideoObjectTracking')],
    ['point clouds, by their console', shown('PointCloudObjectDetection')],
    ['videos, by their console', shown('VideoObjectDetection')],
    ['another partition', { LabelingJobArn: SAMPLE.LabelingJobArn.replace('arn:aws:', 'arn:aws-us-gov:') }],
  ])('is not known for %s, unless the configuration has it', (_, job) => {
    const unknown = priced({ job });
    expect([unknown.service, unknown.total]).toEqual([undefined, undefined]);
    expect(unknownWords(unknown, jobOf(job))).toContain('ground-control.yml has no labeling.objectUsd.');
    expect(priced({ job, policy: { objectUsd: 0.5 } }).total).toBe(50_000_000);
  });

  it.each(['BoundingBox', 'NamedEntityRecognition', 'TextMultiClass', 'my-own-function'])('is known for %s', (task) => {
    expect([preparedBy(task), mergedBy(task), shown(task)].map((job) => priced({ job }).total)).toEqual([
      8_000_000, 8_000_000, 8_000_000,
    ]);
  });

  it.each([
    ['public', turk(3)],
    ['vendor', teamOf('vendor')],
  ])('is not known when no exact amount holds the price of %s workers', (_, job) => {
    expect(priced({ job, left: 1e15, policy: { vendorUsd: 9999 } }).total).toBeUndefined();
  });

  it('says why each part is unknown', () => {
    const job = {
      ...teamOf('vendor', { PreHumanTaskLambdaArn: 'arn:aws:lambda:us-east-1:1:function:PRE-VideoMultiClass' }),
    };
    expect(unknownWords(priced({ job }), jobOf(job))).toBe(
      'Ground Control does not know what SageMaker charges for an object: ' +
        'its objects are 3D point clouds or videos, and ground-control.yml has no labeling.objectUsd. ' +
        'Ground Control does not know what its workers would be paid: ground-control.yml has no labeling.vendorUsd.',
    );
  });
});
