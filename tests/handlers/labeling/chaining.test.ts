import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { EXPIRED, useLabelingFunction } from '../../support/labeling-function.ts';
import { labelingResults } from '../../support/labeling-results.ts';
import { useLocalAws } from '../../support/local-aws.ts';

const aws = useLocalAws();
const labeling = useLabelingFunction(aws);
const { alerts, codes, created, details, jobNamed } = labelingResults(aws);

describe('an expired labeling job', () => {
  it('is continued by a job made from its output, and people get one alert', async () => {
    const record = await labeling.receive();
    expect(record).toMatchObject({ outcome: 'alerted', actions: [{ kind: 'chain-labeling-job' }] });
    expect(created()).toEqual(['identify-species-chain-1']);
    expect(jobNamed('identify-species-chain-1')).toMatchObject({
      tags: {
        team: 'vision',
        'ground-control:chain-link': '1',
        'ground-control:chained-from': 'identify-species',
        'ground-control:labeled-before': '3',
      },
      detail: {
        LabelAttributeName: 'species',
        InputConfig: {
          DataSource: { S3DataSource: { ManifestS3Uri: EXPIRED.LabelingJobOutput.OutputDatasetS3Uri } },
          DataAttributes: EXPIRED.InputConfig.DataAttributes,
        },
        HumanTaskConfig: EXPIRED.HumanTaskConfig,
      },
    });
    const [alert] = alerts();
    expect(alert).toMatchObject({
      outcome: 'failed',
      severity: 'warning',
      headline:
        'Labeling job identify-species expired after 30 days with 2 of 5 objects left: the new job identify-species-chain-1 continues it.',
      cause: {
        code: 'labeling-chained',
        commands: [
          {
            command: 'aws sagemaker stop-labeling-job --labeling-job-name identify-species-chain-1 --region us-east-1',
          },
        ],
      },
      owner: { team: 'vision' },
    });
    expect(details()).toMatchObject({ Labeled: '3 of 5', Left: '2 without a result' });
  });

  it('is chained once, however many copies of its event arrive', async () => {
    await Promise.allSettled(['e1', 'e2', 'e3'].map((id) => labeling.receive({}, { id })));
    await labeling.receive({}, { id: 'e4' });
    expect([created(), alerts().length]).toEqual([['identify-species-chain-1'], 1]);
    expect(aws().calls.filter(({ operation }) => operation === 'CreateLabelingJob')).toHaveLength(1);
  });

  it('is only announced when the policy observes', async () => {
    await labeling.receive({ mode: 'observe' });
    expect([created(), codes(), alerts()[0]?.severity]).toEqual([[], ['labeling-observed'], 'error']);
    expect(alerts()[0]?.cause?.text).toContain('it would have created identify-species-chain-1 to label the rest');
  });

  it('is announced from its event alone when the policy is off', async () => {
    await labeling.receive({ mode: 'off' });
    expect([created(), alerts()[0]?.headline]).toEqual([[], 'Labeling job identify-species failed.']);
    expect(aws().calls.filter(({ service }) => service === 'sagemaker' || service === 's3')).toEqual([]);
  });

  it('is announced even when people chose no alerts for labeling jobs, because Ground Control acted', async () => {
    labeling.use((built) => {
      const { configuration } = built.services;
      Object.assign(configuration, { alerts: { ...configuration.alerts, 'labeling-job': [] } });
      return built;
    });
    await labeling.receive();
    expect(codes()).toEqual(['labeling-chained']);
  });

  it('is announced with the number of objects that its stopping conditions allow', async () => {
    labeling.put({ StoppingConditions: { MaxHumanLabeledObjectCount: 4 } });
    await labeling.receive();
    expect(alerts()[0]?.cause?.text).toContain(
      '1 of the 2 objects that have no label, because its stopping conditions allow no more',
    );
  });

  it('is announced as found by reconciliation when reconciliation found its end', async () => {
    await labeling.receive({}, { id: 'reconciliation-1' });
    expect(details()['Found by']).toContain('reconciliation');
  });

  it('is not announced as found by reconciliation when reconciliation saw only a running job', async () => {
    await labeling.receive({}, { id: 'reconciliation-1', status: 'InProgress' });
    expect([codes(), details()['Found by']]).toEqual([['labeling-chained'], undefined]);
  });

  it('leaves an audit record with the numbers behind the decision', async () => {
    await labeling.receive();
    const { Items = [] } = await new DynamoDBClient({}).send(
      new ScanCommand({ TableName: process.env['STATE_TABLE'] }),
    );
    const records = Items.flatMap(({ record }) => (record?.M === undefined ? [] : [record.M]));
    const chained = records.find(({ action }) => action?.S === 'chain-labeling-job');
    expect(chained).toMatchObject({
      reason: { S: 'expired, with objects left' },
      result: { S: 'created' },
      numbers: {
        M: {
          Created: { S: 'identify-species-chain-1' },
          Labeled: { S: '3 of 5' },
          'Next link': { S: 'costs at most $0.16' },
        },
      },
    });
  });
});
