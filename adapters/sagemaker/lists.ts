/** Lists of resources in SageMaker. */
import {
  ListEndpointsCommand,
  ListHyperParameterTuningJobsCommand,
  ListLabelingJobsCommand,
  ListPipelinesCommand,
  ListProcessingJobsCommand,
  ListTrainingJobsCommand,
  ListTransformJobsCommand,
  type PipelineExecutionSummary,
  paginateListPipelineExecutions,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import * as z from 'zod/mini';
import type { Reconciled } from '../../domain/kinds.ts';

/** One resource of a list. */
export interface Summary {
  readonly name: string;
  readonly arn: string;
  readonly status: string;
  /** Distinguishes the resource from an earlier one of the same name. */
  readonly createdAt: Date | undefined;
  /** Only for endpoints, which go back and forth between statuses. */
  readonly modifiedAt: Date | undefined;
}

export interface Page {
  readonly summaries: readonly Summary[];
  readonly nextToken: string | undefined;
}

/** The most resources in one answer (SageMaker API reference). */
const PAGE = 100;
/** Pipelines in one page: the executions of each take at least one more call. */
const PIPELINES = 10;

/** Lists the resources that were modified after `after`, page by page. */
export type List = (client: SageMakerClient, after: Date, nextToken: string | undefined) => Promise<Page>;

/** How the API lists one type. */
interface ApiList {
  /** Requests the page `page` of the resources that were modified after `after`. */
  readonly request: (client: SageMakerClient, after: Date, page: PageRequest) => Promise<object>;
  /** The field of the answer that holds the summaries. */
  readonly summaries: string;
  /** The prefix of the fields of a summary: `TrainingJob` in `TrainingJobName`. */
  readonly prefix: string;
  /** The resource goes back and forth between statuses, so the time of its last change matters. */
  readonly isChanging?: true;
}

interface PageRequest {
  readonly NextToken: string | undefined;
  readonly MaxResults: number;
}

/** SageMaker API reference, List operations. */
const API_LISTS: Readonly<Record<Exclude<Reconciled, 'pipeline-execution'>, ApiList>> = {
  'training-job': {
    request: (client, after, page) =>
      client.send(new ListTrainingJobsCommand({ ...page, LastModifiedTimeAfter: after })),
    summaries: 'TrainingJobSummaries',
    prefix: 'TrainingJob',
  },
  'tuning-job': {
    request: (client, after, page) =>
      client.send(new ListHyperParameterTuningJobsCommand({ ...page, LastModifiedTimeAfter: after })),
    summaries: 'HyperParameterTuningJobSummaries',
    prefix: 'HyperParameterTuningJob',
  },
  'processing-job': {
    request: (client, after, page) =>
      client.send(new ListProcessingJobsCommand({ ...page, LastModifiedTimeAfter: after })),
    summaries: 'ProcessingJobSummaries',
    prefix: 'ProcessingJob',
  },
  'transform-job': {
    request: (client, after, page) =>
      client.send(new ListTransformJobsCommand({ ...page, LastModifiedTimeAfter: after })),
    summaries: 'TransformJobSummaries',
    prefix: 'TransformJob',
  },
  'labeling-job': {
    // SageMaker sends no event when a labeling job starts, and may not modify it for days: all that may still run are
    // listed.
    request: (client, after, page) =>
      client.send(new ListLabelingJobsCommand({ ...page, CreationTimeAfter: before(after, LONGEST_LABELING) })),
    summaries: 'LabelingJobSummaryList',
    prefix: 'LabelingJob',
  },
  endpoint: {
    request: (client, after, page) => client.send(new ListEndpointsCommand({ ...page, LastModifiedTimeAfter: after })),
    summaries: 'Endpoints',
    prefix: 'Endpoint',
    isChanging: true,
  },
};

const time = z.optional(z.date());
const Answer = z.looseObject({ NextToken: z.optional(z.string()) });
const Summaries = z.array(z.looseObject({ CreationTime: time, LastModifiedTime: time }));

/** Lists one type. A summary without a name, ARN or status cannot be compared, and is left out. */
const listWith =
  ({ request, summaries, prefix, isChanging }: ApiList): List =>
  async (client, after, NextToken) => {
    const answer = Answer.parse(await request(client, after, { NextToken, MaxResults: PAGE }));
    const all = Summaries.parse(answer[summaries] ?? []);
    return {
      summaries: all.flatMap(({ CreationTime: createdAt, LastModifiedTime, ...fields }) => {
        const [name, arn, status] = ['Name', 'Arn', 'Status'].map((word) => fields[`${prefix}${word}`]);
        if (typeof name !== 'string' || typeof arn !== 'string' || typeof status !== 'string') return [];
        return [{ name, arn, status, createdAt, modifiedAt: isChanging && LastModifiedTime }];
      }),
      nextToken: answer.NextToken,
    };
  };

/**
 * Lists executions. SageMaker lists them by pipeline, so a page is a page of pipelines with the new executions of each.
 */
const listExecutions: List = async (client, after, NextToken) => {
  const out = await client.send(new ListPipelinesCommand({ NextToken, MaxResults: PIPELINES, SortBy: 'CreationTime' }));
  const CreatedAfter = before(after, LONGEST_EXECUTION);
  const active = (out.PipelineSummaries ?? []).filter(
    ({ LastExecutionTime: last }) => last !== undefined && last > CreatedAfter,
  );
  const executions: PipelineExecutionSummary[] = [];
  for (const { PipelineName } of active) {
    const pages = paginateListPipelineExecutions({ client, pageSize: PAGE }, { PipelineName, CreatedAfter });
    for await (const { PipelineExecutionSummaries = [] } of pages) executions.push(...PipelineExecutionSummaries);
  }
  const summaries = executions.flatMap(({ PipelineExecutionArn: arn, PipelineExecutionStatus: status }) =>
    // An execution has no name: its ARN takes the place of one.
    arn === undefined || status === undefined
      ? []
      : [{ name: arn, arn, status, createdAt: undefined, modifiedAt: undefined }],
  );
  return { summaries, nextToken: out.NextToken };
};

/** The list of `type`. */
export const listOf = (type: Reconciled): List =>
  type === 'pipeline-execution' ? listExecutions : listWith(API_LISTS[type]);

const DAY = 24 * 3600 * 1000;
/** A labeling job expires after at most 30 days. */
const LONGEST_LABELING = 31 * DAY;
/** Executions are listed by creation time and usually run for hours: three days cover almost all that still run. */
const LONGEST_EXECUTION = 3 * DAY;
const before = (after: Date, milliseconds: number) => new Date(after.getTime() - milliseconds);
