import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { beforeEach, describe, expect, it } from 'vitest';
import { labelingJobsWith } from '../../../adapters/sagemaker/labeling-jobs.ts';
import { decide } from '../../../domain/decide.ts';
import { chainRequest } from '../../../domain/labeling/request.ts';
import { handlerOf } from '../../../handlers/event.ts';
import { buildLeavingServices } from '../../../handlers/labeling/hand-over.ts';
import { localContext } from '../../../local/play/context.ts';
import { LabelingDescription } from '../../../schemas/api/labeling-job.ts';
import { HumanReviewStateChange } from '../../../schemas/event/human-review.ts';
import { LabelingJobStateChange } from '../../../schemas/event/labeling-job.ts';
import { AlertMessage } from '../../../schemas/message/alert.ts';
import { counters, DAY, EXPIRED, failedLine, manifest, useLabelingFunction } from '../../support/labeling-function.ts';
import { useLocalAws } from '../../support/local-aws.ts';

/** What goes wrong with the next calls of an operation. */
const faults: { operation: string; kind: 'lost' | 'error'; about?: string }[] = [];
const aws = useLocalAws(undefined, ({ operation, input }) => {
  const at = faults.findIndex(
    (fault) => fault.operation === operation && JSON.stringify(input).includes(fault.about ?? ''),
  );
  return at < 0 ? undefined : faults.splice(at, 1)[0];
});
beforeEach(() => void faults.splice(0));
const labeling = useLabelingFunction(aws);

const alerts = () =>
  aws().publications.map(({ bodies }) => AlertMessage.parse(JSON.parse(bodies.get('default') ?? '')));
const codes = () => alerts().map(({ cause }) => cause?.code);
const created = () => aws().sageMaker.created;
const jobCalled = (name: string) => [...aws().sageMaker.resources.values()].find((one) => one.name === name);
const details = () => Object.fromEntries((alerts()[0]?.details ?? []).map(({ label, value }) => [label, value]));
const team = (kind: string, more: object = {}) => ({
  HumanTaskConfig: {
    ...EXPIRED.HumanTaskConfig,
    WorkteamArn: `arn:aws:sagemaker:us-east-1:111122223333:workteam/${kind}-crowd/x`,
    ...more,
  },
});

