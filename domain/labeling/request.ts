/**
 * The request that carries a labeling job on, made from what SageMaker says of it.
 *
 * Everything about the work is kept as it is; the input is the job's own output manifest, and the label attribute stays the
 * same, so that only objects without a label are sent to workers. With another name all of them would be, and be paid again.
 * Source: developer guide, "Use input and output data" (chaining labeling jobs); API reference, `CreateLabelingJob`.
 */
import type { LabelingDescription } from '../../schemas/labeling-description.ts';
import { LABELED_TAG, LINK_TAG, labeledBefore, nameOfLink, PREDECESSOR_TAG } from './link.ts';
import type { Progress } from './progress.ts';

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

/** Where its labels are; the console and the API call it after the job where nobody said. */
export const attributeOf = ({ LabelAttributeName, LabelingJobName }: LabelingDescription): string =>
  LabelAttributeName ?? LabelingJobName;

type Output = Pick<Progress, 'labeled' | 'untouched' | 'failed'>;

/** SageMaker takes as many (API reference, Tag). */
const MOST_TAGS = 50;

/** The request for link `link`, whose input is `manifest`, of which is known what it says. */
export function chainRequest(job: LabelingDescription, link: number, manifest: string, output: Output): ChainRequest {
  const stopping = stoppingConditions(job, output);
  const algorithms = algorithmsConfig(job);
  return {
    LabelingJobName: nameOfLink(job, link),
    LabelAttributeName: attributeOf(job),
    InputConfig: { ...job.InputConfig, DataSource: { S3DataSource: { ManifestS3Uri: manifest } } },
    OutputConfig: job.OutputConfig,
    RoleArn: job.RoleArn,
    ...(job.LabelCategoryConfigS3Uri !== undefined && { LabelCategoryConfigS3Uri: job.LabelCategoryConfigS3Uri }),
    ...(stopping !== undefined && { StoppingConditions: stopping }),
    ...(algorithms !== undefined && { LabelingJobAlgorithmsConfig: algorithms }),
    HumanTaskConfig: job.HumanTaskConfig,
    Tags: tagsOf(job, link, output.labeled),
  };
}

/**
 * What people allowed to be labeled, less what was. A percentage would be taken of what is sent now: it is turned into the
 * objects that are missing from it. A link's counters may or may not include what was labeled before it: the less counts.
 */
function stoppingConditions(job: LabelingDescription, { labeled, untouched, failed }: Output) {
  const { MaxHumanLabeledObjectCount: most, MaxPercentageOfInputDatasetLabeled: percent } =
    job.StoppingConditions ?? {};
  const byHand = Math.min(job.LabelCounters.HumanLabeled, labeled - Math.min(labeledBefore(job) ?? 0, labeled));
  const limits = [
    ...(most === undefined ? [] : [most - byHand]),
    ...(percent === undefined ? [] : [Math.ceil((percent * (labeled + untouched + failed)) / 100) - labeled]),
  ];
  return limits.length === 0 ? undefined : { MaxHumanLabeledObjectCount: Math.max(1, Math.min(...limits)) };
}

/** The model that the job trained goes on learning. */
function algorithmsConfig({ LabelingJobAlgorithmsConfig, LabelingJobOutput }: LabelingDescription) {
  const model = LabelingJobOutput?.FinalActiveLearningModelArn;
  if (LabelingJobAlgorithmsConfig === undefined || model === undefined) return LabelingJobAlgorithmsConfig;
  return { ...LabelingJobAlgorithmsConfig, InitialActiveLearningModelArn: model };
}

/** Tags of AWS's own cannot be set by others. */
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
