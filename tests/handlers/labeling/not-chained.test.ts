import { describe, expect, it } from 'vitest';
import { EXPIRED, manifest, useLabelingFunction } from '../../support/labeling-function.ts';
import { counters, daysIn, ROLE, teamOf } from '../../support/labeling-jobs.ts';
import { labelingResults } from '../../support/labeling-results.ts';
import { useLocalAws } from '../../support/local-aws.ts';
import { usePlannedFaults } from '../../support/planned-faults.ts';

const { fault, plan } = usePlannedFaults();
const aws = useLocalAws(undefined, fault);
const labeling = useLabelingFunction(aws);
const { alerts, codes, created, details } = labelingResults(aws);

interface Unchained {
  /** What its description says instead. */
  readonly detail?: object;
  readonly tags?: Record<string, string>;
  readonly policy?: object;
  /** When its event arrives. */
  readonly at?: Date;
  readonly code: string;
}

const COUNTED = 'the job counts 5 objects (3 with a label).';

describe('a labeling job is not chained, and the alert says why,', () => {
  it.each<[string, Unchained]>([
    ['it has an opt-out tag', { tags: { 'Ground-Control:No-Chain': 'yes' }, code: 'labeling-opted-out' }],
    [
      'it is a streaming job',
      {
        detail: { InputConfig: { DataSource: { SnsDataSource: { SnsTopicArn: 'arn:x' } } } },
        code: 'labeling-streaming',
      },
    ],
    [
      'it adjusts labels',
      {
        detail: teamOf('private', {
          PreHumanTaskLambdaArn: 'arn:aws:lambda:us-east-1:1:function:PRE-AdjustmentBoundingBox',
        }),
        code: 'labeling-derived',
      },
    ],
    [
      'SageMaker and public workers would be paid more than the policy allows',
      {
        detail: teamOf('public', { PublicWorkforceTaskPrice: { AmountInUsd: { Cents: 1 } } }),
        policy: { mostUsd: 0.17 },
        code: 'labeling-costly',
      },
    ],
    ['SageMaker would be paid, and the policy allows nothing', { policy: { mostUsd: 0 }, code: 'labeling-costly' }],
    [
      'nobody knows what SageMaker charges for a video',
      {
        detail: teamOf('private', { PreHumanTaskLambdaArn: 'arn:aws:lambda:us-east-1:1:function:PRE-VideoMultiClass' }),
        code: 'labeling-price-unknown',
      },
    ],
    [
      'its reason names its configuration, although it is as old as an expired one',
      { detail: { FailureReason: 'ClientError: Access Denied' }, code: 'labeling-configuration' },
    ],
    ['SageMaker does not report its counters', { detail: { LabelCounters: {} }, code: 'labeling-no-counters' }],
    [
      'the price of its vendor is unknown',
      { detail: teamOf('vendor'), policy: { mostUsd: 100 }, code: 'labeling-price-unknown' },
    ],
    [
      'it is the last link that the policy allows',
      { tags: { 'ground-control:chain-link': '1' }, policy: { mostLinks: 1 }, code: 'labeling-most-links' },
    ],
    [
      'it ended 8 days before its event arrives',
      {
        detail: { CreationTime: '2026-01-01T00:00:00Z', LastModifiedTime: '2026-02-01T00:00:00Z' },
        at: new Date('2026-02-09T00:00:00Z'),
        code: 'labeling-long-ago',
      },
    ],
    ['it failed early', { detail: { LastModifiedTime: EXPIRED.CreationTime }, at: daysIn(0), code: 'labeling-early' }],
    [
      'nobody knows whether it expired',
      {
        detail: { LastModifiedTime: daysIn(11).toISOString(), ...counters(1, 0, 2) },
        at: daysIn(11),
        code: 'labeling-unclear',
      },
    ],
    [
      'it completed with objects left, and the policy does not chain such jobs',
      { detail: { LabelingJobStatus: 'Completed' }, code: 'labeling-not-chosen' },
    ],
    [
      'its role is not listed',
      { detail: { RoleArn: 'arn:aws:iam::111122223333:role/labeling' }, code: 'labeling-role-not-listed' },
    ],
    [
      'only a role of the same name in another path is listed',
      { policy: { roles: [`${ROLE.replace('/service-role', '')}`] }, code: 'labeling-role-not-listed' },
    ],
    ['its description names no output', { detail: { LabelingJobOutput: {} }, code: 'labeling-no-manifest' }],
  ])('when %s', async (_, { detail, tags = {}, policy, at = new Date(EXPIRED.LastModifiedTime), code }) => {
    labeling.put(detail, { tags });
    await labeling.receive(policy, { at });
    expect([created(), codes()]).toEqual([[], [code]]);
  });

  it('when its role is not listed any more as its event is tried again, and it is not passed', async () => {
    plan({ operation: 'CreateLabelingJob', kind: 'error' }, 3);
    await expect(labeling.receive()).rejects.toThrow();
    const roles = ['arn:aws:iam::111122223333:role/other'];
    await labeling.receive({ roles });
    expect([created(), codes()]).toEqual([[], ['labeling-role-not-listed']]);
    expect(aws().calls.filter(({ operation }) => operation === 'CreateLabelingJob')).toHaveLength(3);
    expect(alerts()[0]?.cause?.text).toBe(
      `Its role is ${ROLE}, and labeling.roles in ground-control.yml does not list that role. ` +
        'A job that continues it needs the same role, and Ground Control passes only roles that you list.',
    );
    expect(alerts()[0]?.cause?.nextStep).toMatch(
      /, and deploy\. That continues only jobs that end later, not this one\.$/,
    );
  });

  it.each([
    ['is not there', undefined, 'AccessDenied.'],
    ['is empty', '', `it has 0 objects (0 with a label), but ${COUNTED}`],
    [
      'is no manifest',
      '<html>',
      `it has 0 objects (0 with a label) and 1 line that cannot be read (1 not JSON; line 1), but ${COUNTED}`,
    ],
    [
      'has two such lines',
      '<html>\n<p>',
      `it has 0 objects (0 with a label) and 2 lines that cannot be read (2 not JSON; lines 1 and 2), but ${COUNTED}`,
    ],
    ['has one object', manifest(0, 1), `it has 1 object (0 with a label), but ${COUNTED}`],
    ['has fewer objects than the job counts', manifest(3, 1), `it has 4 objects (3 with a label), but ${COUNTED}`],
    [
      'has a label for every object, and the job counts two without',
      manifest(5, 0),
      `it has 5 objects (5 with a label), but ${COUNTED}`,
    ],
  ])('when its output %s', async (_, text, why) => {
    labeling.output(text);
    await labeling.receive();
    expect([created(), codes()]).toEqual([[], ['labeling-no-manifest']]);
    expect(alerts()[0]?.cause?.text).toContain(`cannot rely on its output manifest: ${why}`);
  });

  it('when nobody labeled anything in it', async () => {
    labeling.put(counters(0, 5));
    labeling.output(manifest(0, 5));
    await labeling.receive();
    expect([created(), codes()]).toEqual([[], ['labeling-no-progress']]);
  });
});

