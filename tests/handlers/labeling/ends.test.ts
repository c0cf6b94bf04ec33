import { describe, expect, it } from 'vitest';
import { EXPIRED, failedLine, manifest, useLabelingFunction } from '../../support/labeling-function.ts';
import { counters, daysIn, teamOf } from '../../support/labeling-jobs.ts';
import { labelingResults } from '../../support/labeling-results.ts';
import { useLocalAws } from '../../support/local-aws.ts';

const aws = useLocalAws();
const labeling = useLabelingFunction(aws);
const { alerts, codes, created, details, jobNamed } = labelingResults(aws);

describe('a labeling job that completed', () => {
  it('is announced as complete when every object has a label', async () => {
    labeling.put({ LabelingJobStatus: 'Completed', ...counters(5, 0) });
    await labeling.receive({}, { status: 'Completed' });
    expect(alerts()).toMatchObject([{ severity: 'info', headline: 'Labeling job identify-species completed.' }]);
    expect([created(), details()]).toEqual([[], { Labeled: '5 of 5' }]);
  });

  // People reported “Complete with labeling errors”, 399 of 6,252 objects missing, and nothing that said why.
  it('is announced with the number of missing objects and the reasons', async () => {
    labeling.put({ LabelingJobStatus: 'Completed', ...counters(3, 0, 3) });
    labeling.output(
      manifest(3, 0, [failedLine('Expired'), failedLine('Expired'), failedLine('declined\u001b[31m'), '{']),
    );
    await labeling.receive({}, { status: 'Completed' });
    expect(alerts()).toMatchObject([
      { severity: 'warning', headline: 'Labeling job identify-species completed with 3 of 6 objects left.' },
    ]);
    expect(details()).toMatchObject({
      Left: '3 failed, expired or declined',
      Reasons: 'Expired (2); declined (1)',
      Unreadable: '1 line of its output: 1 not JSON; line 7',
    });
    await labeling.receive({ chain: ['expired', 'unfinished'] }, { status: 'Completed' });
    expect(created()).toEqual([]);
  });

  it('is chained with its missing objects when the policy chains such jobs', async () => {
    labeling.put({ LabelingJobStatus: 'Completed', ...counters(3, 0, 1) });
    labeling.output(manifest(3, 0, [failedLine('Expired')]));
    await labeling.receive({ chain: ['unfinished'] }, { status: 'Completed' });
    expect([created(), codes()]).toEqual([['identify-species-chain-1'], ['labeling-chained']]);
  });
});

describe('a labeling job that failed early', () => {
  const early = { LastModifiedTime: daysIn(2).toISOString() };

  it('is not chained. Its alert counts its labels, and says what keeps them', async () => {
    labeling.put(early);
    await labeling.receive({}, { at: daysIn(2) });
    expect([created(), codes(), details()['Labeled']]).toEqual([[], ['labeling-early'], '3 of 5']);
    expect(alerts()[0]?.cause?.nextStep).toContain('that keeps its 3 labels');
  });

  it('does not have its output read when it has no label', async () => {
    labeling.put({ ...early, ...counters(0, 5) });
    await labeling.receive({}, { at: daysIn(2) });
    expect(aws().calls.filter(({ service }) => service === 's3')).toEqual([]);
    expect(alerts()[0]?.cause?.nextStep).toContain('create the job again. No object has a label yet');
  });

  it('is left alone when people have continued it', async () => {
    labeling.put(early);
    const ManifestS3Uri = EXPIRED.LabelingJobOutput.OutputDatasetS3Uri;
    labeling.put(
      {
        LabelingJobName: 'species-again',
        LabelingJobArn: EXPIRED.LabelingJobArn.replace('identify-species', 'species-again'),
        LabelingJobStatus: 'InProgress',
        InputConfig: { DataSource: { S3DataSource: { ManifestS3Uri } } },
      },
      { createdAt: daysIn(3) },
    );
    await labeling.receive({}, { at: daysIn(4) });
    expect([created(), codes()]).toEqual([[], ['labeling-carried-on']]);
  });
});

describe('a labeling job that people stopped', () => {
  it('is announced as stopped by people', async () => {
    labeling.put({ LabelingJobStatus: 'Stopped' });
    await labeling.receive({}, { status: 'Stopped' });
    expect([created(), codes()]).toEqual([[], ['stopped']]);
  });

  it('is chained with as many workers for each object when the policy chains stopped jobs', async () => {
    labeling.put({ ...teamOf('private', { NumberOfHumanWorkersPerDataObject: 3 }), LabelingJobStatus: 'Stopped' });
    await labeling.receive({ chain: ['stopped'] }, { status: 'Stopped' });
    expect(jobNamed('identify-species-chain-1')?.detail?.['HumanTaskConfig']).toMatchObject({
      NumberOfHumanWorkersPerDataObject: 3,
    });
    // Without an opt-out tag, Ground Control would chain the next link as well when people stop it.
    expect(alerts()[0]?.cause?.commands.map(({ command }) => command.split(' ')[2])).toEqual([
      'add-tags',
      'stop-labeling-job',
    ]);
  });
});
