/**
 * The request for the job that continues a labeling job, made from the description of the ended job.
 *
 * The task stays as it is. The input is the output manifest of the ended job, and the label attribute stays the same:
 * SageMaker then sends only objects without a label to workers. With another attribute, workers would label all objects
 * again, and be paid again.
 * Source: developer guide, "Use input and output data" (chaining labeling jobs); API reference, `CreateLabelingJob`.
 */
import type { LabelingDescription } from '../../schemas/api/labeling-job.ts';
import { allowanceOf, type Output } from './allowance.ts';
import { LABELED_TAG, LINK_TAG, nameOfLink, PREDECESSOR_TAG } from './link.ts';

/** A `CreateLabelingJob` request, in the words of the API. */
export interface ChainRequest {
  readonly LabelingJobName: string;
  readonly LabelAttributeName: string;
  readonly InputConfig: { readonly DataSource: { readonly S3DataSource: { readonly ManifestS3Uri: string } } };
  readonly OutputConfig: Readonly<Record<string, unknown>>;
  readonly RoleArn: string;
  readonly LabelCategoryConfigS3Uri?: string;
  readonly StoppingConditions?: Readonly<Record<string, unknown>>;
  readonly LabelingJobAlgorithmsConfig?: Readonly<Record<string, unknown>>;
  readonly HumanTaskConfig: Readonly<Record<string, unknown>>;
  readonly Tags: readonly { readonly Key: string; readonly Value: string }[];
}

/** The attribute with the labels. If people named none, the console and the API use the name of the job. */
export const attributeOf = ({ LabelAttributeName, LabelingJobName }: LabelingDescription): string =>
  LabelAttributeName ?? LabelingJobName;

/** The number of tags that SageMaker allows (API reference, Tag). */
const MOST_TAGS = 50;

/** The request for link `link`. Its input is `manifest`, the S3 URI of the output manifest with the counts `output`. */
export function chainRequest(job: LabelingDescription, link: number, manifest: string, output: Output): ChainRequest {
  const allowance = allowanceOf(job, output);
  const algorithms = algorithmsConfig(job);
  return {
    LabelingJobName: nameOfLink(job, link),
    LabelAttributeName: attributeOf(job),
    InputConfig: { ...job.InputConfig, DataSource: { S3DataSource: { ManifestS3Uri: manifest } } },
    OutputConfig: job.OutputConfig,
    RoleArn: job.RoleArn,
    ...(job.LabelCategoryConfigS3Uri !== undefined && { LabelCategoryConfigS3Uri: job.LabelCategoryConfigS3Uri }),
    ...(allowance !== undefined && { StoppingConditions: { MaxHumanLabeledObjectCount: allowance } }),
    ...(algorithms !== undefined && { LabelingJobAlgorithmsConfig: algorithms }),
    HumanTaskConfig: job.HumanTaskConfig,
    Tags: tagsOf(job, link, output.labeled),
  };
}

/** The new job starts from the model that the ended job trained. */
function algorithmsConfig({ LabelingJobAlgorithmsConfig, LabelingJobOutput }: LabelingDescription) {
  const model = LabelingJobOutput?.FinalActiveLearningModelArn;
  if (LabelingJobAlgorithmsConfig === undefined || model === undefined) return LabelingJobAlgorithmsConfig;
  return { ...LabelingJobAlgorithmsConfig, InitialActiveLearningModelArn: model };
}

/** The job's tags and those of the chain. Tags that begin with `aws:` are left out, because only AWS may set them. */
function tagsOf({ Tags, LabelingJobName }: LabelingDescription, link: number, labeled: number): ChainRequest['Tags'] {
  const ours = [
    { Key: LINK_TAG, Value: String(link) },
    { Key: PREDECESSOR_TAG, Value: LabelingJobName },
    { Key: LABELED_TAG, Value: String(labeled) },
  ];
  const kept = Tags.filter(
    ({ Key }) => !/^aws:/i.test(Key) && !ours.some((one) => one.Key.toLowerCase() === Key.toLowerCase()),
  );
  return [...kept.slice(0, MOST_TAGS - ours.length), ...ours];
}
