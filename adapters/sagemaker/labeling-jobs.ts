/** Labeling jobs, as SageMaker has them: described, found by what they were made from, and created. */

import {
  CreateLabelingJobCommand,
  type CreateLabelingJobRequest,
  DescribeLabelingJobCommand,
  paginateListLabelingJobs,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import * as z from 'zod/mini';
import { attributeOf, type ChainRequest } from '../../domain/labeling/request.ts';
import { LabelingDescription } from '../../schemas/api/labeling-job.ts';
import { plainText } from '../../schemas/text/plain-text.ts';
import { hideSecrets } from '../../schemas/text/secrets.ts';
import type { Grant } from '../grant.ts';
import { isNotFound } from './describe.ts';

const LABELING_JOBS = {
  'Fn::Sub': 'arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}:labeling-job/*',
} as const;

/** Lists have no resource to be limited to. */
export const READ_LABELING_JOBS: Grant = {
  name: 'jobs',
  statements: [
    { actions: ['sagemaker:DescribeLabelingJob'], on: [LABELING_JOBS] },
    { actions: ['sagemaker:ListLabelingJobs'], on: ['*'] },
  ],
};

/** A new job gets the role of the job that it continues. */
export const CREATE_LABELING_JOBS: Grant = {
  name: 'create-labeling-jobs',
  statements: [
    { actions: ['sagemaker:CreateLabelingJob', 'sagemaker:AddTags'], on: [LABELING_JOBS] },
    {
      actions: ['iam:PassRole'],
      on: [{ 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/*' }],
      condition: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
    },
  ],
};

/** What became of a request: as the effect's record keeps it. */
export type Created = 'created' | 'exists' | 'taken' | 'over' | `refused: ${string}`;

export interface LabelingJobs {
  /** The service's answer; absent where it does not know the job. */
  readonly describe: (name: string) => Promise<object | undefined>;
  /** The name of a job that goes on with the label `attribute` of `uri`, the manifest that it was made from since `after`. */
  readonly madeFrom: (uri: string, attribute: string, after: Date) => Promise<string | undefined>;
  /** Creates a job, unless it is there. Throws where another try may help. */
  readonly create: (request: ChainRequest) => Promise<Created>;
}

/** Answers that no other try changes, until people have changed something. */
const REFUSALS: ReadonlySet<string> = new Set([
  'ValidationException',
  'AccessDeniedException',
  'AccessDenied',
  'ResourceLimitExceeded',
  'ResourceNotFound',
  'ResourceNotFoundException',
]);
const LONGEST_REFUSAL = 400;
/** These do not go on with anything. */
const OVER: ReadonlySet<string> = new Set(['Failed', 'Stopping', 'Stopped']);

export function labelingJobsWith(client: SageMakerClient): LabelingJobs {
  const describe = async (name: string): Promise<object | undefined> => {
    try {
      return await client.send(new DescribeLabelingJobCommand({ LabelingJobName: name }));
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  };
  return {
    describe,

    async madeFrom(uri, attribute, after) {
      const pages = paginateListLabelingJobs({ client, pageSize: 100 }, { CreationTimeAfter: after });
      for await (const { LabelingJobSummaryList = [] } of pages) {
        for (const { LabelingJobName = '', LabelingJobStatus = '', InputConfig } of LabelingJobSummaryList) {
          if (InputConfig?.DataSource?.S3DataSource?.ManifestS3Uri !== uri || OVER.has(LabelingJobStatus)) continue;
          const described = await describe(LabelingJobName);
          const { data: job } = LabelingDescription.safeParse(described);
          // One that cannot be read may be it.
          if (described !== undefined && (job === undefined || attributeOf(job) === attribute)) return LabelingJobName;
        }
      }
      return undefined;
    },

    async create(request) {
      try {
        await client.send(new CreateLabelingJobCommand(toInput(request)));
        return 'created';
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        // Ours where an answer was lost, or two copies of an event were handled at once.
        if (error.name === 'ResourceInUse')
          return whatIsThere(LabelingDescription.parse(await describe(request.LabelingJobName)), request);
        if (!REFUSALS.has(error.name)) throw error;
        return `refused: ${plainText(hideSecrets(`${error.name}: ${error.message}`), LONGEST_REFUSAL)}`;
      }
    },
  };
}

/** What the job of the request's name is to it, whoever created it: the same labels from the same manifest, or something else. */
function whatIsThere(job: LabelingDescription, request: ChainRequest): 'exists' | 'over' | 'taken' {
  const { ManifestS3Uri } = request.InputConfig.DataSource.S3DataSource;
  const isTheSame =
    job.InputConfig.DataSource.S3DataSource?.ManifestS3Uri === ManifestS3Uri &&
    attributeOf(job) === request.LabelAttributeName;
  if (!isTheSame) return 'taken';
  return OVER.has(job.LabelingJobStatus) ? 'over' : 'exists';
}

/** The request as the client takes it: what SageMaker described, it takes back. */
const toInput = (request: ChainRequest): CreateLabelingJobRequest => Input.parse(request);
const Input = z.custom<CreateLabelingJobRequest>((request) => typeof request === 'object');
