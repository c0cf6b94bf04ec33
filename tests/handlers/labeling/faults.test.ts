import { describe, expect, it } from 'vitest';
import { EXPIRED, useLabelingFunction } from '../../support/labeling-function.ts';
import { labelingResults } from '../../support/labeling-results.ts';
import { useLocalAws } from '../../support/local-aws.ts';
import { usePlannedFaults } from '../../support/planned-faults.ts';

const faults = usePlannedFaults();
const aws = useLocalAws(undefined, faults.fault);
const labeling = useLabelingFunction(aws);
const { alerts, codes, created } = labelingResults(aws);

describe('an expired labeling job is chained and announced once', () => {
  it('when the answer to CreateLabelingJob is lost', async () => {
    faults.plan({ operation: 'CreateLabelingJob', kind: 'lost' });
    await labeling.receive();
    expect([created(), codes()]).toEqual([['identify-species-chain-1'], ['labeling-chained']]);
    expect(aws().calls.filter(({ operation }) => operation === 'CreateLabelingJob')).toHaveLength(2);
  });

  it.each([
    ['PutItem', 'resource#labeling-job'],
    ['PutItem', 'effect#chain|'],
    ['TransactWriteItems', 'resource#labeling-job'],
  ])('when the answer to %s of %s is lost', async (operation, about) => {
    faults.plan({ operation, kind: 'lost', about });
    await labeling.receive();
    expect(
      aws().calls.filter((call) => call.operation === operation && JSON.stringify(call).includes(about)),
    ).toHaveLength(2);
    expect([created(), codes()]).toEqual([['identify-species-chain-1'], ['labeling-chained']]);
  });

  it.each(['DescribeLabelingJob', 'GetObject', 'ListLabelingJobs', 'CreateLabelingJob'])(
    'when %s fails in every try, and Lambda tries the event again',
    async (operation) => {
      faults.plan({ operation, kind: 'error' }, 3);
      await expect(labeling.receive()).rejects.toThrow();
      expect([created(), alerts()]).toEqual([[], []]);
      await labeling.receive();
      expect([created(), codes()]).toEqual([['identify-species-chain-1'], ['labeling-chained']]);
    },
  );

  it.each([
    ['the policy only observes when the event is tried again', { mode: 'observe' }, {}],
    ['an opt-out tag is set before the event is tried again', {}, { 'ground-control:no-chain': 'true' }],
  ])('when no alert could be sent, and %s', async (_, policy, tags) => {
    faults.plan({ operation: 'Publish', kind: 'error' });
    await expect(labeling.receive()).rejects.toThrow(/chain-labeling-job/);
    labeling.put({}, { tags });
    await labeling.receive(policy);
    expect([created(), codes()]).toEqual([['identify-species-chain-1'], ['labeling-chained']]);
  });
});

describe('Ground Control asks people about an expired labeling job', () => {
  it('when a job with other objects has the name of the next link', async () => {
    labeling.put({
      LabelingJobName: 'Identify-Species-chain-1',
      LabelingJobArn: `${EXPIRED.LabelingJobArn}-chain-1`,
      InputConfig: { DataSource: { S3DataSource: { ManifestS3Uri: 's3://bucket/other.manifest' } } },
    });
    await labeling.receive();
    expect([created(), codes(), alerts()[0]?.severity]).toEqual([[], ['labeling-name-taken'], 'error']);
  });

  it('when SageMaker refuses the request, in the words of SageMaker', async () => {
    aws().sageMaker.deletedRoles.add(EXPIRED.RoleArn);
    await labeling.receive();
    expect([created(), codes()]).toEqual([[], ['labeling-refused']]);
    expect(alerts()[0]?.cause?.text).toContain('ValidationException: Could not assume role');
  });
});

describe('a labeling job that ended by its event but runs by its description', () => {
  it('is chained when the event is tried again and the description agrees', async () => {
    labeling.put({ LabelingJobStatus: 'InProgress' });
    await expect(labeling.receive()).rejects.toThrow(/has ended by its event, but is InProgress by its description/);
    expect([created(), alerts()]).toEqual([[], []]);
    labeling.put();
    await labeling.receive();
    expect(created()).toEqual(['identify-species-chain-1']);
  });
});
