import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endOf } from '../../../domain/labeling/end.ts';
import { chainRequest } from '../../../domain/labeling/request.ts';
import { jobOf, labeledBeforeTag, linkTag, readFixture, SAMPLE, taskOf } from '../../support/labeling-jobs.ts';

const CHAINED = JSON.parse(readFixture('create.chain.json'));
const OUTPUT = { labeled: 5853, untouched: 399, failed: 0 };
const URI = SAMPLE.LabelingJobOutput.OutputDatasetS3Uri;
/** The request for the next job. */
const requestFor = (over: object = {}, link = 1) => chainRequest(jobOf(over), link, URI, OUTPUT);

describe('the request for a chained job', () => {
  it('is the one that people would write by hand', () => {
    const { Tags, ...request } = requestFor();
    const { Tags: _, ...expected } = CHAINED;
    expect(request).toEqual(expected);
    expect(Tags).toEqual([
      { Key: 'team', Value: 'vision' },
      { Key: 'ground-control:chain-link', Value: '1' },
      { Key: 'ground-control:chained-from', Value: 'identify-species' },
      { Key: 'ground-control:labeled-before', Value: '5853' },
    ]);
  });

  it.each([
    'BoundingBox',
    'ImageMultiClass',
    'ImageMultiClassMultiLabel',
    'SemanticSegmentation',
    'TextMultiClass',
    'TextMultiClassMultiLabel',
    'NamedEntityRecognition',
    'VideoMultiClass',
    'VideoObjectDetection',
    'VideoObjectTracking',
    '3DPointCloudObjectDetection',
    '3DPointCloudObjectTracking',
    '3DPointCloudSemanticSegmentation',
    'my-own-function',
  ])('keeps the whole task of %s', (task) => {
    const functionArn = (prefix: string) => `arn:aws:lambda:us-east-1:432418664414:function:${prefix}-${task}`;
    const { HumanTaskConfig } = taskOf({
      PreHumanTaskLambdaArn: functionArn('PRE'),
      AnnotationConsolidationConfig: { AnnotationConsolidationLambdaArn: functionArn('ACS') },
      UiConfig: {
        HumanTaskUiArn: 'arn:aws:sagemaker:us-east-1:394669845002:human-task-ui/PointCloudObjectDetection',
        UiTemplateS3Uri: '',
      },
      PublicWorkforceTaskPrice: { AmountInUsd: { Dollars: 0, Cents: 1, TenthFractionsOfACent: 2 } },
    });
    const { UiConfig, ...kept } = HumanTaskConfig;
    expect(requestFor({ HumanTaskConfig }).HumanTaskConfig).toEqual({
      ...kept,
      UiConfig: { HumanTaskUiArn: UiConfig.HumanTaskUiArn },
    });
  });

  const output = { OutputConfig: { S3OutputPath: 's3://b/', KmsKeyId: 'key', SnsTopicArn: 'topic' } };
  const learning = (model: string) => ({
    LabelingJobAlgorithmsConfig: {
      LabelingJobAlgorithmSpecificationArn: 'algorithm',
      InitialActiveLearningModelArn: model,
    },
  });
  const trained = { LabelingJobOutput: { OutputDatasetS3Uri: URI, FinalActiveLearningModelArn: 'new' } };
  it.each<[string, object, object]>([
    ['keeps the key and the topic of the output', output, output],
    [
      'names the label attribute after the job when people named none',
      { LabelAttributeName: undefined },
      { LabelAttributeName: 'identify-species' },
    ],
    ['starts from the model that the job trained', { ...learning('old'), ...trained }, learning('new')],
    ['needs no output to start from the first model', { ...learning('old'), LabelingJobOutput: {} }, learning('old')],
    ['starts from the first model of the job when the job trained none', learning('old'), learning('old')],
  ])('%s', (_, over, expected) => {
    expect(requestFor(over)).toMatchObject(expected);
  });

  it('has no fields for what people did not set', () => {
    const request = requestFor({ LabelCategoryConfigS3Uri: '' });
    expect(Object.keys(request)).toEqual(Object.keys(CHAINED).filter((key) => key !== 'LabelCategoryConfigS3Uri'));
  });

  it('has no invented or empty fields', () => {
    const text = fc.oneof(fc.constant(''), fc.stringMatching(/^[a-z]{1,8}$/));
    const extra = fc.dictionary(
      fc.stringMatching(/^[A-Z][a-z]{2,6}$/),
      fc.oneof(text, fc.integer(), fc.record({ Inner: text })),
      { maxKeys: 4 },
    );
    const known = new Set(Object.keys(CHAINED).concat('StoppingConditions', 'LabelingJobAlgorithmsConfig'));
    fc.assert(
      fc.property(extra, extra, extra, (task, output, whole) => {
        const request = requestFor({
          ...whole,
          ...taskOf(task),
          OutputConfig: { ...output, S3OutputPath: 's3://b/o' },
        });
        expect(Object.keys(request).filter((key) => !known.has(key))).toEqual([]);
        expect(JSON.stringify(request.HumanTaskConfig)).not.toContain('""');
        for (const [key, value] of Object.entries(task)) {
          if (typeof value === 'number') expect(request.HumanTaskConfig[key]).toBe(value);
        }
      }),
    );
  });
});

