import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { describe, expect, it } from 'vitest';
import { labelingJobsWith } from '../../../adapters/sagemaker/labeling-jobs.ts';
import { chainRequest } from '../../../domain/labeling/request.ts';
import { LabelingDescription } from '../../../schemas/api/labeling-job.ts';
import { EXPIRED, useLabelingFunction } from '../../support/labeling-function.ts';
import { teamOf } from '../../support/labeling-jobs.ts';
import { labelingResults } from '../../support/labeling-results.ts';
import { useLocalAws } from '../../support/local-aws.ts';

const aws = useLocalAws();
const labeling = useLabelingFunction(aws);
const { jobNamed } = labelingResults(aws);

/** A job that uses every part of a request. */
const full = {
  ...EXPIRED,
  OutputConfig: {
    S3OutputPath: 's3://bucket/out',
    KmsKeyId: 'key',
    SnsTopicArn: 'arn:aws:sns:us-east-1:111122223333:done',
  },
  StoppingConditions: { MaxHumanLabeledObjectCount: 9000 },
  LabelingJobAlgorithmsConfig: {
    LabelingJobAlgorithmSpecificationArn:
      'arn:aws:sagemaker:us-east-1:027400017018:labeling-job-algorithm-specification/image-classification',
    InitialActiveLearningModelArn: 'arn:aws:sagemaker:us-east-1:111122223333:model/before',
    LabelingJobResourceConfig: {
      VolumeKmsKeyId: 'key',
      VpcConfig: { SecurityGroupIds: ['sg-1'], Subnets: ['subnet-1'] },
    },
  },
  LabelingJobOutput: {
    ...EXPIRED.LabelingJobOutput,
    FinalActiveLearningModelArn: 'arn:aws:sagemaker:us-east-1:111122223333:model/after',
  },
};
const ofTask = (task: string) =>
  teamOf('public', {
    PreHumanTaskLambdaArn: `arn:aws:lambda:us-east-1:432418664414:function:PRE-${task}`,
    AnnotationConsolidationConfig: {
      AnnotationConsolidationLambdaArn: `arn:aws:lambda:us-east-1:432418664414:function:ACS-${task}`,
    },
    PublicWorkforceTaskPrice: { AmountInUsd: { Dollars: 0, Cents: 3, TenthFractionsOfACent: 6 } },
    UiConfig: { HumanTaskUiArn: 'arn:aws:sagemaker:us-east-1:394669845002:human-task-ui/NamedEntityRecognition' },
  });

describe('the request for a chained job', () => {
  it.each(['BoundingBox', 'NamedEntityRecognition', '3DPointCloudObjectTracking', 'my-own-function'])(
    'reaches SageMaker unchanged for %s',
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

  it('leaves out the empty strings of a description, which SageMaker would refuse', async () => {
    expect(EXPIRED.OutputConfig.KmsKeyId).toBe('');
    await labeling.receive();
    expect(jobNamed('identify-species-chain-1')?.detail?.['OutputConfig']).toEqual({
      S3OutputPath: EXPIRED.OutputConfig.S3OutputPath,
    });
  });
});