describe('a labeling job is announced from its event alone', () => {
  it('when SageMaker does not know it', async () => {
    await labeling.receive({}, { name: 'unheard-of' });
    expect(alerts()).toMatchObject([{ headline: 'Labeling job unheard-of failed.' }]);
  });

  it('when SageMaker knows only a job of the same name in another region', async () => {
    await labeling.receive({}, { arn: EXPIRED.LabelingJobArn.replace('us-east-1', 'eu-west-1') });
    expect([created(), alerts().map(({ headline }) => headline)]).toEqual([
      [],
      ['Labeling job identify-species failed.'],
    ]);
  });

  it('when its description cannot be read', async () => {
    labeling.put({ HumanTaskConfig: undefined, RoleArn: '' });
    await labeling.receive();
    expect([created(), alerts()]).toMatchObject([[], [{ headline: 'Labeling job identify-species failed.' }]]);
  });
});

describe('the alert of a labeling job', () => {
  it('counts failure reasons that are no text', async () => {
    const odd = `{"species-metadata":{"failure-reason":${'['.repeat(5000)}${']'.repeat(5000)}}}`;
    labeling.put(counters(3, 0, 2));
    labeling.output(manifest(3, 0, [odd, '{"species-metadata":{"failure-reason":{"toString":1}}}']));
    await labeling.receive({ mode: 'observe' });
    expect(details()['Reasons']).toBe('no text (2)');
  });
});
