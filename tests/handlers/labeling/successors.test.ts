import { describe, expect, it } from 'vitest';
import { EXPIRED, useLabelingFunction } from '../../support/labeling-function.ts';
import { labelingResults } from '../../support/labeling-results.ts';
import { useLocalAws } from '../../support/local-aws.ts';

const aws = useLocalAws();
const labeling = useLabelingFunction(aws);
const { alerts, codes, created } = labelingResults(aws);

/** A running job that was made from the output of the expired one, with `over` instead in its description. */
const putSuccessor = (name: string, over: object = {}) =>
  labeling.put(
    {
      LabelingJobName: name,
      LabelingJobArn: EXPIRED.LabelingJobArn.replace('identify-species', name),
      LabelingJobStatus: 'InProgress',
      InputConfig: { DataSource: { S3DataSource: { ManifestS3Uri: EXPIRED.LabelingJobOutput.OutputDatasetS3Uri } } },
      ...over,
    },
    { createdAt: new Date(EXPIRED.LastModifiedTime) },
  );

describe('an expired labeling job that another job continues already', () => {
  it('is not chained, whatever the name of the other job', async () => {
    putSuccessor('species-again');
    await labeling.receive();
    expect([created(), codes()]).toEqual([[], ['labeling-carried-on']]);
    expect(alerts()[0]?.cause?.text).toContain('species-again already continues this job');
  });

  it('is not chained when the description of the other job cannot be read', async () => {
    putSuccessor('species-again', { RoleArn: '' });
    await labeling.receive();
    expect([created(), codes()]).toEqual([[], ['labeling-carried-on']]);
  });

  it.each(['Failed', 'Stopped'])('is left to people when its next link is %s', async (status) => {
    putSuccessor('identify-species-chain-1', { LabelingJobStatus: status });
    await labeling.receive();
    expect([created(), codes()]).toEqual([[], ['labeling-link-over']]);
  });

  it.each([
    ['failed', { LabelingJobStatus: 'Failed' }],
    ['was stopped', { LabelingJobStatus: 'Stopped' }],
    ['has another label attribute', { LabelAttributeName: 'colour' }],
  ])('is chained when the other job %s', async (_, over) => {
    putSuccessor('species-again', over);
    await labeling.receive();
    expect(created()).toEqual(['identify-species-chain-1']);
  });

  it.each(['observe', 'enforce'])(
    'is announced as chained when the other job has the name of the next link, in mode %s',
    async (mode) => {
      putSuccessor('Identify-Species-chain-1');
      await labeling.receive({ mode });
      expect([created(), codes()]).toEqual([[], ['labeling-chained']]);
    },
  );
});