describe('a labeling job that expired', () => {
  it('is carried on by one that is made from its output, and people are told', async () => {
    const record = await labeling.tell();
    expect(record).toMatchObject({ outcome: 'alerted', actions: [{ kind: 'chain-labeling-job' }] });
    expect(created()).toEqual(['identify-species-chain-1']);
    expect(jobCalled('identify-species-chain-1')).toMatchObject({
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

  it('is carried on once, however often and in however many copies its end is told', async () => {
    await Promise.allSettled(['e1', 'e2', 'e3'].map((id) => labeling.tell({}, { id })));
    await labeling.tell({}, { id: 'e4' });
    expect([created(), alerts().length]).toEqual([['identify-species-chain-1'], 1]);
    expect(aws().calls.filter(({ operation }) => operation === 'CreateLabelingJob')).toHaveLength(1);
  });

  it('is carried on once where the answer to its creation was lost', async () => {
    faults.push({ operation: 'CreateLabelingJob', kind: 'lost' });
    await labeling.tell();
    expect([created(), codes()]).toEqual([['identify-species-chain-1'], ['labeling-chained']]);
    expect(aws().calls.filter(({ operation }) => operation === 'CreateLabelingJob')).toHaveLength(2);
  });

  it.each(['effect#chain|', 'effect#notify|chain|'])(
    'is carried on and told of where the answer to the lock %s was lost',
    async (about) => {
      faults.push({ operation: 'PutItem', kind: 'lost', about });
      await labeling.tell();
      expect([created(), codes()]).toEqual([['identify-species-chain-1'], ['labeling-chained']]);
    },
  );

  it('is only told of where the policy observes', async () => {
    await labeling.tell({ mode: 'observe' });
    expect([created(), codes(), alerts()[0]?.severity]).toEqual([[], ['labeling-observed'], 'error']);
    expect(alerts()[0]?.cause?.text).toContain('it would have created identify-species-chain-1 to label the rest');
  });

  it('is told as its event has it where the policy is off', async () => {
    await labeling.tell({ mode: 'off' });
    expect([created(), alerts()[0]?.headline]).toEqual([[], 'Labeling job identify-species failed.']);
    expect(aws().calls.filter(({ service }) => service === 'sagemaker' || service === 's3')).toEqual([]);
  });

  it('is told whatever people chose to hear of ends, since something was done', async () => {
    labeling.use((built) => {
      const { configuration } = built.services;
      Object.assign(configuration, { alerts: { ...configuration.alerts, 'labeling-job': [] } });
      return built;
    });
    await labeling.tell();
    expect(codes()).toEqual(['labeling-chained']);
  });

  it('is asked about where the name of its link belongs to a job of other objects', async () => {
    labeling.put({
      LabelingJobName: 'Identify-Species-chain-1',
      LabelingJobArn: `${EXPIRED.LabelingJobArn}-chain-1`,
      InputConfig: { DataSource: { S3DataSource: { ManifestS3Uri: 's3://bucket/other.manifest' } } },
    });
    await labeling.tell();
    expect([created(), codes(), alerts()[0]?.severity]).toEqual([[], ['labeling-name-taken'], 'error']);
  });

  it('is asked about where SageMaker refuses the request, in its words', async () => {
    labeling.put({ RoleArn: 'no-role' });
    await labeling.tell();
    expect([created(), codes()]).toEqual([[], ['labeling-refused']]);
    expect(alerts()[0]?.cause?.text).toContain('ValidationException');
  });

  it.each(['DescribeLabelingJob', 'GetObject', 'ListLabelingJobs', 'CreateLabelingJob'])(
    'is tried again where %s fails for longer than its tries',
    async (operation) => {
      faults.push(...Array.from({ length: 3 }, () => ({ operation, kind: 'error' as const })));
      await expect(labeling.tell()).rejects.toThrow();
      expect([created(), alerts()]).toEqual([[], []]);
      await labeling.tell();
      expect([created(), codes()]).toEqual([['identify-species-chain-1'], ['labeling-chained']]);
    },
  );

  it('says how many are sent where its stopping conditions leave fewer', async () => {
    labeling.put({ StoppingConditions: { MaxHumanLabeledObjectCount: 4 } });
    await labeling.tell();
    expect(alerts()[0]?.cause?.text).toContain(
      '1 of the 2 objects that have no label, because its stopping conditions allow no more',
    );
  });

  it('says that reconciliation found its end, and not what it only saw running', async () => {
    await labeling.tell({}, { id: 'reconciliation-1' });
    expect(details()['Found by']).toContain('reconciliation');
  });

  it('does not say so of an end that was seen while it was asked about as running', async () => {
    await labeling.tell({}, { id: 'reconciliation-1', status: 'InProgress' });
    expect([codes(), details()['Found by']]).toEqual([['labeling-chained'], undefined]);
  });

  it('is on record with what was decided on', async () => {
    await labeling.tell();
    const { DynamoDBClient, ScanCommand } = await import('@aws-sdk/client-dynamodb');
    const { Items = [] } = await new DynamoDBClient({}).send(
      new ScanCommand({ TableName: process.env['STATE_TABLE'] }),
    );
    const records = Items.flatMap(({ record }) => (record?.M === undefined ? [] : [record.M]));
    const chained = records.find(({ action }) => action?.S === 'chain-labeling-job');
    expect(chained).toMatchObject({
      reason: { S: 'expired, with objects left' },
      result: { S: 'created' },
      numbers: { M: { Created: { S: 'identify-species-chain-1' }, Labeled: { S: '3 of 5' } } },
    });
  });
});

const COUNTED = 'the job counts 5 objects (3 with a label).';

describe('a labeling job that is not carried on', () => {
  it.each<[string, object, object, string]>([
    ['its tag says so', {}, {}, 'labeling-opted-out'],
    [
      'it is streaming',
      { InputConfig: { DataSource: { SnsDataSource: { SnsTopicArn: 'arn:x' } } } },
      {},
      'labeling-streaming',
    ],
    [
      'it adjusts labels',
      team('private', { PreHumanTaskLambdaArn: 'arn:aws:lambda:us-east-1:1:function:PRE-AdjustmentBoundingBox' }),
      {},
      'labeling-derived',
    ],
    [
      'public workers would be paid',
      team('public', { PublicWorkforceTaskPrice: { AmountInUsd: { Cents: 1 } } }),
      {},
      'labeling-costly',
    ],
    ['nobody knows what a vendor takes', team('vendor'), { mostUsd: 100 }, 'labeling-price-unknown'],
    ['it is the last link', { Tags: [] }, { mostLinks: 1 }, 'labeling-most-links'],
    [
      'it ended long ago',
      { CreationTime: '2026-01-01T00:00:00Z', LastModifiedTime: '2026-02-01T00:00:00Z' },
      {},
      'labeling-long-ago',
    ],
    ['it failed early', { LastModifiedTime: EXPIRED.CreationTime }, {}, 'labeling-early'],
    [
      'it may have expired, or not',
      {
        LastModifiedTime: new Date(Date.parse(EXPIRED.CreationTime) + 11 * DAY).toISOString(),
        ...counters(1, 0, 2),
      },
      {},
      'labeling-unclear',
    ],
    [
      'it completed with objects left, which is not chosen',
      { LabelingJobStatus: 'Completed' },
      {},
      'labeling-not-chosen',
    ],
    ['it names no output', { LabelingJobOutput: {} }, {}, 'labeling-no-manifest'],
  ])('since %s, is told of with why', async (why, detail, policy, code) => {
    const tags =
      code === 'labeling-opted-out'
        ? { 'Ground-Control:No-Chain': 'yes' }
        : why === 'it is the last link'
          ? { 'ground-control:chain-link': '1' }
          : {};
    const last = Date.parse('LastModifiedTime' in detail ? String(detail.LastModifiedTime) : EXPIRED.LastModifiedTime);
    const at = code === 'labeling-long-ago' ? new Date(last + 8 * DAY) : new Date(last);
    labeling.put(detail, { tags });
    await labeling.tell(policy, { at });
    expect([created(), codes()]).toEqual([[], [code]]);
  });

  it('says that it is done where every object has a label', async () => {
    labeling.put({
      LabelingJobStatus: 'Completed',
      ...counters(5, 0),
    });
    await labeling.tell({}, { status: 'Completed' });
    expect(alerts()).toMatchObject([{ severity: 'info', headline: 'Labeling job identify-species completed.' }]);
    expect([created(), details()]).toEqual([[], { Labeled: '5 of 5' }]);
  });

  it('was stopped by people: that is told as their doing', async () => {
    labeling.put({ LabelingJobStatus: 'Stopped' });
    await labeling.tell({}, { status: 'Stopped' });
    expect([created(), codes()]).toEqual([[], ['stopped']]);
  });

  it.each([
    ['is not there', undefined, 'AccessDenied.'],
    ['is empty', '', `it has 0 objects (0 with a label), but ${COUNTED}`],
    ['is no manifest', '<html>', `it has 0 objects (0 with a label) and 1 line that is not JSON, but ${COUNTED}`],
    [
      'has two such lines',
      '<html>\n<p>',
      `it has 0 objects (0 with a label) and 2 lines that are not JSON, but ${COUNTED}`,
    ],
    ['has one object', manifest(0, 1), `it has 1 object (0 with a label), but ${COUNTED}`],
    ['has fewer objects than the job counts', manifest(3, 1), `it has 4 objects (3 with a label), but ${COUNTED}`],
    [
      'has labels for all, and the job counts two without',
      manifest(5, 0),
      `it has 5 objects (5 with a label), but ${COUNTED}`,
    ],
  ])('is asked about where its output %s', async (_, text, why) => {
    labeling.output(text);
    await labeling.tell();
    expect([created(), codes()]).toEqual([[], ['labeling-no-manifest']]);
    expect(alerts()[0]?.cause?.text).toContain(`cannot rely on its output manifest: ${why}`);
  });

  it('is asked about where nothing was labeled in it', async () => {
    labeling.put(counters(0, 5));
    labeling.output(manifest(0, 5));
    await labeling.tell();
    expect([created(), codes()]).toEqual([[], ['labeling-no-progress']]);
  });

  it('is told as its event has it where SageMaker does not know it', async () => {
    await labeling.tell({}, { name: 'unheard-of' });
    expect(alerts()).toMatchObject([{ headline: 'Labeling job unheard-of failed.' }]);
  });

  it('has ended by its event and runs by its description: it is asked about again', async () => {
    labeling.put({ LabelingJobStatus: 'InProgress' });
    await expect(labeling.tell()).rejects.toThrow(/has ended, as its event says; .* it is InProgress/);
    expect([created(), alerts()]).toEqual([[], []]);
    labeling.put();
    await labeling.tell();
    expect(created()).toEqual(['identify-species-chain-1']);
  });

  it('is not mistaken for one of its name in another region', async () => {
    await labeling.tell({}, { arn: EXPIRED.LabelingJobArn.replace('us-east-1', 'eu-west-1') });
    expect([created(), alerts().map(({ headline }) => headline)]).toEqual([
      [],
      ['Labeling job identify-species failed.'],
    ]);
  });

  it('is told of though its description cannot be read', async () => {
    labeling.put({ HumanTaskConfig: undefined, RoleArn: '' });
    await labeling.tell();
    expect([created(), alerts()]).toMatchObject([[], [{ headline: 'Labeling job identify-species failed.' }]]);
  });

  it('is told of though its reasons are no text', async () => {
    const odd = `{"species-metadata":{"failure-reason":${'['.repeat(5000)}${']'.repeat(5000)}}}`;
    labeling.put(counters(3, 0, 2));
    labeling.output(manifest(3, 0, [odd, '{"species-metadata":{"failure-reason":{"toString":1}}}']));
    await labeling.tell({ mode: 'observe' });
    expect(details()['Reasons']).toBe('no text (2)');
  });
});

describe('a labeling job that somebody carries on already', () => {
  const made = (name: string, over: object = {}, more: Parameters<typeof labeling.put>[1] = {}) =>
    labeling.put(
      {
        LabelingJobName: name,
        LabelingJobArn: EXPIRED.LabelingJobArn.replace('identify-species', name),
        LabelingJobStatus: 'InProgress',
        InputConfig: { DataSource: { S3DataSource: { ManifestS3Uri: EXPIRED.LabelingJobOutput.OutputDatasetS3Uri } } },
        ...over,
      },
      { createdAt: new Date(EXPIRED.LastModifiedTime), ...more },
    );

  it('is left alone, whatever they called it', async () => {
    made('species-again');
    await labeling.tell();
    expect([created(), codes()]).toEqual([[], ['labeling-carried-on']]);
    expect(alerts()[0]?.cause?.text).toContain('species-again already continues this job');
  });

  it('is taken for carried on where the other one cannot be read', async () => {
    made('species-again', { RoleArn: '' });
    await labeling.tell();
    expect([created(), codes()]).toEqual([[], ['labeling-carried-on']]);
  });

  it.each(['Failed', 'Stopped'])('is asked about where the link that carried it on has %s since', async (status) => {
    made('identify-species-chain-1', { LabelingJobStatus: status });
    await labeling.tell();
    expect([created(), codes()]).toEqual([[], ['labeling-link-over']]);
  });

  it.each([
    ['has failed', { LabelingJobStatus: 'Failed' }],
    ['was stopped', { LabelingJobStatus: 'Stopped' }],
    ['gives other labels', { LabelAttributeName: 'colour' }],
  ])('is carried on where the other one %s', async (_, over) => {
    made('species-again', over);
    await labeling.tell();
    expect(created()).toEqual(['identify-species-chain-1']);
  });

  it.each(['observe', 'enforce'])(
    'is told as carried on where they called it as we would, in mode %s',
    async (mode) => {
      made('Identify-Species-chain-1');
      await labeling.tell({ mode });
      expect([created(), codes()]).toEqual([[], ['labeling-chained']]);
    },
  );

  it.each([
    ['the policy only observes by then', { mode: 'observe' }, {}],
    ['its tags say by then that it must not be', {}, { 'ground-control:no-chain': 'true' }],
  ])('is told as carried on by us, though %s', async (_, policy, tags) => {
    faults.push(...Array.from({ length: 3 }, () => ({ operation: 'Publish', kind: 'error' as const })));
    await expect(labeling.tell()).rejects.toThrow(/chain-labeling-job/);
    labeling.put({}, { tags });
    await labeling.tell(policy);
    expect([created(), codes()]).toEqual([['identify-species-chain-1'], ['labeling-chained']]);
  });
});

describe('a request', () => {
  const full = {
    ...EXPIRED,
    OutputConfig: { S3OutputPath: 's3://bucket/out', KmsKeyId: 'key', SnsTopicArn: 'arn:aws:sns:us-east-1:1:done' },
    StoppingConditions: { MaxHumanLabeledObjectCount: 9000 },
    LabelingJobAlgorithmsConfig: {
      LabelingJobAlgorithmSpecificationArn:
        'arn:aws:sagemaker:us-east-1:027400017018:labeling-job-algorithm-specification/image-classification',
      InitialActiveLearningModelArn: 'arn:aws:sagemaker:us-east-1:111122223333:training-job/before',
      LabelingJobResourceConfig: {
        VolumeKmsKeyId: 'key',
        VpcConfig: { SecurityGroupIds: ['sg-1'], Subnets: ['subnet-1'] },
      },
    },
    LabelingJobOutput: {
      ...EXPIRED.LabelingJobOutput,
      FinalActiveLearningModelArn: 'arn:aws:sagemaker:us-east-1:111122223333:training-job/after',
    },
  };
  const ofTask = (task: string) =>
    team('public', {
      PreHumanTaskLambdaArn: `arn:aws:lambda:us-east-1:432418664414:function:PRE-${task}`,
      AnnotationConsolidationConfig: {
        AnnotationConsolidationLambdaArn: `arn:aws:lambda:us-east-1:432418664414:function:ACS-${task}`,
      },
      PublicWorkforceTaskPrice: { AmountInUsd: { Dollars: 0, Cents: 3, TenthFractionsOfACent: 6 } },
      UiConfig: { HumanTaskUiArn: 'arn:aws:sagemaker:us-east-1:394669845002:human-task-ui/NamedEntityRecognition' },
    });

  it.each(['BoundingBox', 'NamedEntityRecognition', '3DPointCloudObjectTracking', 'my-own-function'])(
    'for %s comes out of the serializer of the SDK as it went in',
    async (task) => {
      const job = LabelingDescription.parse({ ...full, ...ofTask(task) });
      const request = chainRequest(job, 1, EXPIRED.LabelingJobOutput.OutputDatasetS3Uri, {
        labeled: 3,
        untouched: 2,
        failed: 0,
      });
      expect(await labelingJobsWith(new SageMakerClient({})).create(request)).toBe('created');
      const sent = aws().calls.find(({ operation }) => operation === 'CreateLabelingJob')?.input;
      expect(sent).toEqual(JSON.parse(JSON.stringify(request)));
      expect(sent).toMatchObject({
        HumanTaskConfig: { PublicWorkforceTaskPrice: { AmountInUsd: { Cents: 3, TenthFractionsOfACent: 6 } } },
        LabelingJobAlgorithmsConfig: {
          InitialActiveLearningModelArn: full.LabelingJobOutput.FinalActiveLearningModelArn,
        },
      });
    },
  );
});

describe('what people reported', () => {
  it('“Complete with labeling errors”: 399 of 6,252 objects are missing, and somebody says why', async () => {
    labeling.put({
      LabelingJobStatus: 'Completed',
      ...counters(3, 0, 3),
    });
    labeling.output(
      manifest(3, 0, [failedLine('Expired'), failedLine('Expired'), failedLine('declined\u001b[31m'), '{']),
    );
    await labeling.tell({}, { status: 'Completed' });
    expect(alerts()).toMatchObject([
      { severity: 'warning', headline: 'Labeling job identify-species completed with 3 of 6 objects left.' },
    ]);
    expect(details()).toMatchObject({
      Left: '3 failed, expired or declined',
      Reasons: 'Expired (2); declined (1)',
      Unreadable: '1 line of its output',
    });
    await labeling.tell({ chain: ['expired', 'unfinished'] }, { status: 'Completed' });
    expect(created()).toEqual([]);
  });

  it('and where it is chosen, the missing ones are sent again', async () => {
    labeling.put({ LabelingJobStatus: 'Completed', ...counters(3, 0, 1) });
    labeling.output(manifest(3, 0, [failedLine('Expired')]));
    await labeling.tell({ chain: ['unfinished'] }, { status: 'Completed' });
    expect([created(), codes()]).toEqual([['identify-species-chain-1'], ['labeling-chained']]);
  });

  it('a description with empty strings in it is no request that is refused', async () => {
    expect(EXPIRED.OutputConfig.KmsKeyId).toBe('');
    await labeling.tell();
    expect(jobCalled('identify-species-chain-1')?.detail?.['OutputConfig']).toEqual({
      S3OutputPath: EXPIRED.OutputConfig.S3OutputPath,
    });
  });

  it('a job that is in progress for days, with nothing in its counters, is told of', async () => {
    const LabelCounters = { TotalLabeled: 0, FailedNonRetryableError: 0, Unlabeled: 0 };
    labeling.put({ LabelingJobStatus: 'InProgress', LabelCounters });
    const at = new Date(Date.parse(EXPIRED.CreationTime) + 3 * DAY);
    expect(await labeling.tell({}, { at, status: 'InProgress' })).toMatchObject({ outcome: 'alerted' });
    expect(alerts()).toMatchObject([{ outcome: 'labeling', cause: { code: 'labeling-stalled' } }]);
  });

  it('a job that nobody may extend past its 30 days is told of before it ends, and carried on after', async () => {
    const LabelCounters = { TotalLabeled: 1000, FailedNonRetryableError: 0, Unlabeled: 600 };
    labeling.put({ LabelingJobStatus: 'InProgress', LabelCounters });
    const created_ = Date.parse(EXPIRED.CreationTime);
    await labeling.tell({}, { at: new Date(created_ + 26.9 * DAY), status: 'InProgress' });
    expect(alerts()).toEqual([]);
    await labeling.tell({}, { at: new Date(created_ + 27.1 * DAY), status: 'InProgress' });
    await labeling.tell({}, { at: new Date(created_ + 27.2 * DAY), status: 'InProgress' });
    expect(codes()).toEqual(['labeling-will-expire']);
    labeling.put();
    await labeling.tell({}, { at: new Date(EXPIRED.LastModifiedTime) });
    expect([codes(), created()]).toEqual([['labeling-will-expire', 'labeling-chained'], ['identify-species-chain-1']]);
  });

  it.each<[string, object, Record<string, string>, boolean]>([
    ['will be carried on', {}, {}, true],
    [
      'has workers who would be paid',
      team('public', { PublicWorkforceTaskPrice: { AmountInUsd: { Cents: 1 } } }),
      {},
      false,
    ],
    ['is not carried on by its tag', {}, { 'ground-control:no-chain': 'true' }, false],
    ['is streaming', { InputConfig: { DataSource: { SnsDataSource: { SnsTopicArn: 'arn:x' } } } }, {}, false],
  ])('a warning promises what will happen: the job %s', async (_, over, tags, isPromised) => {
    labeling.put({ ...over, LabelingJobStatus: 'InProgress' }, { tags });
    await labeling.tell({}, { at: new Date(Date.parse(EXPIRED.CreationTime) + 28 * DAY), status: 'InProgress' });
    const [warning] = alerts().filter(({ cause }) => cause?.code === 'labeling-will-expire');
    expect(warning?.cause?.nextStep.includes('Ground Control then creates a new job for the rest')).toBe(isPromised);
    expect(warning?.cause?.commands).toHaveLength(isPromised ? 1 : 0);
  });

  it('three workers an object, stopped half way: what has a label keeps it', async () => {
    labeling.put({ ...team('private', { NumberOfHumanWorkersPerDataObject: 3 }), LabelingJobStatus: 'Stopped' });
    await labeling.tell({ chain: ['stopped'] }, { status: 'Stopped' });
    expect(jobCalled('identify-species-chain-1')?.detail?.['HumanTaskConfig']).toMatchObject({
      NumberOfHumanWorkersPerDataObject: 3,
    });
    // To stop it would have it carried on: it has to say first that it must not be.
    expect(alerts()[0]?.cause?.commands.map(({ command }) => command.split(' ')[2])).toEqual([
      'add-tags',
      'stop-labeling-job',
    ]);
  });
});

describe('a chain', () => {
  const next = (name: string) => {
    const job = jobCalled(name);
    if (job === undefined) throw new Error(`${name} was not created`);
    return job;
  };
  const expire = (name: string, at: Date) => {
    const job = next(name);
    job.status = 'Failed';
    job.modifiedAt = at;
    return String(
      (job.detail?.['LabelingJobOutput'] as { OutputDatasetS3Uri: string } | undefined)?.OutputDatasetS3Uri,
    );
  };

  it('goes on as long as it makes progress, and its links', async () => {
    let at = new Date(EXPIRED.LastModifiedTime);
    await labeling.tell();
    for (const [link, labeled] of [4, 5, 6].entries()) {
      at = new Date(at.getTime() + 30 * DAY);
      const name = `identify-species-chain-${link + 1}`;
      const uri = expire(name, at);
      const detail = { ...next(name).detail, LabelCounters: EXPIRED.LabelCounters };
      aws().sageMaker.put({ ...next(name), detail });
      labeling.output(manifest(labeled, 10 - labeled), uri);
      await labeling.tell({ mostLinks: 3 }, { name, at });
    }
    expect([created(), codes().at(-1)]).toEqual([
      ['identify-species-chain-1', 'identify-species-chain-2', 'identify-species-chain-3'],
      'labeling-most-links',
    ]);
  });

  it('ends with the first link in which nothing was labeled', async () => {
    await labeling.tell();
    const at = new Date(Date.parse(EXPIRED.LastModifiedTime) + 30 * DAY);
    const uri = expire('identify-species-chain-1', at);
    const detail = { ...next('identify-species-chain-1').detail, LabelCounters: EXPIRED.LabelCounters };
    aws().sageMaker.put({ ...next('identify-species-chain-1'), detail });
    labeling.output(manifest(3, 2), uri);
    await labeling.tell({}, { name: 'identify-species-chain-1', at });
    expect([created(), codes()]).toEqual([['identify-species-chain-1'], ['labeling-chained', 'labeling-no-progress']]);
  });
});

describe('the function of labeling events', () => {
  const handler = handlerOf(LabelingJobStateChange, decide, buildLeavingServices);
  const event = (status: string, id = 'e1') => ({
    'detail-type': 'SageMaker Ground Truth Labeling Job State Change',
    source: 'aws.sagemaker',
    id,
    resources: [EXPIRED.LabelingJobArn],
    detail: { LabelingJobStatus: status },
  });

  it('leaves ends to the labeling function, and copies of what was told to nobody', async () => {
    expect(await handler(event('Failed'), localContext('labelingJob'))).toMatchObject({ outcome: 'handed-over' });
    const [body = ''] = aws().take('labeling');
    expect(JSON.parse(body)).toEqual(event('Failed'));
    await labeling.tell();
    expect(await handler(event('Failed', 'e2'), localContext('labelingJob'))).toMatchObject({
      outcome: 'ignored',
      reason: 'it has been announced already',
    });
    expect(aws().take('labeling')).toEqual([]);
  });

  const task = (State: string, id: string) => ({
    'detail-type': 'SageMaker Ground Truth Labeling Job Task Status Change',
    source: 'aws.sagemaker',
    id,
    detail: { State, 'labeling-job-arn': EXPIRED.LabelingJobArn },
  });

  it('counts what becomes of tasks, each event once, for the alert of the job’s end', async () => {
    for (const [state, id] of [
      ['Declined', 'a'],
      ['Declined', 'a'],
      ['Declined', 'b'],
      ['Expired', 'c'],
      ['Returned', 'd'],
      ['Accepted', 'e'],
    ] as const) {
      await handler(task(state, id), localContext('labelingJob'));
    }
    const humanTask = { 'detail-type': 'SageMaker Human Task Declined', source: 'aws.sagemaker', detail: {} };
    const review = handlerOf(HumanReviewStateChange, decide);
    // The same tasks, told in another way: they count once.
    for (const id of ['f', 'g', 'h'])
      await review({ ...humanTask, id, resources: [EXPIRED.LabelingJobArn] }, localContext('humanReview'));
    expect(alerts()).toEqual([]);
    await labeling.tell();
    expect(details()['Tasks']).toBe('3 declined, 1 returned, 1 expired');
  });
});
