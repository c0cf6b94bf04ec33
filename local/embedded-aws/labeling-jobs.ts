/** Simulates `CreateLabelingJob`. */
import * as z from 'zod';
import { AwsError } from './protocol.ts';
import type { SimulatedResource } from './resource.ts';

/** The fields that the API requires (API reference, `CreateLabelingJob`). */
const Request = z.looseObject({
  LabelingJobName: z
    .string()
    .max(63)
    .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/),
  LabelAttributeName: z.string().min(1).max(127),
  InputConfig: z.looseObject({
    DataSource: z.looseObject({ S3DataSource: z.object({ ManifestS3Uri: z.string().regex(/^(https|s3):\/\//) }) }),
  }),
  OutputConfig: z.looseObject({
    S3OutputPath: z.string().regex(/^(https|s3):\/\//),
    KmsKeyId: z.string().min(1).optional(),
    SnsTopicArn: z.string().min(1).optional(),
  }),
  RoleArn: z.string().startsWith('arn:'),
  HumanTaskConfig: z.looseObject({
    WorkteamArn: z.string(),
    UiConfig: z.looseObject({}),
    TaskTitle: z.string(),
    TaskDescription: z.string(),
    NumberOfHumanWorkersPerDataObject: z.int().min(1).max(9),
    TaskTimeLimitInSeconds: z.int().min(30),
  }),
  Tags: z
    .array(z.object({ Key: z.string().regex(/^(?!aws:)/i), Value: z.string() }))
    .max(50)
    .default([]),
});

/**
 * The job that the request creates, running since `now`. Throws an `AwsError` for a request that SageMaker would
 * refuse.
 */
export function createdLabelingJob(input: Readonly<Record<string, unknown>>, now: Date): SimulatedResource {
  const read = Request.safeParse(input);
  if (!read.success) throw new AwsError('ValidationException', z.prettifyError(read.error));
  const { LabelingJobName: name, Tags, OutputConfig, ...detail } = read.data;
  // The job belongs to the account of its role.
  const arn = `arn:aws:sagemaker:us-east-1:${read.data.RoleArn.split(':')[4]}:labeling-job/${name.toLowerCase()}`;
  const folder = OutputConfig.S3OutputPath.replace(/\/+$/, '');
  return {
    type: 'labeling-job',
    name,
    arn,
    status: 'InProgress',
    createdAt: now,
    modifiedAt: now,
    tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])),
    detail: {
      ...detail,
      OutputConfig,
      JobReferenceCode: 'local',
      LabelCounters: { TotalLabeled: 0, HumanLabeled: 0, MachineLabeled: 0, FailedNonRetryableError: 0, Unlabeled: 0 },
      LabelingJobOutput: {
        OutputDatasetS3Uri: `${folder}/${name}/manifests/output/output.manifest`,
        FinalActiveLearningModelArn: '',
      },
    },
  };
}
