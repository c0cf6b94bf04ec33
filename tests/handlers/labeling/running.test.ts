import { describe, expect, it } from 'vitest';
import { EXPIRED, useLabelingFunction } from '../../support/labeling-function.ts';
import { daysIn, teamOf } from '../../support/labeling-jobs.ts';
import { labelingResults } from '../../support/labeling-results.ts';
import { useLocalAws } from '../../support/local-aws.ts';

const aws = useLocalAws();
const labeling = useLabelingFunction(aws);
const { alerts, codes, created } = labelingResults(aws);

/** The function sees the running job, `day` days after its creation. */
const look = (day: number, policy: object = {}) => labeling.receive(policy, { at: daysIn(day), status: 'InProgress' });

describe('a running labeling job', () => {
  it('leads to an alert when its counters are 0 after three days', async () => {
    const LabelCounters = { TotalLabeled: 0, FailedNonRetryableError: 0, Unlabeled: 0 };
    labeling.put({ LabelingJobStatus: 'InProgress', LabelCounters });
    expect(await look(3)).toMatchObject({ outcome: 'alerted' });
    expect(alerts()).toMatchObject([{ outcome: 'labeling', cause: { code: 'labeling-stalled' } }]);
  });

  it('leads to one warning before it expires, and is chained after that', async () => {
    const LabelCounters = { TotalLabeled: 1000, FailedNonRetryableError: 0, Unlabeled: 600 };
    labeling.put({ LabelingJobStatus: 'InProgress', LabelCounters });
    await look(26.9);
    expect(alerts()).toEqual([]);
    await look(27.1);
    await look(27.2);
    expect(codes()).toEqual(['labeling-will-expire']);
    labeling.put();
    await labeling.receive({}, { at: new Date(EXPIRED.LastModifiedTime) });
    expect([codes(), created()]).toEqual([['labeling-will-expire', 'labeling-chained'], ['identify-species-chain-1']]);
  });
});

describe('the warning that a labeling job will expire', () => {
  /** The sentence is there or not, and so is the command that prevents chaining. */
  const promised = { isPromised: true, commands: 1 };
  const notPromised = { isPromised: false, commands: 0 };

  it.each<[string, object, Record<string, string>, typeof promised]>([
    ['promises that Ground Control continues the job', {}, {}, promised],
    [
      'promises nothing when a new job would cost more than the policy allows',
      teamOf('public', { PublicWorkforceTaskPrice: { AmountInUsd: { Cents: 43 } } }),
      {},
      notPromised,
    ],
    ['promises nothing when the job has an opt-out tag', {}, { 'ground-control:no-chain': 'true' }, notPromised],
    [
      'promises nothing for a streaming job',
      { InputConfig: { DataSource: { SnsDataSource: { SnsTopicArn: 'arn:x' } } } },
      {},
      notPromised,
    ],
  ])('%s', async (_, over, tags, { isPromised, commands }) => {
    labeling.put({ ...over, LabelingJobStatus: 'InProgress' }, { tags });
    await look(28);
    const [warning] = alerts().filter(({ cause }) => cause?.code === 'labeling-will-expire');
    expect(warning?.cause?.nextStep.includes('Ground Control then creates a new job for the rest')).toBe(isPromised);
    expect(warning?.cause?.commands).toHaveLength(commands);
  });
});
