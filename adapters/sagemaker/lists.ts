/** Lists of resources, as SageMaker has them. */
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

/** One line of a list. */
export interface Summary {
  readonly name: string;
  readonly arn: string;
  readonly status: string;
  /** Tells a resource from an earlier one of its name. */
  readonly createdAt: Date | undefined;
  /** Of what goes back and forth between statuses. */
  readonly modifiedAt: Date | undefined;
}

export interface Page {
  readonly summaries: readonly Summary[];
  readonly nextToken: string | undefined;
  /** Calls it took. */
  readonly calls: number;
}

/** The most that a list gives (SageMaker API reference). */
const PAGE = 100;
/** Pipelines whose executions are listed in one step. */
const PIPELINES = 10;

/** A page of what was modified after `after`. */
export type List = (client: SageMakerClient, after: Date, nextToken: string | undefined) => Promise<Page>;

/** How the API lists one type. */
interface ApiList {
  /** Asks for the page `page` of what was modified after `after`. */
  readonly ask: (client: SageMakerClient, after: Date, page: PageRequest) => Promise<object>;
  /** The member of the answer that holds the summaries. */
  readonly summaries: string;
  /** The fields of a summary begin so: `TrainingJob` of `TrainingJobName`. */
  readonly prefix: string;
  /** Whether it goes back and forth between statuses, so that the time of its last change matters. */
  readonly isChanging?: true;
}

interface PageRequest {
  readonly NextToken: string | undefined;
  readonly MaxResults: number;
}

/** SageMaker API reference, List operations. */
const API_LISTS: Readonly<Record<Exclude<Reconciled, 'pipeline-execution'>, ApiList>> = {
  'training-job': {
    ask: (client, after, page) => client.send(new ListTrainingJobsCommand({ ...page, LastModifiedTimeAfter: after })),
    summaries: 'TrainingJobSummaries',
    prefix: 'TrainingJob',
  },
  'tuning-job': {
    ask: (client, after, page) =>
      client.send(new ListHyperParameterTuningJobsCommand({ ...page, LastModifiedTimeAfter: after })),
    summaries: 'HyperParameterTuningJobSummaries',
    prefix: 'HyperParameterTuningJob',
  },
  'processing-job': {
    ask: (client, after, page) => client.send(new ListProcessingJobsCommand({ ...page, LastModifiedTimeAfter: after })),
    summaries: 'ProcessingJobSummaries',
    prefix: 'ProcessingJob',
  },
  'transform-job': {
    ask: (client, after, page) => client.send(new ListTransformJobsCommand({ ...page, LastModifiedTimeAfter: after })),
    summaries: 'TransformJobSummaries',
    prefix: 'TransformJob',
  },
  'labeling-job': {
    // No event tells that one begins, and it may not be modified for long: all that may still run are listed.
    ask: (client, after, page) =>
      client.send(new ListLabelingJobsCommand({ ...page, CreationTimeAfter: before(after, LONGEST_LABELING) })),
    summaries: 'LabelingJobSummaryList',
    prefix: 'LabelingJob',
  },
  endpoint: {
    ask: (client, after, page) => client.send(new ListEndpointsCommand({ ...page, LastModifiedTimeAfter: after })),
    summaries: 'Endpoints',
    prefix: 'Endpoint',
    isChanging: true,
  },
};

const time = z.optional(z.date());
const Answer = z.looseObject({ NextToken: z.optional(z.string()) });
const Summaries = z.array(z.looseObject({ CreationTime: time, LastModifiedTime: time }));

/** One page of a list. A summary without a name, ARN or status is left out: there is nothing to compare. */
const listed =
  ({ ask, summaries, prefix, isChanging }: ApiList): List =>
  async (client, after, NextToken) => {
    const answer = Answer.parse(await ask(client, after, { NextToken, MaxResults: PAGE }));
    const all = Summaries.parse(answer[summaries] ?? []);
    return {
      summaries: all.flatMap(({ CreationTime: createdAt, LastModifiedTime, ...fields }) => {
        const [name, arn, status] = ['Name', 'Arn', 'Status'].map((word) => fields[`${prefix}${word}`]);
        if (typeof name !== 'string' || typeof arn !== 'string' || typeof status !== 'string') return [];
        return [{ name, arn, status, createdAt, modifiedAt: isChanging && LastModifiedTime }];
      }),
      nextToken: answer.NextToken,
      calls: 1,
    };
  };

/** Executions are listed by pipeline: the page is one of pipelines, each with its newest executions. */
const listExecutions: List = async (client, after, NextToken) => {
  const out = await client.send(new ListPipelinesCommand({ NextToken, MaxResults: PIPELINES, SortBy: 'CreationTime' }));
  const CreatedAfter = before(after, LONGEST_EXECUTION);
  const active = (out.PipelineSummaries ?? []).filter(
    ({ LastExecutionTime: last }) => last !== undefined && last > CreatedAfter,
  );
  let calls = 1;
  const executions: PipelineExecutionSummary[] = [];
  for (const { PipelineName } of active) {
    const pages = paginateListPipelineExecutions({ client, pageSize: PAGE }, { PipelineName, CreatedAfter });
    for await (const { PipelineExecutionSummaries = [] } of pages) {
      calls++;
      executions.push(...PipelineExecutionSummaries);
    }
  }
  const summaries = executions.flatMap(({ PipelineExecutionArn: arn, PipelineExecutionStatus: status }) =>
    // An execution has no name but its ARN.
    arn === undefined || status === undefined
      ? []
      : [{ name: arn, arn, status, createdAt: undefined, modifiedAt: undefined }],
  );
  return { summaries, nextToken: out.NextToken, calls };
};

/** The list of `type`. */
export const listOf = (type: Reconciled): List =>
  type === 'pipeline-execution' ? listExecutions : listed(API_LISTS[type]);

const DAY = 24 * 3600 * 1000;
/** A labeling job expires after 30 days. */
const LONGEST_LABELING = 31 * DAY;
/** Executions are listed by creation, and run for hours: one of three days before may still end. */
const LONGEST_EXECUTION = 3 * DAY;
const before = (after: Date, milliseconds: number) => new Date(after.getTime() - milliseconds);
