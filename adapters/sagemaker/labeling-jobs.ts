/** Labeling jobs in SageMaker: describes them, finds the job that continues another, and creates jobs. */

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
import { type Grant, targetsOf } from '../grant.ts';
import { isNotFound } from './describe.ts';

const LABELING_JOBS = {
  'Fn::Sub': 'arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}:labeling-job/*',
} as const;

/** IAM cannot limit ListLabelingJobs to resources. */
export const READ_LABELING_JOBS: Grant = {
  name: 'jobs',
  statements: [
    { actions: ['sagemaker:DescribeLabelingJob'], on: [LABELING_JOBS] },
    { actions: ['sagemaker:ListLabelingJobs'], on: ['*'] },
  ],
};

/** Creates labeling jobs, and passes them one of `roles`: a new job gets the role of the job that it continues. */
export function createLabelingJobs(roles: readonly string[]): readonly Grant[] {
  const on = targetsOf(roles);
  if (on === undefined) return [];
  return [
    {
      name: 'create-labeling-jobs',
      statements: [
        { actions: ['sagemaker:CreateLabelingJob', 'sagemaker:AddTags'], on: [LABELING_JOBS] },
        {
          actions: ['iam:PassRole'],
          on,
          condition: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
        },
      ],
    },
  ];
}

/**
 * The outcome of a request, as the idempotency record keeps it. `exists`: a job of that name already continues the same
 * job. `over`: it does, but has failed or was stopped. `taken`: a job with other objects has the name.
 */
export type Created = 'created' | 'exists' | 'taken' | 'over' | `refused: ${string}`;

export interface LabelingJobs {
  /** SageMaker's description; absent when SageMaker does not know the job. */
  readonly describe: (name: string) => Promise<object | undefined>;
  /**
   * The name of a job created after `after` that continues the label `attribute` of the manifest `uri`; absent if there
   * is none.
   */
  readonly madeFrom: (uri: string, attribute: string, after: Date) => Promise<string | undefined>;
  /** Creates a job. Throws errors that a retry may fix; returns a refusal that only people can fix. */
  readonly create: (request: ChainRequest) => Promise<Created>;
}

/** Errors that a retry does not fix: people have to change the request, a permission or a quota. */
const REFUSALS: ReadonlySet<string> = new Set([
  'ValidationException',
  'AccessDeniedException',
  'AccessDenied',
  'ResourceLimitExceeded',
  'ResourceNotFound',
  'ResourceNotFoundException',
]);
const LONGEST_REFUSAL = 400;
/** Statuses of jobs that label nothing any more, and so continue no other job. */
const OVER: ReadonlySet<string> = new Set(['Failed', 'Stopping', 'Stopped']);

/** Labeling jobs of the region of `client`. */
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
          // A job whose description is unreadable may continue this one: a second chained job would label everything
          // twice.
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
        // The job may be the one requested: an earlier answer was lost, or another invocation created it.
        if (error.name === 'ResourceInUse')
          return compareWithExisting(LabelingDescription.parse(await describe(request.LabelingJobName)), request);
        if (!REFUSALS.has(error.name)) throw error;
        return `refused: ${plainText(hideSecrets(`${error.name}: ${error.message}`), LONGEST_REFUSAL)}`;
      }
    },
  };
}

/**
 * Compares the existing job of the requested name, whoever created it, with the request: same manifest and label, or
 * not.
 */
function compareWithExisting(job: LabelingDescription, request: ChainRequest): 'exists' | 'over' | 'taken' {
  const { ManifestS3Uri } = request.InputConfig.DataSource.S3DataSource;
  const isTheSame =
    job.InputConfig.DataSource.S3DataSource?.ManifestS3Uri === ManifestS3Uri &&
    attributeOf(job) === request.LabelAttributeName;
  if (!isTheSame) return 'taken';
  return OVER.has(job.LabelingJobStatus) ? 'over' : 'exists';
}

/** The request in the client's type. Its fields come from a description, whose types CreateLabelingJob accepts. */
const toInput = (request: ChainRequest): CreateLabelingJobRequest => Input.parse(request);
const Input = z.custom<CreateLabelingJobRequest>((request) => typeof request === 'object');