describe('the stopping conditions of a chained job', () => {
  it('are the number of labels that the limit still allows', () => {
    expect(requestFor({ StoppingConditions: { MaxHumanLabeledObjectCount: 6000 } })).toMatchObject({
      StoppingConditions: { MaxHumanLabeledObjectCount: 147 },
    });
  });

  it.each<[string, object, number]>([
    ['the number of labels that is missing from a percentage', { MaxPercentageOfInputDatasetLabeled: 95 }, 5940 - 5853],
    ['the lower of two limits', { MaxPercentageOfInputDatasetLabeled: 95, MaxHumanLabeledObjectCount: 5900 }, 47],
  ])('are %s', (_, StoppingConditions, expected) => {
    expect(requestFor({ StoppingConditions }).StoppingConditions).toEqual({ MaxHumanLabeledObjectCount: expected });
  });

  it('count only what a link labeled itself, though its counters may include earlier labels', () => {
    const job = { Tags: [labeledBeforeTag(5850)], StoppingConditions: { MaxHumanLabeledObjectCount: 10 } };
    expect(endOf(jobOf({ ...job, LabelingJobStatus: 'Stopped' }))).toBe('stopped');
    expect(requestFor(job, 2).StoppingConditions).toEqual({ MaxHumanLabeledObjectCount: 7 });
  });

  it('count failed objects as part of a percentage', () => {
    const job = jobOf({ StoppingConditions: { MaxPercentageOfInputDatasetLabeled: 95 } });
    const request = chainRequest(job, 1, URI, { labeled: 90, untouched: 4, failed: 6 });
    expect(request.StoppingConditions).toEqual({ MaxHumanLabeledObjectCount: 5 });
  });

  it('are absent when people set none', () => {
    expect(requestFor()).not.toHaveProperty('StoppingConditions');
  });
});

describe('the tags of a chained job', () => {
  it('keep a tag that only contains aws:', () => {
    const tag = { Key: 'my-aws:tag', Value: 'x' };
    expect(requestFor({ Tags: [tag] }).Tags[0]).toEqual(tag);
  });

  it('leave out tags of AWS, and are at most 50', () => {
    const Tags = [
      { Key: 'aws:cloudformation:stack', Value: 'x' },
      { Key: 'AWS:x', Value: 'x' },
      linkTag(1),
      ...Array.from({ length: 50 }, (_, at) => ({ Key: `key-${at}`, Value: '' })),
    ];
    const request = requestFor({ Tags }, 2);
    expect(request.Tags).toHaveLength(50);
    expect(request.Tags.filter(({ Key }) => /^aws:/i.test(Key))).toEqual([]);
    expect(request.Tags.filter(({ Key }) => Key === 'ground-control:chain-link')).toEqual([linkTag(2)]);
  });
});
